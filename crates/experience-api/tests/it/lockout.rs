//! Too many failed attempts.

use crate::world::{NOW_MS, PASSWORD, World};
use portico_store::both_databases;

both_databases! {
    async fn too_many_failures_lock_an_identifier_even_for_its_owner(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        world.user("eve", |_| {}).await;
        world.settings(|settings| {
            settings.sentinel_policy.max_attempts = Some(3);
            settings.sentinel_policy.lockout_duration = Some(10);
        }).await;
        let browser = world.started("SignIn").await;
        let blocked = (400, "session.verification_blocked_too_many_attempts");
        let wrong = (422, "session.invalid_credentials");
        for _ in 0..2 {
            assert_eq!(browser.password("username", "ada", "wrong").await.error(), wrong);
        }
        assert_eq!(browser.password("username", "ada", "wrong").await.error(), blocked);
        let answer = browser.password("username", "ada", PASSWORD).await;
        assert_eq!(answer.error(), blocked);
        assert_eq!(answer.text("message"), "Too many failed tries. Try again in 10 min.");
        // Others are not affected, and who belongs to nobody is locked the same way.
        browser.password("username", "eve", PASSWORD).await.expect(200);
        for expected in [wrong, wrong, blocked, blocked] {
            assert_eq!(browser.password("username", "nobody", "wrong").await.error(), expected);
        }
        world.clock.set(NOW_MS + 10 * 60_000 - 1);
        assert_eq!(browser.password("username", "ada", PASSWORD).await.error(), blocked);
        world.clock.set(NOW_MS + 10 * 60_000 + 1);
        browser.password("username", "ada", PASSWORD).await.expect(200);
    }

    async fn other_spellings_buy_no_further_attempts(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |user| user.primary_email = Some("ada@example.com".into())).await;
        world.settings(|settings| settings.sentinel_policy.max_attempts = Some(3)).await;
        let browser = world.started("SignIn").await;
        browser.password("email", "ada@example.com", "wrong").await.expect(422);
        browser.password("email", "Ada@example.com", "wrong").await.expect(422);
        browser.password("email", "ADA@EXAMPLE.COM", "wrong").await.expect(400);
    }

    async fn failures_of_more_than_an_hour_ago_do_not_count(db: &TestDb) {
        let world = World::new(db).await;
        world.user("ada", |_| {}).await;
        world.settings(|settings| settings.sentinel_policy.max_attempts = Some(2)).await;
        let browser = world.started("SignIn").await;
        browser.password("username", "ada", "wrong").await.expect(422);
        // A success does not wipe the count.
        browser.password("username", "ada", PASSWORD).await.expect(200);
        world.clock.set(NOW_MS + 3_600_001);
        let browser = world.started("SignIn").await;
        browser.password("username", "ada", "wrong").await.expect(422);
        assert_eq!(browser.password("username", "ada", "wrong").await.status, 400);
    }
}
