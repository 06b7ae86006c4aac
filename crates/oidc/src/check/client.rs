//! Who asks.

use crate::{
    client::{GrantType, OidcClient},
    error::{OidcError, OidcErrorKind},
    request::AuthorizationRequest,
};
use futures_util::future::BoxFuture;

/// RFC 8628 §3.1: the client exists and signs users in on devices.
pub fn is_device<'r>(request: &'r mut AuthorizationRequest<'_>) -> BoxFuture<'r, Result<(), OidcError>> {
    Box::pin(async move {
        let environment = request.environment;
        let id = request.parameters.require("client_id").map_err(OidcError::shown)?;
        let client = OidcClient::get(&environment.ctx, &environment.snapshot, id).await?;
        if !client.allows(GrantType::DeviceCode) {
            let error = OidcErrorKind::UnauthorizedClient.because("the client is not for devices");
            return Err(error.shown());
        }
        request.set_client(client);
        Ok(())
    })
}

/// RFC 6749 §2.2: the client exists and signs users in.
pub fn is_known<'r>(request: &'r mut AuthorizationRequest<'_>) -> BoxFuture<'r, Result<(), OidcError>> {
    Box::pin(async move {
        let environment = request.environment;
        let id = request.parameters.require("client_id").map_err(OidcError::shown)?;
        let client = OidcClient::get(&environment.ctx, &environment.snapshot, id).await?;
        if !client.allows(GrantType::AuthorizationCode) {
            let error = OidcErrorKind::UnauthorizedClient.because("the client does not sign users in");
            return Err(error.shown());
        }
        request.set_client(client);
        Ok(())
    })
}
