//! The tenant's scripts in the sign-in flow.

use crate::world::{Browser, PASSWORD, World};
use portico_model::script::ActionKey;
use portico_store::{both_databases, configs};
use serde_json::{Value, json};

const LEGACY: &str = "the password of another system";

async fn set(world: &World, key: ActionKey, action: Value) {
    let tenant = world.ctx.tenant.id.clone();
    let written = world.ctx.write_settings(move |tx| {
        Box::pin(async move { configs::set(tx, &tenant, key.as_str(), &action).await })
    });
    written.await.unwrap();
}

async fn set_script(world: &World, key: ActionKey, body: &str) {
    let script = format!("const runAction = ({{ event, api }}) => {{ {body} }}");
    set(world, key, json!({ "script": script, "enabled": true })).await;
}

const FIRST: ActionKey = ActionKey::PostFirstFactorVerification;
const LAST: ActionKey = ActionKey::PostSignIn;

async fn attempt(browser: &Browser<'_>, name: &str) -> (u16, String) {
    let answer = browser.password("username", name, LEGACY).await;
    (answer.status, answer.error().1.to_owned())
}

both_databases! {
    async fn a_script_brings_people_of_another_system(db: &TestDb) {
        let world = World::new(db).await;
        set_script(&world, FIRST, "if (event.user || event.password !== 'the password of another system') return; \
            return { action: 'createUser', passwordVerified: true, user: { name: event.identifier.value, \
            customData: { legacy: true }, profile: { nickname: 'n' } } }").await;
        let browser = world.started("SignIn").await;
        let wrong = browser.password("username", "newcomer", "something else").await;
        assert_eq!(wrong.error(), (422, "session.invalid_credentials"));
        let proof = browser.password("username", "newcomer", LEGACY).await.expect(200).text("verificationId");
        browser.identify(&proof).await.expect(204);
        browser.submit().await.expect(200);
        let user = world.find_user("newcomer").await.unwrap();
        assert_eq!((user.name.as_deref(), user.profile.nickname.as_deref()), (Some("newcomer"), Some("n")));
        assert_eq!(Value::Object(user.custom_data), json!({ "legacy": true }));
        // From now on the password is known here, without the script.
        set(&world, FIRST, json!({ "script": "throw 1", "enabled": false })).await;
        world.started("SignIn").await.password("username", "newcomer", LEGACY).await.expect(200);
        let logs = world.logs().await;
        assert_eq!(logs.iter().filter(|log| log.key == "Action.PostFirstFactorVerification").count(), 2);
        let everything = json!(logs.iter().map(|log| &log.payload).collect::<Vec<_>>()).to_string();
        assert!(!everything.contains(LEGACY), "{everything}");
    }

    async fn a_script_vouches_for_a_password(db: &TestDb) {
        let world = World::new(db).await;
        let ada = world.user("ada", |user| { user.custom_data.insert("kept".into(), json!(1)); }).await;
        world.user("suspended", |user| user.is_suspended = true).await;
        set_script(&world, FIRST, "return event.user && { action: 'updateUser', passwordVerified: true, \
            user: { username: event.user.username, customData: { synced: event.user.id } } }").await;
        let browser = world.started("SignIn").await;
        let proof = browser.password("username", "ada", LEGACY).await.expect(200).text("verificationId");
        browser.identify(&proof).await.expect(204);
        browser.submit().await.expect(200);
        let user = world.find_user("ada").await.unwrap();
        assert_eq!((&user.id, user.custom_data.len()), (&ada.id, 2));
        assert_eq!(user.custom_data["synced"], json!(ada.id));
        let browser = world.started("SignIn").await;
        browser.password("username", "ada", LEGACY).await.expect(200);
        // The script is not asked about a suspended account.
        assert_eq!(attempt(&browser, "suspended").await, (422, "session.invalid_credentials".to_owned()));
    }

    async fn what_a_script_may_not_say_of_a_password(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        let browser = world.started("SignIn").await;
        for (body, name, status, code) in [
            ("return { action: 'updateUser', user: {} }", "ada", 422, "session.invalid_credentials"),
            ("return true", "ada", 422, "session.invalid_credentials"),
            ("return { action: 'createUser', passwordVerified: true }", "ada", 409, "session.identity_conflict"),
            ("return { action: 'updateUser', passwordVerified: true }", "nobody", 409, "session.identity_conflict"),
            (
                "return { action: 'updateUser', passwordVerified: true, user: { username: 'eve' } }",
                "ada", 422, "action.sign_in_identifier_changed",
            ),
            (
                "return { action: 'updateUser', passwordVerified: true, user: { primaryEmail: 'no' } }",
                "ada", 422, "action.general",
            ),
            ("return api.denyAccess('moved')", "ada", 403, "action.general"),
            ("throw new Error('secret')", "ada", 422, "action.general"),
        ] {
            set_script(&world, FIRST, body).await;
            assert_eq!(attempt(&browser, name).await, (status, code.to_owned()), "{body}");
        }
        let lenient = json!({ "script": "x", "enabled": true, "onExecutionError": "allow" });
        set(&world, FIRST, lenient).await;
        assert_eq!(attempt(&browser, "ada").await, (422, "session.invalid_credentials".to_owned()));
        browser.password("username", "ada", PASSWORD).await.expect(200);
    }

    async fn a_script_has_the_last_word(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |user| { user.custom_data.insert("displayName".into(), json!("Ada")); }).await;
        for (body, status, code) in [
            ("return api.denyAccess('closed')", 403, "action.general"),
            ("return { allow: false }", 400, "session.verification_failed"),
            ("throw 1", 422, "action.general"),
            ("return { action: 'updateUser', user: { username: 'eve' } }", 422, "action.sign_in_identifier_changed"),
        ] {
            set_script(&world, LAST, body).await;
            let browser = world.started("SignIn").await;
            browser.sign_in("ada").await;
            assert_eq!(browser.submit().await.error(), (status, code), "{body}");
            assert!(browser.result().await.get("login").is_none());
        }
        for body in ["return", "return null", "return {}"] {
            set_script(&world, LAST, body).await;
            let browser = world.started("SignIn").await;
            browser.sign_in("ada").await;
            browser.submit().await.expect(200);
        }
        set_script(&world, LAST, "return { action: 'updateUser', user: { name: event.user.customData.displayName, \
            customData: { factors: event.user.mfaVerificationFactors } } }").await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        browser.submit().await.expect(200);
        let user = world.find_user("ada").await.unwrap();
        assert_eq!(user.name.as_deref(), Some("Ada"));
        assert_eq!(Value::Object(user.custom_data), json!({ "displayName": "Ada", "factors": [] }));
    }
}
