//! Presented opaque tokens: what they are worth right now.

use crate::{
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    token,
};
use portico_model::{
    User,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, TokenPayload},
};
use portico_store::oidc_tokens::{self, TokenWithGrant};

/// A token that exists, with the grant it rests on.
pub struct StoredToken {
    /// What the token says.
    pub payload: TokenPayload,
    /// Model name.
    pub model_name: String,
    /// The grant, when it still holds for this token.
    pub grant: Option<GrantPayload>,
    /// When it was used up, in epoch milliseconds.
    pub consumed_at: Option<i64>,
    /// Whether its time is over.
    pub is_expired: bool,
    is_session_gone: bool,
}

/// Makes sure that a token is one that the provider keeps. A signed one says itself what it is worth until it
/// expires, so there is nothing to look up or to end; the caller is told, rather than left to believe it was ended.
///
/// # Errors
/// `unsupported_token_type` (RFC 7009 §2.2.1) for a signed token.
pub fn require_opaque(presented: &str) -> Result<(), OidcError> {
    if presented.split('.').count() < 3 {
        return Ok(());
    }
    Err(OidcErrorKind::UnsupportedTokenType.because("a signed token can be neither looked up nor ended here"))
}

impl StoredToken {
    /// Finds a presented token of this kind, with one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(
        environment: &Environment,
        model: OidcModel,
        presented: &str,
    ) -> Result<Option<Self>, OidcError> {
        let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
        let id = token::digest(presented);
        let found = oidc_tokens::find(db, tenant, model, &id).await?;
        Ok(found.map(|found| Self::weigh(environment, found)))
    }

    /// Finds a presented access or refresh token, with one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_access_or_refresh(
        environment: &Environment,
        presented: &str,
    ) -> Result<Option<Self>, OidcError> {
        let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
        let models = [OidcModel::AccessToken, OidcModel::RefreshToken];
        let found = oidc_tokens::find_either(db, tenant, models, &token::digest(presented)).await?;
        Ok(found.map(|found| Self::weigh(environment, found)))
    }

    /// Finds a presented access token and its user, with one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_with_user(
        environment: &Environment,
        presented: &str,
    ) -> Result<Option<(Self, Option<User>)>, OidcError> {
        let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
        let id = token::digest(presented);
        let found = oidc_tokens::find_with_user(db, tenant, OidcModel::AccessToken, &id).await?;
        Ok(found.map(|(found, user)| (Self::weigh(environment, found), user)))
    }

    fn weigh(environment: &Environment, found: TokenWithGrant<TokenPayload, GrantPayload>) -> Self {
        let now_ms = environment.now_ms;
        let is_alive = |expires_at: Option<i64>| expires_at.is_some_and(|expires_at| expires_at > now_ms);
        let payload = found.payload;
        // A grant of another client or user proves nothing.
        let grant = found.grant.filter(|grant| {
            is_alive(found.grant_expires_at)
                && payload.client_id.as_deref() == Some(grant.client_id.as_str())
                && payload.account_id.as_deref() == Some(grant.account_id.as_str())
        });
        let has_session =
            is_alive(found.session_expires_at) && found.session_account_id == payload.account_id;
        Self {
            is_expired: found.expires_at <= now_ms,
            is_session_gone: payload.expires_with_session == Some(true) && !has_session,
            model_name: found.model_name,
            consumed_at: found.consumed_at,
            payload,
            grant,
        }
    }

    /// Whether time, grant and session let it be used; being used up is another matter.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        !self.is_expired && !self.is_session_gone && self.grant.is_some()
    }

    /// Its scopes.
    #[must_use]
    pub fn scopes(&self) -> Vec<String> {
        crate::parameters::words(self.payload.scope.as_deref().unwrap_or_default())
    }
}
