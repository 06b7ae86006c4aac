//! The access token of a user: a JWT for an API or an organization with what the roles still give, or an opaque one.

use super::{Exchange, Target};
use crate::{
    changes::Changes,
    consent,
    custom_claims::{self, Draft},
    error::OidcError,
    scope::{self, ORGANIZATIONS_RESOURCE},
    token::{self, IssuedAccessToken, JwtAccessToken, Secret},
};
use portico_crypto::id::opaque_token;
use portico_model::{
    JsonObject, User,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, TokenPayload},
};
use portico_store::organizations::members::{self, MemberKind};
use serde_json::json;

/// What an access token rests on.
pub(super) struct Source<'a> {
    /// Whom it speaks for.
    pub user: &'a User,
    /// The code or token it is exchanged for.
    pub token: &'a TokenPayload,
    /// What the user agreed to.
    pub grant: &'a GrantPayload,
    /// Grant types on the way here.
    pub gty: &'a str,
    /// How someone else came to act for the user.
    pub delegation: Delegation,
}

/// RFC 8693 §1.1: impersonation and delegation.
#[derive(Default)]
pub(super) struct Delegation {
    /// The user who acts.
    pub actor: Option<String>,
    /// What the operator's server noted about it.
    pub context: Option<JsonObject>,
}

pub(super) async fn issue_access_token(
    exchange: &Exchange<'_>,
    source: &Source<'_>,
    target: &Target,
    scopes: &[String],
    changes: &mut Changes,
) -> Result<IssuedAccessToken, OidcError> {
    let Exchange { environment, client, .. } = exchange;
    let Source { user, token, grant, gty, delegation } = source;
    let impersonation = delegation.context.as_ref();
    let Some(audience) = target.audience() else {
        // Present even when it is empty, where the client asked for scopes of its own choosing.
        let allowed = scope::intersection(scopes, &consent::granted_user_scopes(grant));
        let scope = match target.shows_empty_scope() {
            true => Some(allowed.join(" ")),
            false => scope::join(&allowed),
        };
        let secret = Secret::generate();
        let draft = Draft { impersonation, ..Draft::new(&secret.digest, None, scope.as_deref()) };
        // An opaque token says nothing to anybody, so only the veto counts.
        custom_claims::for_user(environment, client, user, token, gty, &draft).await?;
        let (issued, payload) = token::opaque_access_token(environment, token, gty, secret, scope);
        changes.put_token(OidcModel::AccessToken, payload);
        return Ok(issued);
    };
    let allowed = allowed_scopes(exchange, source, target, scopes).await?;
    // Present even when it is empty: clients tell a user's token by it.
    let (jti, scope) = (opaque_token(), Some(allowed.join(" ")));
    let organization = target.organization();
    let draft = Draft { organization, impersonation, ..Draft::new(&jti, Some(&audience), scope.as_deref()) };
    let mut extra = JsonObject::new();
    if let Some(actor) = &delegation.actor {
        extra.insert("act".to_owned(), json!({ "sub": actor }));
    }
    extra.extend(target.claims());
    extra.extend(custom_claims::for_user(environment, client, user, token, gty, &draft).await?);
    let token = JwtAccessToken {
        jti,
        subject: &user.id,
        client_id: client.id(),
        audience: &audience,
        expires_in: target.access_token_ttl(),
        scope,
        extra,
    };
    token::jwt_access_token(environment, token)
}

/// What was asked for, as far as the user agreed to it and holds it.
async fn allowed_scopes(
    exchange: &Exchange<'_>,
    source: &Source<'_>,
    target: &Target,
    scopes: &[String],
) -> Result<Vec<String>, OidcError> {
    let ctx = &exchange.environment.ctx;
    let user_id = source.user.id.as_str();
    let (indicator, held) = match target {
        Target::Provider { .. } => return Ok(Vec::new()),
        Target::Api { resource, organization } => {
            let organization_id = organization.as_ref().map(|organization| organization.id.as_str());
            let held = resource.scopes_of_user(ctx, exchange.client, user_id, organization_id).await?;
            (resource.indicator.as_str(), held)
        }
        Target::Organization(organization) => {
            let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
            let held = members::list_scopes(db, tenant, &organization.id, MemberKind::User, user_id).await?;
            (ORGANIZATIONS_RESOURCE, held.into_iter().map(|scope| scope.name).collect())
        }
    };
    let granted = consent::granted_resource_scopes(source.grant, indicator);
    Ok(scope::intersection(&scope::intersection(scopes, &granted), &held))
}
