//! One webhook request and its answer.

use crate::app::Ctx;
use portico_connectors::http::{HttpError, OutboundRequest, OutboundResponse};
use portico_crypto::hmac_sha256_hex;
use portico_model::hook::HookConfig;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// The whole exchange.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// What receivers see as sender; they filter by it.
const USER_AGENT: &str = "Logto (https://logto.io/)";
/// Hex of the HMAC-SHA-256 over the body's bytes.
const SIGNATURE_HEADER: &str = "logto-signature-sha-256";
/// Answers that a later attempt may better.
const TEMPORARY: &[u16] = &[408, 413, 429, 500, 502, 503, 504];

/// Posts a body and waits for the answer. Headers of the webhook take the place of ours. Addresses inside the
/// operator's network are refused unless the configuration opens them.
///
/// # Errors
/// When no answer was obtained.
pub async fn post(
    ctx: &Ctx,
    config: &HookConfig,
    signing_key: &str,
    body: String,
) -> Result<OutboundResponse, HttpError> {
    let url = Url::parse(&config.url).map_err(|_| HttpError::InvalidUrl)?;
    let mut request = OutboundRequest::post(url).timeout(TIMEOUT).header("user-agent", USER_AGENT);
    if !signing_key.is_empty() {
        request = request.header(SIGNATURE_HEADER, &hmac_sha256_hex(signing_key, &body));
    }
    request = request.body("application/json", body);
    for (name, value) in config.headers.iter().flatten() {
        request = request.header(name, value);
    }
    ctx.app.outbound.send(request).await
}

/// Whether another attempt may succeed.
#[must_use]
pub fn is_temporary(outcome: &Result<OutboundResponse, HttpError>) -> bool {
    match outcome {
        Ok(response) => TEMPORARY.contains(&response.status.as_u16()),
        Err(error) => matches!(error, HttpError::TimedOut | HttpError::Transport(_)),
    }
}

/// The answer's body as JSON, or as text when it is none.
#[must_use]
pub fn body_of(response: &OutboundResponse) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_else(|_| response.text().into())
}
