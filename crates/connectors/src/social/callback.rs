//! The parameters with which a provider sends the browser back (RFC 6749 §4.1.2).
//!
//! The page that receives them may keep `state` to itself, having compared it already. When it is
//! passed on it is compared again here; in either case the answer is bound to the request by what
//! the session holds (PKCE verifier, nonce), which an attacker's code does not fit.

use portico_crypto::constant_time_eq;
use portico_model::ErrorCode;
use serde_json::{Value, json};

use super::ConnectorSession;
use super::token::text_field;
use crate::error::ConnectorError;

/// Names of what sessions hold.
pub mod key {
    pub const STATE: &str = "state";
    pub const NONCE: &str = "nonce";
    pub const CODE_VERIFIER: &str = "codeVerifier";
    pub const REDIRECT_URI: &str = "redirectUri";
}

/// Returns the authorization code, or why there is none.
pub fn authorization_code<'a>(
    data: &'a Value,
    session: &ConnectorSession,
) -> Result<&'a str, ConnectorError> {
    if let Some(state) = data.get("state") {
        let expected = remembered(session, key::STATE)?;
        if !state.as_str().is_some_and(|state| constant_time_eq(state, expected)) {
            return Err(ConnectorError::described(
                ErrorCode::ConnectorInvalidRequestParameters,
                "the state is not the one that was sent",
            ));
        }
    }
    if let Some(error) = text_field(data, "error") {
        let description = text_field(data, "error_description");
        let details = json!({ "error": error, "errorDescription": description.unwrap_or_default() });
        let error = ConnectorError::new(ErrorCode::ConnectorAuthorizationFailed);
        return Err(error.with_data(details));
    }
    match data.get("code").and_then(Value::as_str) {
        Some(code) if !code.is_empty() => Ok(code),
        _ => Err(ConnectorError::described(
            ErrorCode::ConnectorInsufficientRequestParameters,
            "the callback has no authorization code",
        )),
    }
}

/// What the first step remembered; without it there was no first step.
pub fn remembered<'a>(session: &'a ConnectorSession, key: &str) -> Result<&'a str, ConnectorError> {
    session.get(key).ok_or_else(|| {
        ConnectorError::described(
            ErrorCode::ConnectorGeneral,
            "the sign-in was not started here, or its session is gone",
        )
    })
}
