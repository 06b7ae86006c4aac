//! Which other origins may call the Management API from a browser (Fetch standard, CORS protocol): the Console,
//! which lives at the admin tenant's endpoint, and the tenant's own pages.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use portico_identity::Ctx;
use portico_model::TenantId;

/// Headers that a script may read. With credentials, `*` would mean a header of that name.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("Total-Number, Total-Number-Is-Capped, Link, ETag, Logto-Core-Request-Id");
/// Methods of the API.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// How long a browser may remember the answer to a preflight, in seconds.
const MAX_AGE_SECONDS: HeaderValue = HeaderValue::from_static("600");

/// Middleware for the routes of the Management API.
pub async fn management_cors(State(ctx): State<Ctx>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).filter(|origin| is_allowed(&ctx, origin)).cloned();
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response =
        if is_preflight { preflight(request.headers(), origin.is_some()) } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        // The fixed headers keep other sites from embedding answers; this one is meant to be read.
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
    }
    response
}

/// The answer to the question whether a request may be sent; without headers it is no.
fn preflight(request: &HeaderMap, is_allowed: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if is_allowed {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        if let Some(wanted) = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
        }
    }
    response
}

fn is_allowed(ctx: &Ctx, origin: &HeaderValue) -> bool {
    let admin = ctx.for_tenant(&TenantId::admin_tenant());
    let endpoints = admin.iter().map(|admin| &admin.tenant.endpoint).chain([&ctx.tenant.endpoint]);
    let mut origins = endpoints.filter_map(|endpoint| origin_of(endpoint));
    origins.any(|allowed| allowed.as_bytes() == origin.as_bytes())
}

/// Scheme, host and port of an endpoint, which may have a path.
fn origin_of(endpoint: &str) -> Option<&str> {
    let host_at = endpoint.find("://")? + 3;
    let length = endpoint[host_at..].find('/').unwrap_or(endpoint.len() - host_at);
    Some(&endpoint[..host_at + length])
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_endpoint_with_a_path_has_the_origin_of_its_host() {
        assert_eq!(origin_of("http://localhost:3002"), Some("http://localhost:3002"));
        assert_eq!(origin_of("https://id.example.com/admin"), Some("https://id.example.com"));
    }
}
