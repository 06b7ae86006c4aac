//! Starting, switching and looking at a flow.

use crate::world::{NOW_MS, World};
use axum::http::Method;
use portico_model::sign_in_experience::SignInMode;
use portico_store::both_databases;
use serde_json::json;

both_databases! {
    async fn nothing_works_without_the_browser_s_interaction(db: &TestDb) {
        let world = World::new(db).await;
        let mut browser = world.browser().await;
        let start = json!({ "interactionEvent": "SignIn" });
        // A started flow is needed for everything but starting.
        let answer = browser.password("username", "ada", "x").await;
        assert_eq!(answer.error(), (404, "session.interaction_not_found"));
        assert_eq!(browser.submit().await.error(), (404, "session.interaction_not_found"));

        let good = browser.cookie.clone();
        browser.cookie = good.replace(".sig=", ".sig=x");
        assert_eq!(browser.put("", start.clone()).await.error(), (400, "session.not_found"));
        browser.cookie = String::new();
        let answer = browser.put("", start.clone()).await;
        assert_eq!(answer.error(), (400, "session.not_found"));
        assert_eq!(answer.text("error"), "invalid_request");
        assert_eq!(answer.text("error_description"), "interaction session not found");
        browser.cookie = good;
        browser.put("", start.clone()).await.expect(204);

        world.clock.set(NOW_MS + 3_600_000);
        assert_eq!(browser.put("", start).await.error(), (400, "session.not_found"));
    }

    async fn bodies_are_checked_and_faults_located(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("SignIn").await;
        let answer = browser.put("", json!({ "interactionEvent": "Nope" })).await;
        assert_eq!(answer.error(), (400, "guard.invalid_input"));
        let issue = &answer.body["data"]["issues"][0];
        assert_eq!(issue["code"], "invalid_enum_value");
        assert_eq!(issue["path"], json!(["interactionEvent"]));
        assert_eq!(issue["options"], json!(["SignIn", "Register", "ForgotPassword"]));

        let body = json!({ "identifier": { "type": "nope", "value": 1 } });
        let answer = browser.post("verification/password", body).await;
        assert_eq!(answer.error(), (400, "guard.invalid_input"));
        let answer = browser.password("username", "ada", "").await;
        assert_eq!(answer.body["data"]["issues"][0]["path"], json!(["password"]));
        let answer = browser.post("identification", json!({})).await;
        assert_eq!(answer.error(), (400, "guard.invalid_input"));
    }

    async fn a_fresh_flow_shows_nothing(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("Register").await;
        let expected = json!({
            "interactionEvent": "Register",
            "profile": {},
            "verificationRecords": [],
            "mfa": {},
            "signInContext": {},
            "captcha": { "verified": false, "skipped": false },
        });
        assert_eq!(browser.state().await, expected);
        assert_eq!(browser.submit().await.error(), (404, "session.identifier_not_found"));
    }

    async fn the_sign_in_mode_closes_doors(db: &TestDb) {
        let world = World::new(db).await;
        world.settings(|settings| settings.sign_in_mode = SignInMode::SignIn).await;
        let browser = world.started("SignIn").await;
        assert_eq!(browser.switch("Register").await.error(), (403, "auth.forbidden"));
        browser.start("Register").await;
        let proof = browser.new_identity("ada", crate::world::PASSWORD).await.expect(200).text("verificationId");
        assert_eq!(browser.identify(&proof).await.error(), (403, "auth.forbidden"));
        assert_eq!(world.count_users().await, 0);

        world.settings(|settings| settings.sign_in_mode = SignInMode::Register).await;
        let browser = world.started("Register").await;
        assert_eq!(browser.switch("SignIn").await.error(), (403, "auth.forbidden"));
        let answer = browser.switch("ForgotPassword").await;
        assert_eq!(answer.error(), (400, "session.not_supported_for_forgot_password"));
    }

    async fn starting_over_forgets_everything(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        assert!(browser.state().await["userId"].is_string());
        browser.start("SignIn").await;
        let state = browser.state().await;
        assert!(state.get("userId").is_none());
        assert_eq!(state["verificationRecords"], json!([]));
        assert_eq!(browser.submit().await.error(), (404, "session.identifier_not_found"));
    }

    async fn a_captcha_is_demanded_where_the_policy_says_so(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let answer = world.browser().await.put("", json!({ "interactionEvent": "SignIn", "captchaToken": "x" })).await;
        assert_eq!(answer.error(), (422, "session.captcha_failed"));
        world.settings(|settings| settings.captcha_policy.enabled = Some(true)).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        assert_eq!(browser.submit().await.error(), (422, "session.captcha_required"));
    }

    async fn giving_up_tells_the_client(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("SignIn").await;
        browser.call(Method::DELETE, "/api/interaction", None).await.expect(204);
        assert_eq!(browser.result().await["error"], "access_denied");
        assert_eq!(browser.submit().await.error(), (404, "session.interaction_not_found"));

        // Who thinks better of it starts over.
        world.user("ada", |_| {}).await;
        browser.start("SignIn").await;
        browser.sign_in("ada").await;
        browser.submit().await.expect(200);
        let result = browser.result().await;
        assert!(result.get("error").is_none() && result["login"]["accountId"].is_string(), "{result}");
    }

    async fn no_enterprise_connector_is_in_charge_of_any_address(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.browser().await;
        let path = "/api/experience/sso-connectors?email=";
        let answer = browser.call(Method::GET, &format!("{path}ada@example.com"), None).await.expect(200);
        assert_eq!(answer.body, json!({ "connectorIds": [] }));
        let answer = browser.call(Method::GET, &format!("{path}nope"), None).await;
        assert_eq!(answer.error(), (400, "guard.invalid_input"));
    }
}
