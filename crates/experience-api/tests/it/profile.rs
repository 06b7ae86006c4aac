//! Filling in what an account lacks while signing in.

use crate::world::{PASSWORD, World};
use portico_store::both_databases;
use serde_json::json;

both_databases! {
    async fn what_is_filled_in_is_written_at_the_end(db: &TestDb) {
        let world = World::new(db).await;
        let ada = world.user("ada", |user| user.password_updated_at = Some(7)).await;
        let browser = world.started("SignIn").await;
        let early = browser.post("profile", json!({ "type": "username", "value": "x" })).await;
        assert_eq!(early.error(), (404, "session.identifier_not_found"));
        browser.sign_in("ada").await;
        let values = json!({ "name": "Ada", "nickname": "A", "team": "engine" });
        browser.post("profile", json!({ "type": "extraProfile", "values": values })).await.expect(204);
        assert_eq!(world.find_user("ada").await.unwrap(), ada);
        browser.submit().await.expect(200);
        let stored = world.find_user("ada").await.unwrap();
        assert_eq!(stored.name.as_deref(), Some("Ada"));
        assert_eq!(stored.profile.nickname.as_deref(), Some("A"));
        assert_eq!(json!(stored.custom_data), json!({ "team": "engine" }));
        assert_eq!(stored.password_updated_at, Some(7));
    }

    async fn what_is_there_is_not_replaced(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        for (body, code) in [
            (json!({ "type": "username", "value": "other" }), "user.username_exists_in_profile"),
            (json!({ "type": "password", "value": PASSWORD }), "user.password_exists_in_profile"),
            (json!({ "type": "username", "value": "a-b" }), "user.username_invalid_charset_hard"),
        ] {
            assert_eq!(browser.post("profile", body).await.error(), (422, code));
        }
        let body = json!({ "type": "social", "verificationId": "nope" });
        assert_eq!(browser.post("profile", body).await.error(), (404, "session.verification_session_not_found"));
        let body = json!({ "type": "extraProfile", "values": { "a b": 1 } });
        assert_eq!(browser.post("profile", body).await.error(), (400, "guard.invalid_input"));
        let body = json!({ "type": "extraProfile", "values": { "username": "x" } });
        let refused = browser.post("profile", body).await;
        assert_eq!(refused.error(), (400, "custom_profile_fields.name_conflict_sign_in_identifier"));
    }

    async fn a_name_taken_meanwhile_is_refused_at_the_end(db: &TestDb) {
        let world = World::new(db).await;
        world.user("nobody", |user| {
            user.username = None;
            user.primary_email = Some("ada@example.com".into());
        }).await;
        world.settings(|settings| {
            settings.sign_in.methods[0].identifier = portico_model::sign_in_experience::SignInIdentifier::Email;
        }).await;
        let browser = world.started("SignIn").await;
        let proof = browser.password("email", "ada@example.com", PASSWORD).await.expect(200).text("verificationId");
        browser.identify(&proof).await.expect(204);
        assert_eq!(browser.submit().await.body["data"], json!({ "missingProfile": ["username"] }));
        browser.post("profile", json!({ "type": "username", "value": "ada" })).await.expect(204);
        world.user("ada", |_| {}).await;
        assert_eq!(browser.submit().await.error(), (422, "user.username_already_in_use"));
    }

    async fn a_password_is_not_reset_without_a_code_sent_to_the_owner(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        let answer = browser.put("/profile/password", json!({ "password": PASSWORD })).await;
        assert_eq!(answer.error(), (400, "session.invalid_interaction_type"));
        browser.start("ForgotPassword").await;
        let answer = browser.put("/profile/password", json!({ "password": PASSWORD })).await;
        assert_eq!(answer.error(), (404, "session.identifier_not_found"));
        let proof = browser.password("username", "ada", PASSWORD).await.expect(200).text("verificationId");
        let answer = browser.identify(&proof).await;
        assert_eq!(answer.error(), (422, "session.not_supported_for_forgot_password"));
        let answer = browser.post("profile", json!({ "type": "username", "value": "x" })).await;
        assert_eq!(answer.error(), (400, "session.not_supported_for_forgot_password"));
        assert_eq!(browser.submit().await.error(), (404, "session.identifier_not_found"));
    }
}
