//! The seam between the program and its database: the same calls for SQLite and PostgreSQL.
//!
//! Reads run where they are called: on SQLite inline on a reader connection (a point select takes
//! microseconds, a hop to another thread takes more), on PostgreSQL on a pooled connection. Writes run in a
//! transaction: on SQLite on the one writer thread, many jobs to a commit, on PostgreSQL on a pooled
//! connection. A caller of [`Db::write`] is answered after the commit.

mod arg;
mod error;
mod postgres;
mod row;
mod sqlite;
mod statement;
mod url;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

pub use arg::Arg;
pub use error::StoreError;
pub use row::{FromValue, Json, Row, Value};
pub(crate) use statement::render;
pub use statement::{Registered, Statement};
pub use url::DbUrl;

/// Which database is behind the seam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A file of this process.
    Sqlite,
    /// A server that several processes share.
    Postgres,
}

/// How to open the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to PostgreSQL.
    pub pool_size: usize,
    /// How long to wait for a pooled connection.
    pub pool_timeout: Duration,
    /// How long SQLite waits for another process's lock.
    pub busy_timeout: Duration,
    /// Whether a commit survives a power failure; only tests say no.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 20,
            pool_timeout: Duration::from_secs(10),
            busy_timeout: Duration::from_secs(5),
            durable: true,
        }
    }
}

/// The database. Cloning is a reference count.
#[derive(Clone, Debug)]
pub struct Db {
    driver: Arc<Driver>,
    /// Rung after the commit of a transaction that wrote webhook deliveries.
    deliveries: Arc<Notify>,
}

#[derive(Debug)]
enum Driver {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Runs statements: a [`Db`], where each statement stands alone, or a [`Tx`].
///
/// The functions of the aggregates take `&dyn Executor`, so each is written once and serves both.
pub trait Executor: Send + Sync {
    /// Which database this is.
    fn kind(&self) -> Kind;

    /// All rows of a statement.
    fn query<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<Vec<Row>, StoreError>>;

    /// Runs a statement; the answer is the number of rows it touched.
    fn execute<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// The first row, if there is one.
    fn query_opt<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<Option<Row>, StoreError>> {
        Box::pin(async move { Ok(self.query(statement, arguments).await?.into_iter().next()) })
    }

    /// The first row; [`StoreError::NotFound`] when there is none.
    fn query_one<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<Row, StoreError>> {
        Box::pin(async move {
            self.query(statement, arguments).await?.into_iter().next().ok_or(StoreError::NotFound)
        })
    }
}

impl Db {
    /// Opens the database. It is not migrated by this; see [`Db::migrate`].
    pub async fn connect(url: &DbUrl, options: &Options) -> Result<Self, StoreError> {
        let driver = match url {
            DbUrl::Sqlite(path) => Driver::Sqlite(sqlite::Sqlite::open(path, options)?),
            DbUrl::Postgres(config) => Driver::Postgres(postgres::Postgres::open(config, options).await?),
        };
        Ok(Self { driver: Arc::new(driver), deliveries: Arc::default() })
    }

    /// Which database this is.
    pub fn kind(&self) -> Kind {
        match &*self.driver {
            Driver::Sqlite(_) => Kind::Sqlite,
            Driver::Postgres(_) => Kind::Postgres,
        }
    }

    /// All rows of a statement.
    pub async fn query(&self, statement: &Statement, arguments: Vec<Arg>) -> Result<Vec<Row>, StoreError> {
        Executor::query(self, statement, arguments).await
    }

    /// The first row, if there is one.
    pub async fn query_opt(
        &self,
        statement: &Statement,
        arguments: Vec<Arg>,
    ) -> Result<Option<Row>, StoreError> {
        Executor::query_opt(self, statement, arguments).await
    }

    /// The first row; [`StoreError::NotFound`] when there is none.
    pub async fn query_one(&self, statement: &Statement, arguments: Vec<Arg>) -> Result<Row, StoreError> {
        Executor::query_one(self, statement, arguments).await
    }

    /// Runs a statement; the answer is the number of rows it touched.
    pub async fn execute(&self, statement: &Statement, arguments: Vec<Arg>) -> Result<u64, StoreError> {
        Executor::execute(self, statement, arguments).await
    }

    /// Runs a job in a transaction: committed when it answers `Ok`, rolled back when it answers `Err` or
    /// panics. The job may await nothing but the store. The answer comes after the commit.
    ///
    /// ```ignore
    /// db.write(move |tx| Box::pin(async move {
    ///     users::insert(tx, &user).await?;
    ///     Ok::<_, StoreError>(())
    /// })).await?;
    /// ```
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (value, told) = match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.write(job).await?,
            Driver::Postgres(postgres) => postgres.write(job).await?,
        };
        if told {
            self.deliveries.notify_one();
        }
        Ok(value)
    }

    /// Waits until a transaction of this process has committed webhook deliveries. One that did so while nobody
    /// waited is told to the next who waits.
    pub async fn deliveries(&self) {
        self.deliveries.notified().await;
    }

    /// Finishes what is queued and closes the connections; later calls answer
    /// [`StoreError::Unavailable`].
    pub async fn close(&self) {
        match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.close().await,
            Driver::Postgres(postgres) => postgres.close(),
        }
    }

    /// Lets the database parse a statement without running it; the test of all statements does.
    #[cfg(test)]
    pub(crate) async fn prepare(&self, statement: &Statement) -> Result<(), StoreError> {
        let rendered = statement.rendered(self.kind());
        match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.prepare(rendered),
            Driver::Postgres(postgres) => postgres.prepare(rendered).await,
        }
    }

    /// How SQLite would run a statement.
    #[cfg(test)]
    pub(crate) async fn plan(&self, statement: &Statement) -> Result<Vec<String>, StoreError> {
        let rendered = statement.rendered(self.kind());
        match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.plan(rendered),
            Driver::Postgres(_) => {
                Err(StoreError::Argument("only SQLite explains itself in tests".to_owned()))
            }
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.query_one(crate::sql!("select cast(1 as bigint) as one"), Vec::new()).await.map(drop)
    }
}

impl Executor for Db {
    fn kind(&self) -> Kind {
        Self::kind(self)
    }

    fn query<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<Vec<Row>, StoreError>> {
        let rendered = statement.rendered(self.kind());
        Box::pin(async move {
            arg::check(rendered, &arguments)?;
            match &*self.driver {
                Driver::Sqlite(sqlite) => sqlite.query(rendered, arguments).await,
                Driver::Postgres(postgres) => postgres.query(rendered, &arguments).await,
            }
        })
    }

    fn execute<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        let rendered = statement.rendered(self.kind());
        Box::pin(async move {
            arg::check(rendered, &arguments)?;
            match &*self.driver {
                Driver::Sqlite(sqlite) => sqlite.execute(rendered, arguments).await,
                Driver::Postgres(postgres) => postgres.execute(rendered, &arguments).await,
            }
        })
    }
}

/// A transaction; made by [`Db::write`].
///
/// After a failed statement nothing more runs and nothing is committed: PostgreSQL behaves so, and the seam
/// makes SQLite do the same.
#[derive(Debug)]
pub struct Tx {
    driver: TxDriver,
    aborted: AtomicBool,
    /// Whether deliveries were written, of which somebody is to be told after the commit.
    deliveries: AtomicBool,
}

#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives on the stack for a transaction; a box would cost more"
)]
enum TxDriver {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

impl Tx {
    fn new(driver: TxDriver) -> Self {
        Self { driver, aborted: AtomicBool::new(false), deliveries: AtomicBool::new(false) }
    }

    /// Runs a script of several statements without arguments; for migrations.
    pub(crate) async fn batch(&self, script: &str) -> Result<(), StoreError> {
        let result = match &self.driver {
            TxDriver::Sqlite(session) => session.batch(script),
            TxDriver::Postgres(session) => session.batch(script).await,
        };
        self.note(result)
    }

    /// Has [`Db::deliveries`] told after the commit.
    pub(crate) fn tell_of_deliveries(&self) {
        self.deliveries.store(true, Ordering::Relaxed);
    }

    fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err() {
            self.aborted.store(true, Ordering::Relaxed);
        }
        result
    }

    fn require_sound(&self) -> Result<(), StoreError> {
        if self.aborted.load(Ordering::Relaxed) { Err(StoreError::Aborted) } else { Ok(()) }
    }
}

impl Executor for Tx {
    fn kind(&self) -> Kind {
        match self.driver {
            TxDriver::Sqlite(_) => Kind::Sqlite,
            TxDriver::Postgres(_) => Kind::Postgres,
        }
    }

    fn query<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<Vec<Row>, StoreError>> {
        let rendered = statement.rendered(self.kind());
        Box::pin(async move {
            self.require_sound()?;
            self.note(arg::check(rendered, &arguments))?;
            self.note(match &self.driver {
                TxDriver::Sqlite(session) => session.query(rendered, &arguments),
                TxDriver::Postgres(session) => session.query(rendered, &arguments).await,
            })
        })
    }

    fn execute<'a>(
        &'a self,
        statement: &'a Statement,
        arguments: Vec<Arg>,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        let rendered = statement.rendered(self.kind());
        Box::pin(async move {
            self.require_sound()?;
            self.note(arg::check(rendered, &arguments))?;
            self.note(match &self.driver {
                TxDriver::Sqlite(session) => session.execute(rendered, &arguments),
                TxDriver::Postgres(session) => session.execute(rendered, &arguments).await,
            })
        })
    }
}
