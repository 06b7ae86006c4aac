//! The audit log: an entry is on disk before the request that made it is answered.
//!
//! Requests hand their entries to one writer, which takes all that wait into one transaction and then lets the
//! requests go on: a commit is shared by every request that finishes at about the same time, so the log costs a
//! request a fraction of a commit, and an acknowledged act is never without its entry. Figures:
//! `docs/benchmark.md`. The same transaction counts who is active and how many tokens are issued
//! ([`crate::activity`]), which the entries say already.

use crate::{activity::Activity, app::Ctx, sanitize::sanitize};
use jiff::tz::TimeZone;
use portico_model::{
    JsonObject,
    log::{Log, LogResult},
};
use portico_store::{Db, StoreError, Tx, logs};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

/// Most entries that wait for the writer; further requests wait for room.
const QUEUE_LENGTH: usize = 10_000;
/// Most entries of one transaction.
const MAX_BATCH: usize = 200;

/// Queue of the audit log writer.
pub struct Audit {
    sender: mpsc::Sender<Waiting>,
}

/// An entry, and who waits for it to be written.
struct Waiting {
    log: Log,
    written: oneshot::Sender<()>,
}

/// One act to log. Values under names that secrets go by are masked.
#[derive(Debug)]
pub struct AuditEntry {
    /// What happened, for example `Interaction.SignIn.Submit`.
    pub key: String,
    /// Facts: `applicationId`, `userId`, `error`, `ip`, `userAgent`, what the act adds.
    pub payload: JsonObject,
    /// How it ended.
    pub result: LogResult,
}

impl AuditEntry {
    /// An act that succeeded.
    pub fn success(key: impl Into<String>) -> Self {
        Self { key: key.into(), payload: JsonObject::new(), result: LogResult::Success }
    }

    /// An act that failed with this error.
    pub fn error(key: impl Into<String>, error: impl Into<Value>) -> Self {
        let mut payload = JsonObject::new();
        payload.insert("error".into(), error.into());
        Self { key: key.into(), payload, result: LogResult::Error }
    }

    /// Adds a fact; `None` adds nothing.
    #[must_use]
    pub fn with(mut self, key: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.payload.insert(key.to_owned(), value.into());
        }
        self
    }

    /// The entry as it is stored.
    #[must_use]
    pub fn into_log(self, ctx: &Ctx) -> Log {
        let mut payload = JsonObject::new();
        payload.insert("key".into(), json!(self.key));
        payload.insert("result".into(), json!(self.result));
        payload.extend(sanitize(self.payload));
        Log {
            tenant_id: ctx.tenant.id.to_string(),
            id: portico_crypto::id::standard_id(),
            key: self.key,
            payload,
            created_at: ctx.now_ms(),
        }
    }
}

impl Audit {
    /// Starts the writer on the current runtime; days begin at midnight in this time zone.
    #[must_use]
    pub fn start(db: Db, time_zone: TimeZone) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        tokio::spawn(write_batches(db, time_zone, receiver));
        Self { sender }
    }
}

impl Ctx {
    /// Writes an entry of this tenant's audit log. When this returns, the entry is on disk; a database that refuses
    /// it is reported to the operator and does not undo what the entry tells of.
    pub async fn audit(&self, entry: AuditEntry) {
        let (written, done) = oneshot::channel();
        let waiting = Waiting { log: entry.into_log(self), written };
        if self.app.audit.sender.send(waiting).await.is_err() || done.await.is_err() {
            tracing::error!("an audit log entry was not written: the writer has stopped");
        }
    }
}

async fn write_batches(db: Db, time_zone: TimeZone, mut receiver: mpsc::Receiver<Waiting>) {
    let mut activity = Activity::new(time_zone);
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while receiver.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let (entries, waiting): (Vec<Log>, Vec<_>) =
            batch.drain(..).map(|waiting| (waiting.log, waiting.written)).unzip();
        let count = entries.len();
        let today = activity.of(&entries);
        let write = db.write(move |tx: &Tx| {
            Box::pin(async move {
                logs::insert_many(tx, &entries).await?;
                today.write(tx).await?;
                Ok::<_, StoreError>(())
            })
        });
        if let Err(error) = write.await {
            tracing::error!(%error, count, "audit log entries could not be written");
            activity.forget();
        }
        for written in waiting {
            // Whoever waited may have left.
            let _ = written.send(());
        }
    }
}
