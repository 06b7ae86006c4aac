//! Entity tags for answers that are made whole: a client that has the same answer gets 304.

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

/// Largest answer that is tagged, in bytes.
const MAX_TAGGED_BYTES: u64 = 1024 * 1024;
/// Bytes of the digest that a tag keeps.
const DIGEST_BYTES: usize = 20;

/// Middleware: tags answers to GET and HEAD and honours `If-None-Match` (RFC 9110 §8.8.3, §13.1.2).
pub async fn entity_tag(request: Request, next: Next) -> Response {
    let known = match *request.method() {
        Method::GET | Method::HEAD => request.headers().get(header::IF_NONE_MATCH).cloned(),
        _ => return next.run(request).await,
    };
    let response = next.run(request).await;
    let size = response.body().size_hint().exact();
    let headers = response.headers();
    // What may not be kept cannot be asked about again.
    let is_kept = headers.get(header::CACHE_CONTROL).is_none_or(|value| value != "no-store");
    let is_tagged = headers.contains_key(header::ETAG);
    if response.status() != StatusCode::OK
        || !is_kept
        || is_tagged
        || size.is_none_or(|size| size > MAX_TAGGED_BYTES)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let digest = portico_crypto::sha256(&bytes);
    let tag = format!("\"{:x}-{}\"", bytes.len(), STANDARD_NO_PAD.encode(&digest[..DIGEST_BYTES]));
    if known.is_some_and(|known| matches(&known, &tag)) {
        parts.status = StatusCode::NOT_MODIFIED;
        remove_content_headers(&mut parts.headers);
        return Response::from_parts(parts, Body::empty());
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Weak comparison, as the condition asks for: a `W/` in front does not matter.
fn matches(known: &HeaderValue, tag: &str) -> bool {
    known.to_str().is_ok_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag)
    })
}

fn remove_content_headers(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, middleware::from_fn, routing::get};
    use tower::ServiceExt as _;

    async fn answer(tag: Option<&HeaderValue>) -> Response {
        let router = Router::new().route("/", get(|| async { "text" })).layer(from_fn(entity_tag));
        let mut request = Request::get("/").body(Body::empty()).unwrap();
        if let Some(tag) = tag {
            request.headers_mut().insert(header::IF_NONE_MATCH, tag.clone());
        }
        router.oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_same_answer_is_not_sent_twice() {
        let first = answer(None).await;
        let tag = first.headers()[header::ETAG].clone();
        assert_eq!(answer(Some(&tag)).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(Some(&HeaderValue::from_static("\"other\""))).await.status(), StatusCode::OK);
    }
}
