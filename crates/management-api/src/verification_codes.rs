//! Codes that an operator's own server sends and checks.

use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiJson, Issue, ManagementCaller, RequestEvents, invalid_input};
use portico_identity::{
    Ctx,
    verification_code::{self as codes, Delivery, Order},
};
use portico_model::{
    JsonObject,
    connector::TemplateType,
    verification_code::{CodeChannel, CodeRecipient},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(send)).routes(routes!(verify))
}

/// Where a code goes: one of the two.
#[derive(Deserialize, ToSchema)]
pub struct SendInput {
    email: Option<String>,
    phone: Option<String>,
}

/// Sends a code.
#[utoipa::path(
    post, path = "/api/verification-codes",
    operation_id = "CreateVerificationCode", tag = "Verification codes", request_body = SendInput,
    responses(
        (status = 204, description = "Sent."),
        (status = 429, description = "Too many messages to this recipient."),
        (status = 501, description = "No connector for it."),
    )
)]
async fn send(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(input): ApiJson<SendInput>,
) -> Result<StatusCode, ApiError> {
    let order = Order {
        proof_id: None,
        recipient: recipient(input.email, input.phone)?,
        template_type: TemplateType::Generic,
        delivery: Delivery::Open,
        context: JsonObject::new(),
        languages: Vec::new(),
        ip: None,
        events,
    };
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    codes::send(&ctx, &snapshot, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A code that was received.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyInput {
    email: Option<String>,
    phone: Option<String>,
    verification_code: String,
}

/// Checks a code and uses it up.
#[utoipa::path(
    post, path = "/api/verification-codes/verify",
    operation_id = "VerifyVerificationCode", tag = "Verification codes", request_body = VerifyInput,
    responses((status = 204, description = "Right."), (status = 400, description = "Wrong, too late or too often."))
)]
async fn verify(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(input): ApiJson<VerifyInput>,
) -> Result<StatusCode, ApiError> {
    let recipient = recipient(input.email, input.phone)?;
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let code = &input.verification_code;
    codes::verify(&ctx, &snapshot, None, TemplateType::Generic, &recipient, code).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn recipient(email: Option<String>, phone: Option<String>) -> Result<CodeRecipient, ApiError> {
    let recipient = match (email, phone) {
        (Some(value), None) => CodeRecipient { channel: CodeChannel::Email, value },
        (None, Some(value)) => CodeRecipient { channel: CodeChannel::Phone, value },
        _ => {
            return Err(invalid_input(
                "body",
                &[Issue::at("email", "invalid_union", "Either email or phone.")],
            ));
        }
    };
    if recipient.is_plausible() {
        return Ok(recipient);
    }
    let field = recipient.channel.as_str();
    Err(invalid_input("body", &[Issue::at(field, "invalid_string", "Invalid")]))
}
