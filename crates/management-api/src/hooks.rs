//! Webhooks.

use crate::{
    checks::{Checks, MAX_NAME},
    document::PageParams,
    logs::{LogResponse, TimeWindow, read_logs},
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{extract::State, http::HeaderMap, http::StatusCode, response::IntoResponse};
use portico_crypto::id::{secret, standard_id};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, Hook, HookEvent,
    hook::{HookConfig, MAX_RETRIES},
};
use portico_store::{
    Page, StoreError, Tx, hooks,
    logs::{self, LogFilter},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// How far back the statistics and the recent deliveries look.
const RECENT_MS: i64 = 24 * 3600 * 1000;
/// Most webhooks of a list that is not read in pages.
const ALL: Page = Page { limit: 1000, offset: 0 };
/// Most headers a webhook sends.
const MAX_HEADERS: usize = 50;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(update_signing_key))
        .routes(routes!(list_recent_logs))
}

/// What became of a webhook's deliveries in the last 24 hours.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionStats {
    success_count: i64,
    request_count: i64,
}

/// A webhook, with its statistics when they are asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookResponse {
    #[serde(flatten)]
    hook: Hook,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_stats: Option<ExecutionStats>,
}

/// A new webhook.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookCreate {
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    name: Option<String>,
    /// The old way to name the one event.
    #[schema(nullable = false)]
    event: Option<HookEvent>,
    #[schema(nullable = false)]
    events: Option<Vec<HookEvent>>,
    config: HookConfig,
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// Now when absent.
    #[schema(nullable = false)]
    created_at: Option<i64>,
}

/// Changes to a webhook; `config` is replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<HookEvent>)]
    event: Option<Option<HookEvent>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    events: Option<Vec<HookEvent>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    config: Option<HookConfig>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    created_at: Option<i64>,
}

/// What a name, events and a configuration must be.
pub fn check(
    name: Option<&str>,
    events: Option<&Vec<HookEvent>>,
    config: Option<&HookConfig>,
) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    if let Some(name) = name {
        checks.length("name", name, 1, MAX_NAME);
    }
    if let Some(events) = events {
        checks.count("events", events.len(), 1, HookEvent::ALL.len());
    }
    if let Some(config) = config {
        let retries = config.retries.unwrap_or(0);
        checks.require_as(retries <= MAX_RETRIES, "config.retries", "too_big", "At most 3 retries are made.");
        checks.count("config.headers", config.headers.as_ref().map_or(0, |it| it.len()), 0, MAX_HEADERS);
    }
    checks.finish()
}

/// Each event once, in the order given.
fn distinct(events: Vec<HookEvent>) -> Vec<HookEvent> {
    let mut distinct = Vec::with_capacity(events.len());
    for event in events {
        if !distinct.contains(&event) {
            distinct.push(event);
        }
    }
    distinct
}

/// The webhook of this id.
pub async fn get_hook(ctx: &Ctx, id: &str) -> Result<Hook, ApiError> {
    let found = hooks::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    found.ok_or_else(|| {
        ApiError::new(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "hook")
            .with_parameter("id", id)
    })
}

/// Adds the statistics to webhooks when they are asked for.
async fn with_stats(ctx: &Ctx, query: &QueryPairs, hooks: Vec<Hook>) -> Result<Vec<HookResponse>, ApiError> {
    let mut stats: Option<HashMap<String, ExecutionStats>> = None;
    if query.flag("includeExecutionStats") {
        let ids: Vec<String> = hooks.iter().map(|hook| hook.id.clone()).collect();
        let from_ms = ctx.now_ms() - RECENT_MS;
        let found = logs::hook_statistics(&ctx.app.db, &ctx.tenant.id, &ids, from_ms).await?;
        let of = |found: logs::HookStatistics| {
            (found.hook_id, ExecutionStats { success_count: found.successes, request_count: found.requests })
        };
        stats = Some(found.into_iter().map(of).collect());
    }
    let answer = hooks.into_iter().map(|hook| HookResponse {
        execution_stats: stats.as_ref().map(|stats| stats.get(&hook.id).copied().unwrap_or_default()),
        hook,
    });
    Ok(answer.collect())
}

/// Webhooks of the tenant.
#[utoipa::path(
    get, path = "/api/hooks", operation_id = "ListHooks", tag = "Hooks",
    params(
        ("includeExecutionStats" = Option<String>, Query, description = "Add the statistics of the last 24 hours."),
        PageParams
    ),
    responses((status = 200, description = "The webhooks.", body = Vec<HookResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    if pagination.is_absent {
        let found = hooks::list(db, tenant, ALL).await?;
        return Ok((HeaderMap::new(), JsonBody(with_stats(&ctx, &query, found).await?)));
    }
    let found = hooks::list(db, tenant, pagination.rows()).await?;
    let total = hooks::count(db, tenant).await?;
    Ok((pagination.headers(total), JsonBody(with_stats(&ctx, &query, found).await?)))
}

/// Adds a webhook.
#[utoipa::path(
    post, path = "/api/hooks", operation_id = "CreateHook", tag = "Hooks", request_body = HookCreate,
    responses((status = 201, description = "The webhook.", body = Hook))
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<HookCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check(body.name.as_deref(), body.events.as_ref(), Some(&body.config))?;
    if body.event.is_none() && body.events.is_none() {
        return Err(ErrorCode::HookMissingEvents.into());
    }
    let hook = Hook {
        tenant_id: ctx.tenant.id.to_string(),
        id: standard_id(),
        name: body.name.unwrap_or_default(),
        event: body.event,
        events: distinct(body.events.unwrap_or_default()),
        config: body.config,
        signing_key: secret(),
        enabled: body.enabled.unwrap_or(true),
        created_at: body.created_at.unwrap_or_else(|| ctx.now_ms()),
    };
    let (tenant, stored) = (ctx.tenant.id.clone(), hook.clone());
    ctx.write_settings(move |tx: &Tx| Box::pin(async move { hooks::insert(tx, &tenant, &stored).await }))
        .await
        .map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(hook)))
}

/// One webhook.
#[utoipa::path(
    get, path = "/api/hooks/{id}", operation_id = "GetHook", tag = "Hooks",
    params(
        ("id" = String, Path),
        ("includeExecutionStats" = Option<String>, Query, description = "Add the statistics of the last 24 hours.")
    ),
    responses((status = 200, description = "The webhook.", body = HookResponse), (status = 404, description = "No such webhook."))
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    query: QueryPairs,
) -> Result<JsonBody<HookResponse>, ApiError> {
    let hook = get_hook(&ctx, &id).await?;
    let mut found = with_stats(&ctx, &query, vec![hook]).await?;
    found.pop().map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Changes a webhook in one transaction.
async fn change(
    ctx: &Ctx,
    id: String,
    change: impl FnOnce(&mut Hook) + Send + 'static,
) -> Result<Hook, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let changed = ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let mut hook = hooks::find_by_id(tx, &tenant, &id).await?.ok_or(StoreError::NotFound)?;
            change(&mut hook);
            hooks::update(tx, &tenant, &hook).await?;
            Ok::<_, StoreError>(hook)
        })
    });
    changed.await.map_err(|error| match error {
        StoreError::NotFound => ErrorCode::EntityNotExists.into(),
        other => other.into(),
    })
}

/// Changes a webhook.
#[utoipa::path(
    patch, path = "/api/hooks/{id}", operation_id = "UpdateHook", tag = "Hooks",
    params(("id" = String, Path)), request_body = HookPatch,
    responses((status = 200, description = "The webhook.", body = Hook), (status = 404, description = "No such webhook."))
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<HookPatch>,
) -> Result<JsonBody<Hook>, ApiError> {
    check(body.name.as_deref(), body.events.as_ref(), body.config.as_ref())?;
    let changed = change(&ctx, id, move |hook| {
        replace(&mut hook.name, body.name);
        replace(&mut hook.event, body.event);
        replace(&mut hook.events, body.events.map(distinct));
        replace(&mut hook.config, body.config);
        replace(&mut hook.enabled, body.enabled);
        replace(&mut hook.created_at, body.created_at);
    });
    changed.await.map(JsonBody)
}

/// Gives a webhook a new signing key; deliveries that wait are signed with it.
#[utoipa::path(
    patch, path = "/api/hooks/{id}/signing-key", operation_id = "UpdateHookSigningKey", tag = "Hooks",
    params(("id" = String, Path)),
    responses((status = 200, description = "The webhook.", body = Hook), (status = 404, description = "No such webhook."))
)]
async fn update_signing_key(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Hook>, ApiError> {
    change(&ctx, id, |hook| hook.signing_key = secret()).await.map(JsonBody)
}

/// Deletes a webhook; what waits for it is not delivered.
#[utoipa::path(
    delete, path = "/api/hooks/{id}", operation_id = "DeleteHook", tag = "Hooks",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such webhook."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| Box::pin(async move { hooks::delete(tx, &tenant, &id).await }))
        .await
        .map_err(ApiError::from)?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Deliveries of a webhook: of the last 24 hours when no time is given.
#[utoipa::path(
    get, path = "/api/hooks/{id}/recent-logs", operation_id = "ListHookRecentLogs", tag = "Hooks",
    params(
        ("id" = String, Path),
        ("logKey" = Option<String>, Query, description = "Only of this event: `TriggerHook.<event>`."),
        ("enableCap" = Option<String>, Query, description = "Stop counting at 10,000."),
        TimeWindow, PageParams
    ),
    responses((status = 200, description = "The deliveries.", body = Vec<LogResponse>))
)]
async fn list_recent_logs(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let TimeWindow { mut start_time, end_time } = TimeWindow::parse(&query)?;
    if start_time.is_none() && end_time.is_none() {
        start_time = Some(ctx.now_ms() - RECENT_MS);
    }
    let filter = LogFilter {
        keys: query.get("logKey").map(str::to_owned).into_iter().collect(),
        key_prefixes: vec!["TriggerHook".to_owned()],
        hook_id: Some(id),
        from_ms: start_time,
        until_ms: end_time,
        ..LogFilter::default()
    };
    let (headers, found) = read_logs(&ctx, &query, &pagination, &filter).await?;
    Ok((headers, JsonBody(found.into_iter().map(LogResponse::from).collect::<Vec<_>>())))
}
