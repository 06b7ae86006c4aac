//! What webhooks are told of people who register, sign in and fail to.

use crate::world::{NOW_MS, PASSWORD, World};
use portico_model::{Hook, HookEvent, hook::HookConfig};
use portico_store::{both_databases, hook_deliveries, hooks};
use serde_json::{Value, json};

/// A webhook that is told of everything.
async fn listen(world: &World) {
    let tenant = world.ctx.tenant.id.clone();
    let hook = Hook {
        tenant_id: tenant.to_string(),
        id: "h1".to_owned(),
        name: "all".to_owned(),
        event: None,
        events: HookEvent::ALL.to_vec(),
        config: HookConfig { url: "http://hooks.example".to_owned(), headers: None, retries: None },
        signing_key: "key".to_owned(),
        enabled: true,
        created_at: NOW_MS,
    };
    let write =
        world.ctx.write_settings(move |tx| Box::pin(async move { hooks::insert(tx, &tenant, &hook).await }));
    write.await.unwrap();
}

/// The payloads that wait, in order; they are taken out.
async fn told(world: &World) -> Vec<Value> {
    let (db, tenant) = (&world.ctx.app.db, &world.ctx.tenant.id);
    let mut bodies = Vec::new();
    loop {
        let taken = hook_deliveries::claim(db, tenant, world.ctx.now_ms(), i64::MAX, 10).await.unwrap();
        let [delivery] = &*taken else { return bodies };
        bodies.push(serde_json::from_str(&delivery.body).unwrap());
        hook_deliveries::delete(db, tenant, &delivery.id).await.unwrap();
    }
}

both_databases! {
    async fn a_registration_and_a_sign_in_are_told(db: &TestDb) {
        let world = World::new(db).await;
        listen(&world).await;
        let browser = world.started("Register").await;
        let proof = browser.new_identity("ada", PASSWORD).await.expect(200).text("verificationId");
        browser.identify(&proof).await.expect(201);
        browser.submit().await.expect(200);
        let ada = world.find_user("ada").await.unwrap();
        let bodies = told(&world).await;
        let events: Vec<&str> = bodies.iter().map(|body| body["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["User.Created", "PostRegister"]);
        assert_eq!((&bodies[0]["data"]["username"], &bodies[0]["applicationId"]), (&json!("ada"), &json!("an-application")));
        assert_eq!((&bodies[1]["userId"], &bodies[1]["user"]["username"]), (&json!(ada.id), &json!("ada")));
        assert_eq!(bodies[1]["interactionEvent"], "Register");
        assert!(bodies[1]["sessionId"].is_string());

        let again = world.started("SignIn").await;
        again.sign_in("ada").await;
        again.submit().await.expect(200);
        let bodies = told(&world).await;
        assert_eq!((bodies.len(), &bodies[0]["event"]), (1, &json!("PostSignIn")));
    }

    async fn a_lockout_is_told(db: &TestDb) {
        let world = World::new(db).await;
        world.settings(|settings| settings.sentinel_policy.max_attempts = Some(2)).await;
        listen(&world).await;
        let browser = world.started("SignIn").await;
        browser.password("username", "nobody", "wrong").await.expect(422);
        assert!(told(&world).await.is_empty());
        browser.password("username", "nobody", "wrong").await.expect(400);
        let bodies = told(&world).await;
        assert_eq!((bodies.len(), &bodies[0]["event"]), (1, &json!("Identifier.Lockout")));
        assert_eq!((&bodies[0]["type"], &bodies[0]["value"]), (&json!("username"), &json!("nobody")));
    }
}
