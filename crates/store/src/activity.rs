//! Active users and issued tokens, a day each. A day is named by the moment it began.

use portico_crypto::id::standard_id;
use portico_model::TenantId;

use crate::db::{Executor, StoreError, Tx};
use crate::{args, row_counts, sql, table};

/// Remembers that these users were active on a day; saying so again changes nothing.
pub async fn add_active_users(
    tx: &Tx,
    tenant: &TenantId,
    day: i64,
    user_ids: &[String],
) -> Result<(), StoreError> {
    let rows = user_ids.iter().map(|user_id| args![standard_id(), tenant, user_id, day]).collect();
    let head = "insert into daily_active_users (id, tenant_id, user_id, date)";
    let tail = "on conflict (tenant_id, user_id, date) do nothing";
    table::insert_rows(tx, head, rows, tail).await.map(drop)
}

/// Adds to the day's count of access tokens for users and for machines.
pub async fn add_token_usage(
    tx: &Tx,
    tenant: &TenantId,
    day: i64,
    user_tokens: i64,
    machine_tokens: i64,
) -> Result<(), StoreError> {
    let statement = sql!(
        "insert into daily_token_usage (id, tenant_id, usage, user_token_usage, m2m_token_usage, date)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, date) do update set
             usage = daily_token_usage.usage + excluded.usage,
             user_token_usage = daily_token_usage.user_token_usage + excluded.user_token_usage,
             m2m_token_usage = daily_token_usage.m2m_token_usage + excluded.m2m_token_usage"
    );
    let arguments =
        args![standard_id(), tenant, user_tokens + machine_tokens, user_tokens, machine_tokens, day];
    tx.execute(statement, arguments).await.map(drop)
}

/// How many tokens were issued to users and to machines on days that began from `from_ms` until before `until_ms`.
pub async fn token_usage(
    exec: &dyn Executor,
    tenant: &TenantId,
    from_ms: i64,
    until_ms: i64,
) -> Result<(i64, i64), StoreError> {
    let statement = sql!(
        "select cast(coalesce(sum(user_token_usage), 0) as bigint), cast(coalesce(sum(m2m_token_usage), 0) as bigint)
         from daily_token_usage where tenant_id = $1 and date >= $2 and date < $3"
    );
    let row = exec.query_one(statement, args![tenant, from_ms, until_ms]).await?;
    Ok((row.at(0)?, row.at(1)?))
}

/// Days that began from `from_ms` until before `until_ms`, with the number of users active on each; days
/// without any are left out.
pub async fn daily_active_users(
    exec: &dyn Executor,
    tenant: &TenantId,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let statement = sql!(
        "select date, count(*) from daily_active_users
         where tenant_id = $1 and date >= $2 and date < $3 group by date order by date"
    );
    let rows = exec.query(statement, args![tenant, from_ms, until_ms]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
}

/// How many users were active on any of the days that began from `from_ms` until before `until_ms`.
pub async fn count_active_users(
    exec: &dyn Executor,
    tenant: &TenantId,
    from_ms: i64,
    until_ms: i64,
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(distinct user_id) from daily_active_users
         where tenant_id = $1 and date >= $2 and date < $3"
    );
    table::value(exec, statement, args![tenant, from_ms, until_ms]).await
}

/// How many users were created from `from_ms` until before `until_ms`.
pub async fn count_new_users(
    exec: &dyn Executor,
    tenant: &TenantId,
    from_ms: i64,
    until_ms: i64,
) -> Result<i64, StoreError> {
    let statement =
        sql!("select count(*) from users where tenant_id = $1 and created_at >= $2 and created_at < $3");
    table::value(exec, statement, args![tenant, from_ms, until_ms]).await
}

/// How many users the tenant has.
pub async fn count_users(exec: &dyn Executor, tenant: &TenantId) -> Result<i64, StoreError> {
    let subject = row_counts::USERS.to_owned();
    let counts = row_counts::of(exec, tenant, &[subject]).await?;
    Ok(counts.get(row_counts::USERS).copied().unwrap_or(0))
}
