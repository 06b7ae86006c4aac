//! Trying a webhook out.

use crate::hooks::{check, get_hook};
use axum::{extract::State, http::StatusCode};
use futures_util::future::try_join_all;
use portico_http_kit::{ApiError, ApiJson, ApiPath, ManagementCaller};
use portico_identity::{Ctx, events, webhook};
use portico_model::{ErrorCode, HookEvent, hook::HookConfig};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(test))
}

/// What to send where.
#[derive(Deserialize, ToSchema)]
pub struct HookTestInput {
    events: Vec<HookEvent>,
    config: HookConfig,
    /// What older callers send; without effect.
    #[serde(rename = "event")]
    _event: Option<Value>,
}

/// Sends an example of each event, signed with the webhook's key. Nothing is logged.
#[utoipa::path(
    post, path = "/api/hooks/{id}/test", operation_id = "CreateHookTest", tag = "Hooks",
    params(("id" = String, Path)), request_body = HookTestInput,
    responses(
        (status = 204, description = "Every example was accepted."),
        (status = 404, description = "No such webhook."),
        (status = 422, description = "The address does not answer, or answers with an error."),
    )
)]
async fn test(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<HookTestInput>,
) -> Result<StatusCode, ApiError> {
    check(None, Some(&body.events), Some(&body.config))?;
    let hook = get_hook(&ctx, &id).await?;
    let mut examples = Vec::with_capacity(body.events.len());
    for event in body.events {
        let created_at = events::iso_time(ctx.now_ms())?;
        examples.push(send(&ctx, &body.config, &hook.signing_key, example(&hook.id, event, &created_at)));
    }
    try_join_all(examples).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn send(ctx: &Ctx, config: &HookConfig, signing_key: &str, body: Value) -> Result<(), ApiError> {
    let answer = webhook::post(ctx, config, signing_key, body.to_string()).await.map_err(|error| {
        let cause = json!({ "message": error.to_string() });
        ApiError::new(ErrorCode::HookSendTestPayloadFailed)
            .with_parameter("message", error.to_string())
            .with_data(cause)
    })?;
    if answer.is_success() {
        return Ok(());
    }
    let facts = json!({ "responseStatus": answer.status.as_u16(), "responseBody": answer.text() });
    Err(ApiError::new(ErrorCode::HookEndpointRespondedWithError).with_data(facts))
}

/// A made-up event of the right shape.
fn example(hook_id: &str, event: HookEvent, created_at: &str) -> Value {
    let mut body = json!({
        "hookId": hook_id, "event": event, "createdAt": created_at, "userAgent": "example-user-agent",
    });
    let facts = match interaction_of(event) {
        Some(interaction) => json!({
            "interactionEvent": interaction, "sessionId": "fake-id", "userIp": "192.0.2.1", "userId": "fake-id",
            "user": {
                "id": "fake-id", "username": "fake-user", "primaryEmail": "fake-user@example.com",
                "primaryPhone": null, "name": "Fake User", "avatar": null, "customData": {}, "identities": {},
                "profile": {}, "applicationId": "fake-spa-application-id", "isSuspended": false,
                "lastSignInAt": null,
            },
            "application": {
                "id": "fake-spa-application-id", "type": "SPA", "name": "Fake Application", "description": null,
            },
        }),
        None => json!({
            "ip": "192.0.2.1", "path": "/fake-path/fake-id", "method": "POST", "status": 200,
            "params": { "id": "fake-id" }, "matchedRoute": "/fake-path/:id", "data": { "result": "success" },
        }),
    };
    if let (Value::Object(body), Value::Object(facts)) = (&mut body, facts) {
        body.extend(facts);
    }
    body
}

/// The flow that an event ends, if it ends one.
const fn interaction_of(event: HookEvent) -> Option<&'static str> {
    match event {
        HookEvent::PostRegister => Some("Register"),
        HookEvent::PostSignIn | HookEvent::PostSignInAdaptiveMfaTriggered => Some("SignIn"),
        HookEvent::PostResetPassword => Some("ForgotPassword"),
        _ => None,
    }
}
