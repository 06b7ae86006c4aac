//! The committed OpenAPI document is the one that the server sends.

use crate::harness::Server;
use portico_server::router::{Api, openapi_json};
use portico_store::testing::TestDb;

#[test]
fn the_committed_management_document_is_current() {
    let committed = include_str!("../../../../openapi/management.json");
    let current = openapi_json(Api::Management).unwrap();
    let hint = "run `portico openapi management > openapi/management.json`";
    assert!(committed.trim_end() == current.trim_end(), "{hint}");
}

#[tokio::test]
async fn the_document_is_public_and_the_same_at_both_addresses() {
    let db = TestDb::sqlite().await;
    let anonymous = Server::new(&db).anonymous();
    let document = anonymous.get("/api/.well-known/management.openapi.json").await.ok();
    assert_eq!(document["openapi"], "3.0.3");
    assert_eq!(anonymous.get("/api/swagger.json").await.ok(), document);
    // A path of each kind: closed, and public from another crate.
    assert!(document["paths"]["/api/users"]["get"]["responses"]["401"].is_object());
    assert!(document["paths"]["/api/.well-known/sign-in-exp"]["get"]["responses"]["401"].is_null());
}

#[tokio::test]
async fn every_api_has_a_document_in_the_notation_that_tools_read() {
    let db = TestDb::sqlite().await;
    let anonymous = Server::new(&db).anonymous();
    for name in ["management", "experience", "user"] {
        let document = anonymous.get(&format!("/api/.well-known/{name}.openapi.json")).await.ok();
        assert_eq!(document["openapi"], "3.0.3", "{name}");
        assert!(document["paths"].is_object(), "{name}");
        let text = document.to_string();
        assert!(!text.contains("\"null\"") && !text.contains("propertyNames"), "{name}");
    }
}
