//! The captcha service; one row a tenant.

use portico_model::{TenantId, captcha::CaptchaProvider};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, Stored, stored};
use crate::{args, sql, tenants};

stored! {
    CaptchaProvider, "captcha_providers", columns {
        id plain, config json, created_at plain, updated_at plain,
    }
}

/// The tenant's service.
pub async fn find(exec: &dyn Executor, tenant: &TenantId) -> Result<Option<CaptchaProvider>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from captcha_providers where tenant_id = $1"));
    table::find(exec, statement, args![tenant]).await
}

/// Makes this the tenant's service; an earlier one keeps its id and its age. Answers what is stored.
pub async fn put(
    tx: &Tx,
    tenant: &TenantId,
    provider: &CaptchaProvider,
) -> Result<CaptchaProvider, StoreError> {
    let statement = sql!(concat!(
        "insert into captcha_providers (",
        columns!(),
        ") values ($1, $2, $3, $4, $5)
         on conflict (tenant_id) do update set config = excluded.config, updated_at = excluded.updated_at
         returning ",
        columns!()
    ));
    let mut arguments = args![tenant];
    arguments.extend(provider.arguments()?);
    let stored = table::find(tx, statement, arguments).await?.ok_or(StoreError::NotFound)?;
    tenants::bump_version(tx, tenant).await?;
    Ok(stored)
}

/// Removes the tenant's service; says whether there was one.
pub async fn delete(tx: &Tx, tenant: &TenantId) -> Result<bool, StoreError> {
    let statement = sql!("delete from captcha_providers where tenant_id = $1");
    let deleted = tx.execute(statement, args![tenant]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
