//! Small settings and facts: clients with metadata documents, what the server was set up with, secrets.

use crate::harness::{NOW_MS, Server};
use portico_crypto::seal::Sealed;
use portico_identity::Settings;
use portico_model::{TenantId, secret::TokenSetMetadata};
use portico_store::{
    StoreError, Tx, both_databases,
    secrets::{self, SocialTokenSet},
    testing::TestDb,
};
use serde_json::json;

const CIMD: &str = "/api/configs/cimd";

#[tokio::test]
async fn documents_are_not_fetched_where_private_networks_are_open() {
    let db = TestDb::sqlite().await;
    let settings = Settings { outbound_allow_private: true, ..Settings::default() };
    let machine = Server::with_settings(&db, settings).machine().await;
    assert_eq!(
        machine.patch(CIMD, json!({ "enabled": true })).await.refusal(),
        (422, "request.invalid_input")
    );
    assert_eq!(machine.patch(CIMD, json!({ "enabled": 1 })).await.refusal(), (400, "guard.invalid_input"));
    assert_eq!(machine.get(CIMD).await.ok(), json!({ "enabled": false }));
}

#[tokio::test]
async fn the_domain_of_protected_applications_is_told_where_there_is_one() {
    let db = TestDb::sqlite().await;
    let path = "/api/systems/application";
    let without = Server::new(&db).machine().await.get(path).await;
    assert_eq!(without.refusal(), (501, "application.protected_app_not_configured"));
    let settings = Settings { protected_app_domain: Some("apps.example".to_owned()), ..Settings::default() };
    let with = Server::with_settings(&db, settings).machine().await.get(path).await.ok();
    assert_eq!(with, json!({ "protectedApps": { "defaultDomain": "apps.example" } }));
}

both_databases! {
    async fn a_secret_is_forgotten_for_good(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let connector = machine.post("/api/connectors", json!({
            "connectorId": "github-universal", "config": { "clientId": "a", "clientSecret": "b" },
        })).await.ok();
        let user = machine.post("/api/users", json!({ "username": "person" })).await.ok();
        let (tenant, user_id) = (TenantId::default_tenant(), user["id"].as_str().unwrap().to_owned());
        let connector_id = connector["id"].as_str().unwrap().to_owned();
        let id = db.write(move |tx: &Tx| Box::pin(async move {
            let bytes = || vec![1, 2, 3];
            let sealed = Sealed { iv: bytes(), ciphertext: bytes(), auth_tag: bytes(), encrypted_dek: bytes() };
            let tokens = SocialTokenSet {
                connector_id: &connector_id, target: "github", identity_id: "1", sealed: &sealed,
                metadata: &TokenSetMetadata::default(),
            };
            secrets::replace_social_token_set(tx, &tenant, &user_id, &tokens, NOW_MS).await?;
            let found = secrets::find_social_token_set(tx, &tenant, &user_id, "github").await?;
            found.map(|secret| secret.id).ok_or(StoreError::NotFound)
        })).await.unwrap();
        let path = format!("/api/secrets/{id}");
        assert_eq!(server.admin_machine().await.delete(&path).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
    }

    async fn metadata_documents_are_off_until_turned_on(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        assert_eq!(machine.get(CIMD).await.ok(), json!({ "enabled": false }));
        assert_eq!(machine.patch(CIMD, json!({ "enabled": true })).await.ok(), json!({ "enabled": true }));
        assert_eq!(machine.patch(CIMD, json!({})).await.ok(), json!({ "enabled": true }));
        assert_eq!(machine.get(CIMD).await.ok(), json!({ "enabled": true }));
        assert_eq!(server.admin_machine().await.get(CIMD).await.ok(), json!({ "enabled": false }));
    }
}
