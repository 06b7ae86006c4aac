//! Settings of the account pages; one row a tenant.

use portico_model::{TenantId, account_center::AccountCenter};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    AccountCenter, "account_centers", columns {
        id plain, enabled plain, fields json, webauthn_related_origins json, delete_account_url plain,
        custom_css plain, profile_fields json_or_null,
    }
}

/// The tenant's settings.
pub async fn find(exec: &dyn Executor, tenant: &TenantId) -> Result<Option<AccountCenter>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from account_centers where tenant_id = $1 and id = 'default'"));
    table::find(exec, statement, args![tenant]).await
}

/// The tenant's settings, locked until the transaction ends, to be changed and given to [`update`].
pub async fn find_for_update(tx: &Tx, tenant: &TenantId) -> Result<Option<AccountCenter>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from account_centers where tenant_id = $1 and id = 'default' {lock}"
    ));
    table::find(tx, statement, args![tenant]).await
}

/// Adds the tenant's settings.
pub async fn insert(tx: &Tx, tenant: &TenantId, settings: &AccountCenter) -> Result<(), StoreError> {
    table::insert(tx, tenant, settings).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces the tenant's settings.
pub async fn update(tx: &Tx, tenant: &TenantId, settings: &AccountCenter) -> Result<(), StoreError> {
    table::update(tx, tenant, settings).await?;
    tenants::bump_version(tx, tenant).await
}
