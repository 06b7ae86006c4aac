//! One-time tokens.

use portico_model::{
    TenantId,
    one_time_token::{OneTimeToken, OneTimeTokenStatus},
};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::filter::Page;
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    OneTimeToken, "one_time_tokens", columns {
        id plain, email plain, token plain, context json, status text, created_at plain, expires_at plain,
    }
}

/// Which tokens are meant; what is not given does not narrow.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "plain names")]
pub struct OneTimeTokenFilter {
    pub email: Option<String>,
    pub status: Option<OneTimeTokenStatus>,
}

/// The tokens, newest first. An active one whose time is over counts as expired.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &OneTimeTokenFilter,
    now_ms: i64,
    page: Page,
) -> Result<Vec<OneTimeToken>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from one_time_tokens where tenant_id = $1 and email = coalesce($2, email)
              and case when status = 'active' and expires_at <= $4 then 'expired' else status end
                  = coalesce($3, case when status = 'active' and expires_at <= $4 then 'expired' else status end)
          order by created_at desc, id limit $5 offset $6"
    ));
    let status = filter.status.map(OneTimeTokenStatus::as_str);
    let arguments: Vec<Arg> = args![tenant, &filter.email, status, now_ms, page.limit, page.offset];
    table::list(exec, statement, arguments).await
}

/// How many tokens are meant.
pub async fn count(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &OneTimeTokenFilter,
    now_ms: i64,
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(*) from one_time_tokens where tenant_id = $1 and email = coalesce($2, email)
         and case when status = 'active' and expires_at <= $4 then 'expired' else status end
                  = coalesce($3, case when status = 'active' and expires_at <= $4 then 'expired' else status end)"
    );
    let status = filter.status.map(OneTimeTokenStatus::as_str);
    table::value(exec, statement, args![tenant, &filter.email, status, now_ms]).await
}

/// The token of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OneTimeToken>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from one_time_tokens where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The token with this text.
pub async fn find_by_token(
    exec: &dyn Executor,
    tenant: &TenantId,
    token: &str,
) -> Result<Option<OneTimeToken>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from one_time_tokens where tenant_id = $1 and token = $2"));
    table::find(exec, statement, args![tenant, token]).await
}

/// Adds a token, and writes down which earlier ones of the same address have expired.
pub async fn insert(tx: &Tx, tenant: &TenantId, token: &OneTimeToken) -> Result<(), StoreError> {
    let expire = sql!(
        "update one_time_tokens set status = 'expired'
         where tenant_id = $1 and email = $2 and status = 'active' and expires_at <= $3"
    );
    tx.execute(expire, args![tenant, &token.email, token.created_at]).await?;
    table::insert(tx, tenant, token).await
}

/// Moves a token from one status to another; says no when it was not in the first.
pub async fn change_status(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    from: OneTimeTokenStatus,
    to: OneTimeTokenStatus,
) -> Result<bool, StoreError> {
    let statement =
        sql!("update one_time_tokens set status = $4 where tenant_id = $1 and id = $2 and status = $3");
    Ok(exec.execute(statement, args![tenant, id, from.as_str(), to.as_str()]).await? == 1)
}

/// Gives a token a status, whatever it had; `None` when it is not there.
pub async fn set_status(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    status: OneTimeTokenStatus,
) -> Result<Option<OneTimeToken>, StoreError> {
    let statement = sql!(concat!(
        "update one_time_tokens set status = $3 where tenant_id = $1 and id = $2 returning ",
        columns!()
    ));
    table::find(exec, statement, args![tenant, id, status.as_str()]).await
}

/// Removes a token; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from one_time_tokens where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}
