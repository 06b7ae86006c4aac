//! The audit log: an entry is on disk before the request that made it is answered.
//!
//! Requests hand their entries to one writer, which takes all that wait into one transaction and then lets the
//! requests go on: a commit is shared by every request that finishes at about the same time, so the log costs a
//! request a fraction of a commit, and an acknowledged act is never without its entry. Figures:
//! `docs/benchmark.md`. The same transaction counts who is active and how many tokens are issued
//! ([`crate::activity`]), which the entries say already.
//!
//! A request that has a transaction of its own writes its entries there ([`AuditBatch`]) and waits for no second
//! commit; only the number of tokens is left to the writer.

use crate::{
    activity::{Activity, Additions},
    app::Ctx,
    sanitize::sanitize,
};
use jiff::tz::TimeZone;
use portico_model::{
    JsonObject,
    log::{Log, LogResult},
};
use portico_store::{Db, StoreError, Tx, logs};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Most entries that wait for the writer; further requests wait for room.
const QUEUE_LENGTH: usize = 10_000;
/// Most entries of one transaction.
const MAX_BATCH: usize = 200;

/// Queue of the audit log writer.
pub struct Audit {
    sender: mpsc::Sender<Task>,
    activity: Arc<SharedActivity>,
}

/// What the writer is asked to do.
enum Task {
    /// Write an entry, and tell the one who waits for it.
    Write { log: Log, written: oneshot::Sender<()> },
    /// Count tokens whose entries are written.
    Count(Additions),
}

/// What of today is written already, known to the writer and to requests.
struct SharedActivity(Mutex<Activity>);

impl SharedActivity {
    fn lock(&self) -> MutexGuard<'_, Activity> {
        // What it remembers only saves writes, so a panic elsewhere does not make it wrong.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Entries that are written in the transaction of what they tell of.
pub struct AuditBatch {
    logs: Vec<Log>,
    today: Additions,
}

impl AuditBatch {
    /// Writes them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write(&self, tx: &Tx) -> Result<(), StoreError> {
        if self.logs.is_empty() {
            return Ok(());
        }
        logs::insert_many(tx, &self.logs).await?;
        self.today.write_users(tx).await
    }
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
        let activity = Arc::new(SharedActivity(Mutex::new(Activity::new(time_zone))));
        tokio::spawn(write_batches(db, activity.clone(), receiver));
        Self { sender, activity }
    }
}

impl Ctx {
    /// Writes an entry of this tenant's audit log. When this returns, the entry is on disk; a database that refuses
    /// it is reported to the operator and does not undo what the entry tells of.
    pub async fn audit(&self, entry: AuditEntry) {
        let (written, done) = oneshot::channel();
        let task = Task::Write { log: entry.into_log(self), written };
        if self.app.audit.sender.send(task).await.is_err() || done.await.is_err() {
            tracing::error!("an audit log entry was not written: the writer has stopped");
        }
    }

    /// Prepares entries for the transaction of what they tell of. How that ends is to be said to
    /// [`Ctx::audit_committed`] or [`Ctx::audit_rolled_back`].
    #[must_use]
    pub fn audit_batch(&self, entries: Vec<AuditEntry>) -> AuditBatch {
        let logs: Vec<Log> = entries.into_iter().map(|entry| entry.into_log(self)).collect();
        let today = self.app.audit.activity.lock().of(&logs);
        AuditBatch { logs, today }
    }

    /// The entries are on disk.
    pub async fn audit_committed(&self, batch: AuditBatch) {
        if !batch.today.is_empty() && self.app.audit.sender.send(Task::Count(batch.today)).await.is_err() {
            tracing::error!("tokens were not counted: the writer of the audit log has stopped");
        }
    }

    /// The entries are not written.
    pub fn audit_rolled_back(&self) {
        self.app.audit.activity.lock().forget();
    }
}

async fn write_batches(db: Db, activity: Arc<SharedActivity>, mut receiver: mpsc::Receiver<Task>) {
    let mut tasks = Vec::with_capacity(MAX_BATCH);
    while receiver.recv_many(&mut tasks, MAX_BATCH).await > 0 {
        let (mut logs, mut waiting, mut counted) = (Vec::new(), Vec::new(), Additions::default());
        for task in tasks.drain(..) {
            match task {
                Task::Write { log, written } => {
                    logs.push(log);
                    waiting.push(written);
                }
                Task::Count(additions) => counted.add_usage(&additions),
            }
        }
        let count = logs.len();
        let today = activity.lock().of(&logs);
        counted.add_usage(&today);
        let batch = AuditBatch { logs, today };
        let write = db.write(move |tx: &Tx| {
            Box::pin(async move {
                batch.write(tx).await?;
                counted.write_usage(tx).await
            })
        });
        if let Err(error) = write.await {
            tracing::error!(%error, count, "audit log entries could not be written");
            activity.lock().forget();
        }
        for written in waiting {
            // Whoever waited may have left.
            let _ = written.send(());
        }
    }
}
