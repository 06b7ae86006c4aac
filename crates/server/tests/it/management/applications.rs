//! Applications and their secrets.

use crate::harness::{Caller, NOW_MS, Server};
use portico_identity::Settings;
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

async fn create(caller: &Caller, body: Value) -> String {
    caller.post("/api/applications", body).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_cannot_be_an_application_is_refused_with_the_place_of_the_fault() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let uris = |uris: Value| json!({ "redirectUris": uris, "postLogoutRedirectUris": [] });
    for (body, path) in [
        (json!({ "type": "SPA" }), json!(["name"])),
        (json!({ "name": "", "type": "SPA" }), json!(["name"])),
        (json!({ "name": "x".repeat(257), "type": "SPA" }), json!(["name"])),
        (json!({ "name": "x", "type": "Nope" }), json!(["type"])),
        (json!({ "name": "x\u{0}", "type": "SPA" }), json!(["name"])),
        (
            json!({ "name": "x", "type": "SPA", "oidcClientMetadata": uris(json!(["javascript:alert(1)"])) }),
            json!(["oidcClientMetadata", "redirectUris", 0]),
        ),
        (
            json!({ "name": "x", "type": "SPA", "oidcClientMetadata": uris(json!(["https://a.example/x/../y"])) }),
            json!(["oidcClientMetadata", "redirectUris", 0]),
        ),
        (
            json!({ "name": "x", "type": "SPA", "customClientMetadata": { "refreshTokenTtlInDays": 181 } }),
            json!(["customClientMetadata", "refreshTokenTtlInDays"]),
        ),
    ] {
        let answer = machine.post("/api/applications", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{body}");
        assert_eq!(answer.body["data"]["issues"][0]["path"], path, "{body}");
    }
}

#[tokio::test]
async fn each_type_has_its_rules() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (body, refusal) in [
        (json!({ "type": "SAML" }), (400, "application.saml.use_saml_app_api")),
        (json!({ "type": "Protected" }), (400, "application.protected_app_metadata_is_required")),
        (
            json!({ "type": "MachineToMachine", "isThirdParty": true }),
            (400, "application.invalid_third_party_application_type"),
        ),
        (
            json!({ "type": "SPA", "isThirdParty": true, "customClientMetadata": { "allowTokenExchange": true } }),
            (422, "application.third_party_application_cannot_enable_token_exchange"),
        ),
        (
            json!({ "type": "SPA", "customClientMetadata": { "isDeviceFlow": true } }),
            (422, "application.device_flow_native_only"),
        ),
    ] {
        let mut body = body;
        body["name"] = json!("x");
        assert_eq!(machine.post("/api/applications", body.clone()).await.refusal(), refusal, "{body}");
    }
    let device = json!({ "name": "tv", "type": "Native", "customClientMetadata": { "isDeviceFlow": true } });
    let id = create(&machine, device).await;
    let path = format!("/api/applications/{id}");
    let off = machine.patch(&path, json!({ "customClientMetadata": { "isDeviceFlow": false } })).await;
    assert_eq!(off.refusal(), (422, "application.device_flow_not_changeable"));
    // Settings are replaced whole, so leaving it out would turn it off.
    let absent = machine.patch(&path, json!({ "customClientMetadata": { "idTokenTtl": 60 } })).await;
    assert_eq!(absent.refusal(), (422, "application.device_flow_not_changeable"));
    let kept = json!({ "idTokenTtl": 60, "isDeviceFlow": true });
    let other = machine.patch(&path, json!({ "customClientMetadata": kept })).await.ok();
    assert_eq!(other["customClientMetadata"], kept);
}

#[tokio::test]
async fn built_in_applications_can_be_looked_at() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let demo = machine.get("/api/applications/demo-app").await.ok();
    assert_eq!(
        (&demo["id"], &demo["type"], &demo["isAdmin"]),
        (&json!("demo-app"), &json!("SPA"), &json!(false))
    );
    let change = machine.patch("/api/applications/demo-app", json!({ "name": "x" })).await;
    assert_eq!(change.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test]
async fn nothing_is_protected_without_a_proxy() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let metadata = json!({ "subDomain": "shop", "origin": "https://example.com" });
    let body = json!({ "name": "x", "type": "Protected", "protectedAppMetadata": metadata });
    let answer = machine.post("/api/applications", body).await;
    assert_eq!(answer.refusal(), (501, "application.protected_app_not_configured"));
    let id = create(&machine, json!({ "name": "x", "type": "SPA" })).await;
    let patch = json!({ "protectedAppMetadata": { "origin": "https://example.com" } });
    let answer = machine.patch(&format!("/api/applications/{id}"), patch).await;
    assert_eq!(answer.refusal(), (400, "application.protected_application_only"));
}

both_databases! {
    async fn a_protected_application_has_a_host_of_its_own(db: &TestDb) {
        let settings = Settings { protected_app_domain: Some("apps.example".to_owned()), ..Settings::default() };
        let machine = Server::with_settings(db, settings).machine().await;
        let with = |sub_domain: &str, origin: &str| json!({
            "name": "x", "type": "Protected",
            "protectedAppMetadata": { "subDomain": sub_domain, "origin": origin },
        });
        let wrong = machine.post("/api/applications", with("A b", "https://example.com")).await;
        assert_eq!(wrong.refusal(), (422, "application.invalid_subdomain"));
        let wrong = machine.post("/api/applications", with("shop", "javascript:x")).await;
        assert_eq!(wrong.refusal(), (422, "application.protected_application_misconfigured"));
        let created = machine.post("/api/applications", with("shop", "https://example.com")).await.ok();
        let metadata = &created["protectedAppMetadata"];
        assert_eq!((&metadata["host"], &metadata["sessionDuration"]), (&json!("shop.apps.example"), &json!(1_209_600)));
        assert_eq!(created["oidcClientMetadata"]["redirectUris"], json!(["https://shop.apps.example/callback"]));
        let twin = machine.post("/api/applications", with("shop", "https://other.example")).await;
        assert_eq!(twin.refusal(), (422, "application.protected_application_subdomain_exists"));
        let path = format!("/api/applications/{}", created["id"].as_str().unwrap());
        let patch = json!({ "protectedAppMetadata": { "origin": "https://new.example" } });
        let changed = machine.patch(&path, patch).await.ok();
        assert_eq!(changed["protectedAppMetadata"]["origin"], "https://new.example");
        assert_eq!(changed["protectedAppMetadata"]["host"], "shop.apps.example");
    }

    async fn an_application_lives_as_recorded(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let created = machine
            .post("/api/applications", json!({
                "name": "my app", "type": "SPA", "description": "d",
                "oidcClientMetadata": { "redirectUris": ["http://localhost:9999/callback"], "postLogoutRedirectUris": [] },
            }))
            .await;
        assert_eq!(created.status.as_u16(), 200);
        let mut expected = json!({
            "tenantId": "default", "id": created.body["id"], "name": "my app", "description": "d", "type": "SPA",
            "oidcClientMetadata": { "redirectUris": ["http://localhost:9999/callback"], "postLogoutRedirectUris": [] },
            "customClientMetadata": {}, "protectedAppMetadata": null, "customData": {}, "isThirdParty": false,
            "appLevelAccessControlEnabled": false, "createdAt": NOW_MS,
        });
        assert_eq!(created.body, expected);
        let path = format!("/api/applications/{}", created.body["id"].as_str().unwrap());

        let patch = json!({
            "name": "renamed", "customData": { "a": 1 },
            "customClientMetadata": { "corsAllowedOrigins": ["http://localhost:9999"], "refreshTokenTtlInDays": 7 },
        });
        let patched = machine.patch(&path, patch.clone()).await.ok();
        expected.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        assert_eq!(patched, expected);
        expected["isAdmin"] = json!(false);
        assert_eq!(machine.get(&path).await.ok(), expected);

        // Custom data has an address where it is merged.
        let merged = machine.patch(&format!("{path}/custom-data"), json!({ "b": 2 })).await.ok();
        assert_eq!(merged, json!({ "a": 1, "b": 2 }));

        // A public client has no secrets and cannot have any.
        assert_eq!(machine.get(&format!("{path}/secrets")).await.ok(), json!([]));
        let body = json!({ "name": "second", "expiresAt": 2_000_000_000_000_i64 });
        let refused = machine.post(&format!("{path}/secrets"), body).await;
        assert_eq!(refused.refusal(), (422, "entity.db_constraint_violated"));

        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 404);
    }

    async fn lists_are_filtered_and_come_in_pages(db: &TestDb) {
        let server = Server::new(db);
        let machine = server.machine().await;
        for (name, kind) in [("one", "SPA"), ("two", "Native"), ("three", "Traditional")] {
            server.clock.advance_ms(1);
            create(&machine, json!({ "name": name, "type": kind, "isThirdParty": name == "three" })).await;
        }
        let names = |body: &Value| -> Vec<String> {
            body.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = machine.get("/api/applications").await;
        assert!(all.header_values("total-number").is_empty(), "no pages were asked for");
        let total = all.body.as_array().unwrap().len();

        let page = machine.get("/api/applications?page=1&page_size=2").await;
        assert_eq!(page.header_values("total-number"), [total.to_string()]);
        assert!(page.header_values("link").iter().any(|link| link.ends_with("rel=\"next\"")));
        assert_eq!(names(&page.body), ["three", "two"], "newest first");
        assert_eq!(machine.get("/api/applications?page=0").await.refusal(), (400, "guard.invalid_pagination"));

        let some = machine.get("/api/applications?types=SPA&types=Native&isThirdParty=false").await;
        assert_eq!(names(&some.body), ["two", "one"]);
        assert_eq!(names(&machine.get("/api/applications?search=%25THRE%25").await.body), ["three"]);
        let wrong = machine.get("/api/applications?search.secret=x").await;
        assert_eq!(wrong.refusal(), (400, "request.invalid_input"));
        assert_eq!(machine.get("/api/applications?types=Nope").await.refusal(), (400, "guard.invalid_input"));
        let both = machine.get("/api/applications?excludeRoleId=a&excludeOrganizationId=b").await;
        assert_eq!(both.refusal(), (400, "request.invalid_input"));
    }

    async fn secrets_have_names_and_ends(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let id = create(&machine, json!({ "name": "web", "type": "Traditional" })).await;
        let path = format!("/api/applications/{id}/secrets");
        let first = machine.get(&path).await.ok();
        assert_eq!(first[0]["name"], "Default secret");
        assert_eq!(first[0]["expiresAt"], Value::Null);
        assert_eq!(first[0]["value"].as_str().unwrap().len(), 32);

        let past = machine.post(&path, json!({ "name": "old", "expiresAt": NOW_MS })).await;
        assert_eq!(past.refusal(), (400, "request.invalid_input"));
        let second = machine.post(&path, json!({ "name": "second", "expiresAt": NOW_MS + 1 })).await;
        assert_eq!(second.status.as_u16(), 201);
        let again = machine.post(&path, json!({ "name": "second" })).await;
        assert_eq!(again.refusal(), (422, "application.secret_name_exists"));

        let renamed = machine.patch(&format!("{path}/second"), json!({ "name": "with space" })).await.ok();
        assert_eq!((&renamed["name"], &renamed["value"]), (&json!("with space"), &second.body["value"]));
        let clash = machine.patch(&format!("{path}/with%20space"), json!({ "name": "Default secret" })).await;
        assert_eq!(clash.refusal(), (422, "application.secret_name_exists"));
        assert_eq!(machine.patch(&format!("{path}/second"), json!({ "name": "x" })).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.delete(&format!("{path}/with%20space")).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&format!("{path}/with%20space")).await.refusal(), (404, "entity.not_found"));
        let legacy = machine.delete(&format!("/api/applications/{id}/legacy-secret")).await;
        assert_eq!(legacy.refusal(), (400, "application.no_legacy_secret_found"));
    }

    async fn another_tenants_application_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (machine, admin) = (server.machine().await, server.admin_machine().await);
        let id = create(&admin, json!({ "name": "web", "type": "Traditional" })).await;
        let path = format!("/api/applications/{id}");
        assert!(admin.get(&path).await.status.is_success());
        for answer in [
            machine.get(&path).await,
            machine.patch(&path, json!({ "name": "x" })).await,
            machine.delete(&path).await,
            machine.get(&format!("{path}/secrets")).await,
            machine.post(&format!("{path}/secrets"), json!({ "name": "x" })).await,
            machine.delete(&format!("{path}/secrets/Default%20secret")).await,
            machine.patch(&format!("{path}/custom-data"), json!({})).await,
        ] {
            assert_eq!(answer.status.as_u16(), 404, "{}", answer.body);
        }
        assert!(admin.get(&path).await.status.is_success());
    }

    async fn machines_hold_roles_of_their_kind(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let spa = create(&machine, json!({ "name": "spa", "type": "SPA" })).await;
        let refused = machine.get(&format!("/api/applications/{spa}/roles")).await;
        assert_eq!(refused.refusal(), (422, "application.invalid_type"));

        let id = create(&machine, json!({ "name": "m2m", "type": "MachineToMachine" })).await;
        let path = format!("/api/applications/{id}/roles");
        let role = |name: &'static str, kind: &'static str| json!({ "name": name, "description": "d", "type": kind });
        let for_people = machine.post("/api/roles", role("people", "User")).await.ok();
        let wrong = machine.post(&path, json!({ "roleIds": [for_people["id"]] })).await;
        assert_eq!(wrong.refusal(), (422, "application.invalid_role_type"));
        let unknown = machine.post(&path, json!({ "roleIds": ["nope"] })).await;
        assert_eq!(unknown.refusal(), (404, "entity.not_exists_with_id"));

        let given = machine.post("/api/roles", role("robots", "MachineToMachine")).await.ok();
        let ids = json!({ "roleIds": [given["id"]] });
        let assigned = machine.post(&path, ids.clone()).await;
        assert_eq!(assigned.status.as_u16(), 201);
        assert_eq!(assigned.body["addedRoleIds"], ids["roleIds"]);
        assert_eq!(machine.post(&path, ids).await.body["addedRoleIds"], json!([]));
        assert_eq!(machine.get(&path).await.ok()[0]["name"], "robots");
        let remove = format!("{path}/{}", given["id"].as_str().unwrap());
        assert_eq!(machine.delete(&remove).await.status.as_u16(), 204);
        assert_eq!(machine.delete(&remove).await.status.as_u16(), 404);
    }

    async fn the_admin_switch_opens_the_management_api(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let id = create(&machine, json!({ "name": "m2m", "type": "MachineToMachine" })).await;
        let path = format!("/api/applications/{id}");
        for on in [true, false] {
            assert!(machine.patch(&path, json!({ "isAdmin": on })).await.status.is_success());
            assert_eq!(machine.get(&path).await.ok()["isAdmin"], on);
        }
    }
}
