//! Databases for tests: each test has its own, migrated and seeded, made by copying a template.
//!
//! PostgreSQL: a temporary cluster is started from the binaries found on the machine and shared by all test
//! processes (see [`cluster`]); `PORTICO_TEST_POSTGRES_URL` names another server to use instead.

mod cluster;
mod dump;
pub mod fill;

pub use dump::Dump;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Deref;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::db::{Db, DbUrl, Kind, Options, StoreError};

/// A database of one test, removed when dropped.
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    url: String,
    /// Removes the database after the connections of `db` are gone.
    _removal: Removal,
}

#[derive(Debug)]
enum Removal {
    Folder { _folder: tempfile::TempDir },
    Database { name: String },
}

impl TestDb {
    /// A migrated and seeded database of the given kind.
    pub async fn new(kind: Kind) -> Self {
        let made = match kind {
            Kind::Sqlite => Self::try_sqlite().await,
            Kind::Postgres => Self::try_postgres().await,
        };
        made.unwrap_or_else(|error| panic!("cannot make a test database: {error}"))
    }

    /// A new SQLite file.
    pub async fn sqlite() -> Self {
        Self::new(Kind::Sqlite).await
    }

    /// A new database on the test cluster.
    pub async fn postgres() -> Self {
        Self::new(Kind::Postgres).await
    }

    /// Where the database is, for starting another process on it.
    pub fn url(&self) -> &str {
        &self.url
    }

    async fn try_sqlite() -> Result<Self, StoreError> {
        static TEMPLATE: OnceCell<Arc<[u8]>> = OnceCell::const_new();
        let template = TEMPLATE.get_or_try_init(sqlite_template).await?;
        let folder = tempfile::tempdir().map_err(StoreError::unavailable)?;
        let path = folder.path().join("portico.db");
        std::fs::write(&path, template).map_err(StoreError::unavailable)?;
        let url = format!("sqlite://{}", path.display());
        let db = Db::connect(&url.parse()?, &options()).await?;
        Ok(Self { db, url, _removal: Removal::Folder { _folder: folder } })
    }

    async fn try_postgres() -> Result<Self, StoreError> {
        let name = format!("portico_test_{}_{:016x}", std::process::id(), random());
        cluster::create_database(&name).await?;
        let url = cluster::url(&name).await?;
        let removal = Removal::Database { name };
        let db = Db::connect(&url.parse()?, &options()).await?;
        Ok(Self { db, url, _removal: removal })
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for Removal {
    fn drop(&mut self) {
        let Self::Database { name } = self else { return };
        let script = format!("drop database if exists {name} with (force)");
        // On a thread of its own: the test's runtime may be the one that drops this.
        let dropped = std::thread::spawn(move || block_on(cluster::run(&script))).join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("a test database was left behind: {name}");
        }
    }
}

fn options() -> Options {
    Options { pool_size: 8, durable: false, ..Options::default() }
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

async fn prepare(url: &DbUrl) -> Result<(), StoreError> {
    let db = Db::connect(url, &options()).await?;
    db.migrate().await?;
    crate::seed::run(&db, &portico_crypto::clock::SystemClock).await?;
    db.close().await;
    Ok(())
}

async fn sqlite_template() -> Result<Arc<[u8]>, StoreError> {
    let folder = tempfile::tempdir().map_err(StoreError::unavailable)?;
    let path = folder.path().join("template.db");
    prepare(&DbUrl::Sqlite(path.clone())).await?;
    Ok(std::fs::read(path).map_err(StoreError::unavailable)?.into())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap_or_else(|error| panic!("no runtime: {error}")).block_on(future)
}

/// Runs a scenario on a new database; [`both_databases!`](crate::both_databases) makes two tests of it.
pub fn run<F>(kind: Kind, scenario: F)
where
    F: for<'d> FnOnce(&'d TestDb) -> BoxFuture<'d, ()>,
{
    block_on(async {
        let db = TestDb::new(kind).await;
        scenario(&db).await;
        db.close().await;
    });
}

/// Makes two tests, `name::sqlite` and `name::postgres`, from each body.
///
/// ```ignore
/// both_databases! {
///     async fn a_user_is_found_by_name(db: &TestDb) { … }
/// }
/// ```
#[macro_export]
macro_rules! both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: &TestDb) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing around it")]
            use super::*;

            async fn scenario($db: &$crate::testing::TestDb) $body

            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::testing::run($crate::Kind::Sqlite, |db| Box::pin(scenario(db)));
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::testing::run($crate::Kind::Postgres, |db| Box::pin(scenario(db)));
            }
        }
    )+};
}
