//! Which pages may read the provider's answers (Fetch Standard, CORS protocol).
//!
//! A preflight does not say which client asks, so it is always answered; the request itself is refused when the
//! client does not know the origin. Nothing here depends on cookies, and credentials are never allowed.

use crate::{
    client::OidcClient,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// How long a browser remembers a preflight, in seconds.
const PREFLIGHT_MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Marks an answer that the page must not read.
#[derive(Clone, Copy, Debug)]
pub struct OriginRefused;

/// Makes sure that the client knows the page that calls.
///
/// # Errors
/// `invalid_request` when the origin is not one of the client's.
pub fn check_origin(environment: &Environment, client: &OidcClient) -> Result<(), OidcError> {
    match environment.header(&header::ORIGIN) {
        Some(origin) if !client.allows_origin(origin) => Err(OidcErrorKind::InvalidRequest
            .because("the origin is not allowed for this client")
            .with_origin_refused()),
        _ => Ok(()),
    }
}

/// Middleware for documents that everyone may read.
pub async fn public(request: Request, next: Next) -> Response {
    answer(request, next, "GET", false).await
}

/// Middleware for endpoints that clients post to.
pub async fn client(request: Request, next: Next) -> Response {
    answer(request, next, "POST", true).await
}

/// Middleware for the user information endpoint.
pub async fn user_info(request: Request, next: Next) -> Response {
    answer(request, next, "GET,POST", true).await
}

async fn answer(request: Request, next: Next, methods: &'static str, exposes_challenge: bool) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let is_preflight = request.method() == Method::OPTIONS
        && origin.is_some()
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight {
        let wanted = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        return preflight(origin, wanted, methods);
    }
    let mut response = next.run(request).await;
    let is_refused = response.extensions_mut().remove::<OriginRefused>().is_some();
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if !is_refused {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.unwrap_or(HeaderValue::from_static("*")));
        if exposes_challenge {
            headers
                .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("WWW-Authenticate"));
        }
    }
    response
}

fn preflight(origin: Option<HeaderValue>, wanted: Option<HeaderValue>, methods: &'static str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    if let Some(wanted) = wanted {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    (StatusCode::NO_CONTENT, headers).into_response()
}
