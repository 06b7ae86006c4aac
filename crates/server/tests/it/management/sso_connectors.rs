//! Enterprise connectors, and which of them the sign-in pages offer.

use crate::harness::{Caller, Server};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const PATH: &str = "/api/sso-connectors";

/// Metadata of a made-up provider with a certificate of its own.
const METADATA: &str = include_str!("saml_metadata.xml");

async fn create(machine: &Caller, body: Value) -> Value {
    let answer = machine.post(PATH, body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.body
}

fn saml(name: &str) -> Value {
    json!({
        "providerName": "SAML", "connectorName": name, "domains": ["Acme.example"],
        "config": { "metadata": METADATA, "unknown": 1 },
    })
}

#[tokio::test]
async fn what_cannot_work_is_refused() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let of = |provider: &str, more: Value| {
        let mut body = json!({ "providerName": provider, "connectorName": "x" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, refusal) in [
        (json!({ "connectorName": "x" }), (400, "guard.invalid_input")),
        (json!({ "providerName": "OIDC" }), (400, "guard.invalid_input")),
        (of("nobody", json!({})), (422, "connector.not_found")),
        (of("OIDC", json!({ "config": { "clientId": "a" } })), (400, "connector.invalid_config")),
        (of("SAML", json!({ "config": { "entityId": 1 } })), (400, "connector.invalid_config")),
        (of("SAML", json!({ "config": { "metadata": "<x/>" } })), (400, "connector.invalid_metadata")),
        (
            of(
                "SAML",
                json!({ "config": { "requestSignatureAlgorithm": "http://www.w3.org/2000/09/xmldsig#rsa-sha1" } }),
            ),
            (400, "connector.invalid_config"),
        ),
        (
            of("SAML", json!({ "config": { "signAuthnRequest": true } })),
            (400, "single_sign_on.active_signing_key_required"),
        ),
        (of("OIDC", json!({ "domains": ["gmail.com"] })), (422, "single_sign_on.forbidden_domains")),
        (of("OIDC", json!({ "domains": ["a.io", "A.io"] })), (422, "single_sign_on.duplicated_domains")),
        (of("OIDC", json!({ "enableTokenStorage": true })), (422, "request.feature_not_supported")),
    ] {
        assert_eq!(machine.post(PATH, body.clone()).await.refusal(), refusal, "{body}");
    }
    assert_eq!(machine.get(&format!("{PATH}/nobody")).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(machine.delete(&format!("{PATH}/nobody")).await.refusal(), (404, "entity.not_found"));
}

#[tokio::test]
async fn an_address_inside_is_not_asked() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    for body in [
        json!({ "providerName": "OIDC", "connectorName": "x", "config": { "clientId": "a", "clientSecret": "b", "issuer": "http://127.0.0.1:1/oidc" } }),
        json!({ "providerName": "SAML", "connectorName": "x", "config": { "metadataUrl": "http://169.254.169.254/metadata" } }),
    ] {
        assert_eq!(machine.post(PATH, body).await.refusal(), (400, "connector.invalid_metadata"));
    }
}

#[tokio::test]
async fn providers_are_listed() {
    let db = TestDb::sqlite().await;
    let machine = Server::new(&db).machine().await;
    let all = machine.get("/api/sso-connector-providers").await.ok();
    let names: Vec<&Value> =
        all.as_array().unwrap().iter().map(|provider| &provider["providerName"]).collect();
    assert_eq!(names, ["OIDC", "SAML", "AzureAD", "GoogleWorkspace", "Okta", "AzureAdOidc"]);
}

both_databases! {
    async fn a_connector_lives_as_long_as_it_is_wanted(db: &TestDb) {
        let machine = Server::new(db).machine().await;
        let created = create(&machine, saml("Acme")).await;
        assert_eq!((&created["domains"], &created["syncProfile"]), (&json!(["acme.example"]), &json!(false)));
        assert_eq!(created["config"], json!({ "metadata": METADATA }));
        let id = created["id"].as_str().unwrap();
        let path = format!("{PATH}/{id}");
        let found = machine.get(&path).await.ok();
        assert_eq!((&found["providerType"], &found["connectorName"]), (&json!("saml"), &json!("Acme")));
        let provider = &found["providerConfig"];
        assert_eq!(provider["identityProvider"]["entityId"], "https://idp.acme.example/");
        assert_eq!(provider["identityProvider"]["signInEndpoint"], "https://idp.acme.example/redirect");
        assert_eq!(provider["serviceProvider"]["entityId"], format!("http://localhost:3001/enterprise-sso/{id}"));
        assert!(provider["identityProvider"]["certificateExpiresAt"].as_i64().unwrap() > crate::harness::NOW_MS);

        let twin = machine.post(PATH, saml("Acme")).await;
        assert_eq!(twin.refusal(), (409, "single_sign_on.duplicate_connector_name"));
        let second = create(&machine, json!({ "providerName": "OIDC", "connectorName": "Other" })).await;
        assert_eq!((&second["config"], &second["domains"]), (&json!({}), &json!([])));
        let other = format!("{PATH}/{}", second["id"].as_str().unwrap());
        let renamed = machine.patch(&other, json!({ "connectorName": "Acme" })).await;
        assert_eq!(renamed.refusal(), (409, "single_sign_on.duplicate_connector_name"));
        assert!(machine.get(&other).await.ok()["providerConfig"].is_null());

        let same = machine.patch(&path, json!({})).await.ok();
        assert_eq!(same, found);
        let patch = json!({ "domains": ["B.example"], "syncProfile": true, "branding": { "displayName": "Acme staff" } });
        let changed = machine.patch(&path, patch).await.ok();
        assert_eq!((&changed["domains"], &changed["syncProfile"]), (&json!(["b.example"]), &json!(true)));
        let wrong = machine.patch(&path, json!({ "config": { "signInEndpoint": 1 } })).await;
        assert_eq!(wrong.refusal(), (400, "connector.invalid_config"));

        let page = machine.get(&format!("{PATH}?page=1&page_size=1")).await;
        assert_eq!((page.header_values("total-number"), page.body.as_array().unwrap().len()), (vec!["2".to_owned()], 1));
        assert_eq!(machine.get(PATH).await.ok().as_array().unwrap().len(), 2);
        assert_eq!(machine.delete(&path).await.status.as_u16(), 204);
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    }

    async fn pages_offer_what_can_work(db: &TestDb) {
        let server = Server::new(db);
        let (machine, anonymous) = (server.machine().await, server.anonymous());
        let mut branded = saml("Acme");
        branded["branding"] = json!({ "displayName": "Acme staff", "logo": "https://acme.example/logo.png" });
        let id = create(&machine, branded).await["id"].clone();
        // One without settings, one without a domain, one that does not say who the provider is.
        create(&machine, json!({ "providerName": "OIDC", "connectorName": "a", "domains": ["a.io"] })).await;
        create(&machine, json!({ "providerName": "SAML", "connectorName": "b", "config": { "metadata": METADATA } })).await;
        create(&machine, json!({ "providerName": "SAML", "connectorName": "c", "domains": ["c.io"] })).await;
        let offered = async || anonymous.get("/api/.well-known/sign-in-exp").await.ok()["ssoConnectors"].clone();
        assert_eq!(offered().await, json!([]));
        machine.patch("/api/sign-in-exp", json!({ "singleSignOnEnabled": true })).await.ok();
        let expected = json!([{ "id": id, "connectorName": "Acme staff", "logo": "https://acme.example/logo.png" }]);
        assert_eq!(offered().await, expected);
    }

    async fn another_tenants_connector_is_not_there(db: &TestDb) {
        let server = Server::new(db);
        let created = create(&server.admin_machine().await, saml("Acme")).await;
        let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
        let machine = server.machine().await;
        assert_eq!(machine.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.patch(&path, json!({ "syncProfile": true })).await.refusal(), (404, "entity.not_exists_with_id"));
        assert_eq!(machine.delete(&path).await.refusal(), (404, "entity.not_found"));
        assert_eq!(machine.get(PATH).await.ok(), json!([]));
    }
}
