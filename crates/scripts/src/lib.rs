//! Runs scripts that administrators write: claims of tokens, decisions at sign-in.
//!
//! A script sees what it is handed, the language itself, `console` (which says nothing) and `fetch` (which goes
//! through the guarded client, so it reaches no address that a connector would not reach). There are no files, no
//! processes, no modules, no timers. Every run has a runtime of its own, on a thread of its own, so nothing is left
//! behind for the next one; memory, stack, running time, waiting time and the size of the result are bounded.

mod fetch;
mod run;

use portico_connectors::http::HttpClient;
use portico_model::JsonObject;
use serde_json::Value;
use std::{sync::Arc, thread, time::Duration};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, oneshot},
    time::timeout,
};

/// Stack of a script's thread: what the script may use, and plenty for the engine itself.
const THREAD_STACK_BYTES: usize = 4 * 1024 * 1024;

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Heap of the script.
    pub memory_bytes: usize,
    /// Stack of the script.
    pub stack_bytes: usize,
    /// How long it may compute.
    pub computing: Duration,
    /// How long it may take altogether, with what it waits for.
    pub total: Duration,
    /// Longest result, as JSON.
    pub output_bytes: usize,
    /// Most requests it may send.
    pub fetches: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 32 * 1024 * 1024,
            stack_bytes: 256 * 1024,
            computing: Duration::from_secs(1),
            total: Duration::from_secs(5),
            output_bytes: 64 * 1024,
            fetches: 10,
        }
    }
}

/// A script with what it is called with.
#[derive(Clone, Debug)]
pub struct Call {
    /// The source.
    pub script: String,
    /// Name of the function that the source defines and that is called.
    pub entry: &'static str,
    /// Members of the function's one argument; `api` is added.
    pub input: JsonObject,
}

/// Why a script gave no result. The messages are the script's or ours and meant for its author.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The script called `api.denyAccess`.
    #[error("{message}")]
    AccessDenied {
        /// What the script says about it; may be empty.
        message: String,
    },
    /// The script does not parse, threw, used too much, or gave something that is not JSON.
    #[error("{message}")]
    Failed {
        /// What is wrong.
        message: String,
    },
    /// Other scripts take all the room there is.
    #[error("too many scripts are running")]
    Busy,
}

impl ScriptError {
    fn failed(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into() }
    }
}

/// Runs scripts; cheap to clone.
#[derive(Clone)]
pub struct ScriptEngine {
    http: HttpClient,
    limits: Limits,
    room: Arc<Semaphore>,
}

impl ScriptEngine {
    /// An engine whose scripts reach other servers through this client.
    #[must_use]
    pub fn new(http: HttpClient) -> Self {
        // Scripts mostly wait for other servers, so there are more of them than cores.
        let most = thread::available_parallelism().map_or(4, |cores| (cores.get() * 2).max(4));
        Self::with_limits(http, Limits::default(), most)
    }

    /// The same with other limits, and at most `most` scripts at a time.
    #[must_use]
    pub fn with_limits(http: HttpClient, limits: Limits, most: usize) -> Self {
        Self { http, limits, room: Arc::new(Semaphore::new(most)) }
    }

    /// Runs a script to its end. `None` is `undefined`.
    ///
    /// # Errors
    /// When the script denies access or fails.
    pub async fn run(&self, call: Call) -> Result<Option<Value>, ScriptError> {
        let permit = timeout(self.limits.total, self.room.clone().acquire_owned()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(ScriptError::Busy)?;
        let (limits, http, runtime) = (self.limits, self.http.clone(), Handle::current());
        let (reply, answer) = oneshot::channel();
        thread::Builder::new()
            .name("script".to_owned())
            .stack_size(THREAD_STACK_BYTES)
            .spawn(move || {
                // Failing means that the caller went away.
                let _ = reply.send(run::run(&call, &limits, http, runtime));
                drop(permit);
            })
            .map_err(|_| ScriptError::Busy)?;
        answer.await.unwrap_or_else(|_| Err(ScriptError::failed("the script engine broke")))
    }
}
