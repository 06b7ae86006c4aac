//! The audit log.

use portico_model::{TenantId, log::Log};

use crate::db::{Arg, Executor, StoreError};
use crate::filter::{Filter, List, Page};
use crate::table::{self, Stored, stored};
use crate::{args, sql};

stored! {
    Log, "logs", columns {
        id plain, key plain, payload json, created_at plain,
    } derived {
        "user_id": |log| fact(log, "userId"),
        "application_id": |log| fact(log, "applicationId"),
        "hook_id": |log| fact(log, "hookId"),
    }
}

const LIST: List =
    List { table: "logs", columns: columns!(), order: "t.created_at desc, t.id desc", counter: None };

fn fact(log: &Log, name: &str) -> Arg {
    log.payload.get(name).and_then(|value| value.as_str()).into()
}

/// Which entries a list shows.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// Only these acts (`Interaction.SignIn.Submit`); empty means all.
    pub keys: Vec<String>,
    /// Only acts whose key begins with one of these and a dot (`Interaction`); empty means all.
    pub key_prefixes: Vec<String>,
    /// Leave out acts whose key begins with one of these and a dot.
    pub exclude_key_prefixes: Vec<String>,
    /// Only acts of this user.
    pub user_id: Option<String>,
    /// Only acts through this application.
    pub application_id: Option<String>,
    /// Only deliveries of this webhook.
    pub hook_id: Option<String>,
    /// Only from this time, inclusive; epoch milliseconds.
    pub from_ms: Option<i64>,
    /// Only until this time, inclusive; epoch milliseconds.
    pub until_ms: Option<i64>,
}

impl LogFilter {
    fn build(&self, tenant: &TenantId) -> Filter {
        let mut filter = Filter::tenant(tenant);
        if !self.keys.is_empty() {
            filter.and("t.key {in $n}", &self.keys);
        }
        for prefix in &self.exclude_key_prefixes {
            filter.and("t.key not like $n escape '\\'", prefix_pattern(prefix));
        }
        let patterns: Vec<Arg> =
            self.key_prefixes.iter().map(|prefix| Arg::from(prefix_pattern(prefix))).collect();
        filter.any("t.key like $n escape '\\'", patterns);
        let facts = [
            (&self.user_id, "t.user_id = $n"),
            (&self.application_id, "t.application_id = $n"),
            (&self.hook_id, "t.hook_id = $n"),
        ];
        for (value, condition) in facts {
            filter.and_some(condition, value.as_ref());
        }
        for (time, condition) in [(self.from_ms, "t.created_at >= $n"), (self.until_ms, "t.created_at <= $n")]
        {
            filter.and_some(condition, time);
        }
        filter
    }
}

fn prefix_pattern(prefix: &str) -> String {
    format!("{}.%", prefix.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Adds entries, each under the tenant it names; one statement for many.
pub async fn insert_many(exec: &dyn Executor, logs: &[Log]) -> Result<(), StoreError> {
    let rows: Result<Vec<_>, StoreError> = logs
        .iter()
        .map(|log| {
            let mut row = args![&log.tenant_id];
            row.extend(log.arguments()?);
            Ok(row)
        })
        .collect();
    let head = "insert into logs (tenant_id, id, key, payload, created_at, user_id, application_id, hook_id)";
    table::insert_rows(exec, head, rows?, "").await.map(drop)
}

/// Entries of the tenant, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &LogFilter,
    page: Page,
) -> Result<Vec<Log>, StoreError> {
    LIST.rows(exec, filter.build(tenant), page).await
}

/// How many entries the filter matches, but no more than `most`: what is beyond is not counted.
pub async fn count_up_to(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &LogFilter,
    most: i64,
) -> Result<i64, StoreError> {
    LIST.count_up_to(exec, filter.build(tenant), most).await
}

/// Deliveries of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookStatistics {
    /// The webhook.
    pub hook_id: String,
    /// How often it was posted to.
    pub requests: i64,
    /// How often that succeeded.
    pub successes: i64,
}

/// What became of the deliveries of these webhooks since `from_ms`; webhooks without any are left out.
pub async fn hook_statistics(
    exec: &dyn Executor,
    tenant: &TenantId,
    hook_ids: &[String],
    from_ms: i64,
) -> Result<Vec<HookStatistics>, StoreError> {
    let statement = sql!(
        "select hook_id, count(*), count(*) filter (where payload ->> 'result' = 'Success')
         from logs where tenant_id = $1 and hook_id {in $2} and created_at >= $3 group by hook_id"
    );
    let rows = exec.query(statement, args![tenant, hook_ids, from_ms]).await?;
    let read = |row: &crate::Row| {
        Ok(HookStatistics { hook_id: row.at(0)?, requests: row.at(1)?, successes: row.at(2)? })
    };
    rows.iter().map(read).collect()
}

/// Removes the oldest entries made before `before_ms`, at most `limit`; says how many.
pub async fn delete_before(
    exec: &dyn Executor,
    tenant: &TenantId,
    before_ms: i64,
    limit: i64,
) -> Result<u64, StoreError> {
    let statement = sql!(
        "delete from logs where tenant_id = $1 and id in (
             select id from logs where tenant_id = $1 and created_at < $2 order by created_at, id limit $3)"
    );
    exec.execute(statement, args![tenant, before_ms, limit]).await
}

/// How many entries the filter matches.
pub async fn count(exec: &dyn Executor, tenant: &TenantId, filter: &LogFilter) -> Result<i64, StoreError> {
    LIST.count(exec, filter.build(tenant)).await
}

/// The entry of this id.
pub async fn find_by_id(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<Option<Log>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from logs where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}
