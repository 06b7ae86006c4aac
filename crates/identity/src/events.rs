//! Webhook events: the one way to record them.
//!
//! Whoever changes something that the event table names records the event in the transaction of the change, as
//! its last step. That puts one row for each webhook that wants the event into the outbox
//! (`store::hook_deliveries`), so a committed change is told of even when the process dies at once, and one that
//! is rolled back is not. The delivery worker ([`crate::deliveries`]) does the rest. A tenant without webhooks
//! pays for none of this: nothing is built or written.

use crate::{
    app::Ctx,
    snapshot::{Snapshot, SnapshotError},
};
use portico_model::{HookEvent, JsonObject};
use portico_store::{
    StoreError, Tx,
    hook_deliveries::{self, HookDelivery},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Room for events of one millisecond in [`Sequence`].
const PER_MILLISECOND: i64 = 1 << 20;

/// Numbers that rise with time, and within a process with every call.
#[derive(Debug, Default)]
pub(crate) struct Sequence(AtomicI64);

impl Sequence {
    fn next(&self, now_ms: i64) -> i64 {
        let floor = now_ms.saturating_mul(PER_MILLISECOND);
        let after = |last: i64| floor.max(last + 1);
        // The closure always answers, so there is no failure to handle.
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last)));
        after(last.unwrap_or_else(|last| last))
    }
}

/// Records events on behalf of one request. Cheap to clone into the transaction.
#[derive(Clone)]
pub struct Events(Option<Arc<Inner>>);

struct Inner {
    ctx: Ctx,
    snapshot: Arc<Snapshot>,
    /// What every payload of this request says: `ip`, `userAgent`, what the API adds.
    facts: JsonObject,
}

impl Ctx {
    /// The recorder of a request; `facts` go into every payload and are asked for only when some webhook listens.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn events(&self, facts: impl FnOnce() -> JsonObject) -> Result<Events, SnapshotError> {
        let snapshot = self.snapshot().await?;
        if snapshot.hooks.is_empty() {
            return Ok(Events(None));
        }
        Ok(Events(Some(Arc::new(Inner { ctx: self.clone(), snapshot, facts: facts() }))))
    }
}

impl Events {
    /// Whether any webhook wants to know.
    #[must_use]
    pub fn is_wanted(&self, event: HookEvent) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.snapshot.hooks.iter().any(|hook| hook.wants(event)))
    }

    /// Records an event that says the answer of the request: `status`, and the body as `data`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(
        &self,
        tx: &Tx,
        event: HookEvent,
        status: u16,
        data: &(impl Serialize + Sync),
    ) -> Result<(), StoreError> {
        if !self.is_wanted(event) {
            return Ok(());
        }
        let data = serde_json::to_value(data).map_err(|error| StoreError::Argument(error.to_string()))?;
        let mut facts = JsonObject::new();
        facts.insert("status".into(), status.into());
        facts.insert("data".into(), data);
        self.insert(tx, event, facts).await
    }

    /// Records an event with facts of its own, which are asked for only when they are wanted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_facts(
        &self,
        tx: &Tx,
        event: HookEvent,
        facts: impl FnOnce() -> JsonObject + Send,
    ) -> Result<(), StoreError> {
        if self.is_wanted(event) { self.insert(tx, event, facts()).await } else { Ok(()) }
    }

    async fn insert(&self, tx: &Tx, event: HookEvent, facts: JsonObject) -> Result<(), StoreError> {
        let Some(inner) = &self.0 else { return Ok(()) };
        let (tenant, now_ms) = (&inner.ctx.tenant.id, inner.ctx.now_ms());
        let created_at = iso_time(now_ms)?;
        let listeners = inner.snapshot.hooks.iter().filter(|hook| hook.wants(event));
        let deliveries: Vec<HookDelivery> = listeners
            .map(|hook| {
                let mut body = JsonObject::new();
                body.insert("hookId".into(), json!(hook.id));
                body.insert("event".into(), json!(event));
                body.insert("createdAt".into(), json!(created_at));
                body.extend(inner.facts.clone());
                body.extend(facts.clone());
                HookDelivery {
                    id: portico_crypto::id::standard_id(),
                    hook_id: hook.id.clone(),
                    event,
                    sequence: inner.ctx.app.event_sequence.next(now_ms),
                    body: Value::Object(body).to_string(),
                    attempts: 0,
                    created_at: now_ms,
                }
            })
            .collect();
        hook_deliveries::insert_many(tx, tenant, &deliveries).await
    }
}

/// `2026-01-31T10:20:30.000Z`, as webhooks tell times.
///
/// # Errors
/// When there is no such time.
pub fn iso_time(epoch_ms: i64) -> Result<String, StoreError> {
    let time = jiff::Timestamp::from_millisecond(epoch_ms);
    time.map(|time| format!("{time:.3}")).map_err(|error| StoreError::Argument(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_rises_with_time_and_with_every_call() {
        let sequence = Sequence::default();
        let first = sequence.next(5);
        let second = sequence.next(5);
        let after_the_clock_went_back = sequence.next(4);
        let later = sequence.next(6);
        assert!(first < second && second < after_the_clock_went_back && after_the_clock_went_back < later);
    }

    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(iso_time(1_767_225_600_001).unwrap(), "2026-01-01T00:00:00.001Z");
    }
}
