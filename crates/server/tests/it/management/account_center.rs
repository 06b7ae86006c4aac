//! Settings of the account pages.

use crate::harness::Server;
use portico_store::{both_databases, testing::TestDb};
use serde_json::json;

const PATH: &str = "/api/account-center";

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for body in [
        json!({ "enabled": null }),
        json!({ "fields": { "name": "Sometimes" } }),
        json!({ "deleteAccountUrl": "javascript:alert(1)" }),
        json!({ "deleteAccountUrl": "example.com" }),
        json!({ "webauthnRelatedOrigins": "https://a.example" }),
        json!({ "profileFields": [{}] }),
    ] {
        assert_eq!(machine.patch(PATH, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    let twice = json!({ "profileFields": [{ "name": "x" }, { "name": "x" }] });
    assert_eq!(machine.patch(PATH, twice).await.refusal(), (400, "request.invalid_input"));
}

both_databases! {
    async fn what_is_not_named_stays(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let seeded = machine.get(PATH).await.ok();
        assert_eq!((&seeded["id"], &seeded["enabled"], &seeded["fields"]), (&json!("default"), &json!(false), &json!({})));
        let field = json!({ "name": "nickname", "type": "Text", "label": "Nickname", "required": false });
        machine.post("/api/custom-profile-fields", field).await.ok();

        let patch = json!({
            "enabled": true,
            "fields": { "username": "Edit", "customData": "ReadOnly" },
            "webauthnRelatedOrigins": ["https://a.example", "https://a.example"],
            "deleteAccountUrl": "https://a.example/leave",
            "profileFields": [{ "name": "unknown" }, { "name": "nickname" }],
        });
        let changed = machine.patch(PATH, patch).await.ok();
        assert_eq!(changed["fields"], json!({ "username": "Edit", "customData": "ReadOnly" }));
        assert_eq!(changed["webauthnRelatedOrigins"], json!(["https://a.example"]));
        assert_eq!(changed["profileFields"], json!([{ "name": "nickname" }]));
        assert_eq!(machine.get(PATH).await.ok(), changed);

        let cleared = machine.patch(PATH, json!({ "deleteAccountUrl": "", "fields": {} })).await.ok();
        assert_eq!((&cleared["deleteAccountUrl"], &cleared["fields"]), (&json!(null), &json!({})));
        assert_eq!((&cleared["enabled"], &cleared["profileFields"]), (&changed["enabled"], &changed["profileFields"]));
        let public = server.anonymous().get("/api/.well-known/account-center").await.ok();
        assert_eq!(public, cleared);

        let elsewhere = server.admin_machine().await.get(PATH).await.ok();
        assert_eq!(elsewhere["tenantId"], "admin");
        assert_eq!(elsewhere["fields"]["name"], "Edit");
    }
}
