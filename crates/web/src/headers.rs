//! Security headers of the pages.

use std::fmt::Write;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_XSS_PROTECTION,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers that every page carries. A page holds a nonce and settings, so it is never stored.
pub(crate) fn insert_common(headers: &mut HeaderMap) {
    let values = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (STRICT_TRANSPORT_SECURITY, "max-age=15552000; includeSubDomains"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_XSS_PROTECTION, "0"),
        (HeaderName::from_static("x-download-options"), "noopen"),
        (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Sets the content security policy; a policy that is no valid header (impossible origins are left
/// out below) would be a page without protection, so it falls back to the strictest one.
pub(crate) fn insert_policy(headers: &mut HeaderMap, policy: String) {
    let value = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(CONTENT_SECURITY_POLICY, value);
}

/// Policy of the sign-in pages. Scripts run only from this server; styles also with the nonce, for
/// the administrator's own style, which may import fonts and images from elsewhere.
pub(crate) fn sign_in_policy(nonce: &str, frame_ancestors: &[String]) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; script-src-attr 'none'; \
         style-src 'self' https: 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; font-src 'self' https: data:; \
         img-src 'self' https: data: blob:; connect-src 'self'; frame-src 'self' https:; object-src 'none'; \
         base-uri 'self'; form-action 'self'; frame-ancestors 'self'{}",
        origins(frame_ancestors)
    )
}

/// Where sign-in pages find the scripts and frames of captchas and of Google's one-tap sign-in.
const HELPERS: &str = "https://accounts.google.com/gsi/ https://challenges.cloudflare.com/turnstile/ \
                       https://www.google.com/recaptcha/ https://www.recaptcha.net/recaptcha/ https://www.gstatic.com/recaptcha/";

/// Policy of pages that an administrator uploaded in place of the sign-in pages: what such pages are usually built of,
/// inline scripts and styles too, and the sources from the settings.
#[must_use]
pub fn custom_ui_policy(
    scripts: &[String],
    connections: &[String],
    frame_ancestors: &[String],
) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; script-src 'self' 'unsafe-inline' {HELPERS}{}; style-src 'self' 'unsafe-inline' https:; \
         font-src 'self' https: data:; img-src 'self' https: data: blob:; connect-src 'self' {HELPERS}{}; \
         frame-src 'self' https:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'{}",
        origins(scripts),
        origins(connections),
        origins(frame_ancestors)
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Policy of the console. Its component library writes styles at run time. It may call any HTTPS
/// address, because it reads the discovery document of an identity provider that is being set up;
/// plain HTTP only on this machine, for a provider under development.
pub(crate) fn console_policy(nonce: &str, endpoints: &[String]) -> String {
    let endpoints = origins(endpoints);
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; script-src-attr 'none'; \
         style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' https: data: blob:; \
         connect-src 'self'{endpoints} https: http://localhost:* http://127.0.0.1:*; \
         frame-src 'self'{endpoints}; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
}

/// Policy of the API reference: its library writes styles at run time, draws icons from inside its style sheet, and
/// calls only this server.
pub(crate) const API_REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Origins as a source list; anything that could end the directive is left out.
fn origins(list: &[String]) -> String {
    let safe = |origin: &&String| {
        origin
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '[' | ']' | '_'))
    };
    list.iter().filter(safe).fold(String::new(), |mut sources, origin| {
        // Writing to a string cannot fail.
        let _ = write!(sources, " {origin}");
        sources
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_cannot_add_a_directive() {
        let policy = sign_in_policy("n", &["https://a.example".into(), "https://b; script-src *".into()]);
        assert!(policy.ends_with("frame-ancestors 'self' https://a.example"));
    }
}
