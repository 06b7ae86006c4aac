//! Who may call: the bearer of a Management API access token.

use crate::ApiError;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use portico_identity::{Ctx, access_token::AccessTokenError};
use portico_model::ErrorCode;

/// The scope that opens the Management API.
const MANAGEMENT_SCOPE: &str = "all";

/// A caller of the Management API. Handlers that take one are closed to everyone else.
#[derive(Clone, Debug)]
pub struct ManagementCaller {
    /// `sub` of the token: a user id of the admin tenant or a client id.
    pub subject: String,
    /// Whether the subject is an application.
    pub is_application: bool,
}

impl FromRequestParts<Ctx> for ManagementCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        #[cfg(feature = "peer-suite")]
        if ctx.app.settings.is_integration_test
            && let Some(user) = parts.headers.get("development-user-id").and_then(|value| value.to_str().ok())
        {
            return Ok(Self { subject: user.to_owned(), is_application: false });
        }
        let token = bearer_token(&parts.headers)?;
        let audience = ctx.tenant.id.management_api_indicator();
        let claims = ctx.verify_access_token(token, &audience).await.map_err(|error| match error {
            AccessTokenError::Invalid(cause) => {
                ApiError::new(ErrorCode::AuthUnauthorized).with_status(401).with_data(cause.to_string())
            }
            AccessTokenError::SubjectMissing => ApiError::new(ErrorCode::AuthJwtSubMissing),
            AccessTokenError::Unavailable(cause) => ApiError::internal(cause),
        })?;
        if !claims.scopes().any(|scope| scope == MANAGEMENT_SCOPE) {
            return Err(ErrorCode::AuthForbidden.into());
        }
        Ok(Self {
            is_application: claims.client_id.as_deref() == Some(&*claims.sub),
            subject: claims.sub.clone(),
        })
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
///
/// # Errors
/// The documented codes for a missing header and for another scheme.
pub fn bearer_token(headers: &HeaderMap) -> Result<&str, ApiError> {
    let header = headers
        .get(header::AUTHORIZATION)
        .ok_or_else(|| ApiError::new(ErrorCode::AuthAuthorizationHeaderMissing))?
        .to_str()
        .map_err(|_| ApiError::new(ErrorCode::AuthUnauthorized).with_status(401))?;
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(ErrorCode::AuthAuthorizationTokenTypeNotSupported.into()),
    }
}
