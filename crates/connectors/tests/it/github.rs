//! The GitHub connector.

use portico_connectors::social::github::{self, Endpoints};
use portico_model::ErrorCode;
use serde_json::json;

use crate::idp::{Idp, TokenAnswer};
use crate::{SignIn, services};

async fn begin(idp: &Idp) -> SignIn {
    let endpoints = Endpoints {
        token: format!("{}/token", idp.base),
        user: format!("{}/user", idp.base),
        user_emails: format!("{}/user/emails", idp.base),
        ..Endpoints::default()
    };
    let config = json!({ "clientId": "client", "clientSecret": "secret" });
    idp.answer(TokenAnswer::Json(200, json!({ "access_token": "a", "token_type": "bearer" })));
    SignIn::begin(github::entry_at(&services(), endpoints), config).await
}

#[tokio::test]
async fn a_private_address_is_found_when_it_is_primary_and_verified() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp).await;
    assert_eq!(sign_in.uri.host_str(), Some("github.com"));
    assert_eq!(sign_in.parameter("scope").as_deref(), Some("read:user user:email"));
    let user = json!({ "id": 42, "name": "Ada", "avatar_url": "https://a.example", "email": null });
    idp.answer_api("/user", 200, user.clone());
    let emails = json!([
        { "email": "old@x.example", "primary": false, "verified": true },
        { "email": "ada@x.example", "primary": true, "verified": true },
    ]);
    idp.answer_api("/user/emails", 200, emails.clone());
    let result = sign_in.finish(json!({ "code": "x" })).await.unwrap();
    assert_eq!(
        serde_json::to_value(result.user_info).unwrap(),
        json!({
            "id": "42",
            "email": "ada@x.example",
            "name": "Ada",
            "avatar": "https://a.example",
            "rawData": { "userInfo": user, "userEmails": emails },
        })
    );

    idp.answer_api(
        "/user/emails",
        200,
        json!([{ "email": "ada@x.example", "primary": true, "verified": false }]),
    );
    let result = sign_in.finish(json!({ "code": "x" })).await.unwrap();
    assert_eq!(result.user_info.email, None);
}

#[tokio::test]
async fn a_user_without_readable_addresses_is_still_a_user() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp).await;
    idp.answer_api("/user", 200, json!({ "id": 42, "email": "public@x.example" }));
    idp.answer_api("/user/emails", 403, json!({}));
    let user = sign_in.finish(json!({ "code": "x" })).await.unwrap().user_info;
    assert_eq!(user.email.as_deref(), Some("public@x.example"));
}

#[tokio::test]
async fn a_bad_code_is_named_as_such() {
    let idp = Idp::start().await;
    let sign_in = begin(&idp).await;
    idp.answer(TokenAnswer::Json(200, json!({ "error": "bad_verification_code" })));
    let error = sign_in.finish(json!({ "code": "x" })).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorSocialAuthCodeInvalid);
}
