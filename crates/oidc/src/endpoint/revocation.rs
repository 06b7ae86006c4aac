//! `POST /token/revocation` (RFC 7009).

use crate::{
    authentication::authenticate,
    changes::Changes,
    cors,
    environment::{Environment, RequestParameters},
    error::OidcError,
    stored_token::{StoredToken, require_opaque},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use portico_identity::audit::AuditEntry;
use portico_model::oidc::OidcModel;
use serde_json::json;

/// What rests on a grant and goes with it.
const REVOKED_WITH_GRANT: &[OidcModel] =
    &[OidcModel::AccessToken, OidcModel::RefreshToken, OidcModel::AuthorizationCode, OidcModel::DeviceCode];
/// Ends a token; with a refresh token everything that rests on the same grant (RFC 7009 §2.1).
pub async fn revoke(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let authenticated = authenticate(&environment, &parameters).await?;
    cors::check_origin(&environment, &authenticated.client)?;
    let presented = parameters.require("token")?;
    require_opaque(presented)?;
    // An unknown token is as good as revoked (RFC 7009 §2.2). One of another client stays in force, and the answer
    // does not tell that it exists.
    let found = StoredToken::find_access_or_refresh(&environment, presented).await?;
    let is_own = |token: &StoredToken| token.payload.client_id.as_deref() == Some(authenticated.client.id());
    if let Some(token) = found.filter(is_own) {
        end(&environment, &token).await?;
    }
    let mut response = "".into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}

async fn end(environment: &Environment, token: &StoredToken) -> Result<(), OidcError> {
    let mut changes = Changes::default();
    let mut kinds = vec![token.model_name.as_str()];
    let is_refresh_token = token.model_name == OidcModel::RefreshToken.as_str();
    match &token.payload.grant_id {
        Some(grant_id) if is_refresh_token => {
            changes.revoke_grant(grant_id.as_str());
            kinds = REVOKED_WITH_GRANT.iter().map(|model| model.as_str()).collect();
        }
        _ if is_refresh_token => changes.remove(OidcModel::RefreshToken, token.payload.jti.as_str()),
        _ => changes.remove(OidcModel::AccessToken, token.payload.jti.as_str()),
    }
    let entry = AuditEntry::success("RevokeToken")
        .with("applicationId", token.payload.client_id.as_deref())
        .with("userId", token.payload.account_id.as_deref())
        .with("grantId", token.payload.grant_id.as_deref())
        .with("tokenTypes", Some(json!(kinds)));
    changes.log(environment.caller_of(entry));
    changes.commit(&environment.ctx, environment.now_ms).await
}
