//! The access token of a user: a JWT for a resource with what the roles still give, or an opaque one.

use super::Exchange;
use crate::{
    changes::Changes,
    consent,
    custom_claims::{self, Draft},
    error::OidcError,
    resource::RequestedResource,
    scope,
    token::{self, IssuedAccessToken, JwtAccessToken, Secret},
};
use portico_crypto::id::opaque_token;
use portico_model::{
    User,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, TokenPayload},
};

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
}

pub(super) async fn issue_access_token(
    exchange: &Exchange<'_>,
    source: &Source<'_>,
    resource: Option<&RequestedResource>,
    scopes: &[String],
    changes: &mut Changes,
) -> Result<IssuedAccessToken, OidcError> {
    let Exchange { environment, client, .. } = exchange;
    let Source { user, token, grant, gty } = source;
    let Some(resource) = resource else {
        let scope = scope::join(&scope::intersection(scopes, &consent::granted_user_scopes(grant)));
        let secret = Secret::generate();
        let draft = Draft { jti: &secret.digest, audience: None, scope: scope.as_deref() };
        // An opaque token says nothing to anybody, so only the veto counts.
        custom_claims::for_user(environment, client, user, token, gty, &draft).await?;
        let (issued, payload) = token::opaque_access_token(environment, token, gty, secret, scope);
        changes.put_token(OidcModel::AccessToken, payload);
        return Ok(issued);
    };
    let held = resource.scopes_of_user(&environment.ctx, &grant.account_id).await?;
    let granted = consent::granted_resource_scopes(grant, &resource.indicator);
    let allowed = scope::intersection(&scope::intersection(scopes, &granted), &held);
    // Present even when it is empty: clients tell a user's token by it.
    let (jti, scope) = (opaque_token(), Some(allowed.join(" ")));
    let draft = Draft { jti: &jti, audience: Some(&resource.indicator), scope: scope.as_deref() };
    let extra = custom_claims::for_user(environment, client, user, token, gty, &draft).await?;
    let token =
        JwtAccessToken { jti, subject: &grant.account_id, client_id: client.id(), resource, scope, extra };
    token::jwt_access_token(environment, token)
}
