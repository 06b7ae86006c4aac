//! Signing in with a password.

use crate::world::{NOW_MS, PASSWORD, World};
use portico_model::user::PasswordEncryptionMethod;
use portico_store::both_databases;
use serde_json::json;

both_databases! {
    async fn a_person_signs_in(db: &TestDb) {
        let world = World::new(db).await;
        let ada = world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        world.clock.advance_ms(1000);
        let answer = browser.submit().await.expect(200);
        assert_eq!(answer.body, json!({ "redirectTo": format!("http://localhost:3001/oidc/auth/{}", browser.uid) }));
        assert_eq!(browser.result().await["login"], json!({ "accountId": ada.id }));
        let stored = world.find_user("ada").await.unwrap();
        assert_eq!(stored.last_sign_in_at, Some(NOW_MS + 1000));

        let logs = world.logs().await;
        let mut keys: Vec<&str> = logs.iter().map(|log| log.key.as_str()).collect();
        keys.sort_unstable();
        let expected = [
            "Interaction.SignIn.Create",
            "Interaction.SignIn.Identifier.Submit",
            "Interaction.SignIn.Submit",
            "Interaction.SignIn.Verification.Password.Submit",
        ];
        assert_eq!(keys, expected);
        // The clock moved before the last one only.
        let last = &logs[3].payload;
        assert_eq!(last["result"], "Success");
        assert_eq!(last["userId"], json!(ada.id));
        assert_eq!(last["applicationId"], "an-application");
        assert_eq!(last["sessionId"], json!(browser.uid));
        let everything = json!(logs.iter().map(|log| &log.payload).collect::<Vec<_>>()).to_string();
        assert!(!everything.contains(PASSWORD) && !everything.contains("argon2"), "{everything}");
        let stored = browser.result().await.to_string();
        assert!(!stored.contains(PASSWORD) && !stored.contains("argon2"), "{stored}");
    }

    async fn an_unknown_person_and_a_wrong_password_look_the_same(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        world.user("without", |user| user.password_encrypted = None).await;
        world.user("suspended", |user| user.is_suspended = true).await;
        let browser = world.started("SignIn").await;
        let wrong = browser.password("username", "ada", "wrong").await;
        assert_eq!(wrong.error(), (422, "session.invalid_credentials"));
        for (kind, value) in [
            ("username", "nobody"),
            ("username", "without"),
            ("username", "suspended"),
            ("email", "nobody@example.com"),
            ("phone", "15550100"),
        ] {
            let answer = browser.password(kind, value, "wrong").await;
            assert_eq!((answer.status, &answer.body), (wrong.status, &wrong.body), "{value}");
            let names = |headers: &http::HeaderMap| -> Vec<String> {
                headers.keys().map(ToString::to_string).collect()
            };
            assert_eq!(names(&answer.headers), names(&wrong.headers), "{value}");
        }
        assert_eq!(browser.state().await["verificationRecords"], json!([]));
    }

    async fn only_the_owner_learns_that_an_account_is_suspended(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |user| user.is_suspended = true).await;
        let browser = world.started("SignIn").await;
        assert_eq!(browser.password("username", "ada", PASSWORD).await.error(), (401, "user.suspended"));
    }

    async fn an_account_suspended_halfway_is_not_let_in(db: &TestDb) {
        let world = World::new(db).await;
        let ada = world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        let tenant = world.ctx.tenant.id.clone();
        let suspended = db.write(move |tx| Box::pin(async move {
            portico_store::users::modify(tx, &tenant, &ada.id, NOW_MS, |user| user.is_suspended = true).await
        }));
        suspended.await.unwrap();
        assert_eq!(browser.submit().await.error(), (401, "user.suspended"));
        assert!(browser.result().await.get("login").is_none());
    }

    async fn the_settings_say_which_identifiers_open_an_account(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |user| user.primary_email = Some("ada@example.com".into())).await;
        let browser = world.started("SignIn").await;
        // The password is right, but e-mail addresses are no way in by default.
        let proof = browser.password("email", "Ada@Example.com", PASSWORD).await.expect(200).text("verificationId");
        assert_eq!(browser.identify(&proof).await.error(), (422, "user.sign_in_method_not_enabled"));
        assert_eq!(browser.identify("nope").await.error(), (404, "session.verification_session_not_found"));
    }

    async fn a_second_person_cannot_take_over_a_flow(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        world.user("eve", |_| {}).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        browser.sign_in("ada").await;
        let proof = browser.password("username", "eve", PASSWORD).await.expect(200).text("verificationId");
        assert_eq!(browser.identify(&proof).await.error(), (409, "session.identity_conflict"));
    }

    async fn an_imported_password_is_hashed_anew_when_it_is_first_used(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |user| {
            user.password_encrypted = Some("5f4dcc3b5aa765d61d8327deb882cf99".into());
            user.password_encryption_method = Some(PasswordEncryptionMethod::Md5);
        }).await;
        let browser = world.started("SignIn").await;
        browser.password("username", "ada", "passwore").await.expect(422);
        let method = async || world.find_user("ada").await.unwrap().password_encryption_method;
        assert_eq!(method().await, Some(PasswordEncryptionMethod::Md5));
        browser.password("username", "ada", "password").await.expect(200);
        assert_eq!(method().await, Some(PasswordEncryptionMethod::Argon2id));
        browser.password("username", "ada", "password").await.expect(200);
    }

    async fn an_expired_password_opens_nothing(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |user| user.password_updated_at = Some(NOW_MS)).await;
        world.settings(|settings| {
            settings.password_expiration.enabled = Some(true);
            settings.password_expiration.valid_period_days = Some(30);
        }).await;
        let browser = world.started("SignIn").await;
        browser.password("username", "ada", PASSWORD).await.expect(200);
        world.clock.set(NOW_MS + 30 * 86_400_000);
        let browser = world.started("SignIn").await;
        assert_eq!(browser.password("username", "ada", PASSWORD).await.error(), (422, "password.expired"));
        assert_eq!(browser.password("username", "ada", "wrong").await.error(), (422, "session.invalid_credentials"));
    }

    async fn usernames_are_compared_as_the_policy_says(db: &TestDb) {
        let world = World::new(db).await;
        world.user("Ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        assert_eq!(browser.password("username", "ada", PASSWORD).await.error(), (422, "session.invalid_credentials"));
        world.settings(|settings| settings.username_policy.case_sensitive = false).await;
        browser.password("username", "aDA", PASSWORD).await.expect(200);
    }
}
