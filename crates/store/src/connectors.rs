//! Configured connectors.

use portico_model::{Connector, TenantId};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, secrets, sql, tenants};

stored! {
    Connector, "connectors", columns {
        id plain, sync_profile plain, enable_token_storage plain, connector_id plain, config json,
        metadata json, created_at plain,
    }
}

/// All connectors of the tenant, oldest first.
pub async fn list(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<Connector>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from connectors where tenant_id = $1 order by created_at, id"));
    table::list(exec, statement, args![tenant]).await
}

/// The connector of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Connector>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from connectors where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// Adds a connector.
pub async fn insert(tx: &Tx, tenant: &TenantId, connector: &Connector) -> Result<(), StoreError> {
    table::insert(tx, tenant, connector).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces a connector; provider tokens that it no longer keeps are forgotten.
pub async fn update(tx: &Tx, tenant: &TenantId, connector: &Connector) -> Result<(), StoreError> {
    if !connector.enable_token_storage {
        secrets::delete_of_connector(tx, tenant, &connector.id).await?;
    }
    table::update(tx, tenant, connector).await?;
    tenants::bump_version(tx, tenant).await
}

/// Removes a connector and the provider tokens kept through it; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    secrets::delete_of_connector(tx, tenant, id).await?;
    let statement = sql!("delete from connectors where tenant_id = $1 and id = $2");
    let deleted = tx.execute(statement, args![tenant, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
