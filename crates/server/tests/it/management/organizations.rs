//! Organizations.

use crate::harness::Server;
use portico_model::TenantId;
use portico_store::{
    both_databases,
    organizations::members::{self, MemberKind},
    testing::TestDb,
};
use serde_json::json;

const PATH: &str = "/api/organizations";

#[tokio::test]
async fn what_no_organization_can_be_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "x".repeat(129) }),
        json!({ "name": "x", "branding": { "logoUrl": "javascript:alert(1)" } }),
        json!({ "name": "x", "color": { "primaryColor": "red" } }),
        json!({ "name": "x", "customData": [] }),
    ] {
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), (400, "guard.invalid_input"), "{body}");
    }
    assert_eq!(machine.get(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_exists_with_id"));
    let change = machine.patch(&format!("{PATH}/x"), json!({ "name": "y" })).await;
    assert_eq!(change.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_found"));
}

both_databases! {
    async fn an_organization_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let created = machine.post(PATH, json!({ "name": "100% Acme", "customData": { "a": 1 } })).await;
        assert_eq!((created.status.as_u16(), &created.body["customData"]), (201, &json!({ "a": 1 })));
        assert_eq!((&created.body["color"], &created.body["description"]), (&json!({}), &json!(null)));
        let path = format!("{PATH}/{}", created.body["id"].as_str().unwrap());
        assert_eq!(machine.get(&path).await.ok(), created.body);
        machine.post(PATH, json!({ "name": "Other" })).await.ok();

        for (query, count) in [("", 2), ("?q=acme", 1), ("?q=0%25%20A", 1), ("?q=_", 0), ("?q=none", 0)] {
            let list = machine.get(&format!("{PATH}{query}")).await;
            assert_eq!(list.header_values("total-number"), [count.to_string()], "{query}");
            assert_eq!(list.body.as_array().unwrap().len(), count, "{query}");
        }
        let featured = machine.get(&format!("{PATH}?showFeatured=true")).await.ok();
        assert_eq!((&featured[0]["usersCount"], &featured[0]["featuredUsers"]), (&json!(0), &json!([])));

        let patch = json!({ "customData": { "b": 2 }, "isMfaRequired": true, "color": { "primaryColor": "#fff" } });
        let changed = machine.patch(&path, patch).await.ok();
        assert_eq!((&changed["customData"], &changed["isMfaRequired"]), (&json!({ "b": 2 }), &json!(true)));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn a_list_shows_how_many_members_there_are_and_the_newest(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        let organization = machine.post(PATH, json!({ "name": "Acme" })).await.ok();
        let id = organization["id"].as_str().unwrap();
        machine.post(PATH, json!({ "name": "Empty" })).await.ok();
        let mut ids = Vec::new();
        for index in 0..4 {
            server.clock.advance_ms(1);
            let user = machine.post("/api/users", json!({ "username": format!("member_{index}") })).await.ok();
            ids.push(user["id"].as_str().unwrap().to_owned());
        }
        let tenant = TenantId::default_tenant();
        members::add(&**db, &tenant, id, MemberKind::User, &ids).await.unwrap();

        let list = machine.get(&format!("{PATH}?showFeatured=true&q=acme")).await.ok();
        let faces = list[0]["featuredUsers"].as_array().unwrap();
        let faces: Vec<&str> = faces.iter().map(|face| face["id"].as_str().unwrap()).collect();
        assert_eq!(list[0]["usersCount"], 4);
        assert!(faces.len() == 3 && faces.iter().all(|face| ids.iter().any(|id| id == face)), "{faces:?}");
        let empty = machine.get(&format!("{PATH}?showFeatured=true&q=empty")).await.ok();
        assert_eq!((&empty[0]["usersCount"], &empty[0]["featuredUsers"]), (&json!(0), &json!([])));
    }

    async fn another_tenants_organization_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let created = server.admin_machine().await.post(PATH, json!({ "name": "Acme" })).await.ok();
        let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
        let machine = server.machine().await;
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.patch(&path, json!({ "name": "x" })).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
    }
}
