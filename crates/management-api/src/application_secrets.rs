//! Named secrets of confidential applications.

use crate::{
    applications::get_application,
    checks::{Checks, MAX_NAME},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{ApplicationSecret, ErrorCode};
use portico_store::{StoreError, Tx, applications};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most secrets of one application.
const MAX_SECRETS: usize = 100;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(rename, delete))
}

/// A new secret.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSecretCreate {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    /// Epoch milliseconds; never when absent.
    expires_at: Option<i64>,
}

/// A new name.
#[derive(Deserialize, ToSchema)]
pub struct ApplicationSecretPatch {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.length("name", name, 1, MAX_NAME);
    checks.finish()
}

fn explain(error: StoreError) -> ApiError {
    match error {
        StoreError::UniqueViolation { .. } => ErrorCode::ApplicationSecretNameExists.into(),
        StoreError::NotFound => ErrorCode::EntityNotFound.into(),
        other => other.into(),
    }
}

/// Secrets of an application.
#[utoipa::path(
    get, path = "/api/applications/{id}/secrets", operation_id = "ListApplicationSecrets", tag = "Applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The secrets.", body = Vec<ApplicationSecret>),
        (status = 404, description = "No such application."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<ApplicationSecret>>, ApiError> {
    get_application(&ctx, &id).await?;
    Ok(JsonBody(applications::list_secrets(&ctx.app.db, &ctx.tenant.id, &id).await?))
}

/// Adds a secret.
#[utoipa::path(
    post, path = "/api/applications/{id}/secrets", operation_id = "CreateApplicationSecret", tag = "Applications",
    params(("id" = String, Path)), request_body = ApplicationSecretCreate,
    responses(
        (status = 201, description = "The secret.", body = ApplicationSecret),
        (status = 404, description = "No such application."),
        (status = 422, description = "The name is taken, or the application cannot keep secrets."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ApplicationSecretCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check_name(&body.name)?;
    let now = ctx.now_ms();
    if body.expires_at.is_some_and(|expires_at| expires_at <= now) {
        let details = "The value of `expiresAt` must be in the future.";
        return Err(ApiError::new(ErrorCode::RequestInvalidInput).with_parameter("details", details));
    }
    let application = get_application(&ctx, &id).await?;
    let existing = applications::list_secrets(&ctx.app.db, &ctx.tenant.id, &id).await?;
    if !application.kind.is_confidential() || existing.len() >= MAX_SECRETS {
        return Err(ErrorCode::EntityDbConstraintViolated.into());
    }
    let secret = ApplicationSecret {
        tenant_id: application.tenant_id,
        application_id: id,
        name: body.name,
        value: portico_crypto::id::secret(),
        created_at: now,
        expires_at: body.expires_at,
    };
    let (tenant, stored) = (ctx.tenant.id.clone(), secret.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move { applications::insert_secret(tx, &tenant, &stored).await.map_err(explain) })
    })
    .await?;
    Ok((StatusCode::CREATED, JsonBody(secret)))
}

/// Renames a secret.
#[utoipa::path(
    patch, path = "/api/applications/{id}/secrets/{name}",
    operation_id = "UpdateApplicationSecret", tag = "Applications",
    params(("id" = String, Path), ("name" = String, Path)), request_body = ApplicationSecretPatch,
    responses(
        (status = 200, description = "The secret.", body = ApplicationSecret),
        (status = 404, description = "No such secret."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn rename(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, name)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<ApplicationSecretPatch>,
) -> Result<JsonBody<ApplicationSecret>, ApiError> {
    check_name(&body.name)?;
    let tenant = ctx.tenant.id.clone();
    let renamed = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                applications::rename_secret(tx, &tenant, &id, &name, &body.name).await.map_err(explain)
            })
        })
        .await?;
    Ok(JsonBody(renamed))
}

/// Deletes a secret; clients that still use it are refused from now on.
#[utoipa::path(
    delete, path = "/api/applications/{id}/secrets/{name}",
    operation_id = "DeleteApplicationSecret", tag = "Applications",
    params(("id" = String, Path), ("name" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such secret."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, name)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { applications::delete_secret(tx, &tenant, &id, &name).await })
        })
        .await
        .map_err(ApiError::from)?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}
