//! The audit log: entries are queued by requests and written in batches beside them.

use crate::app::Ctx;
use portico_model::{
    JsonObject,
    log::{Log, LogResult},
};
use portico_store::{Db, logs};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

/// Most entries that wait; a request that finds the queue full waits with them, so none is lost.
const QUEUE_LENGTH: usize = 10_000;
/// Most entries written by one statement.
const MAX_BATCH: usize = 200;

/// Queue of the audit log writer.
pub struct Audit {
    sender: mpsc::Sender<Message>,
}

enum Message {
    Entry(Box<Log>),
    Flush(oneshot::Sender<()>),
}

/// One act to log. Secrets never go into the payload.
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
}

impl Audit {
    /// Starts the writer on the current runtime.
    #[must_use]
    pub fn start(db: Db) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        tokio::spawn(write_batches(db, receiver));
        Self { sender }
    }

    /// Waits until everything queued so far is written.
    pub async fn flush(&self) {
        let (sender, done) = oneshot::channel();
        if self.sender.send(Message::Flush(sender)).await.is_ok() {
            // The writer dropping the sender means that it is gone, and its entries with it.
            let _ = done.await;
        }
    }
}

impl Ctx {
    /// Queues an entry of this tenant's audit log.
    pub async fn audit(&self, entry: AuditEntry) {
        let mut payload = JsonObject::new();
        payload.insert("key".into(), json!(entry.key));
        payload.insert("result".into(), json!(entry.result));
        payload.extend(entry.payload);
        let log = Log {
            tenant_id: self.tenant.id.to_string(),
            id: portico_crypto::id::standard_id(),
            key: entry.key,
            payload,
            created_at: self.now_ms(),
        };
        if self.app.audit.sender.send(Message::Entry(Box::new(log))).await.is_err() {
            tracing::error!("the audit log writer has stopped");
        }
    }
}

async fn write_batches(db: Db, mut receiver: mpsc::Receiver<Message>) {
    let mut messages = Vec::with_capacity(MAX_BATCH);
    while receiver.recv_many(&mut messages, MAX_BATCH).await > 0 {
        let mut entries = Vec::with_capacity(messages.len());
        let mut waiting = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Entry(log) => entries.push(*log),
                Message::Flush(sender) => waiting.push(sender),
            }
        }
        if !entries.is_empty()
            && let Err(error) = logs::insert_many(&db, &entries).await
        {
            tracing::error!(%error, lost = entries.len(), "audit log entries could not be written");
        }
        for sender in waiting {
            let _ = sender.send(());
        }
    }
}
