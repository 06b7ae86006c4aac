//! Codes that an operator's own server sends and checks.

use crate::harness::Server;
use portico_store::both_databases;
use serde_json::json;

const PATH: &str = "/api/verification-codes";

both_databases! {
    async fn a_code_is_sent_with_the_tenants_template_and_works_once(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let details = json!({ "subject": "s", "content": "{{code}}" });
        let template = json!({ "languageTag": "en", "templateType": "Generic", "details": details });
        machine.put("/api/email-templates", json!({ "templates": [template] })).await.ok();
        let to = json!({ "email": "ada@example.com" });
        assert_eq!(machine.post(PATH, to.clone()).await.refusal(), (501, "connector.not_found"));
        machine.post("/api/connectors", json!({ "connectorId": "post-email", "config": {} })).await.ok();

        assert_eq!(machine.post(PATH, to).await.status.as_u16(), 204);
        let message = server.post.last();
        assert_eq!(message.template.unwrap().subject, "s");
        assert_eq!(message.payload["locale"], "en");
        let verify = || {
            let body = json!({ "email": "ada@example.com", "verificationCode": server.post.code() });
            machine.post("/api/verification-codes/verify", body)
        };
        assert_eq!(verify().await.status.as_u16(), 204);
        assert_eq!(verify().await.refusal(), (400, "verification_code.not_found"));
    }
}
