//! Parts of a user that have addresses of their own: custom data, profile, password, suspension.

use crate::{
    checks::Checks,
    users::{Told, UserResponse, change, change_and_tell, crypto_method, get_user, hash},
};
use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, RequestEvents};
use portico_identity::{Ctx, backchannel_logout, sessions, sign_in::SignInError};
use portico_model::{ErrorCode, HookEvent, JsonObject, user::UserProfile};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(get_custom_data, update_custom_data))
        .routes(routes!(update_profile))
        .routes(routes!(update_password))
        .routes(routes!(update_password_expiration))
        .routes(routes!(verify_password))
        .routes(routes!(has_password))
        .routes(routes!(update_suspension))
}

/// Custom data to merge.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserCustomDataPatch {
    #[schema(value_type = Object)]
    custom_data: JsonObject,
}

/// Profile claims to merge.
#[derive(Deserialize, ToSchema)]
pub struct UserProfilePatch {
    profile: UserProfile,
}

/// A password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordInput {
    #[schema(min_length = 1)]
    password: String,
}

impl PasswordInput {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.length("password", &self.password, 1, portico_crypto::password::MAX_PASSWORD_LEN);
        checks.finish()
    }
}

/// Whether the password must be replaced.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordExpirationInput {
    is_expired: bool,
}

/// Whether the user is kept out.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SuspensionInput {
    is_suspended: bool,
}

/// Whether the user has a password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HasPasswordResponse {
    has_password: bool,
}

/// Custom data of a user.
#[utoipa::path(
    get, path = "/api/users/{userId}/custom-data", operation_id = "ListUserCustomData", tag = "Users",
    params(("userId" = String, Path)),
    responses(
        (status = 200, description = "The custom data.", body = Object),
        (status = 404, description = "No such user."),
    )
)]
async fn get_custom_data(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<JsonObject>, ApiError> {
    Ok(JsonBody(get_user(&ctx, &id).await?.custom_data))
}

/// Merges into the custom data of a user.
#[utoipa::path(
    patch, path = "/api/users/{userId}/custom-data", operation_id = "UpdateUserCustomData", tag = "Users",
    params(("userId" = String, Path)), request_body = UserCustomDataPatch,
    responses(
        (status = 200, description = "The custom data.", body = Object),
        (status = 404, description = "No such user."),
    )
)]
async fn update_custom_data(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<UserCustomDataPatch>,
) -> Result<JsonBody<JsonObject>, ApiError> {
    let told = Told { events, event: HookEvent::UserDataUpdated, answer: |user| user.custom_data.clone() };
    change_and_tell(&ctx, id, told, move |user| {
        user.custom_data.extend(body.custom_data);
        Ok(())
    })
    .await
}

/// Merges into the profile of a user.
#[utoipa::path(
    patch, path = "/api/users/{userId}/profile", operation_id = "UpdateUserProfile", tag = "Users",
    params(("userId" = String, Path)), request_body = UserProfilePatch,
    responses(
        (status = 200, description = "The profile.", body = UserProfile),
        (status = 404, description = "No such user."),
    )
)]
async fn update_profile(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<UserProfilePatch>,
) -> Result<JsonBody<UserProfile>, ApiError> {
    let told = Told { events, event: HookEvent::UserDataUpdated, answer: |user| user.profile.clone() };
    change_and_tell(&ctx, id, told, move |user| {
        user.profile = merge(&user.profile, &body.profile)?;
        Ok(())
    })
    .await
}

/// The claims of `after` over those of `before`.
fn merge(before: &UserProfile, after: &UserProfile) -> Result<UserProfile, ApiError> {
    let object = |profile: &UserProfile| match serde_json::to_value(profile) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Ok(JsonObject::new()),
        Err(error) => Err(ApiError::internal(error)),
    };
    let mut merged = object(before)?;
    merged.extend(object(after)?);
    serde_json::from_value(Value::Object(merged)).map_err(ApiError::internal)
}

/// Sets a password; it is not checked against the password policy.
#[utoipa::path(
    patch, path = "/api/users/{userId}/password", operation_id = "UpdateUserPassword", tag = "Users",
    params(("userId" = String, Path)), request_body = PasswordInput,
    responses(
        (status = 200, description = "The user.", body = UserResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn update_password(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<PasswordInput>,
) -> Result<JsonBody<UserResponse>, ApiError> {
    body.check()?;
    get_user(&ctx, &id).await?;
    let (encoded, method) = hash(&ctx, &body.password).await?;
    let now = ctx.now_ms();
    let told = Told { events, event: HookEvent::UserDataUpdated, answer: UserResponse::new };
    change_and_tell(&ctx, id, told, move |user| {
        user.password_encrypted = Some(encoded);
        user.password_encryption_method = Some(method);
        user.password_updated_at = Some(now);
        user.is_password_expired = false;
        Ok(())
    })
    .await
}

/// Says whether the password must be replaced at the next sign-in.
#[utoipa::path(
    patch, path = "/api/users/{userId}/password/expiration",
    operation_id = "UpdateUserPasswordExpiration", tag = "Users",
    params(("userId" = String, Path)), request_body = PasswordExpirationInput,
    responses(
        (status = 200, description = "The user.", body = UserResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn update_password_expiration(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<PasswordExpirationInput>,
) -> Result<JsonBody<UserResponse>, ApiError> {
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let is_enabled = snapshot.sign_in_experience.password_expiration.enabled == Some(true);
    if body.is_expired && !is_enabled {
        return Err(ErrorCode::SignInExperiencesPasswordExpirationNotEnabled.into());
    }
    let user = change(&ctx, id, move |user| {
        user.is_password_expired = body.is_expired;
        Ok(())
    })
    .await?;
    Ok(JsonBody(UserResponse::new(&user)))
}

/// Compares a password with the user's.
#[utoipa::path(
    post, path = "/api/users/{userId}/password/verify", operation_id = "VerifyUserPassword", tag = "Users",
    params(("userId" = String, Path)), request_body = PasswordInput,
    responses(
        (status = 204, description = "It is the user's password."),
        (status = 404, description = "No such user."),
        (status = 422, description = "It is not the user's password."),
    )
)]
async fn verify_password(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<PasswordInput>,
) -> Result<StatusCode, ApiError> {
    body.check()?;
    let user = get_user(&ctx, &id).await?;
    let is_correct = match (&user.password_encrypted, user.password_encryption_method) {
        (Some(encoded), Some(method)) => {
            let method = crypto_method(method)?;
            ctx.app.passwords.verify(&body.password, encoded, method).await.map_err(SignInError::from)?
        }
        _ => false,
    };
    if is_correct { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::SessionInvalidCredentials.into()) }
}

/// Says whether a user has a password.
#[utoipa::path(
    get, path = "/api/users/{userId}/has-password", operation_id = "GetUserHasPassword", tag = "Users",
    params(("userId" = String, Path)),
    responses(
        (status = 200, description = "The answer.", body = HasPasswordResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn has_password(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<HasPasswordResponse>, ApiError> {
    let user = get_user(&ctx, &id).await?;
    Ok(JsonBody(HasPasswordResponse { has_password: user.password_encrypted.is_some() }))
}

/// Keeps a user out, or lets them in again; who is kept out is signed out everywhere.
#[utoipa::path(
    patch, path = "/api/users/{userId}/is-suspended", operation_id = "UpdateUserIsSuspended", tag = "Users",
    params(("userId" = String, Path)), request_body = SuspensionInput,
    responses(
        (status = 200, description = "The user.", body = UserResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn update_suspension(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<SuspensionInput>,
) -> Result<JsonBody<UserResponse>, ApiError> {
    let told = Told { events, event: HookEvent::UserSuspensionStatusUpdated, answer: UserResponse::new };
    let notices = match body.is_suspended {
        true => sessions::notices_of_user(&ctx, &id).await.map_err(ApiError::internal)?,
        false => Vec::new(),
    };
    let answer = change_and_tell(&ctx, id, told, move |user| {
        user.is_suspended = body.is_suspended;
        Ok(())
    })
    .await?;
    backchannel_logout::send(&ctx, notices);
    Ok(answer)
}
