//! Webhooks as the Management API keeps them.

use crate::harness::Server;
use portico_store::{both_databases, testing::TestDb};
use serde_json::json;

const PATH: &str = "/api/hooks";

#[tokio::test]
async fn what_no_webhook_can_be_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for body in [
        json!({}),
        json!({ "events": ["PostSignIn"] }),
        json!({ "name": "", "events": ["PostSignIn"], "config": { "url": "x" } }),
        json!({ "events": [], "config": { "url": "x" } }),
        json!({ "events": ["No.Such"], "config": { "url": "x" } }),
        json!({ "events": ["PostSignIn"], "config": { "url": "x", "retries": 4 } }),
        json!({ "events": ["PostSignIn"], "config": { "url": "x", "headers": { "a": 1 } } }),
    ] {
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    let without = machine.post(PATH, json!({ "config": { "url": "x" } })).await;
    assert_eq!(without.refusal(), (400, "hook.missing_events"));
    assert_eq!(machine.get("/api/hooks/x").await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(
        machine.patch("/api/hooks/x", json!({ "name": "y" })).await.refusal(),
        (404, "entity.not_exists")
    );
    assert_eq!(
        machine.patch("/api/hooks/x/signing-key", json!({})).await.refusal(),
        (404, "entity.not_exists")
    );
    assert_eq!(machine.delete("/api/hooks/x").await.refusal(), (404, "entity.not_found"));
}

both_databases! {
    async fn a_webhook_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let body = json!({
            "name": "mine", "events": ["PostSignIn", "PostSignIn", "User.Created"],
            "config": { "url": "https://hooks.example", "headers": { "x-a": "b" }, "retries": 2 },
        });
        let created = machine.post(PATH, body).await;
        assert_eq!(created.status.as_u16(), 201);
        let hook = created.body;
        assert_eq!((&hook["events"], &hook["event"]), (&json!(["PostSignIn", "User.Created"]), &json!(null)));
        assert_eq!((&hook["enabled"], &hook["config"]["retries"]), (&json!(true), &json!(2)));
        assert_eq!(hook["signingKey"].as_str().unwrap().len(), 32);
        let path = format!("{PATH}/{}", hook["id"].as_str().unwrap());
        assert_eq!(machine.get(&path).await.ok(), hook);

        let changed = machine.patch(&path, json!({ "enabled": false, "config": { "url": "https://b.example" } })).await.ok();
        assert_eq!((&changed["config"], &changed["name"]), (&json!({ "url": "https://b.example" }), &json!("mine")));
        let rotated = machine.patch(&format!("{path}/signing-key"), json!({})).await.ok();
        assert_ne!(rotated["signingKey"], hook["signingKey"]);

        server.clock.advance_ms(1);
        machine.post(PATH, json!({ "event": "PostSignIn", "config": { "url": "x" } })).await.ok();
        let list = machine.get(&format!("{PATH}?includeExecutionStats=true")).await;
        assert!(list.header_values("total-number").is_empty());
        assert_eq!(list.body[1]["executionStats"], json!({ "successCount": 0, "requestCount": 0 }));
        let page = machine.get(&format!("{PATH}?page=2&page_size=1")).await;
        assert_eq!(page.header_values("total-number"), ["2"]);
        assert_eq!(page.body, json!([rotated]));

        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn another_tenants_webhook_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let body = json!({ "events": ["PostSignIn"], "config": { "url": "x" } });
        let created = server.admin_machine().await.post(PATH, body).await.ok();
        let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
        let machine = server.machine().await;
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.patch(&path, json!({ "name": "x" })).await.refusal(), (404, "entity.not_exists"));
        assert_eq!(machine.patch(&format!("{path}/signing-key"), json!({})).await.refusal(), (404, "entity.not_exists"));
        assert_eq!(machine.get(&format!("{path}/recent-logs")).await.ok(), json!([]));
        assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
    }
}
