//! Custom domains of the tenant.

use crate::checks::Checks;
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use futures_util::future::join_all;
use portico_crypto::id::standard_id;
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{Ctx, custom_domains};
use portico_model::{
    ErrorCode,
    domain::{Domain, DomainStatus, VerificationFile, VerificationFileType},
};
use portico_store::{StoreError, Tx, domains};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most custom domains of a tenant.
const MAX_DOMAINS: i64 = 10;
/// Most verification files of a domain.
const MAX_FILES: usize = 10;
/// Longest path of a verification file.
const MAX_PATH: usize = 256;
/// Longest verification file, in characters.
const MAX_CONTENT: usize = 16_384;
/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, delete))
        .routes(routes!(list_files, replace_files))
        .routes(routes!(clean_up))
}

/// A new domain.
#[derive(Deserialize, ToSchema)]
pub struct DomainCreate {
    #[schema(min_length = 1, max_length = 256)]
    domain: String,
}

/// All verification files of a domain.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationFilesInput {
    verification_files: Vec<VerificationFile>,
}

/// Which domains are given up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainCleanupInput {
    stale_days: i64,
}

/// What became of the domains.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainCleanupResponse {
    scanned_count: i64,
    deleted_count: i64,
    skipped_active_count: i64,
    failed_count: i64,
}

/// Where custom domains have to point.
fn target(ctx: &Ctx) -> Result<&str, ApiError> {
    let target = ctx.app.settings.custom_domain_target.as_deref();
    target.ok_or_else(|| ErrorCode::DomainNotConfigured.into())
}

async fn get_domain(ctx: &Ctx, id: &str) -> Result<Domain, ApiError> {
    domains::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?.ok_or_else(|| {
        ApiError::new(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "domain")
            .with_parameter("id", id)
    })
}

/// The domain with its status of this moment; a change is kept.
async fn refreshed(ctx: &Ctx, mut domain: Domain) -> Result<Domain, ApiError> {
    let Some(target) = &ctx.app.settings.custom_domain_target else { return Ok(domain) };
    let (status, error_message) = custom_domains::inspect(&domain.domain, target).await;
    if (status, &error_message) != (domain.status, &domain.error_message) {
        (domain.status, domain.error_message) = (status, error_message);
        domain.updated_at = ctx.now_ms();
        match domains::update(&ctx.app.db, &ctx.tenant.id, &domain).await {
            // Deleted meanwhile: there is nothing to keep.
            Err(StoreError::NotFound) | Ok(()) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(domain)
}

/// Custom domains.
#[utoipa::path(
    get, path = "/api/domains", operation_id = "ListDomains", tag = "Domains",
    responses((status = 200, description = "The domains.", body = Vec<Domain>))
)]
async fn list(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<Vec<Domain>>, ApiError> {
    let found = domains::list(&ctx.app.db, &ctx.tenant.id).await?;
    let refreshed = join_all(found.into_iter().map(|domain| refreshed(&ctx, domain))).await;
    refreshed.into_iter().collect::<Result<_, _>>().map(JsonBody)
}

/// Adds a custom domain; the answer says which record it needs.
#[utoipa::path(
    post, path = "/api/domains", operation_id = "CreateDomain", tag = "Domains", request_body = DomainCreate,
    responses(
        (status = 201, description = "The domain.", body = Domain),
        (status = 422, description = "The domain is there already, or there are too many."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<DomainCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let name = body.domain.to_ascii_lowercase();
    let mut checks = Checks::default();
    let is_domain = custom_domains::is_custom_domain(&name);
    checks.require_as(is_domain, "domain", "invalid_string", "Not a host name with at least three labels.");
    checks.finish()?;
    let target = target(&ctx)?;
    if name == target || is_own_host(&ctx, &name) {
        return Err(ErrorCode::DomainDomainIsNotAllowed.into());
    }
    let now = ctx.now_ms();
    let domain = Domain {
        tenant_id: ctx.tenant.id.to_string(),
        id: standard_id(),
        dns_records: custom_domains::records(&name, target),
        domain: name,
        status: DomainStatus::PendingVerification,
        error_message: None,
        verification_files: Vec::new(),
        updated_at: now,
        created_at: now,
    };
    let (tenant, stored) = (ctx.tenant.id.clone(), domain.clone());
    let write = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            if domains::count(tx, &tenant).await? >= MAX_DOMAINS {
                let error = ApiError::new(ErrorCode::DomainExceedDomainLimit);
                return Err(error.with_parameter("limit", MAX_DOMAINS.to_string()));
            }
            domains::insert(tx, &tenant, &stored).await.map_err(|error| match error {
                StoreError::UniqueViolation { .. } => {
                    ApiError::new(ErrorCode::DomainDomainInUse).with_parameter("domain", &stored.domain)
                }
                other => other.into(),
            })
        })
    });
    write.await?;
    Ok((StatusCode::CREATED, JsonBody(domain)))
}

/// Whether the server is reached under this name anyway.
fn is_own_host(ctx: &Ctx, name: &str) -> bool {
    ctx.app.tenants.iter().any(|tenant| {
        url::Url::parse(&tenant.endpoint).is_ok_and(|endpoint| endpoint.host_str() == Some(name))
    })
}

/// One custom domain.
#[utoipa::path(
    get, path = "/api/domains/{id}", operation_id = "GetDomain", tag = "Domains",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The domain.", body = Domain),
        (status = 404, description = "No such domain."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Domain>, ApiError> {
    let domain = get_domain(&ctx, &id).await?;
    refreshed(&ctx, domain).await.map(JsonBody)
}

/// Removes a custom domain.
#[utoipa::path(
    delete, path = "/api/domains/{id}", operation_id = "DeleteDomain", tag = "Domains",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed."), (status = 404, description = "No such domain."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    get_domain(&ctx, &id).await?;
    domains::delete(&ctx.app.db, &ctx.tenant.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Files that prove to others who owns the domain.
#[utoipa::path(
    get, path = "/api/domains/{id}/verification-files", operation_id = "ListDomainVerificationFiles",
    tag = "Domains", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The files.", body = Vec<VerificationFile>),
        (status = 404, description = "No such domain."),
    )
)]
async fn list_files(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<VerificationFile>>, ApiError> {
    Ok(JsonBody(get_domain(&ctx, &id).await?.verification_files))
}

/// Replaces the files that prove to others who owns the domain.
#[utoipa::path(
    put, path = "/api/domains/{id}/verification-files", operation_id = "ReplaceDomainVerificationFiles",
    tag = "Domains", params(("id" = String, Path)), request_body = VerificationFilesInput,
    responses(
        (status = 200, description = "The files.", body = Vec<VerificationFile>),
        (status = 404, description = "No such domain."),
    )
)]
async fn replace_files(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<VerificationFilesInput>,
) -> Result<JsonBody<Vec<VerificationFile>>, ApiError> {
    check_files(&body.verification_files)?;
    let mut domain = get_domain(&ctx, &id).await?;
    domain.verification_files = body.verification_files;
    domain.updated_at = ctx.now_ms();
    domains::update(&ctx.app.db, &ctx.tenant.id, &domain).await?;
    Ok(JsonBody(domain.verification_files))
}

fn check_files(files: &[VerificationFile]) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.count("verificationFiles", files.len(), 0, MAX_FILES);
    let mut paths = HashSet::new();
    for (index, file) in files.iter().enumerate() {
        let field = |name: &str| format!("verificationFiles[{index}].{name}");
        checks.length(&field("path"), &file.path, 1, MAX_PATH);
        checks.length(&field("content"), &file.content, 1, MAX_CONTENT);
        checks.require(is_file_path(&file.path), &field("path"), "A file at the root or in /.well-known/.");
        checks.require(paths.insert(&file.path), &field("path"), "This path is there twice.");
        let is_readable = file.content_type != VerificationFileType::Json
            || serde_json::from_str::<Value>(&file.content).is_ok();
        checks.require(is_readable, &field("content"), "Not JSON.");
    }
    checks.finish()
}

/// `/file.ext`, or anything plain below `/.well-known/`.
fn is_file_path(path: &str) -> bool {
    let is_plain = |segment: &str| {
        !segment.is_empty()
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
            && !segment.starts_with('.')
    };
    let Some(path) = path.strip_prefix('/') else { return false };
    match path.strip_prefix(".well-known/") {
        Some(rest) => rest.split('/').all(is_plain),
        None => is_plain(path) && path.contains('.') && !path.ends_with('.'),
    }
}

/// Removes domains that never became active.
#[utoipa::path(
    post, path = "/api/domains/cleanup", operation_id = "CleanupDomains", tag = "Domains",
    request_body = DomainCleanupInput,
    responses((status = 200, description = "What became of the domains.", body = DomainCleanupResponse))
)]
async fn clean_up(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<DomainCleanupInput>,
) -> Result<JsonBody<DomainCleanupResponse>, ApiError> {
    let mut checks = Checks::default();
    checks.require_as(body.stale_days > 0, "staleDays", "too_small", "A positive number of days.");
    checks.finish()?;
    // What became active since anybody looked is not to be deleted.
    let found = domains::list(&ctx.app.db, &ctx.tenant.id).await?;
    let refreshed = join_all(found.into_iter().map(|domain| refreshed(&ctx, domain))).await;
    let found: Vec<Domain> = refreshed.into_iter().collect::<Result<_, _>>()?;
    let before_ms = ctx.now_ms().saturating_sub(body.stale_days.saturating_mul(DAY_MS));
    let deleted = domains::delete_inactive(&ctx.app.db, &ctx.tenant.id, before_ms).await?;
    let active = found.iter().filter(|domain| domain.status == DomainStatus::Active).count();
    let count = |number: usize| i64::try_from(number).map_err(ApiError::internal);
    Ok(JsonBody(DomainCleanupResponse {
        scanned_count: count(found.len())?,
        deleted_count: i64::try_from(deleted).map_err(ApiError::internal)?,
        skipped_active_count: count(active)?,
        failed_count: 0,
    }))
}
