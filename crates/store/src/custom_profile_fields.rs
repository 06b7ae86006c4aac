//! The catalogue of profile fields, in its order.

use portico_model::{CustomProfileField, TenantId};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    CustomProfileField, "custom_profile_fields", columns {
        id plain, name plain, kind("type") text, label plain, description plain, required plain, config json,
        created_at plain, sie_order plain,
    }
}

/// The tenant's fields in order.
pub async fn list(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<CustomProfileField>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from custom_profile_fields where tenant_id = $1 order by sie_order, created_at, id"
    ));
    table::list(exec, statement, args![tenant]).await
}

/// The field of this name.
pub async fn find(
    exec: &dyn Executor,
    tenant: &TenantId,
    name: &str,
) -> Result<Option<CustomProfileField>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from custom_profile_fields where tenant_id = $1 and name = $2"
    ));
    table::find(exec, statement, args![tenant, name]).await
}

/// Adds a field at the end of the catalogue; answers it with its place.
pub async fn append(
    tx: &Tx,
    tenant: &TenantId,
    field: &CustomProfileField,
) -> Result<CustomProfileField, StoreError> {
    let last = sql!(
        "select cast(coalesce(max(sie_order), 0) as bigint) from custom_profile_fields where tenant_id = $1"
    );
    let last: i64 = table::value(tx, last, args![tenant]).await?;
    let field = CustomProfileField { tenant_id: tenant.to_string(), sie_order: last + 1, ..field.clone() };
    table::insert(tx, tenant, &field).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(field)
}

/// Replaces a field.
pub async fn update(tx: &Tx, tenant: &TenantId, field: &CustomProfileField) -> Result<(), StoreError> {
    table::update(tx, tenant, field).await?;
    tenants::bump_version(tx, tenant).await
}

/// Removes a field; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, name: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from custom_profile_fields where tenant_id = $1 and name = $2");
    let deleted = tx.execute(statement, args![tenant, name]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
