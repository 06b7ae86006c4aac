//! The delivery worker: takes webhook deliveries from the outbox and makes them.
//!
//! Deliveries of one webhook are made one after another, in the order of their events; different webhooks do not
//! wait for each other. The worker is woken by the commit that wrote a delivery; besides, it looks regularly for
//! what other processes left behind. A delivery is removed only after it was made, so one that was under way when
//! the process died is made again: receivers may see an event twice, never not at all.

use crate::{
    app::{App, Ctx},
    audit::AuditEntry,
    webhook,
};
use portico_connectors::http::{HttpError, OutboundResponse};
use portico_model::{Hook, hook::MAX_RETRIES};
use portico_store::{
    StoreError, Tx,
    hook_deliveries::{self, HookDelivery},
    hooks, logs,
};
use serde_json::{Value, json};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// Most deliveries under way at a time.
const MAX_CONCURRENT: usize = 32;
/// How long a claimed delivery is left to its process: longer than the longest request.
const LEASE_MS: i64 = 20_000;
/// How often to look for deliveries that nobody told of: other processes' and those whose lease is over.
const POLL: Duration = Duration::from_secs(5);
/// The wait before the first retry; each further one is four times as long.
const FIRST_RETRY_MS: i64 = 1000;
/// Events older than this are tried once: the backlog of a receiver that was away drains without waiting.
const RETRY_WINDOW_MS: i64 = 5 * 60 * 1000;
/// Longest answer that the log keeps, in bytes.
const MAX_LOGGED_BODY: usize = 64 * 1024;

/// Makes deliveries of every tenant of this process.
pub struct Deliverer {
    app: Arc<App>,
    running: JoinSet<()>,
}

impl Deliverer {
    /// A worker that has nothing to do yet.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { app, running: JoinSet::new() }
    }

    /// Works until `stop`, then finishes what is under way.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let wait = self.begin_due().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "webhook deliveries cannot be read");
                POLL
            });
            tokio::select! {
                () = &mut stop => break,
                () = self.app.db.deliveries() => {}
                Some(_) = self.running.join_next() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        self.finish().await;
    }

    /// Begins every delivery that is due, as far as there is room; says how long until the next is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_due(&mut self) -> Result<Duration, StoreError> {
        while self.running.try_join_next().is_some() {}
        let mut wait = POLL;
        let contexts: Vec<Ctx> =
            self.app.tenants.iter().filter_map(|tenant| self.app.ctx(&tenant.id)).collect();
        for ctx in contexts {
            let room = i64::try_from(MAX_CONCURRENT.saturating_sub(self.running.len())).unwrap_or(0);
            if room == 0 {
                break;
            }
            let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
            let Some(due_at) = hook_deliveries::next_due_at(db, tenant).await? else { continue };
            if due_at > now_ms {
                let until = u64::try_from(due_at - now_ms).unwrap_or(0);
                wait = wait.min(Duration::from_millis(until));
                continue;
            }
            for delivery in hook_deliveries::claim(db, tenant, now_ms, now_ms + LEASE_MS, room).await? {
                self.running.spawn(deliver_and_report(ctx.clone(), delivery));
            }
        }
        Ok(wait)
    }

    /// Waits for the deliveries under way.
    pub async fn finish(&mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

async fn deliver_and_report(ctx: Ctx, delivery: HookDelivery) {
    let id = delivery.id.clone();
    if let Err(error) = deliver(&ctx, delivery).await {
        // The lease ends by itself, and the delivery is made again.
        tracing::warn!(%error, delivery = id, "a webhook delivery could not be recorded");
    }
}

async fn deliver(ctx: &Ctx, delivery: HookDelivery) -> Result<(), StoreError> {
    let (db, tenant) = (&ctx.app.db, ctx.tenant.id.clone());
    let Some(hook) = hooks::find_by_id(db, &tenant, &delivery.hook_id).await? else {
        return hook_deliveries::delete(db, &tenant, &delivery.id).await;
    };
    let outcome = webhook::post(ctx, &hook.config, &hook.signing_key, delivery.body.clone()).await;
    let retry_at = retry_at(ctx.now_ms(), &hook, &delivery, webhook::is_temporary(&outcome));
    let log = entry(&delivery, outcome).into_log(ctx);
    db.write(move |tx: &Tx| {
        Box::pin(async move {
            logs::insert_many(tx, &[log]).await?;
            match retry_at {
                Some(due_at) => hook_deliveries::postpone(tx, &tenant, &delivery.id, due_at).await,
                None => hook_deliveries::delete(tx, &tenant, &delivery.id).await,
            }
        })
    })
    .await
}

/// When to try again, if at all.
fn retry_at(now_ms: i64, hook: &Hook, delivery: &HookDelivery, is_temporary: bool) -> Option<i64> {
    let retries = i64::from(hook.config.retries.unwrap_or(MAX_RETRIES));
    let is_recent = now_ms - delivery.created_at < RETRY_WINDOW_MS;
    let wait = || FIRST_RETRY_MS << (2 * delivery.attempts.clamp(1, i64::from(MAX_RETRIES)) - 2);
    (is_temporary && is_recent && delivery.attempts <= retries).then(|| now_ms + wait())
}

/// What the audit log says of an attempt.
fn entry(delivery: &HookDelivery, outcome: Result<OutboundResponse, HttpError>) -> AuditEntry {
    let key = format!("TriggerHook.{}", delivery.event);
    let entry = match &outcome {
        Ok(response) if response.is_success() => AuditEntry::success(key),
        Ok(response) => {
            AuditEntry::error(key, format!("the webhook answered with status {}", response.status))
        }
        Err(error) => AuditEntry::error(key, error.to_string()),
    };
    let body: Value = serde_json::from_str(&delivery.body).unwrap_or_default();
    let response = outcome.ok().map(|response| {
        let body = match response.body.len() {
            ..=MAX_LOGGED_BODY => webhook::body_of(&response),
            length => format!("{length} bytes").into(),
        };
        json!({ "statusCode": response.status.as_u16(), "body": body })
    });
    entry
        .with("hookId", Some(delivery.hook_id.as_str()))
        .with("hookRequest", Some(json!({ "body": body })))
        .with("response", response)
}
