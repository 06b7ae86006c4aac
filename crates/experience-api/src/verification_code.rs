//! Proofs by codes sent to e-mail addresses and phone numbers.

use crate::{
    extract::Resumed,
    verification::{VerificationResponse, finish},
};
use axum::response::Response;
use portico_http_kit::{ApiError, ApiJson, Issue, invalid_input};
use portico_identity::sign_in::factor::verification_code as by_code;
use portico_model::{
    JsonObject,
    interaction::{InteractionEvent, VerificationType},
    verification_code::{CodeChannel, CodeRecipient},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Where a code goes, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendRequest {
    identifier: CodeRecipient,
    interaction_event: InteractionEvent,
}

/// Sends a code.
#[utoipa::path(
    post, path = "/api/experience/verification/verification-code", tag = "Experience",
    operation_id = "CreateAndSendVerificationCode", request_body = SendRequest,
    responses((status = 200, body = VerificationResponse, description = "Sent, if the recipient may get one."),
        (status = 400, description = "Nothing to send to."), (status = 422, description = "The address is not accepted."),
        (status = 429, description = "Too many messages."), (status = 501, description = "No connector for it.")),
)]
pub async fn send(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<SendRequest>,
) -> Result<Response, ApiError> {
    check(&request.identifier)?;
    let (kind, facts) = (kind(&request.identifier), facts(&request.identifier));
    let result = by_code::send(&mut flow, request.identifier, request.interaction_event).await;
    finish(flow, kind, "Create", facts, result).await
}

/// A code that was received.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyRequest {
    identifier: CodeRecipient,
    verification_id: String,
    code: String,
}

/// Checks a code.
#[utoipa::path(
    post, path = "/api/experience/verification/verification-code/verify", tag = "Experience",
    operation_id = "VerifyVerificationCodeVerification", request_body = VerifyRequest,
    responses((status = 200, body = VerificationResponse, description = "The verification record."), (status = 400, description = "Wrong, too late or too often."),
        (status = 404, description = "No such proof."), (status = 501, description = "No connector for it.")),
)]
pub async fn verify(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<VerifyRequest>,
) -> Result<Response, ApiError> {
    check(&request.identifier)?;
    let (kind, facts) = (kind(&request.identifier), facts(&request.identifier));
    let VerifyRequest { identifier, verification_id, code } = request;
    let result = by_code::verify(&mut flow, &verification_id, &identifier, &code).await;
    finish(flow, kind, "Submit", facts, result.map(|()| verification_id)).await
}

fn check(recipient: &CodeRecipient) -> Result<(), ApiError> {
    if recipient.is_plausible() {
        return Ok(());
    }
    Err(invalid_input("body", &[Issue::at("identifier.value", "invalid_string", "Invalid")]))
}

fn kind(recipient: &CodeRecipient) -> VerificationType {
    match recipient.channel {
        CodeChannel::Email => VerificationType::EmailVerificationCode,
        CodeChannel::Phone => VerificationType::PhoneVerificationCode,
    }
}

fn facts(recipient: &CodeRecipient) -> JsonObject {
    JsonObject::from_iter([("identifier".to_owned(), json!(recipient))])
}
