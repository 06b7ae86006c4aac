//! The provider's endpoints.

pub mod authorization;
pub mod consent_page;
pub mod device;
pub mod discovery;
pub mod end_session;
pub mod interaction_consent;
pub mod introspection;
pub mod pushed_request;
pub mod resume;
pub mod revocation;
pub mod token;
pub mod user_info;

use crate::error::{OidcError, OidcErrorKind};
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// A JSON answer.
fn json(body: &impl Serialize) -> Result<Response, OidcError> {
    let bytes = serde_json::to_vec(body).map_err(OidcError::internal)?;
    let mut response = bytes.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    Ok(response)
}

/// Middleware for answers that hold secrets or depend on cookies (RFC 6749 §5.1).
pub async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Answer to a path or method that does not exist.
pub async fn unknown_route(request: Request) -> OidcError {
    let (method, path) = (request.method(), request.uri().path());
    OidcErrorKind::InvalidRequest
        .because(format!("unknown route or method not allowed ({method} on {path})"))
        .with_status(404)
}
