//! Custom domains.

use portico_model::{
    TenantId,
    domain::{Domain, DomainStatus},
};

use crate::db::{Executor, StoreError};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    Domain, "domains", columns {
        id plain, domain plain, status text, error_message plain, dns_records json, verification_files json,
        updated_at plain, created_at plain,
    }
}

/// The tenant's domains, oldest first.
pub async fn list(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<Domain>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from domains where tenant_id = $1 order by created_at, id"));
    table::list(exec, statement, args![tenant]).await
}

/// How many domains the tenant has.
pub async fn count(exec: &dyn Executor, tenant: &TenantId) -> Result<i64, StoreError> {
    table::value(exec, sql!("select count(*) from domains where tenant_id = $1"), args![tenant]).await
}

/// The domain of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Domain>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from domains where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The domain with this name.
pub async fn find_by_name(
    exec: &dyn Executor,
    tenant: &TenantId,
    name: &str,
) -> Result<Option<Domain>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from domains where tenant_id = $1 and domain = $2"));
    table::find(exec, statement, args![tenant, name]).await
}

/// Adds a domain.
pub async fn insert(exec: &dyn Executor, tenant: &TenantId, domain: &Domain) -> Result<(), StoreError> {
    table::insert(exec, tenant, domain).await
}

/// Replaces a domain.
pub async fn update(exec: &dyn Executor, tenant: &TenantId, domain: &Domain) -> Result<(), StoreError> {
    table::update(exec, tenant, domain).await
}

/// Removes a domain; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from domains where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}

/// Removes the domains that are not active though they were added before this time; says how many.
pub async fn delete_inactive(
    exec: &dyn Executor,
    tenant: &TenantId,
    before_ms: i64,
) -> Result<u64, StoreError> {
    let statement = sql!("delete from domains where tenant_id = $1 and status <> $2 and created_at < $3");
    exec.execute(statement, args![tenant, DomainStatus::Active.as_str(), before_ms]).await
}
