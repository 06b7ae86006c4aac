//! Creating an account.

use crate::world::{PASSWORD, World};
use portico_model::{
    role::{Role, RoleType},
    sign_in_experience::SignInIdentifier,
    user::PasswordEncryptionMethod,
};
use portico_store::{both_databases, roles};
use serde_json::json;

both_databases! {
    async fn a_person_registers(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("Register").await;
        let proof = browser.new_identity("ada", PASSWORD).await.expect(200).text("verificationId");
        let state = browser.state().await;
        assert_eq!(state["verificationRecords"][0], json!({
            "id": proof, "type": "NewPasswordIdentity", "identifier": { "type": "username", "value": "ada" },
        }));
        let answer = browser.identify(&proof).await.expect(201);
        assert_eq!(answer.body, "Created");
        browser.submit().await.expect(200);

        let ada = world.find_user("ada").await.unwrap();
        assert_eq!(browser.result().await["login"], json!({ "accountId": ada.id }));
        assert_eq!(ada.id.len(), 12);
        assert_eq!(ada.application_id.as_deref(), Some("an-application"));
        assert_eq!(ada.password_encryption_method, Some(PasswordEncryptionMethod::Argon2id));
        assert_eq!(json!(ada.logto_config), json!({ "mfa": { "enabled": false } }));
        assert!(ada.password_updated_at.is_some() && ada.last_sign_in_at.is_some());

        let again = world.started("SignIn").await;
        again.sign_in("ada").await;
        again.submit().await.expect(200);
    }

    async fn what_is_wrong_with_a_new_account_is_said_at_once(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("Register").await;
        let answer = browser.new_identity("bob", "123456").await;
        assert_eq!(answer.error(), (422, "password.rejected"));
        assert_eq!(answer.body["data"], json!([
            { "code": "password_rejected.too_short", "interpolation": { "min": 8 } },
            { "code": "password_rejected.restricted.sequence" },
        ]));
        let answer = browser.new_identity("some_body_1815", "some_body_1815").await;
        assert_eq!(answer.body["data"][0]["code"], "password_rejected.restricted.user_info");
        assert_eq!(browser.new_identity("ada", PASSWORD).await.error(), (422, "user.username_already_in_use"));
        assert_eq!(browser.new_identity("1ada", PASSWORD).await.error(), (400, "guard.invalid_input"));
        world.settings(|settings| settings.username_policy.min_length = 5).await;
        assert_eq!(browser.new_identity("bob", PASSWORD).await.error(), (422, "user.username_too_short"));
        let body = json!({ "identifier": { "type": "email", "value": "a@b.co" }, "password": PASSWORD });
        let answer = browser.post("verification/new-password-identity", body).await;
        assert_eq!(answer.error(), (400, "guard.invalid_input"));
    }

    async fn what_is_missing_is_named_until_it_is_there(db: &TestDb) {
        let world = World::new(db).await;
        let browser = world.started("Register").await;
        let missing = |body: &serde_json::Value| body["data"]["missingProfile"].clone();
        let answer = browser.post("identification", json!({})).await;
        assert_eq!(answer.error(), (422, "user.missing_profile"));
        assert_eq!(missing(&answer.body), json!(["username", "password"]));

        browser.post("profile", json!({ "type": "username", "value": "ada" })).await.expect(204);
        let answer = browser.post("identification", json!({})).await;
        assert_eq!(missing(&answer.body), json!(["password"]));
        let answer = browser.post("profile", json!({ "type": "password", "value": "ada" })).await;
        assert_eq!(answer.error(), (422, "password.rejected"));
        browser.post("profile", json!({ "type": "password", "value": PASSWORD })).await.expect(204);
        assert_eq!(browser.state().await["profile"], json!({ "username": "ada" }));
        browser.post("identification", json!({})).await.expect(201);
        browser.submit().await.expect(200);
        assert!(world.find_user("ada").await.is_some());
    }

    async fn two_who_want_the_same_username_do_not_both_get_it(db: &TestDb) {
        let world = World::new(db).await;
        let (one, two) = (world.started("Register").await, world.started("Register").await);
        let first = one.new_identity("ada", PASSWORD).await.expect(200).text("verificationId");
        let second = two.new_identity("ada", PASSWORD).await.expect(200).text("verificationId");
        let (first, second) = tokio::join!(one.identify(&first), two.identify(&second));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{} {}", first.body, second.body);
        let refused = if first.status == 422 { first } else { second };
        assert_eq!(refused.error(), (422, "user.username_already_in_use"));
        assert_eq!(world.count_users().await, 1);
    }

    async fn two_spellings_are_one_username_where_case_does_not_count(db: &TestDb) {
        let world = World::new(db).await;
        world.settings(|settings| settings.username_policy.case_sensitive = false).await;
        world.user("Ada", |_| {}).await;
        let browser = world.started("Register").await;
        assert_eq!(browser.new_identity("aDA", PASSWORD).await.error(), (422, "user.username_already_in_use"));
    }

    async fn new_users_get_the_default_roles(db: &TestDb) {
        let world = World::new(db).await;
        let role = Role {
            tenant_id: "default".into(),
            id: "member".into(),
            name: "member".into(),
            description: String::new(),
            kind: RoleType::User,
            is_default: true,
        };
        roles::insert(&world.ctx.app.db, &world.ctx.tenant.id, &role).await.unwrap();
        let browser = world.started("Register").await;
        let proof = browser.new_identity("ada", PASSWORD).await.expect(200).text("verificationId");
        browser.identify(&proof).await.expect(201);
        let ada = world.find_user("ada").await.unwrap();
        let held = roles::list_for_user(&world.ctx.app.db, &world.ctx.tenant.id, &ada.id).await.unwrap();
        assert_eq!(held.iter().map(|role| role.id.as_str()).collect::<Vec<_>>(), ["member"]);
    }

    async fn proofs_of_existing_accounts_create_none(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("Register").await;
        let proof = browser.password("username", "ada", PASSWORD).await.expect(200).text("verificationId");
        assert_eq!(browser.identify(&proof).await.error(), (400, "session.verification_failed"));
        assert_eq!(browser.identify("nope").await.error(), (404, "session.verification_session_not_found"));
        browser.start("SignIn").await;
        let proof = browser.new_identity("bob", PASSWORD).await.expect(200).text("verificationId");
        assert_eq!(browser.identify(&proof).await.error(), (422, "user.sign_in_method_not_enabled"));
        assert_eq!(world.count_users().await, 1);
    }

    async fn an_account_without_an_address_is_asked_for_it_when_the_settings_change(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        world.settings(|settings| settings.sign_up.identifiers = vec![SignInIdentifier::Email]).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        let answer = browser.submit().await;
        assert_eq!(answer.error(), (422, "user.missing_profile"));
        assert_eq!(answer.body["data"], json!({ "missingProfile": ["email"] }));
        let answer = browser.post("profile", json!({ "type": "email", "verificationId": "nope" })).await;
        assert_eq!(answer.error(), (404, "session.verification_session_not_found"));
    }
}
