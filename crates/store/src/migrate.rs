//! Migrations: append-only, numbered, one portable text for both databases.
//!
//! Columns are `text`, `bigint`, `boolean`, `json_text`, `double precision` and `bytea`; `json_text` is a
//! domain over `jsonb` in PostgreSQL and a column with text affinity in SQLite. What only one of them knows (triggers,
//! text search) follows a line `-- only SQLite` or `-- only PostgreSQL`, up to the next such line or `-- both`.

use sha2::{Digest, Sha256};

use crate::db::{Db, Executor, Kind, Statement, StoreError, Tx, render};
use crate::{args, search_index, sql};

/// One file of `migrations/`.
#[derive(Debug)]
pub(crate) struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub text: &'static str,
}

pub(crate) const MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Names the lock under which one process of many migrates a shared database; any number will do.
const POSTGRES_LOCK: i64 = 0x706f_7274_6963_6f01;

impl Migration {
    fn checksum(&self) -> String {
        Sha256::digest(self.text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Where a database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaState {
    /// Migrations that were applied.
    pub applied: usize,
    /// Migrations of this program that were not.
    pub pending: usize,
}

impl Db {
    /// Brings the schema up to date. When it is, this is a few reads.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.schema_state().await?.pending > 0 {
            self.write(|tx| Box::pin(apply(tx))).await?;
        }
        search_index::ensure(self).await
    }

    /// Compares the stored schema with this program's migrations: an error when an applied migration was
    /// edited afterwards or is unknown (the database was used by a newer program).
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let applied = applied(self).await?;
        Ok(SchemaState { applied, pending: MIGRATIONS.len() - applied })
    }
}

/// How many migrations were applied; they are always the first ones.
async fn applied(exec: &dyn Executor) -> Result<usize, StoreError> {
    if !bookkeeping_exists(exec).await? {
        return Ok(0);
    }
    let rows = exec.query(list_applied(), args![]).await?;
    for (index, row) in rows.iter().enumerate() {
        let version: i64 = row.get("version")?;
        match MIGRATIONS.get(index) {
            Some(known) if known.version == version => {
                if known.checksum() != row.get::<String>("checksum")? {
                    let reason = format!("{version:04}_{} was edited after it was applied", known.name);
                    return Err(StoreError::Migration(reason));
                }
            }
            _ => {
                let reason = format!("version {version} is unknown: was a newer program here?");
                return Err(StoreError::Migration(reason));
            }
        }
    }
    Ok(rows.len())
}

async fn apply(tx: &Tx) -> Result<(), StoreError> {
    if tx.kind() == Kind::Postgres {
        tx.batch(&format!("select pg_advisory_xact_lock({POSTGRES_LOCK})")).await?;
    }
    if !bookkeeping_exists(tx).await? {
        if tx.kind() == Kind::Postgres {
            tx.batch("create domain json_text as jsonb").await?;
        }
        let table = "create table schema_migrations (version bigint primary key, name text not null, checksum text not null)";
        tx.batch(table).await?;
    }
    // Another process may have been faster.
    let applied = applied(tx).await?;
    for migration in MIGRATIONS.iter().skip(applied) {
        tx.batch(&render(&part_for(migration.text, tx.kind()), tx.kind()).0).await.map_err(|error| {
            StoreError::Migration(format!("{:04}_{}: {error}", migration.version, migration.name))
        })?;
        tx.execute(record_applied(), args![migration.version, migration.name, migration.checksum()]).await?;
    }
    Ok(())
}

/// The migration without what is for the other database.
fn part_for(text: &str, kind: Kind) -> String {
    let mut is_meant = true;
    let mut part = String::with_capacity(text.len());
    for line in text.lines() {
        is_meant = match line {
            "-- both" => true,
            "-- only SQLite" => kind == Kind::Sqlite,
            "-- only PostgreSQL" => kind == Kind::Postgres,
            _ => is_meant,
        };
        if is_meant {
            part.push_str(line);
            part.push('\n');
        }
    }
    part
}

async fn bookkeeping_exists(exec: &dyn Executor) -> Result<bool, StoreError> {
    // The catalogue is the one thing that has no common name, so these two are not registered as portable.
    static SQLITE: Statement = Statement::new("select 1 from sqlite_schema where name = 'schema_migrations'");
    static POSTGRES: Statement = Statement::new(
        "select 1 as found from pg_catalog.pg_class where oid = to_regclass('schema_migrations')",
    );
    let statement = if exec.kind() == Kind::Sqlite { &SQLITE } else { &POSTGRES };
    Ok(exec.query_opt(statement, args![]).await?.is_some())
}

fn list_applied() -> &'static Statement {
    sql!("select version, checksum from schema_migrations order by version")
}

fn record_applied() -> &'static Statement {
    sql!("insert into schema_migrations (version, name, checksum) values ($1, $2, $3)")
}
