//! Enterprise connectors.

use portico_model::{SsoConnector, TenantId};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    SsoConnector, "sso_connectors", columns {
        id plain, provider_name plain, connector_name plain, config json, domains json, branding json,
        sync_profile plain, enable_token_storage plain, created_at plain,
    }
}

/// The tenant's connectors, newest first.
pub async fn list(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<SsoConnector>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from sso_connectors where tenant_id = $1 order by created_at desc, id"
    ));
    table::list(exec, statement, args![tenant]).await
}

/// The connector of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<SsoConnector>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from sso_connectors where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The connector of this id, locked until the transaction ends.
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<SsoConnector>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from sso_connectors where tenant_id = $1 and id = $2 {lock}"));
    table::find(tx, statement, args![tenant, id]).await
}

/// Adds a connector.
pub async fn insert(tx: &Tx, tenant: &TenantId, connector: &SsoConnector) -> Result<(), StoreError> {
    table::insert(tx, tenant, connector).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces a connector.
pub async fn update(tx: &Tx, tenant: &TenantId, connector: &SsoConnector) -> Result<(), StoreError> {
    table::update(tx, tenant, connector).await?;
    tenants::bump_version(tx, tenant).await
}

/// Removes the provider tokens kept through a connector.
pub async fn delete_tokens(tx: &Tx, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
    let statement = sql!(
        "delete from secrets where tenant_id = $1 and id in (
             select secret_id from secret_enterprise_sso_connector_relations
             where tenant_id = $1 and sso_connector_id = $2)"
    );
    tx.execute(statement, args![tenant, id]).await.map(drop)
}

/// Removes a connector and the provider tokens kept through it; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    delete_tokens(tx, tenant, id).await?;
    let statement = sql!("delete from sso_connectors where tenant_id = $1 and id = $2");
    let deleted = tx.execute(statement, args![tenant, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
