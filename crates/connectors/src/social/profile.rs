//! Asking a provider's API about the user, and finding fields in what it says.

use portico_model::ErrorCode;
use serde_json::Value;
use url::Url;

use super::TokenResponse;
use crate::error::ConnectorError;
use crate::http::{HttpClient, OutboundRequest};

/// `GET url` with the access token (RFC 6750 §2.1).
pub async fn fetch_profile(
    http: &HttpClient,
    url: &Url,
    tokens: &TokenResponse,
) -> Result<Value, ConnectorError> {
    fetch_with(http, OutboundRequest::get(url.clone()), tokens).await
}

/// Sends `request` with the access token and reads a JSON answer.
pub async fn fetch_with(
    http: &HttpClient,
    request: OutboundRequest,
    tokens: &TokenResponse,
) -> Result<Value, ConnectorError> {
    let Some(access_token) = &tokens.access_token else {
        let description = "the token endpoint sent no access token";
        return Err(ConnectorError::described(ErrorCode::ConnectorInvalidResponse, description));
    };
    let scheme = tokens.token_type.as_deref().unwrap_or("Bearer");
    let request = request
        .header("authorization", &format!("{scheme} {access_token}"))
        .header("accept", "application/json");
    let response = http.send(request).await?;
    match response.status.as_u16() {
        401 => Err(ConnectorError::new(ErrorCode::ConnectorSocialInvalidAccessToken)),
        _ if response.is_success() => Ok(response.json()?),
        status => Err(ConnectorError::described(
            ErrorCode::ConnectorGeneral,
            format!("the provider's user API answered with status {status}"),
        )),
    }
}

/// The text or number at a dotted path; empty texts count as missing.
pub fn field(profile: &Value, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(profile, |value, name| value.get(name))?;
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The user's id, without which nobody came back.
pub fn required_id(profile: &Value, path: &str) -> Result<String, ConnectorError> {
    field(profile, path).ok_or_else(|| {
        let description = format!("the provider's user API names no user in `{path}`");
        ConnectorError::described(ErrorCode::ConnectorInvalidResponse, description)
    })
}

/// Phone numbers are kept without `+` and separators.
pub fn phone_digits(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_found_by_path() {
        let profile = json!({ "id": 7, "data": { "name": "Ada", "empty": "", "no": null } });
        assert_eq!(field(&profile, "id").as_deref(), Some("7"));
        assert_eq!(field(&profile, "data.name").as_deref(), Some("Ada"));
        for path in ["data", "data.empty", "data.no", "data.name.more", "missing.deeper", ""] {
            assert_eq!(field(&profile, path), None, "{path}");
        }
        assert_eq!(phone_digits("+44 20-7946 0000").as_deref(), Some("442079460000"));
        assert_eq!(phone_digits("none"), None);
    }
}
