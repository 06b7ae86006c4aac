//! Small settings and facts: clients with metadata documents, what the server was set up with, secrets.

use crate::harness::Server;
use portico_identity::Settings;
use portico_store::{both_databases, testing::TestDb};
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
