//! Personal access tokens.

use portico_model::{TenantId, personal_access_token::PersonalAccessToken};

use crate::db::{Executor, StoreError};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    PersonalAccessToken, "personal_access_tokens", columns {
        user_id plain, name plain, value plain, created_at plain, expires_at plain,
    }
}

/// The token with this value, also when it has expired.
pub async fn find_by_value(
    exec: &dyn Executor,
    tenant: &TenantId,
    value: &str,
) -> Result<Option<PersonalAccessToken>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from personal_access_tokens where tenant_id = $1 and value = $2"
    ));
    table::find(exec, statement, args![tenant, value]).await
}

/// A user's tokens, by name.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<Vec<PersonalAccessToken>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from personal_access_tokens where tenant_id = $1 and user_id = $2 order by name"
    ));
    table::list(exec, statement, args![tenant, user_id]).await
}

/// Adds a token.
pub async fn insert(
    exec: &dyn Executor,
    tenant: &TenantId,
    token: &PersonalAccessToken,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, token).await
}

/// Renames a token.
pub async fn rename(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    name: &str,
    new_name: &str,
) -> Result<PersonalAccessToken, StoreError> {
    let statement = sql!(concat!(
        "update personal_access_tokens set name = $4
         where tenant_id = $1 and user_id = $2 and name = $3 returning ",
        columns!()
    ));
    let found = table::find(exec, statement, args![tenant, user_id, name, new_name]).await?;
    found.ok_or(StoreError::NotFound)
}

/// Removes a token; says whether it was there.
pub async fn delete(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    let statement =
        sql!("delete from personal_access_tokens where tenant_id = $1 and user_id = $2 and name = $3");
    Ok(exec.execute(statement, args![tenant, user_id, name]).await? == 1)
}
