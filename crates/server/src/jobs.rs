//! What the server does beside answering: removing what has run out.

use anyhow::Result;
use portico_identity::{App, Ctx};
use portico_store::{logs, oidc_artifacts, row_counts, sentinel_activities, verification_records};
use std::{sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

/// How often the database is swept.
const SWEEP_INTERVAL: Duration = Duration::from_secs(600);
/// Rows removed by one statement, so that no transaction is long.
const BATCH: i64 = 1000;
/// How long a failed attempt is kept: far beyond the hour in which it counts and the usual lockout.
const KEEP_ATTEMPTS_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Sweeps every tenant at once and then regularly, until the task is dropped.
pub async fn run(app: Arc<App>) {
    let mut ticks = interval(SWEEP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for tenant in &app.tenants {
            let Some(ctx) = app.ctx(&tenant.id) else { continue };
            match sweep(&ctx).await {
                Ok(0) => {}
                Ok(removed) => tracing::debug!(tenant = %tenant.id, removed, "expired rows removed"),
                Err(error) => tracing::warn!(tenant = %tenant.id, %error, "sweeping failed"),
            }
        }
    }
}

/// Removes a tenant's expired tokens, sessions and interactions, attempts too old to count, and log entries past
/// their time; says how many. What was noted of the numbers of rows is added up.
///
/// # Errors
/// When the database fails.
pub async fn sweep(ctx: &Ctx) -> Result<u64> {
    let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
    row_counts::fold(db, tenant).await?;
    let mut removed = sentinel_activities::delete_before(db, tenant, now_ms - KEEP_ATTEMPTS_MS).await?;
    let full = u64::try_from(BATCH)?;
    if let Some(days) = ctx.app.settings.audit_log_retention_days {
        let oldest_kept_ms = now_ms - i64::from(days) * DAY_MS;
        loop {
            let batch = logs::delete_before(db, tenant, oldest_kept_ms, BATCH).await?;
            removed += batch;
            if batch < full {
                break;
            }
        }
    }
    loop {
        let artifacts = oidc_artifacts::delete_expired(db, tenant, now_ms, BATCH).await?;
        let records = verification_records::delete_expired(db, tenant, now_ms, BATCH).await?;
        removed += artifacts + records;
        if artifacts < full && records < full {
            return Ok(removed);
        }
    }
}
