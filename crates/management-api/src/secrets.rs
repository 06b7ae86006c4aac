//! Tokens of other sites that the vault keeps.

use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiPath, ManagementCaller};
use portico_identity::Ctx;
use portico_model::ErrorCode;
use portico_store::secrets;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(delete))
}

/// Forgets a secret for good.
#[utoipa::path(
    delete, path = "/api/secrets/{id}", operation_id = "DeleteSecret", tag = "Secrets",
    params(("id" = String, Path)),
    responses((status = 204, description = "Forgotten."), (status = 404, description = "No such secret."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    if secrets::delete(&ctx.app.db, &ctx.tenant.id, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ErrorCode::EntityNotFound.into())
    }
}
