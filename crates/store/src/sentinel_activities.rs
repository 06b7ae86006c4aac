//! Attempts that the sentinel counts.

use portico_model::{
    TenantId,
    sentinel::{SentinelAction, SentinelActivity, SentinelTargetType},
};

use crate::db::{Arg, Executor, StoreError};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    SentinelActivity, "sentinel_activities", columns {
        id plain, target_type text, target_hash plain, action text, action_result text, payload json,
        decision text, decision_expires_at plain, created_at plain,
    }
}

/// Whom attempts were against.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Kind of target.
    pub target_type: SentinelTargetType,
    /// Hash of the identifier.
    pub target_hash: &'a str,
}

impl Target<'_> {
    fn arguments(self, tenant: &TenantId, actions: &[SentinelAction], time_ms: i64) -> Vec<Arg> {
        let actions = Arg::list(actions.iter().map(|action| action.as_str()));
        args![tenant, self.target_type.as_str(), self.target_hash, &actions, time_ms]
    }
}

/// Adds an attempt.
pub async fn insert(
    exec: &dyn Executor,
    tenant: &TenantId,
    activity: &SentinelActivity,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, activity).await
}

/// How many of these actions failed against the target since a time, without those already blocked.
pub async fn count_failed_since(
    exec: &dyn Executor,
    tenant: &TenantId,
    target: Target<'_>,
    actions: &[SentinelAction],
    since_ms: i64,
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(*) from sentinel_activities
         where tenant_id = $1 and target_type = $2 and target_hash = $3 and action {in $4}
             and action_result = 'Failed' and decision <> 'Blocked' and created_at > $5"
    );
    table::value(exec, statement, target.arguments(tenant, actions, since_ms)).await
}

/// How often these actions succeeded for the target since a time.
pub async fn count_successes_since(
    exec: &dyn Executor,
    tenant: &TenantId,
    target: Target<'_>,
    actions: &[SentinelAction],
    since_ms: i64,
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(*) from sentinel_activities
         where tenant_id = $1 and target_type = $2 and target_hash = $3 and action {in $4}
             and action_result = 'Success' and created_at > $5"
    );
    table::value(exec, statement, target.arguments(tenant, actions, since_ms)).await
}

/// Takes an attempt back.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
    let statement = sql!("delete from sentinel_activities where tenant_id = $1 and id = $2");
    exec.execute(statement, args![tenant, id]).await.map(drop)
}

/// Until when the target is blocked from these actions, if it is.
pub async fn blocked_until(
    exec: &dyn Executor,
    tenant: &TenantId,
    target: Target<'_>,
    actions: &[SentinelAction],
    now_ms: i64,
) -> Result<Option<i64>, StoreError> {
    let statement = sql!(
        "select max(decision_expires_at) from sentinel_activities
         where tenant_id = $1 and target_type = $2 and target_hash = $3 and action {in $4}
             and decision = 'Blocked' and decision_expires_at > $5"
    );
    table::value(exec, statement, target.arguments(tenant, actions, now_ms)).await
}

/// Forgets what is known of these targets, which unblocks them.
pub async fn delete_for_targets(
    exec: &dyn Executor,
    tenant: &TenantId,
    target_type: SentinelTargetType,
    target_hashes: &[String],
) -> Result<u64, StoreError> {
    let statement = sql!(
        "delete from sentinel_activities where tenant_id = $1 and target_type = $2 and target_hash {in $3}"
    );
    exec.execute(statement, args![tenant, target_type.as_str(), target_hashes]).await
}

/// Removes attempts too old to count.
pub async fn delete_before(
    exec: &dyn Executor,
    tenant: &TenantId,
    before_ms: i64,
) -> Result<u64, StoreError> {
    let statement = sql!(
        "delete from sentinel_activities where tenant_id = $1 and created_at < $2 and decision_expires_at < $2"
    );
    exec.execute(statement, args![tenant, before_ms]).await
}
