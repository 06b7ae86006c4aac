//! Subject tokens.

use portico_model::{TenantId, subject_token::SubjectToken};

use crate::db::{Executor, StoreError};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    SubjectToken, "subject_tokens", columns {
        id plain, context json, expires_at plain, consumed_at plain, user_id plain, created_at plain,
        creator_id plain,
    }
}

/// Adds a token.
pub async fn insert(exec: &dyn Executor, tenant: &TenantId, token: &SubjectToken) -> Result<(), StoreError> {
    table::insert(exec, tenant, token).await
}

/// The token of this id, also when it has expired or was used.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<SubjectToken>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from subject_tokens where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// Uses a token up; says no when somebody else was faster.
pub async fn consume(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "update subject_tokens set consumed_at = $3
         where tenant_id = $1 and id = $2 and consumed_at is null and expires_at > $3"
    );
    Ok(exec.execute(statement, args![tenant, id, now_ms]).await? == 1)
}
