//! Which APIs tokens are wanted for.

use crate::{error::OidcError, request::AuthorizationRequest, resource::RequestedResource};
use futures_util::future::BoxFuture;

/// RFC 8707 §2: every indicator names a resource of the tenant. A request that names none means the tenant's default
/// resource, if it has one.
pub fn are_known<'r>(request: &'r mut AuthorizationRequest<'_>) -> BoxFuture<'r, Result<(), OidcError>> {
    Box::pin(async move {
        let environment = request.environment;
        let mut indicators = request.parameters.resources();
        if indicators.is_empty() {
            indicators.extend(environment.snapshot.default_resource.clone());
        }
        for indicator in indicators {
            let resource =
                RequestedResource::get(&environment.ctx, &environment.snapshot, &indicator).await?;
            request.resources.push(resource);
        }
        Ok(())
    })
}
