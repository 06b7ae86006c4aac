//! The generic OAuth 2.0 connector.

use portico_connectors::social::oauth;
use portico_crypto::pkce_s256;
use portico_model::ErrorCode;
use serde_json::{Value, json};

use crate::idp::{ApiCall, Idp, TokenAnswer};
use crate::{REDIRECT_URI, SignIn, services};

fn settings(idp: &Idp) -> Value {
    json!({
        "authorizationEndpoint": format!("{}/authorize", idp.base),
        "tokenEndpoint": format!("{}/token", idp.base),
        "userInfoEndpoint": format!("{}/user", idp.base),
        "clientId": "client",
        "clientSecret": "secret",
    })
}

async fn begin(idp: &Idp, change: impl FnOnce(&mut Value)) -> SignIn {
    let mut config = settings(idp);
    change(&mut config);
    SignIn::begin(oauth::entry(&services()), config).await
}

#[tokio::test]
async fn a_query_string_answer_and_the_default_profile() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp, |_| {}).await;
    assert_eq!(sign_in.parameter("scope"), None);
    idp.answer(TokenAnswer::Text("access_token=a%2Fb&token_type=bearer&expires_in=60"));
    let profile = json!({ "id": 7, "name": "Ada", "email": "ada@x.example", "phone": "+44 1" });
    idp.answer_api("/user", 200, profile.clone());
    let data = json!({ "code": "the code", "state": "the state" });
    let result = sign_in.finish(data).await.unwrap();
    assert_eq!(
        serde_json::to_value(&result.user_info).unwrap(),
        json!({ "id": "7", "name": "Ada", "email": "ada@x.example", "phone": "441", "rawData": profile })
    );
    assert_eq!(result.token_response.unwrap().expires_in, Some(60));
    assert_eq!(
        idp.api_calls(),
        [ApiCall {
            method: "GET".to_owned(),
            path: "/user".to_owned(),
            authorization: Some("bearer a/b".to_owned()),
        }]
    );
    let form = idp.last_request().form;
    assert_eq!(form["redirect_uri"], REDIRECT_URI);
    assert_eq!(Some(pkce_s256(&form["code_verifier"])), sign_in.parameter("code_challenge"));
}

#[tokio::test]
async fn a_json_answer_and_a_mapped_profile() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp, |config| {
        config["tokenEndpointResponseType"] = json!("json");
        config["scope"] = json!("user.read");
        config["profileMap"] = json!({ "id": "data.uid", "email": "none", "name": "data.n" });
        config["customConfig"] = json!({ "tenantId": "t1" });
    })
    .await;
    assert_eq!(sign_in.parameter("scope").as_deref(), Some("user.read"));
    assert_eq!(sign_in.parameter("tenant_id").as_deref(), Some("t1"));
    idp.answer(TokenAnswer::Json(200, json!({ "access_token": "a" })));
    let profile = json!({ "data": { "uid": "u", "n": "Ada" }, "email": "evil@x.example" });
    idp.answer_api("/user", 200, profile);
    let user = sign_in.finish(json!({ "code": "x" })).await.unwrap().user_info;
    assert_eq!((user.id.as_str(), user.email, user.name.as_deref()), ("u", None, Some("Ada")));
    assert_eq!(idp.last_request().form["tenant_id"], "t1");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp, |_| {}).await;
    let code = async || sign_in.finish(json!({ "code": "x" })).await.unwrap_err().code;
    idp.answer(TokenAnswer::Text("error=invalid_grant"));
    assert_eq!(code().await, ErrorCode::ConnectorSocialAuthCodeInvalid);
    idp.answer(TokenAnswer::Text("what?"));
    assert_eq!(code().await, ErrorCode::ConnectorInvalidResponse);
    idp.answer(TokenAnswer::Text("access_token=a"));
    idp.answer_api("/user", 401, json!({}));
    assert_eq!(code().await, ErrorCode::ConnectorSocialInvalidAccessToken);
    idp.answer_api("/user", 500, json!({}));
    assert_eq!(code().await, ErrorCode::ConnectorGeneral);
    idp.answer_api("/user", 200, json!({ "name": "nobody" }));
    assert_eq!(code().await, ErrorCode::ConnectorInvalidResponse);
    let denied = sign_in.finish(json!({ "error": "access_denied" })).await.unwrap_err();
    assert_eq!(denied.code, ErrorCode::ConnectorAuthorizationFailed);
    let forged = sign_in.finish(json!({ "code": "x", "state": "other" })).await.unwrap_err();
    assert_eq!(forged.code, ErrorCode::ConnectorInvalidRequestParameters);
}

#[test]
fn mistakes_in_settings_are_named_by_path() {
    let entry = oauth::entry(&services());
    let issues = entry.validate_config(&json!({ "profileMap": { "id": 5 } })).unwrap_err();
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "authorizationEndpoint",
            "tokenEndpoint",
            "userInfoEndpoint",
            "clientId",
            "clientSecret",
            "profileMap.id",
        ]
    );
}
