//! Subject tokens: how an operator's server acts as a user (RFC 8693).

use crate::checks::{Checks, MAX_SHORT};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, JsonBody, ManagementCaller};
use portico_identity::{Ctx, subject_tokens};
use portico_model::{ErrorCode, JsonObject};
use portico_store::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(create))
}

/// Whom to act as.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubjectTokenCreate {
    user_id: String,
    #[schema(value_type = Object, required = false)]
    context: Option<JsonObject>,
}

/// A token to be exchanged.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubjectTokenResponse {
    subject_token: String,
    /// Seconds.
    expires_in: i64,
}

/// Makes a token that stands for a user.
#[utoipa::path(
    post, path = "/api/subject-tokens", operation_id = "CreateSubjectToken", tag = "Subject tokens",
    request_body = SubjectTokenCreate,
    responses(
        (status = 201, description = "The token.", body = SubjectTokenResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn create(
    caller: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<SubjectTokenCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let mut checks = Checks::default();
    checks.length("userId", &body.user_id, 0, MAX_SHORT);
    checks.finish()?;
    let context = body.context.unwrap_or_default();
    let token = subject_tokens::create(&ctx, body.user_id, context, caller.subject).await.map_err(
        |error| match error {
            StoreError::ForeignKeyViolation => {
                ApiError::new(ErrorCode::EntityRelationForeignKeyNotFound).with_status(404)
            }
            other => other.into(),
        },
    )?;
    let body = SubjectTokenResponse { subject_token: token, expires_in: subject_tokens::LIFETIME_SECONDS };
    Ok((StatusCode::CREATED, JsonBody(body)))
}
