//! Sealed tokens of other sites.

use portico_crypto::{id::standard_id, seal::Sealed};
use portico_model::{
    TenantId,
    secret::{EnterpriseTokenSecret, SecretType, SocialTokenSecret, TokenSetMetadata},
};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::{args, sql};

/// Tokens that a social identity provider issued for one of its accounts.
pub struct SocialTokenSet<'a> {
    /// Connector through which they came.
    pub connector_id: &'a str,
    /// Key of the provider among a user's identities.
    pub target: &'a str,
    /// The account at the provider.
    pub identity_id: &'a str,
    /// The tokens.
    pub sealed: &'a Sealed,
    /// What may be known of them.
    pub metadata: &'a TokenSetMetadata,
}

/// Keeps the tokens of an account in place of the earlier ones.
pub async fn replace_social_token_set(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    tokens: &SocialTokenSet<'_>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let SocialTokenSet { connector_id, target, identity_id, sealed, metadata } = *tokens;
    let earlier = sql!(
        "delete from secrets where tenant_id = $1 and id in (
             select secret_id from secret_social_connector_relations
             where tenant_id = $1 and target = $2 and identity_id = $3)"
    );
    tx.execute(earlier, args![tenant, target, identity_id]).await?;
    let id = insert(tx, tenant, user_id, sealed, metadata, now_ms).await?;
    let relation = sql!(
        "insert into secret_social_connector_relations
             (tenant_id, secret_id, connector_id, target, identity_id) values ($1, $2, $3, $4, $5)"
    );
    tx.execute(relation, args![tenant, &id, connector_id, target, identity_id]).await.map(drop)
}

async fn insert(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    sealed: &Sealed,
    metadata: &TokenSetMetadata,
    now_ms: i64,
) -> Result<String, StoreError> {
    let id = standard_id();
    let secret = sql!(
        "insert into secrets (tenant_id, id, user_id, type, encrypted_dek, iv, auth_tag, ciphertext,
             metadata, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)"
    );
    let kind = SecretType::FederatedTokenSet.as_str();
    let Sealed { iv, ciphertext, auth_tag, encrypted_dek } = sealed;
    let metadata = Arg::json(metadata)?;
    let values =
        args![tenant, &id, user_id, kind, encrypted_dek, iv, auth_tag, ciphertext, &metadata, now_ms];
    tx.execute(secret, values).await?;
    Ok(id)
}

/// Tokens that an enterprise identity provider issued for one of its accounts.
pub struct EnterpriseTokenSet<'a> {
    /// Connector through which they came.
    pub sso_connector_id: &'a str,
    /// The provider.
    pub issuer: &'a str,
    /// The account at the provider.
    pub identity_id: &'a str,
    /// The tokens.
    pub sealed: &'a Sealed,
    /// What may be known of them.
    pub metadata: &'a TokenSetMetadata,
}

/// Keeps the tokens of an account in place of the earlier ones.
pub async fn replace_enterprise_token_set(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    tokens: &EnterpriseTokenSet<'_>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let EnterpriseTokenSet { sso_connector_id, issuer, identity_id, sealed, metadata } = *tokens;
    let earlier = sql!(
        "delete from secrets where tenant_id = $1 and id in (
             select secret_id from secret_enterprise_sso_connector_relations
             where tenant_id = $1 and issuer = $2 and identity_id = $3)"
    );
    tx.execute(earlier, args![tenant, issuer, identity_id]).await?;
    let id = insert(tx, tenant, user_id, sealed, metadata, now_ms).await?;
    let relation = sql!(
        "insert into secret_enterprise_sso_connector_relations
             (tenant_id, secret_id, sso_connector_id, issuer, identity_id) values ($1, $2, $3, $4, $5)"
    );
    tx.execute(relation, args![tenant, &id, sso_connector_id, issuer, identity_id]).await.map(drop)
}

/// What is kept of a user's accounts at social identity providers.
pub async fn list_social_token_sets(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<Vec<SocialTokenSecret>, StoreError> {
    let statement = sql!(
        "select s.id, s.metadata, s.created_at, s.updated_at, r.connector_id, r.identity_id, r.target
         from secrets s join secret_social_connector_relations r
             on r.tenant_id = s.tenant_id and r.secret_id = s.id
         where s.tenant_id = $1 and s.user_id = $2 order by r.target"
    );
    let rows = exec.query(statement, args![tenant, user_id]).await?;
    rows.iter()
        .map(|row| {
            Ok(SocialTokenSecret {
                tenant_id: tenant.to_string(),
                id: row.get("id")?,
                user_id: user_id.to_owned(),
                kind: SecretType::FederatedTokenSet,
                metadata: row.json("metadata")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
                connector_id: row.get("connector_id")?,
                identity_id: row.get("identity_id")?,
                target: row.get("target")?,
            })
        })
        .collect()
}

/// What is kept of a user's account at one social identity provider.
pub async fn find_social_token_set(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    target: &str,
) -> Result<Option<SocialTokenSecret>, StoreError> {
    let all = list_social_token_sets(exec, tenant, user_id).await?;
    Ok(all.into_iter().find(|secret| secret.target == target))
}

/// What is kept of a user's accounts at enterprise identity providers.
pub async fn list_enterprise_token_sets(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<Vec<EnterpriseTokenSecret>, StoreError> {
    let statement = sql!(
        "select s.id, s.metadata, s.created_at, s.updated_at, r.sso_connector_id, r.issuer, r.identity_id
         from secrets s join secret_enterprise_sso_connector_relations r
             on r.tenant_id = s.tenant_id and r.secret_id = s.id
         where s.tenant_id = $1 and s.user_id = $2 order by r.sso_connector_id"
    );
    let rows = exec.query(statement, args![tenant, user_id]).await?;
    rows.iter()
        .map(|row| {
            Ok(EnterpriseTokenSecret {
                tenant_id: tenant.to_string(),
                id: row.get("id")?,
                user_id: user_id.to_owned(),
                kind: SecretType::FederatedTokenSet,
                metadata: row.json("metadata")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
                sso_connector_id: row.get("sso_connector_id")?,
                issuer: row.get("issuer")?,
                identity_id: row.get("identity_id")?,
            })
        })
        .collect()
}

/// Forgets the tokens that came through a connector.
pub async fn delete_of_connector(tx: &Tx, tenant: &TenantId, connector_id: &str) -> Result<(), StoreError> {
    let statement = sql!(
        "delete from secrets where tenant_id = $1 and id in (
             select secret_id from secret_social_connector_relations where tenant_id = $1 and connector_id = $2)"
    );
    tx.execute(statement, args![tenant, connector_id]).await.map(drop)
}

/// Forgets a secret; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from secrets where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}
