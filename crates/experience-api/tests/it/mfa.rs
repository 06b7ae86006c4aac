//! Second factors cannot be walked around.

use crate::world::{Browser, World};
use portico_model::{
    User,
    sign_in_experience::{MfaFactor, MfaPolicy},
};
use portico_store::both_databases;
use serde_json::json;

fn with_totp(user: &mut User) {
    user.mfa_verifications =
        vec![json!({ "type": "Totp", "id": "t", "key": "k", "createdAt": "2026-01-01" })];
}

async fn demand_factors(world: &World, policy: MfaPolicy) {
    world
        .settings(move |settings| {
            settings.mfa.factors = vec![MfaFactor::Totp, MfaFactor::BackupCode];
            settings.mfa.policy = policy;
        })
        .await;
}

async fn answer(browser: &Browser<'_>, name: &str) -> (u16, String) {
    let answer = browser.post(&format!("profile/mfa/{name}"), json!({})).await;
    (answer.status, answer.error().1.to_owned())
}

both_databases! {
    async fn a_user_with_a_second_factor_is_not_let_in_without_it(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", with_totp).await;
        demand_factors(&world, MfaPolicy::UserControlled).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        let refused = browser.submit().await;
        assert_eq!(refused.error(), (403, "session.mfa.require_mfa_verification"));
        assert_eq!(refused.body["data"], json!({ "availableFactors": ["Totp"], "maskedIdentifiers": {} }));
        // Nor may anything about the account or its factors be changed meanwhile.
        for body in [
            json!({ "type": "username", "value": "other" }),
            json!({ "type": "password", "value": "x" }),
            json!({ "type": "extraProfile", "values": { "name": "Eve" } }),
        ] {
            let refused = browser.post("profile", body).await;
            assert_eq!(refused.error(), (403, "session.mfa.require_mfa_verification"));
        }
        for name in ["mfa-enabled", "mfa-skipped", "mfa-suggestion-skipped", "passkey-skipped"] {
            assert_eq!(answer(&browser, name).await.0, 403, "{name}");
        }
        assert!(browser.result().await.get("login").is_none());
        assert_eq!(world.find_user("ada").await.unwrap().last_sign_in_at, None);
    }

    async fn finishing_as_a_registration_is_no_way_around(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", with_totp).await;
        demand_factors(&world, MfaPolicy::Mandatory).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        browser.switch("Register").await.expect(204);
        assert_eq!(browser.submit().await.error(), (404, "session.identifier_not_found"));
    }

    async fn people_decline_where_the_policy_lets_them(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        demand_factors(&world, MfaPolicy::UserControlled).await;
        let browser = world.started("SignIn").await;
        assert_eq!(answer(&browser, "mfa-skipped").await, (404, "session.identifier_not_found".into()));
        browser.sign_in("ada").await;
        let asked = browser.submit().await;
        assert_eq!(asked.error(), (422, "user.suggest_mfa"));
        assert_eq!(asked.body["data"], json!({ "availableFactors": ["Totp"], "skippable": true }));
        assert_eq!(answer(&browser, "mfa-skipped").await.0, 204);
        browser.submit().await.expect(200);
        assert_eq!(world.find_user("ada").await.unwrap().logto_config["mfa"]["skipped"], json!(true));
        // The answer is remembered.
        let again = world.started("SignIn").await;
        again.sign_in("ada").await;
        again.submit().await.expect(200);
    }

    async fn nobody_declines_a_mandatory_factor(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        demand_factors(&world, MfaPolicy::Mandatory).await;
        let browser = world.started("SignIn").await;
        browser.sign_in("ada").await;
        let asked = browser.submit().await;
        assert_eq!(asked.error(), (422, "user.missing_mfa"));
        assert_eq!(asked.body["data"], json!({ "availableFactors": ["Totp"] }));
        let refused = answer(&browser, "mfa-skipped").await;
        assert_eq!(refused, (422, "session.mfa.mfa_policy_not_user_controlled".into()));
        assert_eq!(browser.submit().await.error(), (422, "user.missing_mfa"));
    }
}
