//! The generic OIDC connector against a provider in this process.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use portico_connectors::social::SocialResult;
use portico_connectors::{
    AuthorizationRequest, ConnectorError, ConnectorSession, HttpClient, OutboundPolicy, Registry, Services,
};
use portico_crypto::jose::{Alg, HmacKey, SigningKey, Validation};
use portico_crypto::{FixedClock, pkce_s256};
use portico_model::ErrorCode;
use serde_json::{Value, json};
use url::Url;

use crate::idp::{Idp, TokenAnswer};
use crate::{NOW, REDIRECT_URI};

/// One person on the way to a provider and back.
struct Flow {
    idp: Idp,
    registry: Registry,
    clock: Arc<FixedClock>,
    config: Value,
    session: ConnectorSession,
    uri: Url,
}

impl Flow {
    async fn begin() -> Self {
        Self::begin_with(|_| {}).await
    }

    /// Starts a sign-in with changed settings.
    async fn begin_with(change: impl FnOnce(&mut Value)) -> Self {
        Self::begin_at(Idp::start().await, change).await
    }

    async fn begin_at(idp: Idp, change: impl FnOnce(&mut Value)) -> Self {
        let policy = OutboundPolicy { allow_private: true, ..OutboundPolicy::default() };
        let http = HttpClient::new(policy).unwrap().with_timeout(Duration::from_secs(5));
        let clock = Arc::new(FixedClock::new(NOW * 1000));
        let registry = Registry::all(&Services::new(http, clock.clone()));
        let mut config = settings(&idp.base);
        change(&mut config);
        let session = ConnectorSession::default();
        let uri = Url::parse("http://unset.example").unwrap();
        let mut flow = Self { idp, registry, clock, config, session, uri };
        flow.restart().await;
        flow
    }

    async fn restart(&mut self) {
        let request = AuthorizationRequest {
            state: "the state".to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            ..AuthorizationRequest::default()
        };
        let connector = self.registry.find_social("oidc").unwrap();
        self.session = ConnectorSession::default();
        let uri = connector.authorization_uri(&self.config, &request, &mut self.session);
        self.uri = uri.await.unwrap();
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.uri.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// What an honest provider says.
    fn claims(&self) -> Value {
        json!({
            "iss": self.idp.base,
            "aud": "client",
            "sub": "ada",
            "iat": NOW,
            "exp": NOW + 300,
            "nonce": self.parameter("nonce"),
            "name": "Ada Lovelace",
            "picture": "https://idp.example/ada.png",
            "email": "ada@idp.example",
            "email_verified": true,
            "phone_number": "+44 20-7946 0000",
            "phone_number_verified": true,
        })
    }

    fn changed_claims(&self, changes: Value) -> Value {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    fn sign(&self, claims: &Value) -> String {
        self.idp.key.sign_jwt(Some("JWT"), claims).unwrap()
    }

    async fn finish(&self, data: Value) -> Result<SocialResult, ConnectorError> {
        let connector = self.registry.find_social("oidc").unwrap();
        connector.authenticate(&self.config, &data, &self.session).await
    }

    async fn finish_with_token(&self, token: &str) -> Result<SocialResult, ConnectorError> {
        self.idp.answer_with_id_token(token);
        self.finish(json!({ "code": "the code", "state": "the state" })).await
    }

    async fn finish_with_claims(&self, changes: Value) -> Result<SocialResult, ConnectorError> {
        self.finish_with_token(&self.sign(&self.changed_claims(changes))).await
    }

    async fn assert_refused(&self, token: &str, reason: &str) {
        let error = self.finish_with_token(token).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::ConnectorSocialInvalidIdToken, "{reason}");
        assert_eq!(error.code.default_status(), 401);
        assert_eq!(description(&error), reason);
    }

    async fn assert_claims_refused(&self, changes: Value, reason: &str) {
        self.assert_refused(&self.sign(&self.changed_claims(changes)), reason).await;
    }
}

fn settings(base: &str) -> Value {
    json!({
        "authorizationEndpoint": format!("{base}/authorize?tenant=1"),
        "tokenEndpoint": format!("{base}/token"),
        "clientId": "client",
        "clientSecret": "secret",
        "scope": "profile email",
        "idTokenVerificationConfig": { "jwksUri": format!("{base}/keys"), "issuer": base },
    })
}

fn description(error: &ConnectorError) -> &str {
    error.data.as_ref().and_then(|data| data["errorDescription"].as_str()).unwrap()
}

/// A token with any header at all, signed by nobody.
fn forge(header: Value, claims: &Value, signature: &[u8]) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.{}", encode(&header), encode(claims), URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn the_authorization_uri_binds_request_and_answer() {
    let mut flow = Flow::begin_with(|config| {
        config["authRequestOptionalConfig"] = json!({ "loginHint": "ada", "maxAge": "60" });
        config["customConfig"] = json!({ "resourceId": "r 1", "audience": "api" });
    })
    .await;
    assert!(flow.uri.as_str().starts_with(&format!("{}/authorize?tenant=1&", flow.idp.base)));
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "client"),
        ("scope", "openid profile email"),
        ("redirect_uri", REDIRECT_URI),
        ("state", "the state"),
        ("code_challenge_method", "S256"),
        ("login_hint", "ada"),
        ("max_age", "60"),
        ("resource_id", "r 1"),
        ("audience", "api"),
    ] {
        assert_eq!(flow.parameter(name).as_deref(), Some(value), "{name}");
    }
    let first = (flow.parameter("nonce"), flow.parameter("code_challenge"));
    assert!(first.0.is_some() && first.1.is_some());
    flow.restart().await;
    let second = (flow.parameter("nonce"), flow.parameter("code_challenge"));
    assert_ne!(first.0, second.0);
    assert_ne!(first.1, second.1);
}

#[tokio::test]
async fn the_scope_of_a_request_replaces_the_configured_one() {
    let flow = Flow::begin().await;
    let request =
        AuthorizationRequest { scope: Some("calendar".to_owned()), ..AuthorizationRequest::default() };
    let connector = flow.registry.find_social("oidc").unwrap();
    let mut session = ConnectorSession::default();
    let uri = connector.authorization_uri(&flow.config, &request, &mut session).await.unwrap();
    assert!(uri.as_str().contains("scope=openid+calendar&"));
}

#[tokio::test]
async fn a_person_comes_back_and_is_known() {
    let flow = Flow::begin().await;
    let result = flow.finish_with_claims(json!({})).await.unwrap();
    let raw_data = flow.claims();
    assert_eq!(
        serde_json::to_value(&result.user_info).unwrap(),
        json!({
            "id": "ada",
            "email": "ada@idp.example",
            "phone": "442079460000",
            "name": "Ada Lovelace",
            "avatar": "https://idp.example/ada.png",
            "rawData": raw_data,
        })
    );
    let tokens = result.token_response.unwrap();
    assert_eq!(tokens.access_token.as_deref(), Some("access"));
    assert_eq!(tokens.expires_in, Some(3600));

    let request = flow.idp.last_request().form;
    assert_eq!(request["grant_type"], "authorization_code");
    assert_eq!(request["code"], "the code");
    assert_eq!(request["redirect_uri"], REDIRECT_URI);
    assert_eq!(Some(pkce_s256(&request["code_verifier"])), flow.parameter("code_challenge"));
    // RFC 7636 §4.1.
    assert!((43..=128).contains(&request["code_verifier"].len()));
}

#[tokio::test]
async fn every_public_key_algorithm_works() {
    for alg in [Alg::Es384, Alg::Rs256, Alg::EdDsa] {
        let flow = Flow::begin_at(Idp::start_with(alg).await, |_| {}).await;
        assert_eq!(flow.finish_with_claims(json!({})).await.unwrap().user_info.id, "ada", "{alg}");
    }
}

#[tokio::test]
async fn only_vouched_for_addresses_are_passed_on() {
    let email = async |accept: bool, trust: bool, verified: Value| {
        let flow = Flow::begin_with(|config| {
            config["acceptStringTypedBooleanClaims"] = json!(accept);
            config["trustUnverifiedEmail"] = json!(trust);
        })
        .await;
        let mut claims = flow.claims();
        match verified {
            Value::Null => _ = claims.as_object_mut().unwrap().remove("email_verified"),
            verified => claims["email_verified"] = verified,
        }
        let result = flow.finish_with_token(&flow.sign(&claims)).await.unwrap();
        result.user_info.email.is_some()
    };
    assert!(email(false, false, json!(true)).await);
    assert!(!email(false, false, json!(false)).await);
    assert!(!email(false, false, Value::Null).await);
    assert!(email(false, true, Value::Null).await);
    assert!(!email(false, true, json!(false)).await);
    assert!(!email(false, false, json!("true")).await);
    assert!(email(true, false, json!("true")).await);
    assert!(!email(true, false, json!("false")).await);
    assert!(!email(true, false, json!("yes")).await);

    let flow = Flow::begin().await;
    let result = flow.finish_with_claims(json!({ "phone_number_verified": false })).await.unwrap();
    assert_eq!(result.user_info.phone, None);
}

#[tokio::test]
async fn forged_id_tokens_are_refused() {
    let flow = Flow::begin().await;
    let claims = flow.claims();
    let kid = flow.idp.key.kid();
    let good = flow.sign(&claims);

    let (head, signature) = good.rsplit_once('.').unwrap();
    let mut flipped = URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped[10] ^= 1;
    let bad_signature = format!("{head}.{}", URL_SAFE_NO_PAD.encode(flipped));
    flow.assert_refused(&bad_signature, "signature mismatch").await;

    let stranger = SigningKey::generate(Alg::Es256).unwrap();
    let unknown_key = stranger.sign_jwt(Some("JWT"), &claims).unwrap();
    flow.assert_refused(&unknown_key, "no matching key").await;

    // The stranger brings his own key, or claims to be the known one.
    let jwk = stranger.public_jwk();
    let header = json!({ "alg": "ES256", "kid": kid, "jwk": jwk, "jku": "https://evil.example" });
    flow.assert_refused(&forge(header, &claims, &[1; 64]), "signature mismatch").await;

    for alg in ["none", "None", "nOnE"] {
        let header = json!({ "alg": alg, "kid": kid });
        flow.assert_refused(&forge(header, &claims, b""), "unsupported algorithm").await;
    }

    // The public key, which everybody knows, as the secret of an HMAC.
    let public_key = flow.idp.key.public_jwk().to_string();
    let confused = HmacKey::new(public_key).unwrap();
    let confused = confused.sign_jwt(Alg::Hs256, Some("JWT"), &claims).unwrap();
    flow.assert_refused(&confused, "algorithm HS256 is not allowed").await;
    // The client secret is no key for ID tokens here either.
    let shared = HmacKey::new("secret").unwrap().sign_jwt(Alg::Hs256, None, &claims).unwrap();
    flow.assert_refused(&shared, "algorithm HS256 is not allowed").await;

    let header = json!({ "alg": "ES256", "kid": kid, "crit": ["x"], "x": 1 });
    let reason = "unsupported critical header parameter `x`";
    flow.assert_refused(&forge(header, &claims, &[1; 64]), reason).await;
    let error = flow.finish_with_token("rubbish").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorSocialInvalidIdToken);
}

#[tokio::test]
async fn a_token_without_key_id_is_checked_with_the_keys_that_fit() {
    let flow = Flow::begin().await;
    let key =
        jsonwebtoken::EncodingKey::from_ec_pem(flow.idp.key.to_pkcs8_pem().unwrap().expose().as_bytes());
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256);
    let token = jsonwebtoken::encode(&header, &flow.claims(), &key.unwrap()).unwrap();
    assert_eq!(flow.finish_with_token(&token).await.unwrap().user_info.id, "ada");

    let stranger = SigningKey::generate(Alg::Es256).unwrap();
    let key = jsonwebtoken::EncodingKey::from_ec_pem(stranger.to_pkcs8_pem().unwrap().expose().as_bytes());
    let token = jsonwebtoken::encode(&header, &flow.claims(), &key.unwrap()).unwrap();
    flow.assert_refused(&token, "signature mismatch").await;
}

#[tokio::test]
async fn id_tokens_for_others_or_other_times_are_refused() {
    let flow = Flow::begin().await;
    let refused = async |changes, reason| flow.assert_claims_refused(changes, reason).await;
    refused(json!({ "iss": "https://evil.example" }), "unexpected issuer").await;
    refused(json!({ "aud": "other" }), "unexpected audience").await;
    refused(json!({ "aud": ["other", "another"] }), "unexpected audience").await;
    refused(json!({ "aud": ["client", "other"], "azp": "other" }), "the token was issued to another client")
        .await;
    refused(json!({ "nonce": "replayed" }), "unexpected nonce").await;
    refused(json!({ "exp": NOW }), "token expired").await;
    refused(json!({ "exp": NOW - 3600 }), "token expired").await;
    refused(json!({ "nbf": NOW + 60 }), "token is not valid yet").await;
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        let mut claims = flow.claims();
        claims.as_object_mut().unwrap().remove(name);
        let reason = format!("missing claim `{name}`");
        flow.assert_refused(&flow.sign(&claims), &reason).await;
    }
    flow.finish_with_claims(json!({ "aud": ["other", "client"] })).await.unwrap();
}

#[tokio::test]
async fn settings_narrow_what_is_accepted() {
    let rules = async |rules: Value| {
        Flow::begin_with(|config| {
            for (name, value) in rules.as_object().unwrap() {
                config["idTokenVerificationConfig"][name] = value.clone();
            }
        })
        .await
    };
    let flow = rules(json!({ "algorithms": ["RS256", "ES384"] })).await;
    flow.assert_claims_refused(json!({}), "algorithm ES256 is not allowed").await;
    let flow = rules(json!({ "subject": "grace" })).await;
    flow.assert_claims_refused(json!({}), "unexpected subject").await;
    let flow = rules(json!({ "typ": "at+jwt" })).await;
    flow.assert_claims_refused(json!({}), "unexpected token type").await;
    let flow = rules(json!({ "maxTokenAge": "2 minutes" })).await;
    flow.assert_claims_refused(json!({ "iat": NOW - 121 }), "token is too old").await;
    flow.finish_with_claims(json!({ "iat": NOW - 120 })).await.unwrap();
    let flow = rules(json!({ "issuer": ["https://a.example", "https://b.example"] })).await;
    flow.assert_claims_refused(json!({}), "unexpected issuer").await;
    flow.finish_with_claims(json!({ "iss": "https://b.example" })).await.unwrap();
    // The audience in the settings does not count.
    let flow = rules(json!({ "audience": "other" })).await;
    flow.assert_claims_refused(json!({ "aud": "other" }), "unexpected audience").await;

    let flow = rules(json!({ "clockTolerance": "5 s" })).await;
    flow.finish_with_claims(json!({ "exp": NOW - 4 })).await.unwrap();
    flow.assert_claims_refused(json!({ "exp": NOW - 5 }), "token expired").await;
    let flow = rules(json!({ "clockTolerance": 5 })).await;
    flow.finish_with_claims(json!({ "nbf": NOW + 5 })).await.unwrap();
    let flow = rules(json!({ "currentDate": "2020-01-01T00:00:00Z" })).await;
    flow.finish_with_claims(json!({ "exp": 1_577_836_801 })).await.unwrap();
}

#[tokio::test]
async fn a_token_of_another_sign_in_is_refused() {
    let mut flow = Flow::begin().await;
    let earlier = flow.sign(&flow.claims());
    flow.restart().await;
    flow.assert_refused(&earlier, "unexpected nonce").await;
}

#[tokio::test]
async fn callbacks_that_are_not_answers_never_reach_the_provider() {
    let flow = Flow::begin().await;
    let code = async |data| flow.finish(data).await.unwrap_err().code;
    let wrong_state = json!({ "code": "x", "state": "another" });
    assert_eq!(code(wrong_state).await, ErrorCode::ConnectorInvalidRequestParameters);
    let state_of_wrong_type = json!({ "code": "x", "state": ["the state"] });
    assert_eq!(code(state_of_wrong_type).await, ErrorCode::ConnectorInvalidRequestParameters);
    let missing = ErrorCode::ConnectorInsufficientRequestParameters;
    for data in [json!({}), json!({ "code": "" }), json!({ "code": 5 }), json!(null), json!([])] {
        assert_eq!(code(data).await, missing);
    }
    let other_issuer = json!({ "code": "x", "iss": "https://evil.example" });
    assert_eq!(code(other_issuer).await, ErrorCode::ConnectorAuthorizationFailed);

    let denied = json!({ "error": "access_denied", "error_description": "No.", "state": "the state" });
    let error = flow.finish(denied).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorAuthorizationFailed);
    assert_eq!(error.data, Some(json!({ "error": "access_denied", "errorDescription": "No." })));
    assert_eq!(flow.idp.request_count(), 0);
}

#[tokio::test]
async fn a_callback_without_a_session_is_refused() {
    let flow = Flow::begin().await;
    let connector = flow.registry.find_social("oidc").unwrap();
    let (data, session) = (json!({ "code": "x" }), ConnectorSession::default());
    let error = connector.user_info(&flow.config, &data, &session).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorGeneral);
    assert_eq!(flow.idp.request_count(), 0);
}

#[tokio::test]
async fn failures_of_the_token_endpoint_are_errors() {
    let flow = Flow::begin().await;
    let failed = async |status, body| {
        flow.idp.answer(TokenAnswer::Json(status, body));
        flow.finish(json!({ "code": "the code" })).await.unwrap_err()
    };
    let error = failed(400, json!({ "error": "invalid_grant" })).await;
    assert_eq!(error.code, ErrorCode::ConnectorSocialAuthCodeInvalid);
    let error = failed(200, json!({ "error": "invalid_grant" })).await;
    assert_eq!(error.code, ErrorCode::ConnectorSocialAuthCodeInvalid);
    let error = failed(401, json!({ "error": "invalid_client", "error_description": "Who?" })).await;
    assert_eq!(error.code, ErrorCode::ConnectorGeneral);
    assert_eq!(description(&error), "Who?");
    let error = failed(503, json!("down")).await;
    assert_eq!(error.code, ErrorCode::ConnectorGeneral);
    assert_eq!(error.data.as_ref().unwrap()["status"], 503);
    for body in [json!({ "access_token": "a" }), json!([]), json!({ "id_token": 5 })] {
        assert_eq!(failed(200, body).await.code, ErrorCode::ConnectorInvalidResponse);
    }
}

#[tokio::test]
async fn a_slow_token_endpoint_is_an_error_in_time() {
    let mut flow = Flow::begin().await;
    let policy = OutboundPolicy { allow_private: true, ..OutboundPolicy::default() };
    let http = HttpClient::new(policy).unwrap().with_timeout(Duration::from_millis(100));
    flow.registry = Registry::all(&Services::new(http, flow.clock.clone()));
    flow.idp.answer(TokenAnswer::Hang);
    let error = flow.finish(json!({ "code": "the code" })).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorGeneral);
    assert_eq!(description(&error), "the server did not answer in time");
}

#[tokio::test]
async fn the_client_shows_its_secret_as_configured() {
    let flow = Flow::begin().await;
    flow.finish_with_claims(json!({})).await.unwrap();
    let request = flow.idp.last_request();
    assert_eq!(request.authorization, None);
    assert_eq!(request.form["client_id"], "client");
    assert_eq!(request.form["client_secret"], "secret");

    let flow = Flow::begin_with(|config| {
        config["tokenEndpointAuthMethod"] = json!("client_secret_basic");
        config["clientId"] = json!("cli ent:1");
        config["clientSecret"] = json!("s%ecret:ü");
    })
    .await;
    flow.finish_with_claims(json!({ "aud": "cli ent:1" })).await.unwrap();
    let request = flow.idp.last_request();
    let expected = STANDARD.encode("cli+ent%3A1:s%25ecret%3A%C3%BC");
    assert_eq!(request.authorization, Some(format!("Basic {expected}")));
    assert!(!request.form.contains_key("client_secret"));

    for (name, alg) in [("HS256", Alg::Hs256), ("HS384", Alg::Hs384), ("HS512", Alg::Hs512)] {
        let flow = Flow::begin_with(|config| {
            config["tokenEndpointAuthMethod"] = json!("client_secret_jwt");
            config["clientSecretJwtSigningAlgorithm"] = json!(name);
        })
        .await;
        flow.finish_with_claims(json!({})).await.unwrap();
        let form = flow.idp.last_request().form;
        assert!(!form.contains_key("client_secret"));
        assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let validation = Validation::at(NOW)
            .algorithms([alg])
            .issuer("client")
            .subject("client")
            .audience(format!("{}/token", flow.idp.base))
            .max_age(0)
            .required_claims(["exp", "jti"]);
        let claims = HmacKey::new("secret").unwrap().verify(&form["client_assertion"], &validation);
        assert_eq!(claims.unwrap()["exp"], NOW + 600);
    }
}

#[tokio::test]
async fn custom_parameters_reach_the_token_endpoint() {
    let flow = Flow::begin_with(|config| {
        config["customConfig"] = json!({ "resourceId": "r1" });
    })
    .await;
    flow.finish_with_claims(json!({})).await.unwrap();
    assert_eq!(flow.idp.last_request().form["resource_id"], "r1");
}

#[tokio::test]
async fn stored_refresh_tokens_can_be_used() {
    let flow = Flow::begin().await;
    flow.idp.answer(TokenAnswer::Json(200, json!({ "access_token": "new", "expires_in": 60 })));
    let connector = flow.registry.find_social("oidc").unwrap();
    let tokens = connector.refresh(&flow.config, "the refresh token").await.unwrap();
    assert_eq!(tokens.access_token.as_deref(), Some("new"));
    let form = flow.idp.last_request().form;
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["refresh_token"], "the refresh token");
}

#[tokio::test]
async fn keys_are_kept_and_refetched_with_measure() {
    let mut flow = Flow::begin().await;
    flow.finish_with_claims(json!({})).await.unwrap();
    flow.finish_with_claims(json!({})).await.unwrap();
    assert_eq!(flow.idp.key_fetches(), 1);

    // Right after a fetch, an unknown key is a bad token and nothing else.
    flow.idp.rotate();
    let rotated = flow.sign(&flow.claims());
    flow.assert_refused(&rotated, "no matching key").await;
    assert_eq!(flow.idp.key_fetches(), 1);

    flow.clock.advance_ms(10_000);
    flow.finish_with_token(&rotated).await.unwrap();
    assert_eq!(flow.idp.key_fetches(), 2);

    let stranger = SigningKey::generate(Alg::Es256).unwrap();
    let unknown = stranger.sign_jwt(None, &flow.claims()).unwrap();
    for _ in 0..5 {
        flow.assert_refused(&unknown, "no matching key").await;
    }
    assert_eq!(flow.idp.key_fetches(), 2);

    flow.clock.advance_ms(10 * 60_000);
    flow.finish_with_claims(json!({ "exp": NOW + 3600 })).await.unwrap();
    assert_eq!(flow.idp.key_fetches(), 3);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_an_error() {
    let flow = Flow::begin_with(|config| {
        let missing = config["tokenEndpoint"].as_str().unwrap().replace("/token", "/missing");
        config["idTokenVerificationConfig"]["jwksUri"] = json!(missing);
    })
    .await;
    let error = flow.finish_with_claims(json!({})).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorGeneral);
}

#[tokio::test]
async fn providers_at_private_addresses_are_refused_by_default() {
    let mut flow = Flow::begin().await;
    let http = HttpClient::new(OutboundPolicy::default()).unwrap();
    flow.registry = Registry::all(&Services::new(http, flow.clock.clone()));
    let error = flow.finish_with_claims(json!({})).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorGeneral);
    assert_eq!(description(&error), "connections to `127.0.0.1` are not permitted");
    assert_eq!(flow.idp.request_count(), 0);
}
