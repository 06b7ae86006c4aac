//! Social identities of users.

use crate::{
    checks::{Checks, MAX_SHORT},
    users::{UserProfileResponse, change, get_user},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, ApiQuery, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, JsonObject,
    secret::SocialTokenSecret,
    user::{Identities, Identity},
};
use portico_store::{secrets, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(show, replace_one, remove))
}

/// The user's account at a social identity provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityInput {
    /// The user's id at the provider.
    user_id: String,
    #[schema(value_type = Object, required = false)]
    details: Option<JsonObject>,
}

/// Whether to tell of stored tokens.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityQuery {
    /// `true` adds what is known of the provider's tokens.
    include_token_secret: Option<String>,
}

/// The user's account at a social identity provider, and what is kept with it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityResponse {
    identity: Identity,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_secret: Option<SocialTokenSecret>,
}

/// A user's account at a social identity provider.
#[utoipa::path(
    get, path = "/api/users/{userId}/identities/{target}",
    operation_id = "GetUserIdentity", tag = "Users",
    params(("userId" = String, Path), ("target" = String, Path),
        ("includeTokenSecret" = Option<String>, Query, description = "`true` adds what is known of the provider's tokens.")),
    responses(
        (status = 200, description = "The account.", body = IdentityResponse),
        (status = 404, description = "No such user or identity."),
    )
)]
async fn show(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, target)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<IdentityQuery>,
) -> Result<JsonBody<IdentityResponse>, ApiError> {
    let mut user = get_user(&ctx, &id).await?;
    let identity = user
        .identities
        .shift_remove(&target)
        .ok_or_else(|| ApiError::new(ErrorCode::UserIdentityNotExist).with_status(404))?;
    let token_secret = match query.include_token_secret.as_deref() {
        Some("true" | "1") => {
            secrets::find_social_token_set(&ctx.app.db, &ctx.tenant.id, &id, &target).await?
        }
        _ => None,
    };
    Ok(JsonBody(IdentityResponse { identity, token_secret }))
}

/// Links a user to an account at a social identity provider.
#[utoipa::path(
    put, path = "/api/users/{userId}/identities/{target}",
    operation_id = "ReplaceUserIdentity", tag = "Users",
    params(("userId" = String, Path), ("target" = String, Path)), request_body = IdentityInput,
    responses(
        (status = 200, description = "All identities; one was replaced.", body = std::collections::HashMap<String, Identity>),
        (status = 201, description = "All identities; one is new.", body = std::collections::HashMap<String, Identity>),
        (status = 404, description = "No such user."),
        (status = 422, description = "The account is linked to somebody else."),
    )
)]
async fn replace_one(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, target)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<IdentityInput>,
) -> Result<impl IntoResponse, ApiError> {
    let mut checks = Checks::default();
    checks.length("userId", &body.user_id, 1, MAX_SHORT);
    checks.finish()?;
    let before = get_user(&ctx, &id).await?;
    let owner = users::find_by_identity(&ctx.app.db, &ctx.tenant.id, &target, &body.user_id).await?;
    if owner.is_some_and(|owner| owner.id != id) {
        return Err(ErrorCode::UserIdentityAlreadyInUse.into());
    }
    let status = if before.identities.contains_key(&target) { StatusCode::OK } else { StatusCode::CREATED };
    let user = change(&ctx, id, move |user| {
        user.identities.insert(target, Identity { user_id: body.user_id, details: body.details });
        Ok(())
    })
    .await?;
    let identities: Identities = user.identities;
    Ok((status, JsonBody(identities)))
}

/// Unlinks a user from an account at a social identity provider.
#[utoipa::path(
    delete, path = "/api/users/{userId}/identities/{target}",
    operation_id = "DeleteUserIdentity", tag = "Users",
    params(("userId" = String, Path), ("target" = String, Path)),
    responses(
        (status = 200, description = "The user.", body = UserProfileResponse),
        (status = 404, description = "No such user or identity."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, target)): ApiPath<(String, String)>,
) -> Result<JsonBody<UserProfileResponse>, ApiError> {
    let user = change(&ctx, id, move |user| match user.identities.shift_remove(&target) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(ErrorCode::UserIdentityNotExist).with_status(404)),
    })
    .await?;
    Ok(JsonBody(UserProfileResponse::new(&user)))
}
