//! Tokens of other sites, kept for the applications that act there in a user's name.
//!
//! They are sealed as soon as they arrive, so that neither the stored interaction nor the database shows them.

use crate::Ctx;
use portico_connectors::social::TokenResponse;
use portico_crypto::{SealError, seal::Sealed};
use portico_model::{TenantId, secret::TokenSetMetadata};
use portico_store::{
    StoreError, Tx,
    secrets::{self, EnterpriseTokenSet, SocialTokenSet},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sealed tokens on their way to the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedTokenSet {
    /// The tokens.
    #[serde(flatten)]
    pub sealed: Sealed,
    /// What may be known of them.
    pub metadata: TokenSetMetadata,
}

/// Sealed tokens and the account they are for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct AccountTokenSet {
    pub connector_id: String,
    pub target: String,
    pub identity_id: String,
    pub token_set: SealedTokenSet,
}

/// Seals what a provider issued, where the connector keeps tokens and there is a key to seal with.
///
/// # Errors
/// When sealing fails.
pub fn seal(
    ctx: &Ctx,
    is_kept: bool,
    tokens: Option<TokenResponse>,
) -> Result<Option<SealedTokenSet>, SealError> {
    let Some(kek) = ctx.app.kek.as_ref().filter(|_| is_kept) else {
        return Ok(None);
    };
    let Some(tokens) = tokens.filter(|tokens| tokens.access_token.is_some()) else {
        return Ok(None);
    };
    let mut content = json!({ "access_token": tokens.access_token });
    for (name, value) in [("id_token", &tokens.id_token), ("refresh_token", &tokens.refresh_token)] {
        if let Some(value) = value {
            content[name] = json!(value);
        }
    }
    let metadata = TokenSetMetadata {
        scope: tokens.scope,
        expires_at: tokens.expires_in.map(|seconds| ctx.now_ms() / 1000 + seconds),
        token_type: tokens.token_type,
        has_refresh_token: tokens.refresh_token.is_some(),
    };
    Ok(Some(SealedTokenSet { sealed: kek.seal(content.to_string().as_bytes())?, metadata }))
}

impl AccountTokenSet {
    /// Writes the tokens to the store.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn write(
        &self,
        tx: &Tx,
        tenant: &TenantId,
        user_id: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let tokens = SocialTokenSet {
            connector_id: &self.connector_id,
            target: &self.target,
            identity_id: &self.identity_id,
            sealed: &self.token_set.sealed,
            metadata: &self.token_set.metadata,
        };
        secrets::replace_social_token_set(tx, tenant, user_id, &tokens, now_ms).await
    }
}

/// Sealed tokens and the enterprise account they are for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct EnterpriseAccountTokenSet {
    pub sso_connector_id: String,
    pub issuer: String,
    pub identity_id: String,
    pub token_set: SealedTokenSet,
}

impl EnterpriseAccountTokenSet {
    /// Writes the tokens to the store; the identity must be there.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn write(
        &self,
        tx: &Tx,
        tenant: &TenantId,
        user_id: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let tokens = EnterpriseTokenSet {
            sso_connector_id: &self.sso_connector_id,
            issuer: &self.issuer,
            identity_id: &self.identity_id,
            sealed: &self.token_set.sealed,
            metadata: &self.token_set.metadata,
        };
        secrets::replace_enterprise_token_set(tx, tenant, user_id, &tokens, now_ms).await
    }
}
