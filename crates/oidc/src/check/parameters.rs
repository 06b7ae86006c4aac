//! The shape of the request.

use crate::{
    error::{OidcError, OidcErrorKind},
    request::{AUTHORIZATION_PARAMETERS, AuthorizationRequest},
};

/// RFC 6749 §3.1: no parameter more than once.
pub fn sent_once(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    request.parameters.require_single(AUTHORIZATION_PARAMETERS).map_err(OidcError::shown)
}

/// OpenID Connect Core §6.1, §6.2, §7.2.1: what discovery says is not supported is refused by name.
pub fn no_request_object(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    for (name, kind) in [
        ("request", OidcErrorKind::RequestNotSupported),
        ("request_uri", OidcErrorKind::RequestUriNotSupported),
        ("registration", OidcErrorKind::RegistrationNotSupported),
    ] {
        if request.parameters.get(name).is_some() {
            return Err(kind.because(format!("the parameter '{name}' is not supported")));
        }
    }
    Ok(())
}
