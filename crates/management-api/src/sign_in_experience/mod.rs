//! Sign-in experience: how people sign in and what the pages look like.

mod custom_ui;
mod patch;
mod rules;

use crate::query::QueryPairs;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use patch::SignInExperiencePatch;
use portico_http_kit::{ApiError, ApiJson, Issue, JsonBody, ManagementCaller, invalid_input};
use portico_identity::{Ctx, password_policy, pwned};
use portico_model::{ErrorCode, SignInExperience, User, sign_in_experience::PasswordPolicy};
use portico_store::{Tx, sign_in_experiences, users};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most groups of usernames in one answer.
const MAX_CONFLICT_SAMPLES: i64 = 100;
/// Groups of usernames when the request names no number, and in an error.
const DEFAULT_CONFLICT_SAMPLES: i64 = 20;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(get, update))
        .routes(routes!(check_password))
        .routes(routes!(username_conflicts))
        .merge(custom_ui::router())
}

fn missing() -> ApiError {
    ApiError::new(ErrorCode::EntityNotFound)
}

/// The settings of the tenant.
#[utoipa::path(
    get, path = "/api/sign-in-exp", operation_id = "GetSignInExp", tag = "Sign-in experience",
    responses(
        (status = 200, description = "The settings.", body = SignInExperience),
        (status = 404, description = "The tenant has none."),
    )
)]
async fn get(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<SignInExperience>, ApiError> {
    let found = sign_in_experiences::find(&ctx.app.db, &ctx.tenant.id).await?;
    found.map(JsonBody).ok_or_else(missing)
}

/// Changes settings of the tenant.
#[utoipa::path(
    patch, path = "/api/sign-in-exp", operation_id = "UpdateSignInExp", tag = "Sign-in experience",
    params(("removeUnusedDemoSocialConnector" = Option<String>, Query, description = "Kept for compatibility.")),
    request_body = SignInExperiencePatch,
    responses(
        (status = 200, description = "The settings.", body = SignInExperience),
        (status = 404, description = "The tenant has none."),
        (status = 409, description = "Usernames that differ only in case exist."),
        (status = 422, description = "Settings that do not go together."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<SignInExperiencePatch>,
) -> Result<JsonBody<SignInExperience>, ApiError> {
    body.check()?;
    let (tenant, ctx_in, now) = (ctx.tenant.id.clone(), ctx.clone(), ctx.now_ms());
    let updated = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let before = sign_in_experiences::find_for_update(tx, &tenant).await?.ok_or_else(missing)?;
                let surroundings = rules::Surroundings::read(&ctx_in, tx, &tenant).await?;
                let touched = body.touched();
                let mut after = before.clone();
                body.apply(&mut after);
                rules::adjust(&before, &mut after, touched, &surroundings, now);
                rules::check(&before, &after, touched, &surroundings)?;
                if before.username_policy.case_sensitive && !after.username_policy.case_sensitive {
                    refuse_conflicts(tx, &tenant).await?;
                }
                sign_in_experiences::update(tx, &tenant, &after).await?;
                Ok::<_, ApiError>(after)
            })
        })
        .await?;
    Ok(JsonBody(updated))
}

async fn refuse_conflicts(tx: &Tx, tenant: &portico_model::TenantId) -> Result<(), ApiError> {
    let total = users::count_username_case_conflicts(tx, tenant).await?;
    if total == 0 {
        return Ok(());
    }
    let samples = samples(users::list_username_case_conflicts(tx, tenant, DEFAULT_CONFLICT_SAMPLES).await?);
    let error = ApiError::new(ErrorCode::SignInExperiencesUsernamePolicyCaseConflictsExist);
    Err(error.with_data(json!({ "totalConflicts": total, "samples": samples })))
}

/// A password to try against the policy.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckPasswordInput {
    password: String,
    /// Also compares with what is known about this user.
    #[schema(nullable = false)]
    user_id: Option<String>,
}

/// Whether a password satisfies the policy.
#[derive(Serialize, ToSchema)]
pub struct CheckPasswordResponse {
    result: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    issues: Option<Vec<PasswordIssueResponse>>,
}

/// One reason to refuse a password.
#[derive(Serialize, ToSchema)]
pub struct PasswordIssueResponse {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    interpolation: Option<portico_model::JsonObject>,
}

/// Tries a password against the policy.
#[utoipa::path(
    post, path = "/api/sign-in-exp/default/check-password",
    operation_id = "CheckPasswordWithDefaultSignInExperience", tag = "Sign-in experience",
    request_body = CheckPasswordInput,
    responses(
        (status = 200, description = "The password is acceptable.", body = CheckPasswordResponse),
        (status = 400, description = "The password is refused.", body = CheckPasswordResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn check_password(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<CheckPasswordInput>,
) -> Result<Response, ApiError> {
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let policy = &snapshot.sign_in_experience.password_policy;
    let person = match &body.user_id {
        None if PasswordPolicy::from(policy).reject_user_info => return Err(user_needed()),
        None => password_policy::PersonalInfo::default(),
        Some(id) => personal_info(&crate::users::get_user(&ctx, id).await?),
    };
    let issues = pwned::check_password(&ctx, policy, &body.password, &person).await;
    if issues.is_empty() {
        return Ok(JsonBody(CheckPasswordResponse { result: true, issues: None }).into_response());
    }
    let issues = issues
        .into_iter()
        .map(|issue| PasswordIssueResponse { code: issue.code, interpolation: issue.interpolation });
    let answer = CheckPasswordResponse { result: false, issues: Some(issues.collect()) };
    Ok((StatusCode::BAD_REQUEST, JsonBody(answer)).into_response())
}

/// Scripts look for this sentence, so it is as the service says it that they were written for.
const USER_NEEDED: &str = "User information data is required to check user information.";

fn user_needed() -> ApiError {
    ApiError::new(ErrorCode::RequestInvalidInput)
        .with_parameter("details", USER_NEEDED)
        .with_data(json!({ "message": USER_NEEDED }))
}

fn personal_info(user: &User) -> password_policy::PersonalInfo {
    password_policy::PersonalInfo {
        name: user.name.clone(),
        username: user.username.clone(),
        email: user.primary_email.clone(),
        phone: user.primary_phone.clone(),
    }
}

/// Usernames that differ only in case.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsernameConflictsResponse {
    total_conflicts: i64,
    samples: Vec<UsernameConflict>,
}

/// One group of usernames that differ only in case.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsernameConflict {
    username_lower: String,
    user_ids: Vec<String>,
}

fn samples(rows: Vec<(String, Vec<String>)>) -> Vec<UsernameConflict> {
    rows.into_iter().map(|(username_lower, user_ids)| UsernameConflict { username_lower, user_ids }).collect()
}

/// Groups of usernames that differ only in case.
#[utoipa::path(
    get, path = "/api/sign-in-exp/username-policy/case-sensitivity-conflicts",
    operation_id = "GetUsernameCaseSensitivityConflicts", tag = "Sign-in experience",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 100)),
    responses((status = 200, description = "The groups.", body = UsernameConflictsResponse))
)]
async fn username_conflicts(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    query: QueryPairs,
) -> Result<JsonBody<UsernameConflictsResponse>, ApiError> {
    let limit = query.parse_each::<i64>("limit")?.first().copied().unwrap_or(DEFAULT_CONFLICT_SAMPLES);
    if !(1..=MAX_CONFLICT_SAMPLES).contains(&limit) {
        return Err(invalid_input("query", &[Issue::at("limit", "too_big", "Between 1 and 100.")]));
    }
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let total_conflicts = users::count_username_case_conflicts(db, tenant).await?;
    let samples = samples(users::list_username_case_conflicts(db, tenant, limit).await?);
    Ok(JsonBody(UsernameConflictsResponse { total_conflicts, samples }))
}
