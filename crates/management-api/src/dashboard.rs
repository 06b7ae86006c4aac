//! Figures of the dashboard. Days begin and end at midnight where the server stands.

use crate::query::QueryPairs;
use axum::extract::State;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use portico_http_kit::{ApiError, Issue, JsonBody, ManagementCaller, invalid_input};
use portico_identity::{Ctx, days};
use portico_store::activity;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Days of the curve of daily active users.
const CURVE_DAYS: i32 = 30;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(total)).routes(routes!(new)).routes(routes!(active))
}

/// How many users there are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TotalUserCountResponse {
    total_user_count: i64,
}

/// A count, and how much it differs from the one of the time before.
#[derive(Serialize, ToSchema)]
pub struct CountWithDelta {
    count: i64,
    delta: i64,
}

impl CountWithDelta {
    const fn new(count: i64, before: i64) -> Self {
        Self { count, delta: count - before }
    }
}

/// How many users are new.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewUserCountsResponse {
    today: CountWithDelta,
    last7_days: CountWithDelta,
}

/// How many users were active on a day.
#[derive(Serialize, ToSchema)]
pub struct ActiveUsersOfDay {
    date: String,
    count: i64,
}

/// How many users are active: on a day, in seven days, in thirty.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveUserCountsResponse {
    dau_curve: Vec<ActiveUsersOfDay>,
    dau: CountWithDelta,
    wau: CountWithDelta,
    mau: CountWithDelta,
}

/// The day that figures end with, and those before it.
struct Calendar {
    zone: TimeZone,
    last: Date,
}

impl Calendar {
    fn today(ctx: &Ctx) -> Result<Self, ApiError> {
        let zone = ctx.app.settings.time_zone();
        let last = days::of(&zone, ctx.now_ms()).ok_or_else(|| ApiError::internal("the clock is off"))?;
        Ok(Self { zone, last })
    }

    /// When `count` days begin and end of which the last lies `ago` days before the last of all.
    fn range(&self, count: i32, ago: i32) -> (i64, i64) {
        let begin = |offset| days::begin_after(&self.zone, self.last, offset);
        (begin(1 - count - ago), begin(1 - ago))
    }
}

/// How many users there are.
#[utoipa::path(
    get, path = "/api/dashboard/users/total", operation_id = "GetTotalUserCount", tag = "Dashboard",
    responses((status = 200, description = "The count.", body = TotalUserCountResponse))
)]
async fn total(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<TotalUserCountResponse>, ApiError> {
    let total_user_count = activity::count_users(&ctx.app.db, &ctx.tenant.id).await?;
    Ok(JsonBody(TotalUserCountResponse { total_user_count }))
}

/// How many users are new today and in the last seven days.
#[utoipa::path(
    get, path = "/api/dashboard/users/new", operation_id = "GetNewUserCounts", tag = "Dashboard",
    responses((status = 200, description = "The counts.", body = NewUserCountsResponse))
)]
async fn new(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<NewUserCountsResponse>, ApiError> {
    let calendar = Calendar::today(&ctx)?;
    let count = async |days: i32, ago: i32| {
        let (from, until) = calendar.range(days, ago);
        activity::count_new_users(&ctx.app.db, &ctx.tenant.id, from, until).await
    };
    Ok(JsonBody(NewUserCountsResponse {
        today: CountWithDelta::new(count(1, 0).await?, count(1, 1).await?),
        last7_days: CountWithDelta::new(count(7, 0).await?, count(7, 7).await?),
    }))
}

/// How many users are active.
#[utoipa::path(
    get, path = "/api/dashboard/users/active", operation_id = "GetActiveUserCounts", tag = "Dashboard",
    params(("date" = Option<String>, Query, description = "The day the figures end with, like 2026-01-31; today when absent.")),
    responses((status = 200, description = "The counts.", body = ActiveUserCountsResponse))
)]
async fn active(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    query: QueryPairs,
) -> Result<JsonBody<ActiveUserCountsResponse>, ApiError> {
    let mut calendar = Calendar::today(&ctx)?;
    if let Some(date) = query.get("date") {
        let is_written_out =
            date.len() == 10 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = date.parse::<Date>().ok().filter(|_| is_written_out);
        let invalid =
            || invalid_input("query", &[Issue::at("date", "invalid_string", "Not a date like 2026-01-31.")]);
        calendar.last = date.ok_or_else(invalid)?;
    }
    let dau_curve = curve(&ctx, &calendar).await?;
    let mut newest = dau_curve.iter().rev().map(|day| day.count);
    let (dau, day_before) = (newest.next().unwrap_or(0), newest.next().unwrap_or(0));
    let count = async |days: i32, ago: i32| {
        let (from, until) = calendar.range(days, ago);
        activity::count_active_users(&ctx.app.db, &ctx.tenant.id, from, until).await
    };
    Ok(JsonBody(ActiveUserCountsResponse {
        dau: CountWithDelta::new(dau, day_before),
        wau: CountWithDelta::new(count(7, 0).await?, count(7, 7).await?),
        mau: CountWithDelta::new(count(30, 0).await?, count(30, 30).await?),
        dau_curve,
    }))
}

/// Every day of the curve; days without anybody are there with a zero.
async fn curve(ctx: &Ctx, calendar: &Calendar) -> Result<Vec<ActiveUsersOfDay>, ApiError> {
    let (from, until) = calendar.range(CURVE_DAYS, 0);
    let found = activity::daily_active_users(&ctx.app.db, &ctx.tenant.id, from, until).await?;
    let mut counts: HashMap<Date, i64> = HashMap::new();
    for (began_at, count) in found {
        // Days are named by their beginning in the zone that the writer stood in.
        if let Some(date) = days::of(&calendar.zone, began_at) {
            *counts.entry(date).or_default() += count;
        }
    }
    let offsets = (1 - CURVE_DAYS)..=0;
    let dates = offsets.filter_map(|offset| calendar.last.checked_add(offset.days()).ok());
    Ok(dates
        .map(|date| ActiveUsersOfDay {
            date: date.to_string(),
            count: counts.get(&date).copied().unwrap_or(0),
        })
        .collect())
}
