//! Lockouts after too many failed attempts.

use axum::{extract::State, http::StatusCode};
use portico_crypto::sha256_hex;
use portico_http_kit::{ApiError, ApiJson, ManagementCaller};
use portico_identity::Ctx;
use portico_model::sentinel::SentinelTargetType;
use portico_store::sentinel_activities;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(delete))
}

/// Whose lockouts end.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteInput {
    target_type: SentinelTargetType,
    /// Identifiers as they were typed, or user ids.
    targets: Vec<String>,
}

/// Forgets failed attempts, which ends lockouts.
#[utoipa::path(
    post, path = "/api/sentinel-activities/delete",
    operation_id = "DeleteSentinelActivities", tag = "Sentinel activities", request_body = DeleteInput,
    responses((status = 204, description = "Forgotten."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(input): ApiJson<DeleteInput>,
) -> Result<StatusCode, ApiError> {
    let hashes: Vec<String> = input.targets.iter().map(sha256_hex).collect();
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    sentinel_activities::delete_for_targets(db, tenant, input.target_type, &hashes).await?;
    Ok(StatusCode::NO_CONTENT)
}
