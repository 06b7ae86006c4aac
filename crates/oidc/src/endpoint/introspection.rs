//! `POST /token/introspection` (RFC 7662).

use crate::{
    authentication::authenticate,
    client::AuthMethod,
    cors,
    environment::{Environment, RequestParameters},
    error::OidcError,
    grant::BEARER,
    stored_token::{StoredToken, require_opaque},
};
use axum::response::Response;
use portico_model::oidc::OidcModel;
use serde::Serialize;

/// RFC 7662 §2.2.
#[derive(Default, Serialize)]
struct Introspection<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'a str>,
}

/// What a token is worth right now. A public client learns about its own tokens only.
pub async fn introspect(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let authenticated = authenticate(&environment, &parameters).await?;
    cors::check_origin(&environment, &authenticated.client)?;
    let presented = parameters.require("token")?;
    require_opaque(presented)?;
    let found = StoredToken::find_access_or_refresh(&environment, presented).await?;
    let client = &authenticated.client;
    let may_see = |token: &StoredToken| {
        client.auth_method() != AuthMethod::None || token.payload.client_id.as_deref() == Some(client.id())
    };
    let is_active = |token: &StoredToken| token.is_in_force() && token.consumed_at.is_none();
    let Some(token) = found.filter(|token| is_active(token) && may_see(token)) else {
        return super::json(&Introspection::default());
    };
    let is_access_token = token.model_name == OidcModel::AccessToken.as_str();
    super::json(&Introspection {
        active: true,
        sub: token.payload.account_id.as_deref(),
        client_id: token.payload.client_id.as_deref(),
        exp: Some(token.payload.exp),
        iat: Some(token.payload.iat),
        iss: Some(environment.issuer()),
        scope: token.payload.scope.as_deref(),
        token_type: is_access_token.then_some(BEARER),
    })
}
