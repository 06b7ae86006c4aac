//! Mistakes in the settings of the generic OIDC connector.

use std::sync::{Arc, LazyLock};

use portico_connectors::{HttpClient, OutboundPolicy, Registry, Services};
use portico_crypto::SystemClock;
use proptest::prelude::*;
use serde_json::{Value, json};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let http = HttpClient::new(OutboundPolicy::default()).unwrap();
    Registry::all(&Services::new(http, Arc::new(SystemClock)))
});

fn issues(config: &Value) -> Vec<(String, &'static str)> {
    match REGISTRY.find("oidc").unwrap().validate_config(config) {
        Ok(()) => Vec::new(),
        Err(issues) => issues.into_iter().map(|issue| (issue.path, issue.code)).collect(),
    }
}

fn minimal() -> Value {
    json!({
        "authorizationEndpoint": "https://idp.example/authorize",
        "tokenEndpoint": "https://idp.example/token",
        "clientId": "client",
        "clientSecret": "secret",
        "scope": "",
        "idTokenVerificationConfig": { "jwksUri": "https://idp.example/keys" },
    })
}

fn complete() -> Value {
    json!({
        "responseType": "code",
        "grantType": "authorization_code",
        "authorizationEndpoint": "https://idp.example/authorize",
        "tokenEndpoint": "https://idp.example/token",
        "clientId": "client",
        "clientSecret": "secret",
        "tokenEndpointAuthMethod": "client_secret_jwt",
        "clientSecretJwtSigningAlgorithm": "HS512",
        "scope": "openid profile",
        "acceptStringTypedBooleanClaims": true,
        "trustUnverifiedEmail": true,
        "idTokenVerificationConfig": {
            "jwksUri": "https://idp.example/keys",
            "issuer": ["https://idp.example"],
            "audience": "client",
            "algorithms": ["RS256", "PS512", "EdDSA"],
            "clockTolerance": "5 s",
            "crit": { "x": true },
            "currentDate": "2026-01-01T00:00:00Z",
            "maxTokenAge": 300,
            "subject": "ada",
            "typ": "JWT",
        },
        "authRequestOptionalConfig": {
            "responseMode": "form_post",
            "display": "page",
            "prompt": "login",
            "maxAge": "60",
            "uiLocales": "en",
            "idTokenHint": "hint",
            "loginHint": "ada",
            "acrValues": "1",
        },
        "customConfig": { "domain": "example" },
    })
}

#[test]
fn the_smallest_and_the_largest_settings_are_fine() {
    assert_eq!(issues(&minimal()), []);
    assert_eq!(issues(&complete()), []);
}

#[test]
fn everything_that_is_missing_is_named() {
    let found = issues(&json!({}));
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "authorizationEndpoint",
            "tokenEndpoint",
            "clientId",
            "clientSecret",
            "scope",
            "idTokenVerificationConfig",
        ]
    );
    assert_eq!(issues(&json!("text")).first(), Some(&(String::new(), "invalid_type")));
}

#[test]
fn mistakes_are_named_by_path() {
    let table = [
        ("/authorizationEndpoint", json!("javascript:alert(1)"), "authorizationEndpoint"),
        ("/tokenEndpoint", json!("/token"), "tokenEndpoint"),
        ("/clientId", json!(" "), "clientId"),
        ("/clientSecret", json!(5), "clientSecret"),
        ("/responseType", json!("token"), "responseType"),
        ("/grantType", json!("implicit"), "grantType"),
        ("/tokenEndpointAuthMethod", json!("none"), "tokenEndpointAuthMethod"),
        ("/clientSecretJwtSigningAlgorithm", json!("RS256"), "clientSecretJwtSigningAlgorithm"),
        ("/trustUnverifiedEmail", json!("yes"), "trustUnverifiedEmail"),
        ("/idTokenVerificationConfig", json!("{}"), "idTokenVerificationConfig"),
        ("/idTokenVerificationConfig/jwksUri", json!(null), "idTokenVerificationConfig.jwksUri"),
        ("/idTokenVerificationConfig/issuer", json!(5), "idTokenVerificationConfig.issuer"),
        ("/idTokenVerificationConfig/issuer", json!([5]), "idTokenVerificationConfig.issuer.0"),
        (
            "/idTokenVerificationConfig/algorithms",
            json!(["RS256", "HS256"]),
            "idTokenVerificationConfig.algorithms.1",
        ),
        ("/idTokenVerificationConfig/algorithms", json!(["none"]), "idTokenVerificationConfig.algorithms.0"),
        ("/idTokenVerificationConfig/algorithms", json!([]), "idTokenVerificationConfig.algorithms"),
        (
            "/idTokenVerificationConfig/clockTolerance",
            json!("soon"),
            "idTokenVerificationConfig.clockTolerance",
        ),
        ("/idTokenVerificationConfig/currentDate", json!("today"), "idTokenVerificationConfig.currentDate"),
        ("/idTokenVerificationConfig/crit", json!({ "x": 1 }), "idTokenVerificationConfig.crit.x"),
        ("/authRequestOptionalConfig/maxAge", json!(60), "authRequestOptionalConfig.maxAge"),
        ("/customConfig", json!([]), "customConfig"),
        ("/customConfig", json!({ "codeChallenge": "x" }), "customConfig.codeChallenge"),
        ("/customConfig", json!({ "domain": 1 }), "customConfig.domain"),
    ];
    for (pointer, value, path) in table {
        let mut config = complete();
        *config.pointer_mut(pointer).unwrap() = value.clone();
        let found = issues(&config);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, [path], "{pointer} = {value}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[0-9.]{0,6} ?[a-zA-Zµé]{0,7}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn pointers(value: &Value, prefix: &str, found: &mut Vec<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let pointer = format!("{prefix}/{key}");
        pointers(inner, &pointer, found);
        found.push(pointer);
    }
}

proptest! {
    #[test]
    fn no_settings_make_the_reader_panic(config in any_json(), field in any_json(), index: prop::sample::Index) {
        let entry = REGISTRY.find("oidc").unwrap();
        let _ = entry.validate_config(&config);
        let mut changed = complete();
        let mut fields = Vec::new();
        pointers(&changed, "", &mut fields);
        let pointer: &String = index.get(&fields);
        *changed.pointer_mut(pointer).unwrap() = field;
        let _ = entry.validate_config(&changed);
    }
}
