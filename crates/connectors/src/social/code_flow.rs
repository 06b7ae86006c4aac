//! What every connector on the authorization code grant has in common (RFC 6749 §4.1 with PKCE,
//! RFC 7636).
//!
//! The page that receives the callback may keep `state` to itself, having compared it already. When
//! it is passed on it is compared again here; in either case the answer is bound to the request by
//! what the session holds (PKCE verifier, nonce), which an attacker's code does not fit.

use portico_crypto::id::opaque_token;
use portico_crypto::{constant_time_eq, pkce_s256};
use portico_model::ErrorCode;
use serde_json::{Value, json};
use url::Url;

use super::token::text_field;
use super::{AuthorizationRequest, ConnectorSession};
use crate::config::ConfigReader;
use crate::error::ConnectorError;

/// Names of what sessions hold.
pub mod key {
    pub const STATE: &str = "state";
    pub const NONCE: &str = "nonce";
    pub const CODE_VERIFIER: &str = "codeVerifier";
    pub const REDIRECT_URI: &str = "redirectUri";
}

/// Parameters that bind a request to its answer; settings cannot replace them.
const RESERVED: [&str; 9] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "nonce",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
];

/// Builds the authorization request; the PKCE verifier is fresh each time. Providers that do not
/// know PKCE ignore it (RFC 6749 §3.1).
pub fn begin(
    endpoint: &Url,
    client_id: &str,
    scope: &str,
    request: &AuthorizationRequest,
    session: &mut ConnectorSession,
) -> Url {
    let verifier = opaque_token();
    let mut uri = endpoint.clone();
    let mut query = uri.query_pairs_mut();
    query.append_pair("response_type", "code").append_pair("client_id", client_id);
    if !scope.is_empty() {
        query.append_pair("scope", scope);
    }
    query
        .append_pair("redirect_uri", &request.redirect_uri)
        .append_pair("state", &request.state)
        .append_pair("code_challenge", &pkce_s256(&verifier))
        .append_pair("code_challenge_method", "S256");
    drop(query);
    session.set(key::STATE, &request.state);
    session.set(key::REDIRECT_URI, &request.redirect_uri);
    session.set(key::CODE_VERIFIER, verifier);
    uri
}

/// The fields that exchange a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).
pub fn code_fields(code: &str, session: &ConnectorSession) -> Result<Vec<(String, String)>, ConnectorError> {
    Ok(fields(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", remembered(session, key::REDIRECT_URI)?),
        ("code_verifier", remembered(session, key::CODE_VERIFIER)?),
    ]))
}

/// The fields that exchange a refresh token (RFC 6749 §6).
pub fn refresh_fields(refresh_token: &str) -> Vec<(String, String)> {
    fields(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)])
}

fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Reads `customConfig`: parameters added to both requests, under their wire names.
pub fn read_custom_parameters(reader: &mut ConfigReader<'_>) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    for (key, value) in reader.string_map("customConfig") {
        let name = snake_case(&key);
        if RESERVED.contains(&name.as_str()) {
            let path = format!("customConfig.{key}");
            reader.issue(&path, "custom", "is set by the server and cannot be replaced");
        }
        parameters.push((name, value));
    }
    parameters
}

fn snake_case(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    for character in key.chars() {
        if character.is_ascii_uppercase() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            name.push(character.to_ascii_lowercase());
        } else {
            name.push(character);
        }
    }
    name
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
