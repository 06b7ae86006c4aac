//! What the OpenID provider keeps between requests: codes, tokens, sessions, grants, interactions
//! (table `oidc_model_instances`). The payload is any serializable type; some of its members are copied to
//! columns, for the indexes.

use portico_model::{TenantId, oidc::OidcModel};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::db::{Arg, Executor, Row, StoreError};
use crate::{args, sql};

/// One stored artifact.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact<T> {
    /// Id within its model.
    pub id: String,
    /// What it says.
    pub payload: T,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// When it was used up, for those that can be used once; epoch milliseconds.
    pub consumed_at: Option<i64>,
}

impl<T: DeserializeOwned> Artifact<T> {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            payload: row.json("payload")?,
            expires_at: row.get("expires_at")?,
            consumed_at: row.get("consumed_at")?,
        })
    }
}

/// Stores an artifact, or replaces the payload and expiry of the one that is there. A consumed artifact
/// stays consumed.
pub async fn upsert<T: Serialize + Sync>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
    payload: &T,
    expires_at_ms: i64,
) -> Result<(), StoreError> {
    let payload = serde_json::to_value(payload).map_err(|error| StoreError::Argument(error.to_string()))?;
    let member = |name: &str| Arg::from(payload.get(name).and_then(Value::as_str));
    let grant_id = match model {
        // A grant goes with all that rests on it, so it counts among them.
        OidcModel::Grant => Arg::from(id),
        // An interaction names the grant it may add to; it does not rest on it.
        OidcModel::Interaction => Arg::Null,
        _ => member("grantId"),
    };
    let statement = sql!(
        "insert into oidc_model_instances
             (tenant_id, model_name, id, payload, expires_at, grant_id, uid, user_code, account_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, model_name, id) do update set
             payload = excluded.payload, expires_at = excluded.expires_at, grant_id = excluded.grant_id,
             uid = excluded.uid, user_code = excluded.user_code, account_id = excluded.account_id"
    );
    let arguments = args![
        tenant,
        model.as_str(),
        id,
        &payload,
        expires_at_ms,
        &grant_id,
        &member("uid"),
        &member("userCode"),
        &member("accountId"),
    ];
    exec.execute(statement, arguments).await.map(drop)
}

/// Stores an artifact unless one of this id is there; says whether it was stored. Of any number of concurrent
/// callers exactly one hears `true`: what must not be presented twice is noted this way (RFC 7523 §3).
pub async fn insert_once(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
    payload: &Value,
    expires_at_ms: i64,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "insert into oidc_model_instances (tenant_id, model_name, id, payload, expires_at)
         values ($1, $2, $3, $4, $5) on conflict (tenant_id, model_name, id) do nothing"
    );
    Ok(exec.execute(statement, args![tenant, model.as_str(), id, payload, expires_at_ms]).await? == 1)
}

/// The artifact of this id, also when it is expired or consumed: the caller has a clock and an answer.
pub async fn find<T: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
) -> Result<Option<Artifact<T>>, StoreError> {
    let statement = sql!(
        "select id, payload, expires_at, consumed_at from oidc_model_instances
         where tenant_id = $1 and model_name = $2 and id = $3"
    );
    let row = exec.query_opt(statement, args![tenant, model.as_str(), id]).await?;
    row.as_ref().map(Artifact::from_row).transpose()
}

/// The artifact whose payload has this `uid` (sessions keep it while their id changes).
pub async fn find_by_uid<T: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    uid: &str,
) -> Result<Option<Artifact<T>>, StoreError> {
    let statement = sql!(
        "select id, payload, expires_at, consumed_at from oidc_model_instances
         where tenant_id = $1 and model_name = $2 and uid = $3 limit 1"
    );
    let row = exec.query_opt(statement, args![tenant, model.as_str(), uid]).await?;
    row.as_ref().map(Artifact::from_row).transpose()
}

/// The artifact whose payload has this `userCode` (RFC 8628 §3.2).
pub async fn find_by_user_code<T: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    user_code: &str,
) -> Result<Option<Artifact<T>>, StoreError> {
    let statement = sql!(
        "select id, payload, expires_at, consumed_at from oidc_model_instances
         where tenant_id = $1 and model_name = $2 and user_code = $3 limit 1"
    );
    let row = exec.query_opt(statement, args![tenant, model.as_str(), user_code]).await?;
    row.as_ref().map(Artifact::from_row).transpose()
}

/// Uses an artifact up. Of any number of concurrent callers exactly one hears `true`: a code or a rotated
/// refresh token is worth one exchange (RFC 6749 §4.1.2, §10.5).
pub async fn consume(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "update oidc_model_instances set consumed_at = $4
         where tenant_id = $1 and model_name = $2 and id = $3 and consumed_at is null"
    );
    Ok(exec.execute(statement, args![tenant, model.as_str(), id, now_ms]).await? == 1)
}

/// Removes an artifact; says whether it was there.
pub async fn destroy(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
) -> Result<bool, StoreError> {
    let statement =
        sql!("delete from oidc_model_instances where tenant_id = $1 and model_name = $2 and id = $3");
    Ok(exec.execute(statement, args![tenant, model.as_str(), id]).await? == 1)
}

/// Removes a grant and everything that rests on it, of every model.
pub async fn revoke_by_grant_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    grant_id: &str,
) -> Result<u64, StoreError> {
    let statement = sql!("delete from oidc_model_instances where tenant_id = $1 and grant_id = $2");
    exec.execute(statement, args![tenant, grant_id]).await
}

/// Removes several grants and everything that rests on them, of every model.
pub async fn revoke_by_grant_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    grant_ids: &[String],
) -> Result<u64, StoreError> {
    let statement = sql!("delete from oidc_model_instances where tenant_id = $1 and grant_id {in $2}");
    exec.execute(statement, args![tenant, grant_ids]).await
}

/// The user's artifacts of a model that have not expired, by id.
pub async fn list_by_account<T: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    account_id: &str,
    now_ms: i64,
) -> Result<Vec<Artifact<T>>, StoreError> {
    let statement = sql!(
        "select id, payload, expires_at, consumed_at from oidc_model_instances
         where tenant_id = $1 and model_name = $2 and account_id = $3 and expires_at > $4 order by id"
    );
    let rows = exec.query(statement, args![tenant, model.as_str(), account_id, now_ms]).await?;
    rows.iter().map(Artifact::from_row).collect()
}

/// Removes everything a user's sign-ins left: sessions, grants and what rests on them.
pub async fn revoke_by_account(
    exec: &dyn Executor,
    tenant: &TenantId,
    account_id: &str,
) -> Result<u64, StoreError> {
    let statement = sql!("delete from oidc_model_instances where tenant_id = $1 and account_id = $2");
    exec.execute(statement, args![tenant, account_id]).await
}

/// Removes up to `limit` expired artifacts; call again while it removes that many.
pub async fn delete_expired(
    exec: &dyn Executor,
    tenant: &TenantId,
    now_ms: i64,
    limit: i64,
) -> Result<u64, StoreError> {
    let statement = sql!(
        "delete from oidc_model_instances where tenant_id = $1 and (model_name, id) in (
             select model_name, id from oidc_model_instances
             where tenant_id = $1 and expires_at < $2 limit $3)"
    );
    exec.execute(statement, args![tenant, now_ms, limit]).await
}
