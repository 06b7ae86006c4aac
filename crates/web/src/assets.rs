//! Scripts, styles and images of the apps.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::App;

/// Encodings that the build writes beside each file, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Serves one file of an app, for example `assets/index-1a2b3c.js`.
///
/// Names below `assets/` carry a hash of their content, so browsers may keep them for ever. Only
/// there and at the top of the folder is anything served; pages and build notes are not.
#[must_use]
pub fn asset(app: App, path: &str, request: &HeaderMap) -> Response {
    let Some(media_type) = public_media_type(path) else { return missing() };
    let accepted = ENCODINGS.into_iter().filter(|(coding, _)| accepts(request, coding));
    let encoded = accepted
        .filter_map(|(coding, suffix)| app.file(&format!("{path}{suffix}")).map(|file| (Some(coding), file)))
        .next();
    let Some((coding, file)) = encoded.or_else(|| app.file(path).map(|file| (None, file))) else {
        return missing();
    };

    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    let known = request
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.contains(&tag));
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(file.data).into_response() };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    if !known {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
        if let Some(coding) = coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
    }
    response
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "Not found").into_response()
}

/// The media type of a file that may be served; `None` for all others.
fn public_media_type(path: &str) -> Option<&'static str> {
    let within = path.strip_prefix("assets/").unwrap_or(path);
    if within.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        // Build notes at the top of the folder (`preload.json`) are not for browsers.
        "json" if path.starts_with("assets/") => "application/json",
        _ => return None,
    })
}

/// Whether the request accepts a content coding (RFC 9110 §12.5.3): named or `*`, and not with `q=0`.
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    let mut wildcard = false;
    for item in request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|v| v.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts
            .filter_map(|parameter| parameter.strip_prefix("q="))
            .any(|quality| quality.parse::<f32>().is_ok_and(|quality| quality == 0.0));
        if name.eq_ignore_ascii_case(coding) {
            return !refused;
        }
        wildcard |= name == "*" && !refused;
    }
    wildcard
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(encoding))])
    }

    #[test]
    fn chooses_what_the_client_accepts() {
        assert!(accepts(&request("gzip, deflate, br"), "br"));
        assert!(accepts(&request("*;q=0.5"), "br"));
        assert!(!accepts(&request("br;q=0, *"), "br"));
        assert!(!accepts(&request("identity"), "gzip"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn serves_nothing_but_files_for_browsers() {
        for path in [
            "../Cargo.toml",
            "assets/../index.html",
            "index.html",
            "preload.json",
            "assets/.env.js",
            "assets/a.br",
        ] {
            assert_eq!(asset(App::SignIn, path, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn missing_assets_are_not_cached() {
        let response = asset(App::SignIn, "assets/gone-123.js", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }
}
