//! API resources that tokens are asked for (RFC 8707).

use crate::{
    client::OidcClient,
    error::{OidcError, OidcErrorKind},
    scope::ORGANIZATIONS_RESOURCE,
};
use portico_identity::{Ctx, Snapshot, snapshot::ResourceWithScopes};
use portico_model::oidc::ACCESS_TOKEN_TTL_SECONDS;
use portico_store::{consents, roles};
use std::sync::Arc;

/// Longer indicators are nobody's; looking them up would let strangers fill the cache of resources with long keys.
const MAX_INDICATOR_LENGTH: usize = 2048;

/// A resource that exists.
#[derive(Clone)]
pub struct RequestedResource {
    /// Its indicator, the `aud` of its tokens.
    pub indicator: String,
    known: Option<Arc<ResourceWithScopes>>,
}

impl RequestedResource {
    /// The resource with this indicator.
    ///
    /// # Errors
    /// `invalid_target` when the tenant has none (RFC 8707 §2).
    pub async fn get(ctx: &Ctx, snapshot: &Snapshot, indicator: &str) -> Result<Self, OidcError> {
        if indicator.len() > MAX_INDICATOR_LENGTH {
            return Err(unknown());
        }
        let known = ctx.find_resource(snapshot, indicator).await?;
        // The organizations of the tenant are a resource without a row.
        if known.is_none() && indicator != ORGANIZATIONS_RESOURCE {
            return Err(unknown());
        }
        Ok(Self { indicator: indicator.to_owned(), known })
    }

    /// Whether it has a scope of this name.
    #[must_use]
    pub fn has_scope(&self, name: &str) -> bool {
        self.known.iter().flat_map(|known| &known.scopes).any(|scope| scope.name == name)
    }

    /// The resource and its scopes as stored.
    #[must_use]
    pub fn stored(&self) -> Option<&ResourceWithScopes> {
        self.known.as_deref()
    }

    /// Lifetime of its access tokens in seconds.
    #[must_use]
    pub fn access_token_ttl(&self) -> i64 {
        self.known.as_ref().map_or(ACCESS_TOKEN_TTL_SECONDS, |known| known.resource.access_token_ttl)
    }

    /// The scopes that the user's roles give.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scopes_of_user(&self, ctx: &Ctx, user_id: &str) -> Result<Vec<String>, OidcError> {
        if self.known.is_none() {
            return Ok(Vec::new());
        }
        Ok(roles::scopes_for_user(&ctx.app.db, &ctx.tenant.id, user_id, &self.indicator).await?)
    }

    /// The scopes that the user's own roles give, as far as the client may ask for them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scopes_for_client(
        &self,
        ctx: &Ctx,
        client: &OidcClient,
        user_id: &str,
    ) -> Result<Vec<String>, OidcError> {
        let mut scopes = self.scopes_of_user(ctx, user_id).await?;
        if client.is_third_party()
            && let Some(known) = &self.known
        {
            let listed = consents::list_resource_scopes(&ctx.app.db, &ctx.tenant.id, client.id()).await?;
            let is_listed = |name: &String| {
                listed.iter().any(|scope| scope.resource_id == known.resource.id && scope.name == *name)
            };
            scopes.retain(is_listed);
        }
        Ok(scopes)
    }

    /// The scopes that the user's roles in organizations give, as far as a third party may ask for them: ids of
    /// organizations with names of scopes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organization_scopes_for_client(
        &self,
        ctx: &Ctx,
        client: &OidcClient,
        user_id: &str,
    ) -> Result<Vec<(String, String)>, OidcError> {
        if self.known.is_none() || !client.is_third_party() {
            return Ok(Vec::new());
        }
        let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
        let found = consents::list_organization_resource_scopes_of_user(
            db,
            tenant,
            client.id(),
            user_id,
            &self.indicator,
        );
        Ok(found.await?)
    }
}

/// No such resource, or none where one is needed.
#[must_use]
pub fn unknown() -> OidcError {
    OidcErrorKind::InvalidTarget.because("the resource indicator is unknown")
}
