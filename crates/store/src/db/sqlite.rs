//! SQLite: readers where they are called, one writer thread with group commit.
//!
//! The writer takes every waiting job into one transaction, each in a savepoint of its own, so that a
//! failing or panicking job undoes only itself, and syncs to disk once for all of them. That makes full
//! durability nearly free. A job's future is polled once on the writer thread: store calls are ready at
//! once there, and anything else must not be awaited inside a transaction.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::future::BoxFuture;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use tokio::sync::{mpsc, oneshot};

use super::row::{Column, Row, Source};
use super::statement::Rendered;
use super::{Arg, Options, StoreError, Tx, TxDriver};

/// Jobs that may wait for the writer; callers beyond it wait for room.
const QUEUE_LIMIT: usize = 4096;
/// Most jobs in one commit, which bounds how long the first of them waits.
const GROUP_LIMIT: usize = 256;
/// Prepared statements kept per connection.
const STATEMENT_CACHE_SIZE: usize = 256;
/// Reader connections kept open while idle.
const IDLE_READERS_LIMIT: usize = 32;

#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    options: Options,
    idle_readers: Mutex<Vec<Connection>>,
    queue: mpsc::Sender<Command>,
    writer: Mutex<Option<std::thread::JoinHandle<()>>>,
    closed: AtomicBool,
}

enum Command {
    Run(Box<dyn Job>),
    Stop,
}

/// A write that waits for the writer thread.
trait Job: Send {
    /// Runs in the open transaction. The answer is told to the caller with the commit's outcome.
    fn run(self: Box<Self>, connection: &Session) -> Finish;
    /// Answers without having run.
    fn refuse(self: Box<Self>, error: StoreError);
}

type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

impl Sqlite {
    pub(super) fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        create_private(path)?;
        let connection = Connection::open(path)?;
        prepare_connection(&connection, options)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", if options.durable { "full" } else { "off" })?;
        connection.pragma_update(None, "foreign_keys", "on")?;
        let (queue, jobs) = mpsc::channel(QUEUE_LIMIT);
        let session = Session(Arc::new(Mutex::new(connection)));
        let writer = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_until_stopped(&session, jobs))
            .map_err(StoreError::unavailable)?;
        Ok(Self {
            path: path.to_owned(),
            options: options.clone(),
            idle_readers: Mutex::new(Vec::new()),
            queue,
            writer: Mutex::new(Some(writer)),
            closed: AtomicBool::new(false),
        })
    }

    pub(super) async fn query(
        &self,
        statement: &Arc<Rendered>,
        arguments: Vec<Arg>,
    ) -> Result<Vec<Row>, StoreError> {
        if statement.writes {
            let statement = Arc::clone(statement);
            return self.write_one(move |session| session.query(&statement, &arguments)).await;
        }
        self.read(|connection| query(connection, statement, &arguments))
    }

    pub(super) async fn execute(
        &self,
        statement: &Arc<Rendered>,
        arguments: Vec<Arg>,
    ) -> Result<u64, StoreError> {
        let statement = Arc::clone(statement);
        self.write_one(move |session| session.execute(&statement, &arguments)).await
    }

    /// The second part of the answer: whether the job wrote deliveries to tell of.
    pub(super) async fn write<T, E, F>(&self, job: F) -> Result<(T, bool), E>
    where
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(move |session: &Session| {
            let tx = Tx::new(TxDriver::Sqlite(session.clone()));
            let polled = job(&tx).as_mut().poll(&mut Context::from_waker(Waker::noop()));
            match polled {
                Poll::Pending => Err(StoreError::ForeignAwait.into()),
                Poll::Ready(Ok(_)) if tx.aborted.load(Ordering::Relaxed) => Err(StoreError::Aborted.into()),
                Poll::Ready(result) => result.map(|value| (value, tx.deliveries.load(Ordering::Relaxed))),
            }
        })
        .await
    }

    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // An error means that the writer has stopped already.
        let _ = self.queue.send(Command::Stop).await;
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Also checks that the statement goes to the right connection.
    #[cfg(test)]
    pub(super) fn prepare(&self, statement: &Rendered) -> Result<(), StoreError> {
        self.read(|connection| {
            let prepared = connection.prepare(&statement.text)?;
            if prepared.readonly() == statement.writes {
                return Err(StoreError::Argument("taken for a read or write wrongly".to_owned()));
            }
            Ok(())
        })
    }

    /// The steps of the query plan; unbound parameters read as NULL, which the planner does not look at.
    #[cfg(test)]
    pub(super) fn plan(&self, statement: &Rendered) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let mut explained = connection.prepare(&format!("explain query plan {}", statement.text))?;
            let mut rows = explained.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next()? {
                steps.push(row.get("detail")?);
            }
            Ok(steps)
        })
    }

    async fn write_one<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.submit(job).await
    }

    async fn submit<T, E, F>(&self, run: F) -> Result<T, E>
    where
        F: FnOnce(&Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let job = Box::new(Queued { run, answer });
        self.queue.send(Command::Run(job)).await.map_err(|_| closed())?;
        match receiver.await {
            Ok(Outcome::Done(result)) => result,
            Ok(Outcome::Panicked(payload)) => resume_unwind(payload),
            Err(_) => Err(closed().into()),
        }
    }

    fn read<T>(&self, run: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(closed());
        }
        let idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| self.open_reader(), Ok)?;
        let result = run(&connection);
        let mut idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS_LIMIT {
            idle.push(connection);
        }
        result
    }

    fn open_reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        prepare_connection(&connection, &self.options)?;
        Ok(connection)
    }
}

/// Creates a missing file so that only its owner can read it: it will hold keys and password digests. SQLite
/// gives its write-ahead log the same permissions.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::unavailable(format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

fn closed() -> StoreError {
    StoreError::unavailable("it was closed")
}

fn prepare_connection(connection: &Connection, options: &Options) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_SIZE);
    connection.busy_timeout(options.busy_timeout)?;
    // With statistics of values SQLite would plan a statement anew whenever its arguments change, which costs more
    // than most statements do.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    crate::pattern::register(connection)?;
    Ok(())
}

/// The writer's connection. Behind a lock only because a job's future has to be `Send`; nobody contends.
#[derive(Clone, Debug)]
pub(super) struct Session(Arc<Mutex<Connection>>);

impl Session {
    pub(super) fn query(&self, statement: &Rendered, arguments: &[Arg]) -> Result<Vec<Row>, StoreError> {
        query(&self.connection(), statement, arguments)
    }

    pub(super) fn execute(&self, statement: &Rendered, arguments: &[Arg]) -> Result<u64, StoreError> {
        let connection = self.connection();
        let mut prepared = connection.prepare_cached(&statement.text)?;
        bind(&mut prepared, arguments)?;
        Ok(prepared.raw_execute()? as u64)
    }

    pub(super) fn batch(&self, script: &str) -> Result<(), StoreError> {
        Ok(self.connection().execute_batch(script)?)
    }

    fn run(&self, verb: &str) -> Result<(), StoreError> {
        let connection = self.connection();
        let mut prepared = connection.prepare_cached(verb)?;
        prepared.raw_execute()?;
        Ok(())
    }

    /// Whether SQLite rolled the transaction back by itself (disk full, an input-output error).
    fn lost_transaction(&self) -> bool {
        self.connection().is_autocommit()
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn query(connection: &Connection, statement: &Rendered, arguments: &[Arg]) -> Result<Vec<Row>, StoreError> {
    let mut prepared = connection.prepare_cached(&statement.text)?;
    bind(&mut prepared, arguments)?;
    let count = prepared.column_count();
    let columns = Arc::clone(
        statement
            .columns
            .get_or_init(|| prepared.column_names().map(|name| Column { name: name.into() }).collect()),
    );
    let mut found = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next()? {
        let values = (0..count).map(|index| row.get::<_, rusqlite::types::Value>(index));
        let source = Source::Sqlite(values.collect::<Result<_, _>>()?);
        found.push(Row { columns: Arc::clone(&columns), source });
    }
    Ok(found)
}

fn bind(prepared: &mut rusqlite::Statement<'_>, arguments: &[Arg]) -> Result<(), StoreError> {
    for (index, argument) in arguments.iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, argument)?;
    }
    Ok(())
}

enum Outcome<T, E> {
    Done(Result<T, E>),
    Panicked(Box<dyn Any + Send>),
}

struct Queued<T, E, F> {
    run: F,
    answer: oneshot::Sender<Outcome<T, E>>,
}

impl<T, E, F> Job for Queued<T, E, F>
where
    F: FnOnce(&Session) -> Result<T, E> + Send,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn run(self: Box<Self>, session: &Session) -> Finish {
        let Self { run, answer } = *self;
        if answer.is_closed() {
            // The caller went away before the job began.
            return Box::new(|_| ());
        }
        let outcome = in_savepoint(session, run);
        Box::new(move |committed| {
            let outcome = match (outcome, committed) {
                (Outcome::Done(Ok(_)), Err(error)) => Outcome::Done(Err(error.into())),
                (outcome, _) => outcome,
            };
            // Nobody listens when the caller went away in the meantime.
            let _ = answer.send(outcome);
        })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.answer.send(Outcome::Done(Err(error.into())));
    }
}

fn in_savepoint<T, E: From<StoreError>>(
    session: &Session,
    run: impl FnOnce(&Session) -> Result<T, E>,
) -> Outcome<T, E> {
    if let Err(error) = session.run("savepoint job") {
        return Outcome::Done(Err(error.into()));
    }
    let outcome = match catch_unwind(AssertUnwindSafe(|| run(session))) {
        Ok(result) => Outcome::Done(result),
        Err(payload) => Outcome::Panicked(payload),
    };
    let undone =
        if matches!(outcome, Outcome::Done(Ok(_))) { Ok(()) } else { session.run("rollback to job") };
    match undone.and_then(|()| session.run("release job")) {
        Err(error) if matches!(outcome, Outcome::Done(Ok(_))) => Outcome::Done(Err(error.into())),
        // When undoing failed, the transaction is lost, which the group notices.
        _ => outcome,
    }
}

fn write_until_stopped(session: &Session, mut commands: mpsc::Receiver<Command>) {
    let mut stop = false;
    while !stop {
        let Some(Command::Run(first)) = commands.blocking_recv() else { break };
        stop = write_group(session, first, &mut commands);
    }
    commands.close();
    // Fold the log into the file, so that a closed database is one file.
    let connection = session.connection();
    if let Err(error) = connection.execute_batch("pragma optimize; pragma wal_checkpoint(truncate);") {
        tracing::warn!(%error, "closing the database left its write-ahead log behind");
    }
}

/// Runs the first job and all that wait in one transaction. Says whether a stop was among them.
fn write_group(session: &Session, first: Box<dyn Job>, commands: &mut mpsc::Receiver<Command>) -> bool {
    if let Err(error) = session.run("begin immediate") {
        first.refuse(error);
        return false;
    }
    let mut stop = false;
    let mut finished = vec![first.run(session)];
    while finished.len() < GROUP_LIMIT && !session.lost_transaction() {
        match commands.try_recv() {
            Ok(Command::Run(job)) => finished.push(job.run(session)),
            Ok(Command::Stop) => {
                stop = true;
                break;
            }
            Err(_) => break,
        }
    }
    let committed = if session.lost_transaction() {
        Err(StoreError::unavailable("the transaction was rolled back; is the disk full?"))
    } else {
        session.run("commit")
    };
    if committed.is_err() && !session.lost_transaction() {
        // Jobs are told of the failed commit; a rollback that fails too shows at the next `begin`.
        let _ = session.run("rollback");
    }
    for finish in finished {
        finish(committed.clone());
    }
    stop
}
