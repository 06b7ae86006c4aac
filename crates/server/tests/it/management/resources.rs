//! API resources, scopes, roles.

use crate::harness::Server;
use portico_store::both_databases;
use serde_json::{Value, json};

both_databases! {
    async fn resources_and_scopes_have_their_rules(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let body = json!({ "name": "API", "indicator": "https://api.example.com" });
        let relative = machine.post("/api/resources", json!({ "name": "API", "indicator": "api" })).await;
        assert_eq!(relative.refusal(), (400, "guard.invalid_input"));
        let created = machine.post("/api/resources", body.clone()).await;
        assert_eq!(created.status.as_u16(), 201);
        assert_eq!((&created.body["accessTokenTtl"], &created.body["scopes"]), (&json!(3600), &json!([])));
        let again = machine.post("/api/resources", body).await;
        assert_eq!(again.refusal(), (422, "resource.resource_identifier_in_use"));
        let path = format!("/api/resources/{}", created.body["id"].as_str().unwrap());
        assert_eq!(machine.patch(&path, json!({ "accessTokenTtl": 60 })).await.ok()["accessTokenTtl"], 60);
        assert_eq!(machine.patch(&format!("{path}/is-default"), json!({ "isDefault": true })).await.ok()["isDefault"], true);

        let scopes = format!("{path}/scopes");
        let spaced = machine.post(&scopes, json!({ "name": "read it" })).await;
        assert_eq!(spaced.refusal(), (400, "scope.name_with_space"));
        let scope = machine.post(&scopes, json!({ "name": "read" })).await;
        assert_eq!((scope.status.as_u16(), &scope.body["description"]), (201, &Value::Null));
        assert_eq!(machine.post(&scopes, json!({ "name": "read" })).await.refusal(), (422, "scope.name_exists"));
        let one = format!("{scopes}/{}", scope.body["id"].as_str().unwrap());
        assert_eq!(machine.patch(&one, json!({ "description": "d" })).await.ok()["description"], "d");
        let all = machine.get("/api/resources?includeScopes=true").await.ok();
        let own = all.as_array().unwrap().iter().find(|row| row["id"] == created.body["id"]).unwrap();
        assert_eq!(own["scopes"][0]["name"], "read");
        assert_eq!(machine.delete(&one).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn the_management_api_belongs_to_the_server(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let all = machine.get("/api/resources").await.ok();
        let own = all.as_array().unwrap().iter().find(|row| row["indicator"] == "https://default.logto.app/api");
        let path = format!("/api/resources/{}", own.unwrap()["id"].as_str().unwrap());
        let modify = (400, "resource.cannot_modify_management_api");
        assert_eq!(machine.patch(&path, json!({ "name": "x" })).await.refusal(), modify);
        assert_eq!(machine.post(&format!("{path}/scopes"), json!({ "name": "x" })).await.refusal(), modify);
        assert_eq!(machine.delete(&path).await.refusal(), (400, "resource.cannot_delete_management_api"));

        // People who sign in never administer the tenant through a role.
        let scopes = machine.get(&format!("{path}/scopes")).await.ok();
        let role = json!({ "name": "sneaky", "description": "d", "scopeIds": [scopes[0]["id"]] });
        let refused = machine.post("/api/roles", role).await;
        assert_eq!(refused.refusal(), (400, "role.management_api_scopes_not_assignable_to_user_role"));
    }

    async fn roles_hold_scopes_and_are_held(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let api = json!({ "name": "API", "indicator": "https://api.example.com" });
        let resource = machine.post("/api/resources", api).await.ok()["id"].as_str().unwrap().to_owned();
        let scope = machine.post(&format!("/api/resources/{resource}/scopes"), json!({ "name": "read" })).await.ok();
        let internal = machine.post("/api/roles", json!({ "name": "#internal:x", "description": "d" })).await;
        assert_eq!(internal.refusal(), (403, "role.internal_role_violation"));
        let role = machine.post("/api/roles", json!({ "name": "reader", "description": "d" })).await.ok();
        let taken = machine.post("/api/roles", json!({ "name": "reader", "description": "d" })).await;
        assert_eq!(taken.refusal(), (422, "role.name_in_use"));
        let path = format!("/api/roles/{}", role["id"].as_str().unwrap());

        let ids = json!({ "scopeIds": [scope["id"]] });
        assert_eq!(machine.post(&format!("{path}/scopes"), ids.clone()).await.status.as_u16(), 201);
        assert_eq!(machine.post(&format!("{path}/scopes"), ids).await.refusal(), (422, "role.scope_exists"));
        assert_eq!(machine.get(&format!("{path}/scopes")).await.ok()[0]["resource"]["indicator"], "https://api.example.com");

        let user = machine.post("/api/users", json!({ "username": "ann", "name": "Ann" })).await.ok();
        let ids = json!({ "userIds": [user["id"]] });
        let unknown = machine.post(&format!("{path}/users"), json!({ "userIds": ["nope"] })).await;
        assert_eq!(unknown.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.post(&format!("{path}/users"), ids.clone()).await.status.as_u16(), 201);
        assert_eq!(machine.post(&format!("{path}/users"), ids).await.refusal(), (422, "role.user_exists"));
        let listed = machine.get("/api/roles?search=reader").await.ok();
        assert_eq!((&listed[0]["usersCount"], &listed[0]["featuredUsers"][0]["name"]), (&json!(1), &json!("Ann")));
        assert_eq!(machine.get(&format!("{path}/users")).await.ok()[0]["username"], "ann");

        let app = machine.post("/api/applications", json!({ "name": "m2m", "type": "MachineToMachine" })).await.ok();
        let wrong = machine.post(&format!("{path}/applications"), json!({ "applicationIds": [app["id"]] })).await;
        assert_eq!(wrong.refusal(), (422, "entity.db_constraint_violated"));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn another_tenants_resources_and_roles_are_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (machine, admin) = (server.machine().await, server.admin_machine().await);
        let api = json!({ "name": "API", "indicator": "https://api.example.com" });
        let resource = format!("/api/resources/{}", admin.post("/api/resources", api).await.ok()["id"].as_str().unwrap());
        let role = admin.post("/api/roles", json!({ "name": "r", "description": "d" })).await.ok();
        let role = format!("/api/roles/{}", role["id"].as_str().unwrap());
        for answer in [
            machine.get(&resource).await,
            machine.patch(&resource, json!({ "name": "x" })).await,
            machine.delete(&resource).await,
            machine.get(&format!("{resource}/scopes")).await,
            machine.get(&role).await,
            machine.patch(&role, json!({ "name": "x" })).await,
            machine.delete(&role).await,
            machine.get(&format!("{role}/users")).await,
        ] {
            assert_eq!(answer.refusal(), (404, "entity.not_exists_with_id"));
        }
    }
}
