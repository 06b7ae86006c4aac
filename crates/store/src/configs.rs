//! Per-tenant configuration: JSON under well-known keys (table `logto_configs`).

use portico_model::TenantId;
use serde::{Serialize, de::DeserializeOwned};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::{args, sql, tenants};

/// The value of a key.
pub async fn find<T: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let statement = sql!("select value from logto_configs where tenant_id = $1 and key = $2");
    exec.query_opt(statement, args![tenant, key]).await?.map(|row| row.json("value")).transpose()
}

/// The values of all keys that begin with `prefix`, by key.
pub async fn list<T: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    prefix: &str,
) -> Result<Vec<(String, T)>, StoreError> {
    let statement = sql!(
        "select key, value from logto_configs where tenant_id = $1 and substr(key, 1, $2) = $3 order by key"
    );
    let length = i64::try_from(prefix.len()).unwrap_or_default();
    let rows = exec.query(statement, args![tenant, length, prefix]).await?;
    rows.iter().map(|row| Ok((row.get("key")?, row.json("value")?))).collect()
}

/// Sets the value of a key.
pub async fn set<T: Serialize + Sync>(
    tx: &Tx,
    tenant: &TenantId,
    key: &str,
    value: &T,
) -> Result<(), StoreError> {
    let statement = sql!(
        "insert into logto_configs (tenant_id, key, value) values ($1, $2, $3)
         on conflict (tenant_id, key) do update set value = excluded.value"
    );
    tx.execute(statement, args![tenant, key, &Arg::json(value)?]).await?;
    tenants::bump_version(tx, tenant).await
}

/// Sets the value of a key; says whether it had one.
pub async fn replace<T: Serialize + Sync>(
    tx: &Tx,
    tenant: &TenantId,
    key: &str,
    value: &T,
) -> Result<bool, StoreError> {
    let statement = sql!("select key from logto_configs where tenant_id = $1 and key = $2");
    let existed = tx.query_opt(statement, args![tenant, key]).await?.is_some();
    set(tx, tenant, key, value).await?;
    Ok(existed)
}

/// Removes a key; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, key: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from logto_configs where tenant_id = $1 and key = $2");
    let deleted = tx.execute(statement, args![tenant, key]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
