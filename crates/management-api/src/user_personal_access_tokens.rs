//! Personal access tokens of users.
//!
//! A name may hold characters that an address cannot, so renaming and deleting also exist with the name in the
//! body.

use crate::{
    checks::{Checks, MAX_NAME},
    users::get_user,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{ErrorCode, personal_access_token::PersonalAccessToken};
use portico_store::{StoreError, personal_access_tokens};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Tells secret scanners what they found.
const PREFIX: &str = "pat_";

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create, rename_named_in_body))
        .routes(routes!(rename, delete))
        .routes(routes!(delete_named_in_body))
}

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalAccessTokenCreate {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    /// Epoch milliseconds; never when absent.
    expires_at: Option<i64>,
}

/// A new name.
#[derive(Deserialize, ToSchema)]
pub struct PersonalAccessTokenPatch {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
}

/// A new name, and the present one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalAccessTokenRename {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    /// The name to replace.
    #[schema(nullable = false)]
    current_name: Option<String>,
}

/// Which token.
#[derive(Deserialize, ToSchema)]
pub struct PersonalAccessTokenName {
    name: String,
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.length("name", name, 1, MAX_NAME);
    checks.finish()
}

fn explain(error: StoreError) -> ApiError {
    match error {
        StoreError::UniqueViolation { .. } => ErrorCode::UserPersonalAccessTokenNameExists.into(),
        StoreError::NotFound => ErrorCode::EntityNotFound.into(),
        other => other.into(),
    }
}

/// Personal access tokens of a user, with their values.
#[utoipa::path(
    get, path = "/api/users/{userId}/personal-access-tokens",
    operation_id = "ListUserPersonalAccessTokens", tag = "Users",
    params(("userId" = String, Path)),
    responses(
        (status = 200, description = "The tokens.", body = Vec<PersonalAccessToken>),
        (status = 404, description = "No such user."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<PersonalAccessToken>>, ApiError> {
    get_user(&ctx, &id).await?;
    Ok(JsonBody(personal_access_tokens::list(&ctx.app.db, &ctx.tenant.id, &id).await?))
}

/// Adds a personal access token.
#[utoipa::path(
    post, path = "/api/users/{userId}/personal-access-tokens",
    operation_id = "CreateUserPersonalAccessToken", tag = "Users",
    params(("userId" = String, Path)), request_body = PersonalAccessTokenCreate,
    responses(
        (status = 201, description = "The token.", body = PersonalAccessToken),
        (status = 404, description = "No such user."),
        (status = 422, description = "The user has a token of this name."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<PersonalAccessTokenCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check_name(&body.name)?;
    let now = ctx.now_ms();
    if body.expires_at.is_some_and(|expires_at| expires_at <= now) {
        let details = "The value of `expiresAt` must be in the future.";
        return Err(ApiError::new(ErrorCode::RequestInvalidInput).with_parameter("details", details));
    }
    let user = get_user(&ctx, &id).await?;
    let token = PersonalAccessToken {
        tenant_id: user.tenant_id,
        user_id: user.id,
        name: body.name,
        value: format!("{PREFIX}{}", portico_crypto::id::secret()),
        created_at: now,
        expires_at: body.expires_at,
    };
    personal_access_tokens::insert(&ctx.app.db, &ctx.tenant.id, &token).await.map_err(explain)?;
    Ok((StatusCode::CREATED, JsonBody(token)))
}

async fn rename_token(
    ctx: &Ctx,
    user_id: &str,
    name: &str,
    new_name: &str,
) -> Result<JsonBody<PersonalAccessToken>, ApiError> {
    check_name(new_name)?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let renamed = personal_access_tokens::rename(db, tenant, user_id, name, new_name).await;
    renamed.map(JsonBody).map_err(explain)
}

async fn delete_token(ctx: &Ctx, user_id: &str, name: &str) -> Result<StatusCode, ApiError> {
    let deleted = personal_access_tokens::delete(&ctx.app.db, &ctx.tenant.id, user_id, name).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Renames a personal access token.
#[utoipa::path(
    patch, path = "/api/users/{userId}/personal-access-tokens/{name}",
    operation_id = "UpdateUserPersonalAccessToken", tag = "Users",
    params(("userId" = String, Path), ("name" = String, Path)), request_body = PersonalAccessTokenPatch,
    responses(
        (status = 200, description = "The token.", body = PersonalAccessToken),
        (status = 404, description = "No such token."),
    )
)]
async fn rename(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, name)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<PersonalAccessTokenPatch>,
) -> Result<JsonBody<PersonalAccessToken>, ApiError> {
    rename_token(&ctx, &id, &name, &body.name).await
}

/// Renames the personal access token that the body names.
#[utoipa::path(
    patch, path = "/api/users/{userId}/personal-access-tokens",
    operation_id = "UpdatePersonalAccessTokenName", tag = "Users",
    params(("userId" = String, Path)), request_body = PersonalAccessTokenRename,
    responses(
        (status = 200, description = "The token.", body = PersonalAccessToken),
        (status = 404, description = "No such token."),
    )
)]
async fn rename_named_in_body(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<PersonalAccessTokenRename>,
) -> Result<JsonBody<PersonalAccessToken>, ApiError> {
    // Without a present name there is nothing to find.
    rename_token(&ctx, &id, body.current_name.as_deref().unwrap_or_default(), &body.name).await
}

/// Deletes a personal access token; it cannot be exchanged from now on.
#[utoipa::path(
    delete, path = "/api/users/{userId}/personal-access-tokens/{name}",
    operation_id = "DeleteUserPersonalAccessToken", tag = "Users",
    params(("userId" = String, Path), ("name" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such token."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, name)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    delete_token(&ctx, &id, &name).await
}

/// Deletes the personal access token that the body names.
#[utoipa::path(
    post, path = "/api/users/{userId}/personal-access-tokens/delete",
    operation_id = "DeletePersonalAccessTokenPost", tag = "Users",
    params(("userId" = String, Path)), request_body = PersonalAccessTokenName,
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such token."))
)]
async fn delete_named_in_body(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<PersonalAccessTokenName>,
) -> Result<StatusCode, ApiError> {
    delete_token(&ctx, &id, &body.name).await
}
