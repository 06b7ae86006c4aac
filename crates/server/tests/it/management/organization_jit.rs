//! Whom an organization takes in by itself.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

async fn create(machine: &Caller, path: &str, body: Value) -> String {
    let created = machine.post(path, body).await.ok();
    created["id"].as_str().unwrap().to_owned()
}

async fn organization(machine: &Caller) -> String {
    let id = create(machine, "/api/organizations", json!({ "name": "Acme" })).await;
    format!("/api/organizations/{id}")
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_leads_nowhere_is_refused() {
    let db = TestDb::sqlite().await;
    let server = Server::new(&db);
    let machine = server.machine().await;
    let path = organization(&machine).await;
    let theirs = organization(&server.admin_machine().await).await;
    for (suffix, field) in [("roles", "organizationRoleIds"), ("sso-connectors", "ssoConnectorIds")] {
        for base in [&path, "/api/organizations/x", &theirs] {
            let place = format!("{base}/jit/{suffix}");
            for answer in [
                machine.post(&place, json!({ field: ["nope"] })).await,
                machine.put(&place, json!({ field: ["nope"] })).await,
            ] {
                assert_eq!(answer.refusal(), (422, "entity.relation_foreign_key_not_found"), "{place}");
            }
            assert_eq!(machine.delete(&format!("{place}/nope")).await.refusal(), (404, "entity.not_found"));
            assert_eq!(
                machine.post(&place, json!({ field: [""] })).await.refusal(),
                (400, "guard.invalid_input")
            );
        }
    }
    for base in ["/api/organizations/x", &theirs] {
        for suffix in ["roles", "sso-connectors", "email-domains"] {
            let list = machine.get(&format!("{base}/jit/{suffix}")).await;
            assert_eq!(list.refusal(), (404, "entity.not_exists_with_id"), "{base} {suffix}");
        }
        let place = format!("{base}/jit/email-domains");
        let added = machine.post(&place, json!({ "emailDomain": "a.co" })).await;
        assert_eq!(added.refusal(), (422, "entity.relation_foreign_key_not_found"));
        let replaced = machine.put(&place, json!({ "emailDomains": [] })).await;
        assert_eq!(replaced.refusal(), (422, "entity.relation_foreign_key_not_found"));
    }
    let place = format!("{path}/jit/email-domains");
    for body in [json!({}), json!({ "emailDomain": "" }), json!({ "emailDomain": "x".repeat(129) })] {
        assert_eq!(
            machine.post(&place, body.clone()).await.refusal(),
            (400, "guard.invalid_input"),
            "{body}"
        );
    }
}

both_databases! {
    async fn domains_roles_and_connectors_are_kept(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let path = organization(&machine).await;
        let place = format!("{path}/jit/email-domains");
        let added = machine.post(&place, json!({ "emailDomain": "a.co" })).await;
        assert_eq!((added.status.as_u16(), &added.body["emailDomain"]), (201, &json!("a.co")));
        let again = machine.post(&place, json!({ "emailDomain": "a.co" })).await;
        assert_eq!(again.refusal(), (422, "entity.unique_integrity_violation"));
        machine.put(&place, json!({ "emailDomains": ["c.co", "b.co", "c.co"] })).await.ok();
        let list = machine.get(&place).await;
        assert_eq!((&list.body[0]["emailDomain"], &list.body[1]["emailDomain"]), (&json!("b.co"), &json!("c.co")));
        assert!(list.header_values("total-number").is_empty());
        let page = machine.get(&format!("{place}?page=2&page_size=1")).await;
        assert_eq!(page.header_values("total-number"), ["2"]);
        assert_eq!(page.body[0]["emailDomain"], "c.co");
        assert_eq!(machine.delete(&format!("{place}/b.co")).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&format!("{place}/b.co")).await.refusal(), (404, "entity.not_found"));

        let role = create(&machine, "/api/organization-roles", json!({ "name": "one" })).await;
        let other = create(&machine, "/api/organization-roles", json!({ "name": "two" })).await;
        let connector = json!({ "providerName": "OIDC", "connectorName": "c" });
        let connector = create(&machine, "/api/sso-connectors", connector).await;
        let place = format!("{path}/jit/roles");
        for _ in 0..2 {
            let added = machine.post(&place, json!({ "organizationRoleIds": [role] })).await;
            assert_eq!(added.status.as_u16(), 201);
        }
        assert_eq!(ids(&machine.get(&place).await.ok()), [role.as_str()]);
        machine.put(&place, json!({ "organizationRoleIds": [other] })).await.ok();
        assert_eq!(ids(&machine.get(&place).await.ok()), [other.as_str()]);
        assert_eq!(machine.delete(&format!("{place}/{other}")).await.status.as_u16(), 204);
        assert_eq!(machine.get(&place).await.ok(), json!([]));

        let place = format!("{path}/jit/sso-connectors");
        machine.post(&place, json!({ "ssoConnectorIds": [connector] })).await.ok();
        assert_eq!(ids(&machine.get(&place).await.ok()), [connector.as_str()]);
        machine.put(&place, json!({ "ssoConnectorIds": [] })).await.ok();
        assert_eq!(machine.get(&place).await.ok(), json!([]));
    }

    async fn a_user_whom_an_operator_creates_joins_nothing_by_address(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let path = organization(&machine).await;
        machine.put(&format!("{path}/jit/email-domains"), json!({ "emailDomains": ["Acme.example"] })).await.ok();

        // Whoever comes by themselves joins; whom an operator creates goes where the operator puts them.
        let created = create(&machine, "/api/users", json!({ "primaryEmail": "ada@acme.EXAMPLE" })).await;
        let organizations = machine.get(&format!("/api/users/{created}/organizations")).await.ok();
        assert_eq!(organizations, json!([]));
    }
}
