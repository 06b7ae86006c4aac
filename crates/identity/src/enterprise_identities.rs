//! What a sign-in through an enterprise connector changes besides the user's own row.

use crate::{
    events::Events,
    organization_jit,
    organizations::record_joined,
    sign_in::{
        SignInError,
        state::{EnterpriseIdentity, PendingProfile},
    },
    token_sets::EnterpriseAccountTokenSet,
    users::name_conflict,
};
use portico_crypto::id::standard_id;
use portico_model::{TenantId, user::UserSsoIdentity};
use portico_store::{Tx, users};

/// An account that is new here, news of one that is known, and tokens.
pub(crate) struct EnterpriseChange {
    new: Option<EnterpriseIdentity>,
    known: Option<EnterpriseIdentity>,
    tokens: Option<EnterpriseAccountTokenSet>,
}

impl EnterpriseChange {
    /// The part of the pending profile that is about enterprise accounts.
    pub(crate) fn of(profile: &PendingProfile) -> Self {
        Self {
            new: profile.enterprise_sso_identity.clone(),
            known: profile.synced_enterprise_sso_identity.clone(),
            tokens: profile.enterprise_sso_connector_token_set_secret.clone(),
        }
    }

    /// Whether the user comes to have an account at an enterprise provider.
    pub(crate) const fn is_new(&self) -> bool {
        self.new.is_some()
    }

    /// Writes it. Whoever comes to have an account joins the organizations of its connector.
    pub(crate) async fn write(
        self,
        tx: &Tx,
        tenant: &TenantId,
        user_id: &str,
        now_ms: i64,
        events: &Events,
    ) -> Result<(), SignInError> {
        if let Some(identity) = self.known {
            let key = (identity.issuer.as_str(), identity.identity_id.as_str());
            users::update_sso_identity(tx, tenant, user_id, key, &identity.detail, now_ms).await?;
        }
        if let Some(identity) = self.new {
            let EnterpriseIdentity { identity_id, sso_connector_id, issuer, detail } = identity;
            let row = UserSsoIdentity {
                tenant_id: tenant.to_string(),
                id: standard_id(),
                user_id: user_id.to_owned(),
                issuer,
                identity_id,
                detail,
                created_at: now_ms,
                updated_at: now_ms,
                sso_connector_id,
            };
            users::insert_sso_identity(tx, tenant, &row).await.map_err(name_conflict)?;
            let connector_id = &row.sso_connector_id;
            let joined = organization_jit::join_by_sso_connector(tx, tenant, user_id, connector_id).await?;
            record_joined(tx, events, user_id, &joined).await?;
        }
        match self.tokens {
            Some(tokens) => Ok(tokens.write(tx, tenant, user_id, now_ms).await?),
            None => Ok(()),
        }
    }
}
