//! The admin tenant: who registers first through the Console becomes the administrator.

use crate::world::{Browser, PASSWORD, World};
use portico_model::{TenantId, sign_in_experience::SignInMode};
use portico_store::{
    both_databases,
    organizations::members::{self, MemberKind},
    roles,
};

async fn register(browser: &Browser<'_>, username: &str) -> u16 {
    browser.start("Register").await;
    let proof = browser.new_identity(username, PASSWORD).await.expect(200).text("verificationId");
    browser.identify(&proof).await.status
}

async fn role_names(world: &World, username: &str) -> Vec<String> {
    let user = world.find_user(username).await.unwrap();
    let held = roles::list_for_user(&world.ctx.app.db, &world.ctx.tenant.id, &user.id).await.unwrap();
    let mut names: Vec<String> = held.into_iter().map(|role| role.name).collect();
    names.sort();
    names
}

both_databases! {
    async fn the_first_person_of_the_console_becomes_the_administrator_and_closes_the_door(db: &TestDb) {
        let world = World::of_tenant(db, TenantId::admin_tenant()).await;
        assert_eq!(register(&world.browser_of("admin-console").await, "root").await, 201);
        assert_eq!(role_names(&world, "root").await, ["default:admin", "user"]);
        let root = world.find_user("root").await.unwrap();
        let (db, tenant) = (&world.ctx.app.db, &world.ctx.tenant.id);
        assert!(members::is_member(db, tenant, "t-default", MemberKind::User, &root.id).await.unwrap());
        let snapshot = world.ctx.snapshot().await.unwrap();
        assert_eq!(snapshot.sign_in_experience.sign_in_mode, SignInMode::SignIn);
        assert_eq!(register(&world.browser_of("admin-console").await, "second").await, 403);
        assert_eq!(world.count_users().await, 1);
    }

    async fn two_first_persons_do_not_both_become_administrators(db: &TestDb) {
        let world = World::of_tenant(db, TenantId::admin_tenant()).await;
        let (one, two) = (world.browser_of("admin-console").await, world.browser_of("admin-console").await);
        tokio::join!(register(&one, "one"), register(&two, "two"));
        let mut administrators = 0;
        for name in ["one", "two"] {
            if world.find_user(name).await.is_some() {
                administrators += usize::from(role_names(&world, name).await.contains(&"default:admin".to_owned()));
            }
        }
        assert_eq!(administrators, 1);
    }

    async fn other_clients_make_no_administrator(db: &TestDb) {
        let world = World::of_tenant(db, TenantId::admin_tenant()).await;
        assert_eq!(register(&world.browser_of("another").await, "root").await, 201);
        assert_eq!(role_names(&world, "root").await, ["user"]);
    }
}
