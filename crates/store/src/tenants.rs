//! Tenants, and the version of what processes keep in memory of each.

use portico_model::{TenantId, tenant::Tenant};

use crate::db::{Executor, Kind, Row, Statement, StoreError, Tx};
use crate::table::EnumText;
use crate::{args, sql};

/// Channel on which PostgreSQL tells other processes of a new snapshot version; the payload is the tenant.
pub const SNAPSHOT_CHANNEL: &str = "portico_snapshot";

/// Adds a tenant.
pub async fn insert(exec: &dyn Executor, tenant: &Tenant) -> Result<(), StoreError> {
    let statement =
        sql!("insert into tenants (id, name, tag, created_at, is_suspended) values ($1, $2, $3, $4, $5)");
    let arguments =
        args![&tenant.id, &tenant.name, tenant.tag.as_str(), tenant.created_at, tenant.is_suspended];
    exec.execute(statement, arguments).await.map(drop)
}

/// All tenants, by id.
pub async fn list(exec: &dyn Executor) -> Result<Vec<Tenant>, StoreError> {
    let statement = sql!("select id, name, tag, created_at, is_suspended from tenants order by id");
    exec.query(statement, args![]).await?.iter().map(from_row).collect()
}

/// The tenant of this id.
pub async fn find(exec: &dyn Executor, tenant: &TenantId) -> Result<Option<Tenant>, StoreError> {
    let statement = sql!("select id, name, tag, created_at, is_suspended from tenants where id = $1");
    exec.query_opt(statement, args![tenant]).await?.as_ref().map(from_row).transpose()
}

fn from_row(row: &Row) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        id: row.at(0)?,
        name: row.at(1)?,
        tag: row.at::<EnumText<_>>(2)?.0,
        created_at: row.at(3)?,
        is_suspended: row.at(4)?,
    })
}

/// Version of the tenant's snapshot data: keys, sign-in experience, connectors, applications, resources.
pub async fn snapshot_version(exec: &dyn Executor, tenant: &TenantId) -> Result<i64, StoreError> {
    crate::table::value(exec, sql!("select snapshot_version from tenants where id = $1"), args![tenant]).await
}

/// Says that snapshot data changed. Every write of such data in this crate calls it in its transaction.
pub async fn bump_version(tx: &Tx, tenant: &TenantId) -> Result<(), StoreError> {
    let statement = sql!("update tenants set snapshot_version = snapshot_version + 1 where id = $1");
    if tx.kind() == Kind::Postgres {
        // Delivered at commit. Only PostgreSQL has other processes to tell.
        static NOTIFY: Statement = Statement::new("select true as told from pg_notify($1, $2)");
        tx.query(&NOTIFY, args![SNAPSHOT_CHANNEL, tenant]).await?;
    }
    tx.execute(statement, args![tenant]).await.map(drop)
}
