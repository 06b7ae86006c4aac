//! Facts that wait for the second step of a verification.

use portico_model::TenantId;

use crate::db::{Arg, Executor, Json, StoreError};
use crate::{args, sql};

/// Stores a record in place of one with the same id.
pub async fn upsert(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    data: &impl serde::Serialize,
    now_ms: i64,
    expires_at_ms: i64,
) -> Result<(), StoreError> {
    let statement = sql!(
        "insert into verification_records (tenant_id, id, created_at, expires_at, data)
         values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, id) do update set
             created_at = excluded.created_at, expires_at = excluded.expires_at, data = excluded.data"
    );
    exec.execute(statement, args![tenant, id, now_ms, expires_at_ms, &Arg::json(data)?]).await.map(drop)
}

/// Takes a record out; of any number of concurrent callers one gets it.
pub async fn take<T: serde::de::DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    now_ms: i64,
) -> Result<Option<T>, StoreError> {
    let statement =
        sql!("delete from verification_records where tenant_id = $1 and id = $2 returning expires_at, data");
    let Some(row) = exec.query_opt(statement, args![tenant, id]).await? else { return Ok(None) };
    let data = row.at::<Json<T>>(1)?.0;
    Ok((row.at::<i64>(0)? > now_ms).then_some(data))
}

/// Removes up to `limit` expired records; call again while it removes that many.
pub async fn delete_expired(
    exec: &dyn Executor,
    tenant: &TenantId,
    now_ms: i64,
    limit: i64,
) -> Result<u64, StoreError> {
    let statement = sql!(
        "delete from verification_records where tenant_id = $1 and id in (
             select id from verification_records where tenant_id = $1 and expires_at < $2 limit $3)"
    );
    exec.execute(statement, args![tenant, now_ms, limit]).await
}
