//! The audit log.

use crate::{document::PageParams, query::QueryPairs};
use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use portico_http_kit::{ApiError, ApiPath, Issue, JsonBody, ManagementCaller, Pagination, invalid_input};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, JsonObject,
    log::{Log, LogPayload},
};
use portico_store::logs::{self, LogFilter};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Counting stops beyond this when the caller allows it.
const CAP: i64 = 10_000;
/// Kinds of acts that the list shows: what webhooks do is shown with the webhook.
const SHOWN: &[&str] = &[
    "ExchangeTokenBy",
    "RevokeToken",
    "RevokeGrants",
    "Interaction",
    "JwtCustomizer",
    "SamlApplication",
    "Action",
    "Unknown",
];

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// An entry without the tenant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogResponse {
    id: String,
    key: String,
    #[schema(value_type = LogPayload)]
    payload: JsonObject,
    created_at: i64,
}

impl From<Log> for LogResponse {
    fn from(log: Log) -> Self {
        Self { id: log.id, key: log.key, payload: log.payload, created_at: log.created_at }
    }
}

/// The part of the log between two moments, both included.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimeWindow {
    /// Epoch milliseconds.
    #[param(value_type = Option<String>)]
    pub start_time: Option<i64>,
    /// Epoch milliseconds.
    #[param(value_type = Option<String>)]
    pub end_time: Option<i64>,
}

impl TimeWindow {
    /// The window a query names.
    pub fn parse(query: &QueryPairs) -> Result<Self, ApiError> {
        let window = Self { start_time: moment(query, "start_time")?, end_time: moment(query, "end_time")? };
        match (window.start_time, window.end_time) {
            (Some(start), Some(end)) if start > end => Err(ErrorCode::LogInvalidTimeWindow.into()),
            _ => Ok(window),
        }
    }
}

fn moment(query: &QueryPairs, name: &str) -> Result<Option<i64>, ApiError> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let number =
        number.ok_or_else(|| invalid_input("query", &[Issue::at(name, "custom", "Not a number.")]))?;
    // The conversion saturates, and no entry lies that far from today.
    #[allow(clippy::cast_possible_truncation, reason = "saturates")]
    Ok(Some(number as i64))
}

/// One page of the log and its headers.
pub async fn read_logs(
    ctx: &Ctx,
    query: &QueryPairs,
    pagination: &Pagination,
    filter: &LogFilter,
) -> Result<(HeaderMap, Vec<Log>), ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = logs::list(db, tenant, filter, pagination.rows()).await?;
    let headers = match query.flag("enableCap") {
        true => {
            let total = logs::count_up_to(db, tenant, filter, CAP + 1).await?;
            pagination.capped_headers(total, CAP)
        }
        false => pagination.headers(logs::count(db, tenant, filter).await?),
    };
    Ok((headers, found))
}

/// Entries of the audit log, newest first.
#[utoipa::path(
    get, path = "/api/logs", operation_id = "ListLogs", tag = "Audit logs",
    params(
        ("userId" = Option<String>, Query, description = "Only acts of this user."),
        ("applicationId" = Option<String>, Query, description = "Only acts through this application."),
        ("logKey" = Option<String>, Query, description = "Only this act."),
        ("enableCap" = Option<String>, Query, description = "Stop counting at 10,000."),
        TimeWindow, PageParams
    ),
    responses((status = 200, description = "The entries.", body = Vec<Log>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let window = TimeWindow::parse(&query)?;
    let filter = LogFilter {
        keys: query.get("logKey").map(str::to_owned).into_iter().collect(),
        key_prefixes: SHOWN.iter().map(|&kind| kind.to_owned()).collect(),
        user_id: query.get("userId").map(str::to_owned),
        application_id: query.get("applicationId").map(str::to_owned),
        from_ms: window.start_time,
        until_ms: window.end_time,
        ..LogFilter::default()
    };
    let (headers, found) = read_logs(&ctx, &query, &pagination, &filter).await?;
    Ok((headers, JsonBody(found)))
}

/// One entry.
#[utoipa::path(
    get, path = "/api/logs/{id}", operation_id = "GetLog", tag = "Audit logs",
    params(("id" = String, Path)),
    responses((status = 200, description = "The entry.", body = Log), (status = 404, description = "No such entry."))
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Log>, ApiError> {
    let found = logs::find_by_id(&ctx.app.db, &ctx.tenant.id, &id).await?;
    found.map(JsonBody).ok_or_else(|| {
        ApiError::new(ErrorCode::EntityNotExistsWithId).with_parameter("name", "log").with_parameter("id", id)
    })
}
