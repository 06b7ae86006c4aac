//! The captcha service of a tenant.

use crate::harness::{NOW_MS, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::json;

const PATH: &str = "/api/captcha-provider";

#[tokio::test]
async fn what_is_no_captcha_service_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for config in [
        json!(null),
        json!({}),
        json!({ "type": "Other", "siteKey": "a", "secretKey": "b" }),
        json!({ "type": "Turnstile", "siteKey": "a" }),
        json!({ "type": "Turnstile", "siteKey": "", "secretKey": "b" }),
        json!({ "type": "RecaptchaEnterprise", "siteKey": "a", "secretKey": "b" }),
        json!({ "type": "RecaptchaEnterprise", "siteKey": "a", "secretKey": "b", "projectId": "c", "mode": "loud" }),
        json!({ "type": "RecaptchaEnterprise", "siteKey": "a", "secretKey": "b", "projectId": "c", "domain": "a/b" }),
    ] {
        let answer = machine.put(PATH, json!({ "config": config })).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{config}");
    }
    assert_eq!(machine.get(PATH).await.refusal(), (404, "entity.not_found"));
    assert_eq!(machine.delete(PATH).await.refusal(), (404, "entity.not_found"));
}

both_databases! {
    async fn one_service_takes_the_place_of_another(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let turnstile = json!({ "type": "Turnstile", "siteKey": "site", "secretKey": "secret" });
        let first = machine.put(PATH, json!({ "config": turnstile })).await.ok();
        assert_eq!((&first["config"], &first["createdAt"]), (&turnstile, &json!(NOW_MS)));

        server.clock.advance_ms(5);
        let google = json!({ "type": "RecaptchaEnterprise", "siteKey": "site", "secretKey": "secret",
            "projectId": "project", "domain": "recaptcha.example", "mode": "checkbox" });
        let second = machine.put(PATH, json!({ "config": google })).await.ok();
        assert_eq!((&second["config"], &second["id"]), (&google, &first["id"]));
        assert_eq!((&second["createdAt"], &second["updatedAt"]), (&json!(NOW_MS), &json!(NOW_MS + 5)));
        assert_eq!(machine.get(PATH).await.ok(), second);
        assert_eq!(server.admin_machine().await.get(PATH).await.refusal(), (404, "entity.not_found"));
    }

    async fn without_a_service_nobody_is_asked(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let config = json!({ "type": "Turnstile", "siteKey": "site", "secretKey": "secret" });
        machine.put(PATH, json!({ "config": config })).await.ok();
        machine.patch("/api/sign-in-exp", json!({ "captchaPolicy": { "enabled": true } })).await.ok();
        assert_eq!(machine.delete(PATH).await.status.as_u16(), 204);
        let settings = machine.get("/api/sign-in-exp").await.ok();
        assert_eq!(settings["captchaPolicy"], json!({ "enabled": false }));
    }
}
