//! Clients that authenticate with a signed assertion (RFC 7523).

use crate::harness::*;
use axum::http::StatusCode;
use portico_crypto::jose::{Alg, HmacKey, SigningKey};
use portico_model::{Application, ApplicationType};
use portico_store::{both_databases, testing::TestDb};
use serde_json::{Value, json};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ISSUER: &str = "http://localhost:3001/oidc";

/// What a sound assertion says.
fn claims(client: &TestClient, jti: &str) -> Value {
    json!({
        "iss": client.id, "sub": client.id, "aud": ISSUER, "jti": jti,
        "iat": NOW_MS / 1000, "exp": NOW_MS / 1000 + 60,
    })
}

fn changed(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn with_keys(keys: Value) -> impl FnOnce(&mut Application) {
    move |application| application.oidc_client_metadata.jwks = keys.as_object().cloned()
}

/// Asks for a token of the client itself, which is what a machine does.
async fn ask(provider: &Provider, assertion: &str, extra: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("resource", API),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    form.extend_from_slice(extra);
    provider.post("/oidc/token", None, &form).await
}

async fn provider_with_api(db: &TestDb) -> Provider {
    let provider = Provider::new(db).await;
    let user = provider.user("reader").await;
    provider.api_with_role(&user).await;
    provider
}

both_databases! {
    async fn a_secret_signs_an_assertion(db: &TestDb) {
        let provider = provider_with_api(db).await;
        let client = provider.client(ApplicationType::MachineToMachine).await;
        let key = HmacKey::new(client.secret.as_deref().unwrap()).unwrap();
        let sign = |claims: Value| key.sign_jwt(Alg::Hs256, None, &claims).unwrap();
        for (jti, audience) in [("a", json!(ISSUER)), ("b", json!([format!("{ISSUER}/token")]))] {
            let assertion = sign(changed(claims(&client, jti), "aud", audience));
            let answer = ask(&provider, &assertion, &[]).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
        let named = ask(&provider, &sign(claims(&client, "c")), &[("client_id", &client.id)]).await;
        assert_eq!(named.status, StatusCode::OK);
        provider.set_secret_expiry(&client, NOW_MS).await;
        ask(&provider, &sign(claims(&client, "d")), &[]).await.expect_error(400, "invalid_request");
    }

    async fn a_registered_key_signs_an_assertion_and_takes_the_place_of_the_secret(db: &TestDb) {
        let provider = provider_with_api(db).await;
        for alg in [Alg::Es256, Alg::EdDsa] {
            let key = SigningKey::generate(alg).unwrap();
            let keys = json!({ "keys": [key.public_jwk()] });
            let client = provider.client_with(ApplicationType::MachineToMachine, with_keys(keys)).await;
            let assertion = key.sign_jwt(None, &claims(&client, "a")).unwrap();
            let answer = ask(&provider, &assertion, &[]).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            let by_secret = [("grant_type", "client_credentials"), ("resource", API)];
            provider.token(&client, &by_secret).await.expect_error(401, "invalid_client");
            let secret = HmacKey::new(client.secret.as_deref().unwrap()).unwrap();
            let forged = secret.sign_jwt(Alg::Hs256, None, &claims(&client, "b")).unwrap();
            ask(&provider, &forged, &[]).await.expect_error(401, "invalid_client");
        }
    }

    async fn keys_are_fetched_from_the_address_of_the_client(db: &TestDb) {
        let provider = provider_with_api(db).await;
        let key = SigningKey::generate(Alg::Es256).unwrap();
        let document = json!({ "keys": [key.public_jwk()] });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let page = axum::Router::new()
            .route("/jwks.json", axum::routing::get(move || async move { axum::Json(document) }));
        let server = tokio::spawn(async move { axum::serve(listener, page).await });
        let client = provider
            .client_with(ApplicationType::MachineToMachine, |application| {
                application.oidc_client_metadata.jwks_uri = Some(uri);
            })
            .await;
        let assertion = key.sign_jwt(None, &claims(&client, "a")).unwrap();
        assert_eq!(ask(&provider, &assertion, &[]).await.status, StatusCode::OK);
        let other = SigningKey::generate(Alg::Es256).unwrap();
        let assertion = other.sign_jwt(None, &claims(&client, "b")).unwrap();
        ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
        server.abort();
    }

    async fn attack_client_assertion_replay_is_refused(db: &TestDb) {
        let provider = provider_with_api(db).await;
        let client = provider.client(ApplicationType::MachineToMachine).await;
        let key = HmacKey::new(client.secret.as_deref().unwrap()).unwrap();
        let assertion = key.sign_jwt(Alg::Hs256, None, &claims(&client, "once")).unwrap();
        // Another process with the same database remembers too.
        let elsewhere = Provider::new(db).await;
        let (first, second) = tokio::join!(ask(&provider, &assertion, &[]), ask(&elsewhere, &assertion, &[]));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
        ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
        // The id belongs to the client that used it.
        let neighbour = provider.client(ApplicationType::MachineToMachine).await;
        let key = HmacKey::new(neighbour.secret.as_deref().unwrap()).unwrap();
        let assertion = key.sign_jwt(Alg::Hs256, None, &claims(&neighbour, "once")).unwrap();
        assert_eq!(ask(&provider, &assertion, &[]).await.status, StatusCode::OK);
    }

    async fn attack_forged_client_assertions_are_refused(db: &TestDb) {
        let provider = provider_with_api(db).await;
        let client = provider.client(ApplicationType::MachineToMachine).await;
        let secret = HmacKey::new(client.secret.as_deref().unwrap()).unwrap();
        let now = NOW_MS / 1000;
        for (name, value) in [
            ("aud", json!("https://elsewhere.example.com")),
            ("aud", json!([ISSUER, "https://elsewhere.example.com"])),
            ("aud", Value::Null),
            ("iss", json!("someone-else")),
            ("exp", json!(now - 60)),
            ("exp", json!(now + 7200)),
            ("exp", Value::Null),
            ("nbf", json!(now + 600)),
            ("jti", json!("")),
            ("jti", json!(7)),
            ("jti", Value::Null),
        ] {
            let mut said = changed(claims(&client, "forged"), name, value.clone());
            if value.is_null() {
                said.as_object_mut().unwrap().remove(name);
            }
            let assertion = secret.sign_jwt(Alg::Hs256, None, &said).unwrap();
            let answer = ask(&provider, &assertion, &[]).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name} {value} {}", answer.text());
        }
        let said = claims(&client, "forged");
        for alg in [Alg::Hs384, Alg::Hs512] {
            let assertion = secret.sign_jwt(alg, None, &said).unwrap();
            ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
        }
        let stranger = HmacKey::new("not the secret of the client").unwrap();
        let assertion = stranger.sign_jwt(Alg::Hs256, None, &said).unwrap();
        ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
        let own_key = SigningKey::generate(Alg::Es256).unwrap();
        let assertion = own_key.sign_jwt(None, &said).unwrap();
        ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
        let unsigned = {
            use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
            format!("{}.{}.", BASE64.encode(r#"{"alg":"none"}"#), BASE64.encode(said.to_string()))
        };
        let refused = ask(&provider, &unsigned, &[]).await;
        assert!(refused.status.is_client_error(), "{}", refused.text());
        // The public half of a registered key is no shared secret.
        let keys = json!({ "keys": [own_key.public_jwk()] });
        let key_client = provider.client_with(ApplicationType::MachineToMachine, with_keys(keys)).await;
        let confused = HmacKey::new(own_key.public_jwk().to_string()).unwrap();
        let assertion = confused.sign_jwt(Alg::Hs256, None, &claims(&key_client, "c")).unwrap();
        ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
    }

    async fn one_mechanism_at_a_time(db: &TestDb) {
        let provider = provider_with_api(db).await;
        let client = provider.client(ApplicationType::MachineToMachine).await;
        let secret = client.secret.clone().unwrap();
        let key = HmacKey::new(&secret).unwrap();
        let assertion = key.sign_jwt(Alg::Hs256, None, &claims(&client, "a")).unwrap();
        let both = ask(&provider, &assertion, &[("client_secret", &secret)]).await;
        both.expect_error(400, "invalid_request");
        let other = ask(&provider, &assertion, &[("client_id", "someone-else")]).await;
        other.expect_error(400, "invalid_request");
        let untyped = [("grant_type", "client_credentials"), ("client_assertion", assertion.as_str())];
        provider.post("/oidc/token", None, &untyped).await.expect_error(400, "invalid_request");
        ask(&provider, "nonsense", &[]).await.expect_error(400, "invalid_request");
        let public = provider.client(ApplicationType::Spa).await;
        let assertion = key.sign_jwt(Alg::Hs256, None, &claims(&public, "a")).unwrap();
        ask(&provider, &assertion, &[]).await.expect_error(401, "invalid_client");
    }
}
