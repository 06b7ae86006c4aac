//! The catalogue of profile fields, and what a sign-up asks for.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/custom-profile-fields";

fn text(name: &str) -> Value {
    json!({ "name": name, "type": "Text", "label": "A label", "required": true, "config": { "minLength": 1 } })
}

fn full_name() -> Value {
    let part = |name: &str| json!({ "name": name, "enabled": true, "type": "Text", "required": true });
    json!({
        "name": "fullname", "type": "Fullname", "required": true,
        "config": { "parts": [part("givenName"), part("familyName")] },
    })
}

async fn create(machine: &Caller, body: Value) -> Value {
    let answer = machine.post(PATH, body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let part = |kind: &str, name: &str, part_kind: &str| {
        json!({ "name": "x", "type": kind, "required": true, "config": { "parts": [
            { "name": name, "type": part_kind, "enabled": true, "required": true }
        ] } })
    };
    let of =
        |kind: &str, config: Value| json!({ "name": "x", "type": kind, "required": false, "config": config });
    for (body, refusal) in [
        (text(""), (400, "custom_profile_fields.invalid_name")),
        (text("customData.test"), (400, "custom_profile_fields.invalid_name")),
        (text("123-456"), (400, "custom_profile_fields.invalid_name")),
        (text("primaryEmail"), (400, "custom_profile_fields.name_conflict_sign_in_identifier")),
        (text("preferredUsername"), (400, "custom_profile_fields.name_conflict_built_in_prop")),
        (text("adminConsolePreferences"), (400, "custom_profile_fields.name_conflict_custom_data")),
        (json!({ "name": "x", "type": "invalid", "required": true }), (400, "guard.invalid_input")),
        (json!({ "name": "x", "type": "Checkbox", "required": true }), (400, "guard.invalid_input")),
        (json!({ "name": "x", "type": "Select", "required": true }), (400, "guard.invalid_input")),
        (part("Address", "givenName", "Text"), (400, "guard.invalid_input")),
        (part("Address", "formatted", "Fullname"), (400, "custom_profile_fields.invalid_sub_component_type")),
        (part("Fullname", "givenName", "Address"), (400, "custom_profile_fields.invalid_sub_component_type")),
        (of("Address", json!({ "parts": [] })), (400, "custom_profile_fields.invalid_address_components")),
        (of("Fullname", json!({ "parts": [] })), (400, "custom_profile_fields.invalid_fullname_components")),
        (of("Select", json!({ "options": [] })), (400, "custom_profile_fields.invalid_options")),
        (of("Regex", json!({ "format": "(" })), (400, "custom_profile_fields.invalid_regex_format")),
        (
            of("Text", json!({ "minLength": 2, "maxLength": 1 })),
            (400, "custom_profile_fields.invalid_min_max_input"),
        ),
        (
            of("Checkbox", json!({ "defaultValue": "x" })),
            (400, "custom_profile_fields.invalid_default_value"),
        ),
    ] {
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), refusal, "{body}");
    }
    let many: Vec<Value> = (0..21).map(|index| text(&format!("field{index}"))).collect();
    let answer = machine.post(&format!("{PATH}/batch"), json!(many)).await;
    assert_eq!(answer.refusal(), (400, "guard.invalid_input"));
    assert_eq!(answer.body["data"]["issues"][0]["maximum"], 20);
    assert_eq!(machine.get(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_found"));
    assert_eq!(machine.delete(&format!("{PATH}/x")).await.refusal(), (404, "entity.not_found"));
    let body = json!({ "type": "Text", "required": true });
    assert_eq!(machine.put(&format!("{PATH}/x"), body).await.refusal(), (404, "entity.not_exists"));
    let body = json!({ "type": "Checkbox", "required": false });
    let refusal = (400, "custom_profile_fields.invalid_default_value");
    assert_eq!(machine.put(&format!("{PATH}/x"), body).await.refusal(), refusal);
}

both_databases! {
    async fn a_field_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let server = Server::new(db);
        let (machine, anonymous) = (server.machine().await, server.anonymous());
        let mut body = text("nickname");
        body["config"]["unknown"] = json!(1);
        let created = create(&machine, body).await;
        assert_eq!((&created["sieOrder"], &created["config"]), (&json!(1), &json!({ "minLength": 1 })));
        assert_eq!(create(&machine, full_name()).await["sieOrder"], 2);
        let twice = machine.post(PATH, text("nickname")).await;
        assert_eq!(twice.refusal(), (422, "custom_profile_fields.name_exists"));

        let change = json!({ "name": "other", "sieOrder": 9, "type": "Number", "required": false, "config": { "minValue": 3 } });
        let changed = machine.put(&format!("{PATH}/nickname"), change).await.ok();
        assert_eq!((&changed["name"], &changed["sieOrder"], &changed["label"]), (&json!("nickname"), &json!(1), &json!("A label")));
        assert_eq!((&changed["type"], &changed["config"]), (&json!("Number"), &json!({ "minValue": 3 })));

        // The sign-up asks for what the settings name, and an unknown name is nothing to ask for.
        let chosen = json!({ "signUpProfileFields": [{ "name": "nickname" }, { "name": "gone" }] });
        let settings = machine.patch("/api/sign-in-exp", chosen).await.ok();
        assert_eq!(settings["signUpProfileFields"], json!([{ "name": "nickname" }]));
        let seen = anonymous.get("/api/.well-known/sign-in-exp").await.ok();
        assert_eq!(seen["customProfileFields"], json!([changed]));
        assert_eq!(seen["customProfileFieldCatalog"].as_array().unwrap().len(), 2);

        assert_eq!(machine.delete(&format!("{PATH}/nickname")).await.status.as_u16(), 204);
        assert_eq!(machine.get("/api/sign-in-exp").await.ok()["signUpProfileFields"], json!([]));
        machine.patch("/api/sign-in-exp", json!({ "signUpProfileFields": null })).await.ok();
        let seen = anonymous.get("/api/.well-known/sign-in-exp").await.ok();
        assert_eq!(seen["customProfileFields"][0]["name"], "fullname");
    }

    async fn fields_can_change_places(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let batch = machine.post(&format!("{PATH}/batch"), json!([text("a"), text("b"), text("c")])).await;
        assert_eq!((batch.status.as_u16(), batch.body.as_array().unwrap().len()), (201, 3));
        let order = format!("{PATH}/properties/sie-order");
        let unknown = machine.post(&order, json!({ "order": [{ "name": "x", "sieOrder": 1 }] })).await;
        assert_eq!(unknown.refusal(), (400, "custom_profile_fields.entity_not_exists_with_names"));
        let twice = json!({ "order": [{ "name": "a", "sieOrder": 1 }, { "name": "a", "sieOrder": 2 }] });
        assert_eq!(machine.post(&order, twice).await.refusal(), (400, "guard.invalid_input"));
        let body = json!({ "order": [{ "name": "a", "sieOrder": 5 }, { "name": "c", "sieOrder": 4 }] });
        let names = |list: Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(machine.post(&order, body).await.ok()), ["b", "c", "a"]);
        assert_eq!(create(&machine, text("d")).await["sieOrder"], 6);
        assert_eq!(names(machine.get(PATH).await.ok()), ["b", "c", "a", "d"]);
        // All or none.
        let batch = machine.post(&format!("{PATH}/batch"), json!([text("e"), text("a")])).await;
        assert_eq!(batch.refusal(), (422, "custom_profile_fields.name_exists"));
        assert_eq!(machine.get(PATH).await.ok().as_array().unwrap().len(), 4);
    }

    async fn another_tenant_asks_for_itself(db: &TestDb) {
        let server = Server::new(db);
        create(&server.admin_machine().await, text("nickname")).await;
        let machine = server.machine().await;
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
        assert_eq!(machine.delete(&format!("{PATH}/nickname")).await.refusal(), (404, "entity.not_found"));
    }
}
