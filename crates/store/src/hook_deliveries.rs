//! The outbox of webhooks: what is still to be delivered.
//!
//! A row is written in the transaction of the change it tells of, so a delivery exists exactly when its change
//! does. Only the first row of a webhook's queue can be claimed, and claiming moves its due time beyond the
//! longest delivery: the deliveries of one webhook follow each other whoever makes them, and what a process
//! had taken when it died is taken again by another.

use portico_model::TenantId;
use portico_model::hook::HookEvent;

use crate::db::{Executor, Row, StoreError, Tx};
use crate::table::EnumText;
use crate::{args, sql, table};

/// One delivery to one webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct HookDelivery {
    /// Id.
    pub id: String,
    /// The webhook.
    pub hook_id: String,
    /// What happened.
    pub event: HookEvent,
    /// Place in the webhook's queue.
    pub sequence: i64,
    /// The exact text to send.
    pub body: String,
    /// How often it was begun.
    pub attempts: i64,
    /// When it happened; epoch milliseconds.
    pub created_at: i64,
}

fn from_row(row: &Row) -> Result<HookDelivery, StoreError> {
    Ok(HookDelivery {
        id: row.at(0)?,
        hook_id: row.at(1)?,
        event: row.at::<EnumText<_>>(2)?.0,
        sequence: row.at(3)?,
        body: row.at(4)?,
        attempts: row.at(5)?,
        created_at: row.at(6)?,
    })
}

/// Adds deliveries, due at once. [`crate::Db::deliveries`] tells of them after the commit.
pub async fn insert_many(tx: &Tx, tenant: &TenantId, deliveries: &[HookDelivery]) -> Result<(), StoreError> {
    let rows = deliveries.iter().map(|delivery| {
        args![
            tenant,
            &delivery.id,
            &delivery.hook_id,
            delivery.event.as_str(),
            delivery.sequence,
            &delivery.body,
            delivery.attempts,
            delivery.created_at,
            delivery.created_at
        ]
    });
    let head = "insert into hook_deliveries (tenant_id, id, hook_id, event, sequence, body, attempts, due_at, created_at)";
    table::insert_rows(tx, head, rows.collect(), "").await?;
    tx.tell_of_deliveries();
    Ok(())
}

/// Takes the first delivery of each webhook that is due, until `lease_until_ms`; at most `limit`, the longest
/// due first.
pub async fn claim(
    exec: &dyn Executor,
    tenant: &TenantId,
    now_ms: i64,
    lease_until_ms: i64,
    limit: i64,
) -> Result<Vec<HookDelivery>, StoreError> {
    let statement = sql!(
        "update hook_deliveries set due_at = $3, attempts = attempts + 1
         where tenant_id = $1 and due_at <= $2 and id in (
             select first.id from hooks h join hook_deliveries first on first.tenant_id = h.tenant_id and first.id = (
                 select queued.id from hook_deliveries queued
                 where queued.tenant_id = h.tenant_id and queued.hook_id = h.id
                 order by queued.sequence, queued.id limit 1)
             where h.tenant_id = $1 and first.due_at <= $2
             order by first.due_at limit $4)
         returning id, hook_id, event, sequence, body, attempts, created_at"
    );
    let rows = exec.query(statement, args![tenant, now_ms, lease_until_ms, limit]).await?;
    rows.iter().map(from_row).collect()
}

/// When the next delivery is due; absent when nothing waits.
pub async fn next_due_at(exec: &dyn Executor, tenant: &TenantId) -> Result<Option<i64>, StoreError> {
    let statement = sql!(
        "select min(first.due_at) from hooks h join hook_deliveries first on first.tenant_id = h.tenant_id and first.id = (
             select queued.id from hook_deliveries queued
             where queued.tenant_id = h.tenant_id and queued.hook_id = h.id
             order by queued.sequence, queued.id limit 1)
         where h.tenant_id = $1"
    );
    table::value(exec, statement, args![tenant]).await
}

/// Removes a delivery that is done, successful or not; the next of its webhook can be taken.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
    let statement = sql!("delete from hook_deliveries where tenant_id = $1 and id = $2");
    exec.execute(statement, args![tenant, id]).await.map(drop)
}

/// Says when a delivery is to be tried again; the webhook's later ones wait for it.
pub async fn postpone(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    due_at_ms: i64,
) -> Result<(), StoreError> {
    let statement = sql!("update hook_deliveries set due_at = $3 where tenant_id = $1 and id = $2");
    exec.execute(statement, args![tenant, id, due_at_ms]).await.map(drop)
}

/// How many deliveries wait.
pub async fn count(exec: &dyn Executor, tenant: &TenantId) -> Result<i64, StoreError> {
    table::value(exec, sql!("select count(*) from hook_deliveries where tenant_id = $1"), args![tenant]).await
}
