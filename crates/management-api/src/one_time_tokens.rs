//! One-time tokens: what magic links carry.

use crate::{
    checks::{Checks, MAX_IDS, MAX_NAME, MAX_SHORT},
    document::PageParams,
    query::QueryPairs,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use portico_http_kit::{
    ApiError, ApiJson, ApiPath, Issue, JsonBody, ManagementCaller, Pagination, invalid_input,
};
use portico_identity::{Ctx, one_time_tokens as use_cases};
use portico_model::{
    ErrorCode,
    one_time_token::{OneTimeToken, OneTimeTokenContext, OneTimeTokenStatus},
    verification_code::{CodeChannel, CodeRecipient},
};
use portico_store::{
    Page,
    one_time_tokens::{self, OneTimeTokenFilter},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest lifetime in seconds: ten years.
const MAX_LIFETIME_SECONDS: i64 = 315_360_000;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(verify))
        .routes(routes!(get, delete))
        .routes(routes!(replace_status))
}

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneTimeTokenCreate {
    #[schema(min_length = 1, max_length = 128)]
    email: String,
    #[schema(nullable = false)]
    context: Option<OneTimeTokenContext>,
    /// Seconds.
    #[schema(nullable = false, minimum = 1)]
    expires_in: Option<i64>,
}

/// A token that somebody brought.
#[derive(Deserialize, ToSchema)]
pub struct OneTimeTokenVerifyInput {
    #[schema(min_length = 1, max_length = 256)]
    token: String,
    #[schema(min_length = 1, max_length = 128)]
    email: String,
}

/// What is to become of a token.
#[derive(Deserialize, ToSchema)]
pub struct OneTimeTokenStatusInput {
    status: OneTimeTokenStatus,
}

fn is_address(text: &str) -> bool {
    CodeRecipient { channel: CodeChannel::Email, value: text.to_owned() }.is_plausible()
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "one_time_tokens")
        .with_parameter("id", id)
}

/// Tokens of the tenant, newest first.
#[utoipa::path(
    get, path = "/api/one-time-tokens", operation_id = "ListOneTimeTokens", tag = "One-time tokens",
    params(
        ("email" = Option<String>, Query, description = "Only those for this address."),
        ("status" = Option<OneTimeTokenStatus>, Query, description = "Only those with this status."),
        PageParams
    ),
    responses((status = 200, description = "The tokens.", body = Vec<OneTimeToken>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let filter = OneTimeTokenFilter {
        email: query.get("email").map(str::to_owned),
        status: query.parse_each("status")?.first().copied(),
    };
    if filter.email.as_deref().is_some_and(|email| !is_address(email)) {
        let issue = Issue::at("email", "invalid_string", "Not an e-mail address.");
        return Err(invalid_input("query", &[issue]));
    }
    let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
    let (page, headers) = if pagination.is_absent {
        (Page::ALL, HeaderMap::new())
    } else {
        let total = one_time_tokens::count(db, tenant, &filter, now_ms).await?;
        (Page { limit: pagination.limit(), offset: pagination.offset() }, pagination.headers(total))
    };
    let found = one_time_tokens::list(db, tenant, &filter, now_ms, page).await?;
    let tokens: Vec<OneTimeToken> = found.into_iter().map(|token| token.at(now_ms)).collect();
    Ok((headers, JsonBody(tokens)))
}

/// Makes a token.
#[utoipa::path(
    post, path = "/api/one-time-tokens", operation_id = "AddOneTimeTokens", tag = "One-time tokens",
    request_body = OneTimeTokenCreate,
    responses((status = 201, description = "The token.", body = OneTimeToken))
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<OneTimeTokenCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let lifetime_seconds = body.expires_in.unwrap_or(use_cases::LIFETIME_SECONDS_DEFAULT);
    let context = body.context.unwrap_or_default();
    let mut checks = Checks::default();
    checks.length("email", &body.email, 1, MAX_SHORT);
    checks.require_as(is_address(&body.email), "email", "invalid_string", "Not an e-mail address.");
    checks.require_as(lifetime_seconds >= 1, "expiresIn", "too_small", "At least one second.");
    checks.require_as(lifetime_seconds <= MAX_LIFETIME_SECONDS, "expiresIn", "too_big", "At most ten years.");
    let organizations = context.jit_organization_ids.as_ref().map_or(0, Vec::len);
    checks.count("context.jitOrganizationIds", organizations, 0, MAX_IDS);
    checks.finish()?;
    let token = use_cases::create(&ctx, body.email, context, lifetime_seconds).await?;
    Ok((StatusCode::CREATED, JsonBody(token)))
}

/// Checks a token and uses it up.
#[utoipa::path(
    post, path = "/api/one-time-tokens/verify", operation_id = "VerifyOneTimeToken", tag = "One-time tokens",
    request_body = OneTimeTokenVerifyInput,
    responses(
        (status = 200, description = "The token.", body = OneTimeToken),
        (status = 400, description = "For another address, too late, used or revoked."),
        (status = 404, description = "No such token."),
    )
)]
async fn verify(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<OneTimeTokenVerifyInput>,
) -> Result<JsonBody<OneTimeToken>, ApiError> {
    let mut checks = Checks::default();
    checks.length("token", &body.token, 1, MAX_NAME);
    checks.length("email", &body.email, 1, MAX_SHORT);
    checks.finish()?;
    Ok(JsonBody(use_cases::consume(&ctx, &body.token, &body.email, None).await?))
}

/// One token.
#[utoipa::path(
    get, path = "/api/one-time-tokens/{id}", operation_id = "GetOneTimeToken", tag = "One-time tokens",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The token.", body = OneTimeToken),
        (status = 404, description = "No such token."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<OneTimeToken>, ApiError> {
    let found = one_time_tokens::find_by_id(&ctx.app.db, &ctx.tenant.id, &id).await?;
    found.map(|token| JsonBody(token.at(ctx.now_ms()))).ok_or_else(|| not_found(&id))
}

/// Deletes a token.
#[utoipa::path(
    delete, path = "/api/one-time-tokens/{id}", operation_id = "DeleteOneTimeToken", tag = "One-time tokens",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such token."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let deleted = one_time_tokens::delete(&ctx.app.db, &ctx.tenant.id, &id).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Ends a token before its time. None comes back to life.
#[utoipa::path(
    put, path = "/api/one-time-tokens/{id}/status", operation_id = "ReplaceOneTimeTokenStatus",
    tag = "One-time tokens", params(("id" = String, Path)), request_body = OneTimeTokenStatusInput,
    responses(
        (status = 200, description = "The token.", body = OneTimeToken),
        (status = 400, description = "It was to come back to life."),
        (status = 404, description = "No such token."),
    )
)]
async fn replace_status(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<OneTimeTokenStatusInput>,
) -> Result<JsonBody<OneTimeToken>, ApiError> {
    if body.status == OneTimeTokenStatus::Active {
        return Err(ErrorCode::OneTimeTokenCannotReactivateToken.into());
    }
    let changed = one_time_tokens::set_status(&ctx.app.db, &ctx.tenant.id, &id, body.status).await?;
    changed.map(JsonBody).ok_or_else(|| not_found(&id))
}
