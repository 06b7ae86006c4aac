//! Reading a bearer token together with what it rests on, in one statement.

use portico_model::{TenantId, User, oidc::OidcModel};
use serde::de::DeserializeOwned;

use crate::db::{Executor, Row, StoreError};
use crate::table::Stored;
use crate::users::user_columns;
use crate::{args, sql};

/// A stored token with its grant and its session.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenWithGrant<T, G> {
    /// Model name of the token.
    pub model_name: String,
    /// What the token says.
    pub payload: T,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// When it was used up; epoch milliseconds.
    pub consumed_at: Option<i64>,
    /// The grant it names, if that is still there.
    pub grant: Option<G>,
    /// When the grant ends; epoch milliseconds.
    pub grant_expires_at: Option<i64>,
    /// User of the session it names, if that is still there.
    pub session_account_id: Option<String>,
    /// When the session ends; epoch milliseconds.
    pub session_expires_at: Option<i64>,
}

// Subqueries instead of joins: without statistics, as in a young database, PostgreSQL joins by reading every
// grant and session of the tenant; a subquery always looks its row up by the whole key.
macro_rules! token_columns {
    () => {
        "t.model_name, t.payload, t.expires_at, t.consumed_at,
         (select g.payload from oidc_model_instances g
          where g.tenant_id = $1 and g.model_name = 'Grant' and g.id = t.grant_id) as grant_payload,
         (select g.expires_at from oidc_model_instances g
          where g.tenant_id = $1 and g.model_name = 'Grant' and g.id = t.grant_id) as grant_expires_at,
         (select s.account_id from oidc_model_instances s
          where s.tenant_id = $1 and s.model_name = 'Session'
              and s.uid = t.payload ->> 'sessionUid') as session_account_id,
         (select s.expires_at from oidc_model_instances s
          where s.tenant_id = $1 and s.model_name = 'Session'
              and s.uid = t.payload ->> 'sessionUid') as session_expires_at"
    };
}

impl<T: DeserializeOwned, G: DeserializeOwned> TokenWithGrant<T, G> {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            model_name: row.get("model_name")?,
            payload: row.json("payload")?,
            expires_at: row.get("expires_at")?,
            consumed_at: row.get("consumed_at")?,
            grant: row.json("grant_payload")?,
            grant_expires_at: row.get("grant_expires_at")?,
            session_account_id: row.get("session_account_id")?,
            session_expires_at: row.get("session_expires_at")?,
        })
    }
}

/// The token of this id, also when it is expired or consumed.
pub async fn find<T: DeserializeOwned, G: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
) -> Result<Option<TokenWithGrant<T, G>>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        token_columns!(),
        " from oidc_model_instances t where t.tenant_id = $1 and t.model_name = $2 and t.id = $3"
    ));
    read(exec.query_opt(statement, args![tenant, model.as_str(), id]).await?.as_ref())
}

/// The token of this id among two models.
pub async fn find_either<T: DeserializeOwned, G: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    models: [OidcModel; 2],
    id: &str,
) -> Result<Option<TokenWithGrant<T, G>>, StoreError> {
    // Two whole keys: for a list of models PostgreSQL chooses an index by the tenant alone.
    let statement = sql!(concat!(
        "select ",
        token_columns!(),
        " from oidc_model_instances t where t.tenant_id = $1 and t.model_name = $2 and t.id = $4
          union all select ",
        token_columns!(),
        " from oidc_model_instances t where t.tenant_id = $1 and t.model_name = $3 and t.id = $4"
    ));
    let [first, second] = models.map(|model| model.as_str());
    read(exec.query_opt(statement, args![tenant, first, second, id]).await?.as_ref())
}

fn read<T: DeserializeOwned, G: DeserializeOwned>(
    row: Option<&Row>,
) -> Result<Option<TokenWithGrant<T, G>>, StoreError> {
    row.map(TokenWithGrant::from_row).transpose()
}

/// The token of this id and the user it was issued for, if they still exist.
pub async fn find_with_user<T: DeserializeOwned, G: DeserializeOwned>(
    exec: &dyn Executor,
    tenant: &TenantId,
    model: OidcModel,
    id: &str,
) -> Result<Option<(TokenWithGrant<T, G>, Option<User>)>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        user_columns!("u"),
        ", u.id is not null as has_user, ",
        token_columns!(),
        " from oidc_model_instances t left join users u on u.tenant_id = $1 and u.id = t.account_id
          where t.tenant_id = $1 and t.model_name = $2 and t.id = $3"
    ));
    let Some(row) = exec.query_opt(statement, args![tenant, model.as_str(), id]).await? else {
        return Ok(None);
    };
    let user = if row.get("has_user")? { Some(User::from_row(&row)?) } else { None };
    Ok(Some((TokenWithGrant::from_row(&row)?, user)))
}
