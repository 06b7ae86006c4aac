//! Subject tokens.

use crate::harness::Server;
use portico_identity::subject_tokens;
use portico_model::TenantId;
use portico_store::both_databases;
use serde_json::json;

const PATH: &str = "/api/subject-tokens";

both_databases! {
    async fn a_token_stands_for_a_user_once_and_not_for_long(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        assert_eq!(machine.post(PATH, json!({})).await.refusal(), (400, "guard.invalid_input"));
        let nobody = machine.post(PATH, json!({ "userId": "nope" })).await;
        assert_eq!(nobody.refusal(), (404, "entity.relation_foreign_key_not_found"));
        let theirs = server.admin_machine().await.post("/api/users", json!({ "username": "eve" })).await.ok();
        let stranger = machine.post(PATH, json!({ "userId": theirs["id"] })).await;
        assert_eq!(stranger.refusal(), (404, "entity.relation_foreign_key_not_found"));

        let user = machine.post("/api/users", json!({ "username": "ada" })).await.ok();
        let body = json!({ "userId": user["id"], "context": { "reason": "support" } });
        let ctx = server.ctx(&TenantId::default_tenant());
        let mut tokens = Vec::new();
        for _ in 0..2 {
            let answer = machine.post(PATH, body.clone()).await;
            assert_eq!((answer.status.as_u16(), &answer.body["expiresIn"]), (201, &json!(600)));
            let token = answer.body["subjectToken"].as_str().unwrap().to_owned();
            assert!(token.starts_with("sub_") && token.len() == 25, "{token}");
            tokens.push(subject_tokens::find(&ctx, &token).await.unwrap().unwrap());
        }
        assert_eq!((tokens[0].creator_id.as_str(), &tokens[0].context["reason"]), ("machine", &json!("support")));
        assert!(subject_tokens::consume(&ctx, &tokens[0]).await.unwrap());
        assert!(!subject_tokens::consume(&ctx, &tokens[0]).await.unwrap());
        server.clock.advance_ms(600_000);
        assert!(!subject_tokens::consume(&ctx, &tokens[1]).await.unwrap());
    }
}
