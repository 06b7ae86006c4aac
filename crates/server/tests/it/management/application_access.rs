//! To whom an application is open.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

async fn create(machine: &Caller, path: &str, body: Value) -> String {
    machine.post(path, body).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn application(machine: &Caller) -> String {
    create(machine, "/api/applications", json!({ "name": "App", "type": "SPA" })).await
}

fn nobody() -> Value {
    json!({ "userIds": [], "userRoleIds": [], "organizationIds": [], "organizationRoleRules": [] })
}

fn with(change: Value) -> Value {
    let mut body = nobody();
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn rules_have_to_be_complete_and_within_bounds() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let path = format!("/api/applications/{}/access-control", application(&machine).await);
    let many: Vec<String> = (0..2001).map(|_| "u".to_owned()).collect();
    let different: Vec<String> = (0..1001).map(|index| format!("u{index}")).collect();
    for body in [json!({}), with(json!({ "userIds": "u" })), with(json!({ "userIds": many }))] {
        assert_eq!(machine.put(&path, body).await.refusal(), (400, "guard.invalid_input"));
    }
    let empty_rule =
        json!({ "organizationRoleRules": [{ "organizationId": "o", "organizationRoleIds": [] }] });
    for body in [with(empty_rule), with(json!({ "userIds": different }))] {
        assert_eq!(machine.put(&path, body).await.refusal(), (422, "request.invalid_input"));
    }
    let missing = "/api/applications/missing/access-control";
    assert_eq!(machine.get(missing).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.put(missing, nobody()).await.refusal(), (404, "entity.not_exists_with_id"));
}

both_databases! {
    async fn an_application_is_open_to_those_who_are_named(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let id = application(&machine).await;
        let path = format!("/api/applications/{id}/access-control");
        assert_eq!(machine.get(&path).await.ok(), nobody());
        let user = create(&machine, "/api/users", json!({ "username": "person" })).await;
        let role = create(&machine, "/api/roles", json!({ "name": "r", "description": "d" })).await;
        let organization = create(&machine, "/api/organizations", json!({ "name": "o" })).await;
        let stored = machine.put(&path, with(json!({
            "userIds": [user, user], "userRoleIds": [role], "organizationIds": [organization, organization],
        }))).await.ok();
        let wanted = with(json!({ "userIds": [user], "userRoleIds": [role], "organizationIds": [organization] }));
        assert_eq!((&stored, &machine.get(&path).await.ok()), (&wanted, &wanted));
        let fewer = with(json!({ "userIds": [user] }));
        assert_eq!(machine.put(&path, fewer.clone()).await.ok(), fewer);
        assert_eq!(machine.get(&path).await.ok(), fewer);
    }

    async fn limited_access_needs_somebody(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let user = create(&machine, "/api/users", json!({ "username": "person" })).await;
        let oauth = application(&machine).await;
        let saml = create(&machine, "/api/saml-applications", json!({ "name": "SAML" })).await;
        for (kind, id) in [("applications", oauth), ("saml-applications", saml)] {
            let (app, path) = (format!("/api/{kind}/{id}"), format!("/api/applications/{id}/access-control"));
            let on = json!({ "appLevelAccessControlEnabled": true });
            assert_eq!(machine.patch(&app, on.clone()).await.refusal(), (422, "request.invalid_input"), "{kind}");
            machine.put(&path, with(json!({ "userIds": [user] }))).await.ok();
            assert_eq!(machine.patch(&app, on).await.ok()["appLevelAccessControlEnabled"], json!(true), "{kind}");
            assert_eq!(machine.put(&path, nobody()).await.refusal(), (422, "request.invalid_input"), "{kind}");
            machine.patch(&app, json!({ "appLevelAccessControlEnabled": false })).await.ok();
            assert_eq!(machine.put(&path, nobody()).await.ok(), nobody(), "{kind}");
        }
    }

    async fn only_people_of_the_tenant_can_be_named(db: &TestDb) {
        let server = Server::new(db);
        let (machine, elsewhere) = (server.machine().await, server.admin_machine().await);
        let path = format!("/api/applications/{}/access-control", application(&machine).await);
        let user = create(&elsewhere, "/api/users", json!({ "username": "person" })).await;
        let organization = create(&elsewhere, "/api/organizations", json!({ "name": "o" })).await;
        for change in [
            json!({ "userIds": [user] }),
            json!({ "userIds": ["missing"] }),
            json!({ "userRoleIds": ["missing"] }),
            json!({ "organizationIds": [organization] }),
            json!({ "organizationRoleRules": [{ "organizationId": "missing", "organizationRoleIds": ["x"] }] }),
        ] {
            let answer = machine.put(&path, with(change.clone())).await;
            assert_eq!(answer.refusal(), (404, "entity.relation_foreign_key_not_found"), "{change}");
        }
        let body = json!({ "name": "m", "description": "d", "type": "MachineToMachine" });
        let machine_role = create(&machine, "/api/roles", body).await;
        let answer = machine.put(&path, with(json!({ "userRoleIds": [machine_role] }))).await;
        assert_eq!(answer.refusal(), (422, "entity.db_constraint_violated"));
        assert_eq!(machine.get(&path).await.ok(), nobody());
        let foreign = elsewhere.get(&path).await;
        assert_eq!(foreign.refusal(), (404, "entity.not_exists_with_id"));
    }
}
