//! The Google connector.

use portico_connectors::social::google::{self, Endpoints};
use portico_model::ErrorCode;
use serde_json::{Value, json};

use crate::idp::{Idp, TokenAnswer};
use crate::{NOW, SignIn, services};

async fn begin(idp: &Idp, changes: Value) -> SignIn {
    let endpoints = Endpoints {
        token: format!("{}/token", idp.base),
        user_info: format!("{}/userinfo", idp.base),
        keys: format!("{}/keys", idp.base),
        ..Endpoints::default()
    };
    let mut config = json!({ "clientId": "client", "clientSecret": "secret" });
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    SignIn::begin(google::entry_at(&services(), endpoints), config).await
}

#[tokio::test]
async fn a_person_comes_back_with_a_code() {
    let idp = Idp::start().await;
    let settings = json!({ "prompts": ["consent", "select_account"], "offlineAccess": true });
    let sign_in = begin(&idp, settings).await;
    assert_eq!(sign_in.uri.host_str(), Some("accounts.google.com"));
    for (name, value) in
        [("scope", "openid profile email"), ("prompt", "consent select_account"), ("access_type", "offline")]
    {
        assert_eq!(sign_in.parameter(name).as_deref(), Some(value), "{name}");
    }
    idp.answer(TokenAnswer::Json(200, json!({ "access_token": "a", "token_type": "Bearer" })));
    let profile = json!({
        "sub": "g1", "name": "Ada", "picture": "https://p.example", "email": "ada@x.example",
        "email_verified": true,
    });
    idp.answer_api("/userinfo", 200, profile);
    let user = sign_in.finish(json!({ "code": "4%2F0+x" })).await.unwrap().user_info;
    assert_eq!((user.id.as_str(), user.email.as_deref()), ("g1", Some("ada@x.example")));
    assert_eq!(idp.last_request().form["code"], "4/0+x");
    assert_eq!(idp.api_calls()[0].method, "POST");

    idp.answer_api("/userinfo", 200, json!({ "sub": "g1", "email": "a@b.c", "email_verified": false }));
    let user = sign_in.finish(json!({ "code": "x" })).await.unwrap().user_info;
    assert_eq!(user.email, None);
}

#[tokio::test]
async fn one_tap_credentials_are_verified() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp, json!({ "oneTap": { "isEnabled": true } })).await;
    assert_eq!(sign_in.parameter("prompt").as_deref(), Some("select_account"));
    let claims = |changes: Value| {
        let mut claims = json!({
            "iss": "https://accounts.google.com", "aud": "client", "sub": "g1", "iat": NOW,
            "exp": NOW + 60, "email": "ada@x.example", "email_verified": true,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        json!({ "credential": idp.key.sign_jwt(Some("JWT"), &claims).unwrap() })
    };
    let user = sign_in.finish(claims(json!({}))).await.unwrap().user_info;
    assert_eq!((user.id.as_str(), user.email.as_deref()), ("g1", Some("ada@x.example")));
    sign_in.finish(claims(json!({ "iss": "accounts.google.com", "exp": NOW - 9 }))).await.unwrap();
    for changes in
        [json!({ "iss": "https://evil.example" }), json!({ "aud": "other" }), json!({ "exp": NOW - 10 })]
    {
        let error = sign_in.finish(claims(changes)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::ConnectorSocialInvalidIdToken);
    }
    let disabled = begin(&idp, json!({})).await;
    let error = disabled.finish(claims(json!({}))).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorInvalidRequestParameters);
}

#[test]
fn mistakes_in_settings_are_named_by_path() {
    let entry = google::entry(&services());
    let config = json!({ "clientId": "c", "prompts": ["login"], "oneTap": { "isEnabled": 1 } });
    let issues = entry.validate_config(&config).unwrap_err();
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(paths, ["clientSecret", "prompts.0", "oneTap.isEnabled"]);
}
