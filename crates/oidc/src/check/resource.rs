//! Which APIs tokens are wanted for.

use crate::{error::OidcError, request::AuthorizationRequest, resource::RequestedResource};
use futures_util::future::BoxFuture;

/// RFC 8707 §2: every indicator names a resource of the tenant.
pub fn are_known<'r>(request: &'r mut AuthorizationRequest<'_>) -> BoxFuture<'r, Result<(), OidcError>> {
    Box::pin(async move {
        let environment = request.environment;
        for indicator in request.parameters.resources() {
            let resource =
                RequestedResource::get(&environment.ctx, &environment.snapshot, &indicator).await?;
            request.resources.push(resource);
        }
        Ok(())
    })
}
