//! Connectors and their factories.

use crate::harness::Server;
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

fn config() -> Value {
    json!({
        "authorizationEndpoint": "https://idp.example.com/auth",
        "tokenEndpoint": "https://idp.example.com/token",
        "clientId": "id",
        "clientSecret": "secret",
        "scope": "openid profile",
        "tokenEndpointAuthMethod": "client_secret_post",
        "idTokenVerificationConfig": { "jwksUri": "https://idp.example.com/jwks" },
    })
}

fn oidc(target: &str) -> Value {
    json!({ "connectorId": "oidc", "config": config(), "metadata": { "target": target, "name": { "en": "Company" } } })
}

#[tokio::test]
async fn what_cannot_work_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (body, refusal) in [
        (json!({}), (400, "guard.invalid_input")),
        (json!({ "connectorId": "nope" }), (422, "connector.not_found_with_connector_id")),
        (json!({ "connectorId": "oidc" }), (400, "connector.should_specify_target")),
        (
            json!({ "connectorId": "oidc", "metadata": { "name": { "en": "x" } } }),
            (400, "connector.should_specify_target"),
        ),
        (
            json!({ "connectorId": "github-universal", "metadata": { "target": "x" } }),
            (400, "connector.cannot_overwrite_metadata_for_non_standard_connector"),
        ),
        (
            json!({ "connectorId": "oidc", "id": "a/b", "metadata": { "target": "x" } }),
            (400, "guard.invalid_input"),
        ),
        (
            json!({ "connectorId": "oidc", "metadata": { "target": "x" }, "enableTokenStorage": true }),
            (422, "request.feature_not_supported"),
        ),
    ] {
        assert_eq!(machine.post("/api/connectors", body.clone()).await.refusal(), refusal, "{body}");
    }
}

#[tokio::test]
async fn faults_in_the_settings_name_their_fields() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let mut body = oidc("company");
    body["config"]["tokenEndpoint"] = json!("nope");
    body["config"]["idTokenVerificationConfig"] = json!({});
    let answer = machine.post("/api/connectors", body).await;
    assert_eq!(answer.refusal(), (400, "connector.invalid_config"));
    let issues = answer.body["data"]["issues"].as_array().unwrap();
    let paths: Vec<&Value> = issues.iter().map(|issue| &issue["path"]).collect();
    assert!(paths.contains(&&json!(["tokenEndpoint"])), "{paths:?}");
    assert!(paths.contains(&&json!(["idTokenVerificationConfig", "jwksUri"])), "{paths:?}");
}

#[tokio::test]
async fn only_message_connectors_can_be_tried_out() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for (factory, body, refusal) in [
        ("oidc", json!({ "config": {} }), (400, "guard.invalid_input")),
        ("oidc", json!({ "phone": "x", "config": {} }), (400, "guard.invalid_input")),
        ("oidc", json!({ "email": "a@example.com" }), (400, "guard.invalid_input")),
        ("nope", json!({ "email": "a@example.com", "config": {} }), (400, "connector.not_found")),
        ("oidc", json!({ "email": "a@example.com", "config": {} }), (400, "connector.unexpected_type")),
    ] {
        let answer = machine.post(&format!("/api/connectors/{factory}/test"), body).await;
        assert_eq!(answer.refusal(), refusal);
    }
}

#[tokio::test]
async fn factories_are_listed() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let all = machine.get("/api/connector-factories").await.ok();
    assert!(all.as_array().unwrap().iter().any(|factory| factory["id"] == "oidc"));
    let one = machine.get("/api/connector-factories/oidc").await.ok();
    assert_eq!((&one["type"], &one["isStandard"]), (&json!("Social"), &json!(true)));
    assert_eq!(machine.get("/api/connector-factories/nope").await.refusal(), (404, "entity.not_found"));
}

both_databases! {
    async fn a_connector_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let created = machine.post("/api/connectors", oidc("company")).await;
        assert_eq!(created.status.as_u16(), 200);
        assert_eq!(created.body["target"], "company");
        assert_eq!(created.body["name"], json!({ "en": "Company" }));
        assert_eq!(created.body["config"], config());
        let id = created.body["id"].as_str().unwrap();
        assert_eq!(id.len(), 12);
        let path = format!("/api/connectors/{id}");
        assert_eq!(machine.get(&path).await.ok(), created.body);
        assert_eq!(machine.get("/api/connectors?target=company").await.ok(), json!([created.body]));
        assert_eq!(machine.get("/api/connectors?target=other").await.ok(), json!([]));

        let clash = machine.post("/api/connectors", oidc("company")).await;
        assert_eq!(clash.refusal(), (422, "connector.multiple_target_with_same_platform"));
        assert_eq!(clash.body["data"]["connectorId"], id);
        let mut second = oidc("other");
        second["id"] = json!("my-own_id");
        assert_eq!(machine.post("/api/connectors", second).await.ok()["id"], "my-own_id");

        let moved = machine.patch(&path, json!({ "metadata": { "target": "elsewhere" } })).await;
        assert_eq!(moved.refusal(), (400, "connector.can_not_modify_target"));
        let patch = json!({ "syncProfile": true, "metadata": { "target": "company", "name": { "en": "New" } } });
        let patched = machine.patch(&path, patch).await.ok();
        assert_eq!((&patched["syncProfile"], &patched["name"]["en"]), (&json!(true), &json!("New")));
        assert_eq!(machine.patch(&path, json!({ "config": {} })).await.refusal(), (400, "connector.invalid_config"));

        // A deleted connector leaves the sign-in page; the other one stays there.
        let targets = json!({ "socialSignInConnectorTargets": ["company", "other", "company", "unknown"] });
        let settings = machine.patch("/api/sign-in-exp", targets).await.ok();
        assert_eq!(settings["socialSignInConnectorTargets"], json!(["company", "other"]));
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.get("/api/sign-in-exp").await.ok()["socialSignInConnectorTargets"], json!(["other"]));
    }

    async fn a_non_standard_connector_exists_once(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let github = json!({ "connectorId": "github-universal", "config": { "clientId": "a", "clientSecret": "b" } });
        assert_eq!(machine.post("/api/connectors", github.clone()).await.status.as_u16(), 200);
        let again = machine.post("/api/connectors", github).await;
        assert_eq!(again.refusal(), (422, "connector.multiple_instances_not_supported"));
    }

    async fn the_way_to_the_provider_can_be_asked_for(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let created = machine.post("/api/connectors", oidc("company")).await.ok();
        let path = format!("/api/connectors/{}/authorization-uri", created["id"].as_str().unwrap());
        let empty = machine.post(&path, json!({ "state": "", "redirectUri": "" })).await;
        assert_eq!(empty.refusal(), (400, "session.insufficient_info"));
        let body = json!({ "state": "s", "redirectUri": "http://localhost:3001/callback/x" });
        let answer = machine.post(&path, body).await.ok();
        assert!(answer["redirectTo"].as_str().unwrap().starts_with("https://idp.example.com/auth?"));
    }

    async fn another_tenants_connector_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let (machine, admin) = (server.machine().await, server.admin_machine().await);
        let created = admin.post("/api/connectors", oidc("company")).await.ok();
        let path = format!("/api/connectors/{}", created["id"].as_str().unwrap());
        for answer in [
            machine.get(&path).await,
            machine.patch(&path, json!({ "syncProfile": true })).await,
            machine.delete(&path).await,
            machine.post(&format!("{path}/authorization-uri"), json!({ "state": "s", "redirectUri": "r" })).await,
        ] {
            assert_eq!(answer.refusal(), (404, "entity.not_exists_with_id"));
        }
        assert_eq!(machine.get("/api/connectors").await.ok(), json!([]));
    }
}
