//! Answers to the questions about second factors that finishing a flow may raise.

use crate::{error::done, extract::Resumed};
use axum::http::StatusCode;
use portico_http_kit::ApiError;
use portico_identity::sign_in::{
    Flow,
    answers::{self, Answer},
};

/// Wants second factors.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/mfa-enabled", tag = "Experience", operation_id = "MarkMfaEnabled",
    responses((status = 204, description = "Kept."), (status = 400, description = "Not possible from here."),
        (status = 403, description = "A second factor is needed."), (status = 404, description = "Nobody was identified.")),
)]
pub async fn mfa_enabled(Resumed(flow): Resumed) -> Result<StatusCode, ApiError> {
    give(flow, Answer::MfaEnabled).await
}

/// Declines to enrol a second factor.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/mfa-skipped", tag = "Experience", operation_id = "SkipMfaBindingFlow",
    responses((status = 204, description = "Kept."), (status = 400, description = "Not possible from here."),
        (status = 403, description = "A second factor is needed."), (status = 404, description = "Nobody was identified."),
        (status = 422, description = "The policy does not let people decline.")),
)]
pub async fn mfa_skipped(Resumed(flow): Resumed) -> Result<StatusCode, ApiError> {
    give(flow, Answer::MfaSkipped).await
}

/// Declines a further second factor.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/mfa-suggestion-skipped", tag = "Experience",
    operation_id = "SkipMfaSuggestion",
    responses((status = 204, description = "Kept."), (status = 400, description = "Not possible from here."),
        (status = 403, description = "A second factor is needed."), (status = 404, description = "Nobody was identified.")),
)]
pub async fn mfa_suggestion_skipped(Resumed(flow): Resumed) -> Result<StatusCode, ApiError> {
    give(flow, Answer::SuggestionSkipped).await
}

/// Declines to add a passkey.
#[utoipa::path(
    post, path = "/api/experience/profile/mfa/passkey-skipped", tag = "Experience",
    operation_id = "SkipPasskeyBinding",
    responses((status = 204, description = "Kept."), (status = 400, description = "Not possible from here."),
        (status = 403, description = "A second factor is needed."), (status = 404, description = "Nobody was identified.")),
)]
pub async fn passkey_skipped(Resumed(flow): Resumed) -> Result<StatusCode, ApiError> {
    give(flow, Answer::PasskeySkipped).await
}

async fn give(mut flow: Flow, answer: Answer) -> Result<StatusCode, ApiError> {
    done(answers::give(&mut flow, answer).await?)?;
    flow.save().await?;
    Ok(StatusCode::NO_CONTENT)
}
