//! API resources that tokens are asked for (RFC 8707).

use crate::{
    client::OidcClient,
    error::{OidcError, OidcErrorKind},
    scope::ORGANIZATIONS_RESOURCE,
};
use portico_identity::{Ctx, Snapshot, snapshot::ResourceWithScopes};
use portico_model::oidc::ACCESS_TOKEN_TTL_SECONDS;
use portico_store::{
    consents,
    organizations::{
        members::{self, MemberKind},
        scopes,
    },
    roles,
};
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

    /// The scopes that a token of the user may hold: those of the user's roles and of the roles held in organizations,
    /// in this one alone when one is named. A third party gets what the operator lets it ask for, and what an
    /// organization gives only when it names that organization.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scopes_of_user(
        &self,
        ctx: &Ctx,
        client: &OidcClient,
        user_id: &str,
        organization_id: Option<&str>,
    ) -> Result<Vec<String>, OidcError> {
        let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
        match organization_id {
            _ if self.known.is_none() => Ok(Vec::new()),
            None if client.is_third_party() => self.scopes_for_client(ctx, client, user_id).await,
            None => Ok(roles::all_scopes_for_user(db, tenant, user_id, &self.indicator).await?),
            Some(id) => {
                let mut scopes = self.scopes_for_client(ctx, client, user_id).await?;
                if client.is_third_party() {
                    let held = self.organization_scopes_for_client(ctx, client, user_id).await?;
                    scopes
                        .extend(held.into_iter().filter(|(held_in, _)| held_in == id).map(|(_, name)| name));
                    return Ok(scopes);
                }
                let kind = MemberKind::User;
                let held = members::list_resource_scope_names(db, tenant, id, kind, user_id, &self.indicator);
                scopes.extend(held.await?);
                Ok(scopes)
            }
        }
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
        let Some(known) = &self.known else { return Ok(Vec::new()) };
        let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
        let mut scopes = roles::scopes_for_user(db, tenant, user_id, &self.indicator).await?;
        if client.is_third_party() {
            let listed = consents::list_resource_scopes(db, tenant, client.id()).await?;
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

/// Scopes within organizations that a client may ask for: every one of the template, or what the operator lets a third
/// party ask for.
///
/// # Errors
/// When the database fails.
pub async fn organization_scopes(ctx: &Ctx, client: &OidcClient) -> Result<Vec<String>, OidcError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    Ok(match client.is_third_party() {
        true => consents::list_organization_scopes(db, tenant, client.id()).await?,
        false => scopes::list_names(db, tenant).await?,
    })
}
