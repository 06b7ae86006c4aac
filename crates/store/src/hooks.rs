//! Webhooks.

use portico_model::{Hook, TenantId};

use crate::db::{Executor, StoreError, Tx};
use crate::filter::Page;
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    Hook, "hooks", columns {
        id plain, name plain, event text_or_null, events json, config json, signing_key plain, enabled plain,
        created_at plain,
    }
}

/// Webhooks of the tenant, newest first.
pub async fn list(exec: &dyn Executor, tenant: &TenantId, page: Page) -> Result<Vec<Hook>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from hooks where tenant_id = $1 order by created_at desc, id desc limit $2 offset $3"
    ));
    table::list(exec, statement, args![tenant, page.limit, page.offset]).await
}

/// Webhooks of the tenant that are told of events, oldest first.
pub async fn list_enabled(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<Hook>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from hooks where tenant_id = $1 and enabled order by created_at, id"
    ));
    table::list(exec, statement, args![tenant]).await
}

/// How many webhooks the tenant has.
pub async fn count(exec: &dyn Executor, tenant: &TenantId) -> Result<i64, StoreError> {
    table::value(exec, sql!("select count(*) from hooks where tenant_id = $1"), args![tenant]).await
}

/// The webhook of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Hook>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from hooks where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// Adds a webhook.
pub async fn insert(tx: &Tx, tenant: &TenantId, hook: &Hook) -> Result<(), StoreError> {
    table::insert(tx, tenant, hook).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces a webhook.
pub async fn update(tx: &Tx, tenant: &TenantId, hook: &Hook) -> Result<(), StoreError> {
    table::update(tx, tenant, hook).await?;
    tenants::bump_version(tx, tenant).await
}

/// Removes a webhook and what was still to be delivered to it; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let pending = sql!("delete from hook_deliveries where tenant_id = $1 and hook_id = $2");
    tx.execute(pending, args![tenant, id]).await?;
    let statement = sql!("delete from hooks where tenant_id = $1 and id = $2");
    let deleted = tx.execute(statement, args![tenant, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
