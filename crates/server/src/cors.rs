//! Which pages of other origins may call the APIs (Fetch Standard, CORS protocol).
//!
//! The Console is served by the admin listener and manages the tenant of the core listener, so its
//! origin may call the Management API there. Calls carry a bearer token; cookies never count, because
//! credentials are not allowed.

use crate::pages::origin;
use axum::http::{HeaderValue, Method, request::Parts};
use portico_identity::Ctx;
use portico_model::TenantId;
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

/// APIs that the pages of any application may call.
const OPEN_PREFIXES: [&str; 3] = ["/api/.well-known/", "/api/my-account", "/api/verifications"];
/// The sign-in API works with cookies and is for the pages of its own origin.
const SAME_ORIGIN_PREFIXES: [&str; 2] = ["/api/experience", "/api/interaction"];
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(3600);

/// The layer for the APIs of a tenant.
pub fn layer(ctx: &Ctx) -> CorsLayer {
    let console = ctx.for_tenant(&TenantId::admin_tenant()).map(|admin| origin(&admin.tenant.endpoint));
    let may_call = move |origin: &HeaderValue, request: &Parts| {
        is_allowed(console.as_deref(), origin, request.uri.path())
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(may_call))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any)
        .max_age(PREFLIGHT_MAX_AGE)
}

fn is_allowed(console: Option<&str>, origin: &HeaderValue, path: &str) -> bool {
    let begins_with = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    begins_with(&OPEN_PREFIXES)
        || (!begins_with(&SAME_ORIGIN_PREFIXES) && console.is_some_and(|console| origin == console))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_console_manages() {
        let allowed = |origin, path| {
            is_allowed(Some("https://admin.example.com"), &HeaderValue::from_static(origin), path)
        };
        assert!(allowed("https://admin.example.com", "/api/applications"));
        for origin in [
            "https://admin.example.com.evil.test",
            "https://evil-admin.example.com",
            "http://admin.example.com",
            "https://admin.example.com:8443",
            "null",
        ] {
            assert!(!allowed(origin, "/api/applications"), "{origin}");
        }
        assert!(allowed("https://app.example.com", "/api/.well-known/sign-in-exp"));
        assert!(!allowed("https://admin.example.com", "/api/experience/submit"));
    }
}
