//! What is known of a session beyond the protocol: the last submission of its sign-in.

use portico_model::{JsonObject, TenantId};

use crate::db::{Arg, Executor, Row, StoreError};
use crate::{args, sql};

/// The extension of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionExtension {
    /// `uid` of the session.
    pub session_uid: String,
    /// The user.
    pub account_id: String,
    /// What the sign-in proved and from where.
    pub last_submission: JsonObject,
    /// The client that started the sign-in.
    pub client_id: Option<String>,
    /// The same, when the client is a metadata document.
    pub cimd_client_id: Option<String>,
}

impl SessionExtension {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            session_uid: row.get("session_uid")?,
            account_id: row.get("account_id")?,
            last_submission: row.json("last_submission")?,
            client_id: row.get("client_id")?,
            cimd_client_id: row.get("cimd_client_id")?,
        })
    }
}

/// Stores the extension of a session.
pub async fn upsert(
    exec: &dyn Executor,
    tenant: &TenantId,
    extension: &SessionExtension,
    now_ms: i64,
) -> Result<(), StoreError> {
    let statement = sql!(
        "insert into oidc_session_extensions
             (tenant_id, session_uid, account_id, last_submission, client_id, cimd_client_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (tenant_id, session_uid) do update set
             account_id = excluded.account_id, last_submission = excluded.last_submission,
             client_id = excluded.client_id, cimd_client_id = excluded.cimd_client_id,
             updated_at = excluded.updated_at"
    );
    let arguments = args![
        tenant,
        &extension.session_uid,
        &extension.account_id,
        &Arg::json(&extension.last_submission)?,
        &extension.client_id,
        &extension.cimd_client_id,
        now_ms,
    ];
    exec.execute(statement, arguments).await.map(drop)
}

/// The extension of a session.
pub async fn find(
    exec: &dyn Executor,
    tenant: &TenantId,
    session_uid: &str,
) -> Result<Option<SessionExtension>, StoreError> {
    let statement = sql!(
        "select session_uid, account_id, last_submission, client_id, cimd_client_id
         from oidc_session_extensions where tenant_id = $1 and session_uid = $2"
    );
    let row = exec.query_opt(statement, args![tenant, session_uid]).await?;
    row.as_ref().map(SessionExtension::from_row).transpose()
}

/// The extensions of a user's sessions.
pub async fn list_by_account(
    exec: &dyn Executor,
    tenant: &TenantId,
    account_id: &str,
) -> Result<Vec<SessionExtension>, StoreError> {
    let statement = sql!(
        "select session_uid, account_id, last_submission, client_id, cimd_client_id
         from oidc_session_extensions where tenant_id = $1 and account_id = $2 order by session_uid"
    );
    let rows = exec.query(statement, args![tenant, account_id]).await?;
    rows.iter().map(SessionExtension::from_row).collect()
}

/// Removes the extension of a session; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, session_uid: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from oidc_session_extensions where tenant_id = $1 and session_uid = $2");
    Ok(exec.execute(statement, args![tenant, session_uid]).await? == 1)
}
