//! Which language a request reads, and the layer that writes error messages in it.

use crate::phrases::Phrases;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// A response body that waits for a language; put into the response's extensions by [`crate::ApiError`].
#[derive(Clone)]
pub struct Localize(Arc<WriteBody>);

type WriteBody = dyn Fn(&Phrases) -> Vec<u8> + Send + Sync;

impl Localize {
    /// Wraps the function that writes the JSON body.
    pub fn new(write: impl Fn(&Phrases) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }
}

/// Most language ranges read from one `Accept-Language` header.
const MAX_LANGUAGE_RANGES: usize = 16;

/// The languages of an `Accept-Language` header, best first (RFC 9110 §12.5.4).
#[must_use]
pub fn accepted_languages(headers: &HeaderMap) -> Vec<String> {
    let Some(header) = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
        return Vec::new();
    };
    let mut ranges: Vec<(String, u16)> = header
        .split(',')
        .take(MAX_LANGUAGE_RANGES)
        .filter_map(|range| {
            let mut parts = range.trim().split(';');
            let tag = parts.next()?.trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1.0_f32), |weight| weight.trim().parse().ok())?;
            // Weights have three decimals at most (RFC 9110 §12.4.2).
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
            let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
            (weight > 0 && !tag.is_empty() && tag != "*").then(|| (tag.to_owned(), weight))
        })
        .collect();
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    ranges.into_iter().map(|(tag, _)| tag).collect()
}

/// The language asked for by a `Request`, kept for handlers that render text themselves.
#[derive(Clone)]
pub struct RequestLanguage(pub Arc<Phrases>);

/// Middleware: finds the request's language and writes waiting error bodies in it.
pub async fn localize(mut request: Request, next: Next) -> Response {
    let phrases = Phrases::negotiate(&accepted_languages(request.headers()));
    request.extensions_mut().insert(RequestLanguage(phrases.clone()));
    let mut response = next.run(request).await;
    if let Some(Localize(write)) = response.extensions_mut().remove::<Localize>() {
        let bytes = write(&phrases);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        headers.remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(bytes);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn languages(header: &'static str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(header));
        accepted_languages(&headers)
    }

    #[test]
    fn orders_by_weight_and_drops_refused_languages() {
        assert_eq!(languages("de;q=0.5, en-GB, fr;q=0, *;q=0.1"), ["en-GB", "de"]);
    }

    #[test]
    fn tolerates_garbage() {
        assert_eq!(languages(",;;q=x,en"), ["en"]);
        assert!(accepted_languages(&HeaderMap::new()).is_empty());
    }
}
