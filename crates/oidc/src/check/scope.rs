//! What access is wanted.

use crate::{
    error::{OidcError, OidcErrorKind},
    parameters::words,
    request::AuthorizationRequest,
    resource,
    scope::{OFFLINE_ACCESS, OPENID, ORGANIZATIONS_RESOURCE, is_user_scope},
};
use futures_util::future::BoxFuture;
use portico_store::consents;

/// RFC 6749 §3.3: words that mean nothing here are ignored; a third-party client asks for no more about the user
/// than the operator allows it.
pub fn is_allowed<'r>(request: &'r mut AuthorizationRequest<'_>) -> BoxFuture<'r, Result<(), OidcError>> {
    Box::pin(async move {
        let wanted = words(request.parameters.get("scope").unwrap_or_default());
        let organization_scopes = organization_scopes(request).await?;
        let has_resource_scope =
            |word: &String| request.resources.iter().any(|resource| resource.has_scope(word));
        let is_known = |word: &&String| {
            is_user_scope(word) || has_resource_scope(word) || organization_scopes.contains(word)
        };
        request.scopes = wanted.iter().filter(is_known).cloned().collect();
        let client = request.client()?;
        if !client.is_third_party() {
            return Ok(());
        }
        let (db, tenant) = (&request.environment.ctx.app.db, &request.environment.ctx.tenant.id);
        let allowed = consents::list_user_scopes(db, tenant, client.id()).await?;
        let is_refused = |scope: &&String| {
            is_user_scope(scope)
                && !matches!(scope.as_str(), OPENID | OFFLINE_ACCESS)
                && !allowed.contains(scope)
        };
        match request.scopes.iter().find(is_refused) {
            Some(scope) => Err(OidcErrorKind::InvalidScope
                .because("the client may not ask for this scope")
                .with_scope(scope)),
            None => Ok(()),
        }
    })
}

/// Scopes within organizations that the client may ask for, when it asks for organizations at all.
async fn organization_scopes(request: &AuthorizationRequest<'_>) -> Result<Vec<String>, OidcError> {
    if !request.resources.iter().any(|resource| resource.indicator == ORGANIZATIONS_RESOURCE) {
        return Ok(Vec::new());
    }
    resource::organization_scopes(&request.environment.ctx, request.client()?).await
}
