//! Addresses that name nothing that could exist.

use crate::ApiError;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use portico_model::ErrorCode;

/// Refuses a path or query that is not UTF-8 or holds a NUL character: neither can be stored, so what it asks for
/// is not there, and no handler has to think of it.
pub async fn refuse_unstorable_address(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if is_storable(uri.path()) && uri.query().is_none_or(is_storable) {
        return next.run(request).await;
    }
    let details = "The address must be UTF-8 without NUL characters.";
    ApiError::new(ErrorCode::RequestInvalidInput)
        .with_parameter("details", details)
        .with_details(details)
        .into_response()
}

fn is_storable(encoded: &str) -> bool {
    !encoded.contains('%')
        || percent_decode_str(encoded).decode_utf8().is_ok_and(|decoded| !decoded.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_storable_text_passes() {
        for good in ["/api/users", "search=%25a%25", "search=%C3%84", "100%", "%2500"] {
            assert!(is_storable(good), "{good}");
        }
        for bad in ["/api/users/%00", "search=a%00b", "/api/%FF", "x=%C3%28"] {
            assert!(!is_storable(bad), "{bad}");
        }
    }
}
