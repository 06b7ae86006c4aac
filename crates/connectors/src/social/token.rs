//! The answer of a token endpoint (RFC 6749 §5).

use portico_model::ErrorCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ConnectorError;
use crate::http::{HttpClient, OutboundRequest, OutboundResponse};

/// The longest description of another server that is passed on.
const DESCRIPTION_CHARS_MAX: usize = 300;

/// Tokens that a provider issued.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// For the provider's own APIs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// Usually `Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Life of the access token in seconds; some providers send it as text.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient_seconds")]
    pub expires_in: Option<i64>,
    /// For new access tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// What was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who the user is (OIDC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

fn lenient_seconds<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(de)? {
        Value::Number(number) => number.as_i64().or(number.as_f64().map(|value| value as i64)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// How a token endpoint writes its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// As RFC 6749 §5.1 wants it.
    Json,
    /// As a query string, which is older.
    QueryString,
}

/// Sends a token request and reads the answer.
pub async fn fetch_tokens(
    http: &HttpClient,
    request: OutboundRequest,
    format: TokenFormat,
) -> Result<TokenResponse, ConnectorError> {
    let request = match format {
        TokenFormat::Json => request.header("accept", "application/json"),
        TokenFormat::QueryString => request,
    };
    let response = http.send(request).await?;
    if !response.is_success() {
        let body = response.json().unwrap_or(Value::Null);
        return Err(token_error(&response, &body));
    }
    let body = match format {
        TokenFormat::Json => response.json()?,
        TokenFormat::QueryString => query_string(&response.body),
    };
    // Some servers answer errors with 200 and an error body.
    if body.get("error").is_some_and(Value::is_string) {
        return Err(token_error(&response, &body));
    }
    serde_json::from_value(body)
        .map_err(|error| ConnectorError::new(ErrorCode::ConnectorInvalidResponse).caused_by(error))
}

fn query_string(body: &[u8]) -> Value {
    let text = |text: std::borrow::Cow<'_, str>| Value::String(text.into_owned());
    url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), text(value))).collect()
}

/// `invalid_grant` is about the code, everything else about the connector (RFC 6749 §5.2).
fn token_error(response: &OutboundResponse, body: &Value) -> ConnectorError {
    let error = text_field(body, "error");
    let code = match error.as_deref() {
        Some("invalid_grant") => ErrorCode::ConnectorSocialAuthCodeInvalid,
        _ => ErrorCode::ConnectorGeneral,
    };
    let description = text_field(body, "error_description").or_else(|| error.clone());
    ConnectorError::new(code).with_data(json!({
        "status": response.status.as_u16(),
        "error": error,
        "errorDescription": description
            .unwrap_or_else(|| "the token endpoint refused the request".to_owned()),
    }))
}

/// A text field of another server's answer, cut to a length that is safe to pass on.
pub fn text_field(body: &Value, key: &str) -> Option<String> {
    let text = body.get(key)?.as_str()?;
    Some(text.chars().filter(|c| !c.is_control()).take(DESCRIPTION_CHARS_MAX).collect())
}
