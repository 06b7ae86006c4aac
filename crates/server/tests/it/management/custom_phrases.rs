//! A tenant's own texts, and what the pages then say.

use crate::harness::Server;
use portico_store::{both_databases, testing::TestDb};
use serde_json::json;

#[tokio::test]
async fn texts_without_a_place_are_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (tag, body, refusal) in [
        ("zh-ZH", json!({ "list": { "and": "&" } }), (400, "guard.invalid_input")),
        ("zh", json!({ "invalid": "x" }), (422, "localization.invalid_translation_structure")),
        ("zh", json!({ "list": "x" }), (422, "localization.invalid_translation_structure")),
    ] {
        assert_eq!(machine.put(&format!("/api/custom-phrases/{tag}"), body).await.refusal(), refusal);
    }
    assert_eq!(machine.get("/api/custom-phrases/zh-ZH").await.refusal(), (400, "guard.invalid_input"));
    assert_eq!(machine.get("/api/custom-phrases/zh-TW").await.refusal(), (404, "entity.not_found"));
    assert_eq!(machine.delete("/api/custom-phrases/zh-TW").await.refusal(), (404, "entity.not_found"));
    let fallback = machine.delete("/api/custom-phrases/en").await;
    assert_eq!(fallback.refusal(), (409, "localization.cannot_delete_default_language"));
}

both_databases! {
    async fn pages_speak_a_language_that_the_tenant_added(db: &TestDb) {
        let server = Server::new(db);
        let (machine, anonymous) = (server.machine().await, server.anonymous());
        let texts = json!({ "action": { "confirm": "Xong" }, "list": { "and": "" } });
        let created = machine.put("/api/custom-phrases/vi-VN", texts).await;
        assert_eq!(created.status.as_u16(), 201);
        // Empty texts say nothing and are not kept.
        assert_eq!(created.body["translation"], json!({ "action": { "confirm": "Xong" } }));
        assert_eq!(machine.get("/api/custom-phrases/vi-VN").await.ok(), created.body);
        assert_eq!(machine.get("/api/custom-phrases").await.ok(), json!([created.body]));

        let english = anonymous.get("/api/.well-known/phrases?lng=en").await.ok();
        let answer = anonymous.get("/api/.well-known/phrases?lng=vi-VN").await;
        assert_eq!(answer.header_values("content-language"), ["vi-VN"]);
        assert_eq!(answer.body["translation"]["action"]["confirm"], "Xong");
        assert_eq!(answer.body["translation"]["list"], english["translation"]["list"]);

        let language = json!({ "languageInfo": { "autoDetect": false, "fallbackLanguage": "vi-VN" } });
        machine.patch("/api/sign-in-exp", language).await.ok();
        let answer = anonymous.get("/api/.well-known/phrases").await;
        assert_eq!(answer.header_values("content-language"), ["vi-VN"]);
        let kept = machine.delete("/api/custom-phrases/vi-VN").await;
        assert_eq!(kept.refusal(), (409, "localization.cannot_delete_default_language"));

        let language = json!({ "languageInfo": { "autoDetect": false, "fallbackLanguage": "en" } });
        machine.patch("/api/sign-in-exp", language).await.ok();
        assert_eq!(machine.delete("/api/custom-phrases/vi-VN").await.status.as_u16(), 204);
        let answer = anonymous.get("/api/.well-known/phrases?lng=vi-VN").await;
        assert_eq!(answer.header_values("content-language"), ["en"]);
    }

    async fn new_texts_replace_the_old_ones(db: &TestDb) {
        let server = Server::new(db);
        let (machine, anonymous) = (server.machine().await, server.anonymous());
        let first = machine.put("/api/custom-phrases/en", json!({ "list": { "and": "&" } })).await.ok();
        let said = anonymous.get("/api/.well-known/phrases?lng=en").await.ok();
        assert_eq!(said["translation"]["list"]["and"], "&");
        let second = machine.put("/api/custom-phrases/en", json!({ "list": { "or": "/" } })).await.ok();
        assert_eq!(second["id"], first["id"]);
        let said = anonymous.get("/api/.well-known/phrases?lng=en").await.ok();
        assert_eq!((&said["translation"]["list"]["or"], said["translation"]["list"]["and"] == "&"), (&json!("/"), false));
    }

    async fn another_tenant_says_what_it_said(db: &TestDb) {
        let server = Server::new(db);
        server.admin_machine().await.put("/api/custom-phrases/zh", json!({ "list": { "and": "&" } })).await.ok();
        assert_eq!(server.machine().await.get("/api/custom-phrases").await.ok(), json!([]));
    }
}
