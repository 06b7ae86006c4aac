//! The index that finds users by any part of what names them. SQLite's is part of the schema; PostgreSQL's needs the
//! extension `pg_trgm`, which an administrator may have to allow, so it is no migration: the program tries again at
//! each start, and does without meanwhile.

use crate::args;
use crate::db::{Db, Kind, Statement, StoreError};

/// Makes PostgreSQL's index if it is missing and can be made.
pub(crate) async fn ensure(db: &Db) -> Result<(), StoreError> {
    static FIND: Statement =
        Statement::new("select 1 as found from pg_catalog.pg_class where oid = to_regclass('users__search')");
    if db.kind() == Kind::Sqlite || db.query_opt(&FIND, args![]).await?.is_some() {
        return Ok(());
    }
    let made: Result<(), StoreError> = db
        .write(|tx| {
            Box::pin(async move {
                tx.batch(
                    "create extension if not exists pg_trgm;
                     create index if not exists users__search on users using gin (
                         lower(id) gin_trgm_ops, lower(username) gin_trgm_ops, lower(primary_email) gin_trgm_ops,
                         lower(primary_phone) gin_trgm_ops, name_folded gin_trgm_ops)",
                )
                .await
            })
        })
        .await;
    if let Err(error) = made {
        tracing::warn!(
            %error,
            "searching users reads all of them: the PostgreSQL extension pg_trgm is not there. \
             Run `create extension pg_trgm` as an administrator of the database and start again."
        );
    }
    Ok(())
}
