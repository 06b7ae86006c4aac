//! Certificates that enterprise connectors sign their requests with.

use crate::harness::{Caller, Server};
use portico_store::both_databases;
use serde_json::{Value, json};

const METADATA: &str = include_str!("saml_metadata.xml");

async fn create_connector(machine: &Caller, provider: &str, name: &str) -> String {
    let body = json!({ "providerName": provider, "connectorName": name });
    let created = machine.post("/api/sso-connectors", body).await.ok();
    format!("/api/sso-connectors/{}", created["id"].as_str().unwrap())
}

async fn create_key(machine: &Caller, connector: &str, body: Value) -> Value {
    let answer = machine.post(&format!("{connector}/signing-keys"), body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body
}

both_databases! {
    async fn requests_are_signed_with_an_active_key_only(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let connector = create_connector(&machine, "SAML", "Acme").await;
        let keys = format!("{connector}/signing-keys");
        assert_eq!(machine.get(&keys).await.ok(), json!([]));
        let sign = |on: bool| json!({ "config": { "metadata": METADATA, "signAuthnRequest": on } });
        let refusal = (400, "single_sign_on.active_signing_key_required");
        assert_eq!(machine.patch(&connector, sign(true)).await.refusal(), refusal);

        let first = create_key(&machine, &connector, json!({})).await;
        assert_eq!((&first["active"], &first["privateKey"]), (&json!(false), &Value::Null));
        let key = |key: &Value| format!("{keys}/{}", key["id"].as_str().unwrap());
        assert_eq!(machine.patch(&connector, sign(true)).await.refusal(), refusal);
        assert_eq!(machine.patch(&key(&first), json!({ "active": true })).await.ok()["active"], true);
        machine.patch(&connector, sign(true)).await.ok();
        let in_use = machine.patch(&key(&first), json!({ "active": false })).await;
        assert_eq!(in_use.refusal(), (400, "single_sign_on.can_not_deactivate_signing_key_in_use"));
        let active = machine.delete(&key(&first)).await;
        assert_eq!(active.refusal(), (400, "single_sign_on.can_not_delete_active_signing_key"));

        let second = create_key(&machine, &connector, json!({ "active": true })).await;
        let listed = machine.get(&keys).await.ok();
        let active: Vec<&Value> = listed.as_array().unwrap().iter().filter(|key| key["active"] == true).collect();
        assert_eq!((active.len(), &active[0]["id"]), (1, &second["id"]));
        // The one that is not in use is as free as before.
        machine.patch(&key(&first), json!({ "active": false })).await.ok();
        assert_eq!(machine.delete(&key(&first)).await.status.as_u16(), 204);
        machine.patch(&connector, sign(false)).await.ok();
        assert_eq!(machine.patch(&key(&second), json!({ "active": false })).await.ok()["active"], false);
        assert_eq!(machine.patch(&connector, sign(true)).await.refusal(), refusal);
    }

    async fn keys_are_those_of_the_connector(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let connector = create_connector(&machine, "SAML", "Acme").await;
        let key = create_key(&machine, &connector, json!({ "active": false })).await;
        let id = key["id"].as_str().unwrap();
        let other = create_connector(&machine, "SAML", "Other").await;
        for path in [format!("{other}/signing-keys/{id}"), format!("{connector}/signing-keys/nothing")] {
            assert_eq!(machine.patch(&path, json!({ "active": true })).await.refusal(), (404, "entity.not_found"));
            assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
        }
        let wrong = machine.patch(&format!("{connector}/signing-keys/{id}"), json!({})).await;
        assert_eq!(wrong.refusal(), (400, "guard.invalid_input"));
        let oidc = create_connector(&machine, "OIDC", "Oidc").await;
        assert_eq!(machine.get(&format!("{oidc}/signing-keys")).await.refusal(), (404, "connector.not_found"));
        let foreign = server.admin_machine().await;
        assert_eq!(foreign.get(&format!("{connector}/signing-keys")).await.refusal(), (404, "entity.not_exists_with_id"));
    }
}
