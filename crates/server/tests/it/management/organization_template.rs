//! The template that all organizations share: roles and scopes.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const ROLES: &str = "/api/organization-roles";
const SCOPES: &str = "/api/organization-scopes";

fn id(entity: &Value) -> &str {
    entity["id"].as_str().unwrap()
}

fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        list.as_array().unwrap().iter().map(|entity| entity["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn scope(machine: &Caller, name: &str) -> Value {
    machine.post(SCOPES, json!({ "name": name })).await.ok()
}

async fn resource_scope(machine: &Caller, name: &str) -> Value {
    let body = json!({ "name": "Orders", "indicator": format!("https://{name}.example") });
    let resource = machine.post("/api/resources", body).await.ok();
    let path = format!("/api/resources/{}/scopes", id(&resource));
    machine.post(&path, json!({ "name": name })).await.ok()
}

#[tokio::test]
async fn what_no_template_can_hold_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for path in [ROLES, SCOPES] {
        for body in [
            json!({}),
            json!({ "name": "" }),
            json!({ "name": "x".repeat(129) }),
            json!({ "name": "x", "description": "x".repeat(257) }),
        ] {
            assert_eq!(
                machine.post(path, body.clone()).await.refusal(),
                (400, "guard.invalid_input"),
                "{path} {body}"
            );
        }
        let missing = format!("{path}/none");
        assert_eq!(machine.get(&missing).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(
            machine.patch(&missing, json!({ "name": "x" })).await.refusal(),
            (404, "entity.not_exists_with_id")
        );
        assert_eq!(machine.delete(&missing).await.refusal(), (404, "entity.not_found"));
    }
    let unknown_type = machine.post(ROLES, json!({ "name": "x", "type": "Robot" })).await;
    assert_eq!(unknown_type.refusal(), (400, "guard.invalid_input"));
}

both_databases! {
    async fn a_scope_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let created = machine.post(SCOPES, json!({ "name": "read:100%" })).await;
        assert_eq!((created.status.as_u16(), &created.body["description"]), (201, &json!(null)));
        let path = format!("{SCOPES}/{}", id(&created.body));
        assert_eq!(machine.get(&path).await.ok(), created.body);
        let other = scope(&machine, "write").await;
        let taken = machine.post(SCOPES, json!({ "name": "write" })).await;
        assert_eq!(taken.refusal(), (422, "entity.unique_integrity_violation"));
        let taken = machine.patch(&path, json!({ "name": "write" })).await;
        assert_eq!(taken.refusal(), (422, "entity.unique_integrity_violation"));
        let changed = machine.patch(&path, json!({ "description": "Reads." })).await.ok();
        assert_eq!((&changed["name"], &changed["description"]), (&json!("read:100%"), &json!("Reads.")));

        for (query, count) in [("", 2), ("?q=0%25", 1), ("?q=_", 0), ("?page=2&page_size=1", 1)] {
            let list = machine.get(&format!("{SCOPES}{query}")).await;
            assert_eq!(list.body.as_array().unwrap().len(), count, "{query}");
            let total = if query.contains("page") { vec!["2".to_owned()] } else { Vec::new() };
            assert_eq!(list.header_values("total-number"), total, "{query}");
        }
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(SCOPES).await.ok(), json!([other]));
    }

    async fn a_role_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let (read, call) = (scope(&machine, "read").await, resource_scope(&machine, "call").await);
        let body = json!({ "name": "editor", "organizationScopeIds": [id(&read)], "resourceScopeIds": [id(&call)] });
        let created = machine.post(ROLES, body).await;
        assert_eq!((created.status.as_u16(), &created.body["type"]), (201, &json!("User")));
        let path = format!("{ROLES}/{}", id(&created.body));
        assert_eq!(machine.get(&path).await.ok(), created.body);
        let list = machine.get(&format!("{ROLES}?q=EDIT")).await;
        assert_eq!(list.header_values("total-number"), ["1"]);
        assert_eq!(list.body[0]["scopes"], json!([{ "id": read["id"], "name": "read" }]));
        let resource = json!({ "id": call["resourceId"], "name": "Orders" });
        let resource_scopes = json!([{ "id": call["id"], "name": "call", "resource": resource }]);
        assert_eq!(list.body[0]["resourceScopes"], resource_scopes);

        let taken = machine.post(ROLES, json!({ "name": "editor" })).await;
        assert_eq!(taken.refusal(), (422, "entity.unique_integrity_violation"));
        let changed = machine.patch(&path, json!({ "name": "author", "type": "MachineToMachine" })).await.ok();
        assert_eq!((&changed["name"], &changed["type"]), (&json!("author"), &json!("User")));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(names(&machine.get(SCOPES).await.ok()), ["read"]);
    }

    async fn a_role_with_an_unknown_scope_is_not_created(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let known = scope(&machine, "read").await;
        for body in [
            json!({ "name": "editor", "organizationScopeIds": ["none"] }),
            json!({ "name": "editor", "organizationScopeIds": [id(&known)], "resourceScopeIds": ["none"] }),
        ] {
            let refused = machine.post(ROLES, body).await;
            assert_eq!(refused.refusal(), (422, "entity.relation_foreign_key_not_found"));
        }
        assert_eq!(machine.get(ROLES).await.ok(), json!([]));
    }

    async fn what_a_role_allows_can_be_changed(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let role = machine.post(ROLES, json!({ "name": "editor" })).await.ok();
        let organization = [scope(&machine, "read").await, scope(&machine, "write").await];
        let resource = [resource_scope(&machine, "call").await, resource_scope(&machine, "cancel").await];
        for (part, field, [first, second]) in [
            ("scopes", "organizationScopeIds", &organization),
            ("resource-scopes", "scopeIds", &resource),
        ] {
            let path = format!("{ROLES}/{}/{part}", id(&role));
            assert_eq!(machine.post(&path, json!({ field: [] })).await.refusal(), (400, "guard.invalid_input"));
            let unknown = machine.post(&path, json!({ field: [id(first), "none"] })).await;
            assert_eq!(unknown.refusal(), (422, "entity.relation_foreign_key_not_found"));
            assert_eq!(machine.get(&path).await.ok(), json!([]));
            for _ in 0..2 {
                let added = machine.post(&path, json!({ field: [id(first), id(first)] })).await;
                assert_eq!(added.status.as_u16(), 201);
            }
            assert_eq!(machine.get(&path).await.ok(), json!([first]));
            let replaced = machine.put(&path, json!({ field: [id(second)] })).await;
            assert_eq!(replaced.status.as_u16(), 204);
            let page = machine.get(&format!("{path}?page=1&page_size=1")).await;
            assert_eq!((page.header_values("total-number"), &page.body), (vec!["1".to_owned()], &json!([second])));
            let one = format!("{path}/{}", id(second));
            assert_eq!(machine.delete(&one).await.status.as_u16(), 204);
            assert_eq!(machine.delete(&one).await.refusal(), (404, "entity.not_found"));

            let nowhere = format!("{ROLES}/none/{part}");
            assert_eq!(machine.get(&nowhere).await.refusal(), (404, "entity.not_exists_with_id"));
            let refusal = (422, "entity.relation_foreign_key_not_found");
            assert_eq!(machine.post(&nowhere, json!({ field: [id(first)] })).await.refusal(), refusal);
            assert_eq!(machine.put(&nowhere, json!({ field: [] })).await.refusal(), refusal);
        }
    }

    async fn another_tenants_template_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (admin, machine) = (server.admin_machine().await, server.machine().await);
        let role = admin.post(ROLES, json!({ "name": "foreign" })).await.ok();
        let foreign_scope = scope(&admin, "foreign").await;
        for path in [format!("{ROLES}/{}", id(&role)), format!("{SCOPES}/{}", id(&foreign_scope))] {
            assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
            assert_eq!(machine.patch(&path, json!({ "name": "x" })).await.refusal(), (404, "entity.not_exists_with_id"));
            assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
        }
        assert_eq!((machine.get(ROLES).await.ok(), machine.get(SCOPES).await.ok()), (json!([]), json!([])));
        let own = machine.post(ROLES, json!({ "name": "own" })).await.ok();
        let path = format!("{ROLES}/{}/scopes", id(&own));
        let stolen = machine.post(&path, json!({ "organizationScopeIds": [id(&foreign_scope)] })).await;
        assert_eq!(stolen.refusal(), (422, "entity.relation_foreign_key_not_found"));
    }
}
