//! Where the answer goes.

use crate::{
    error::{OidcError, OidcErrorKind},
    request::{AuthorizationRequest, Redirect},
    response_mode::ResponseMode,
};

/// RFC 6749 §3.1.2.3, §3.1.2.4: named when there is a choice, and one of those registered. From here on errors are
/// redirected, in the mode that the request seems to want.
pub fn is_registered(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    let uri = match request.parameters.get("redirect_uri") {
        Some(uri) => uri.to_owned(),
        None => match request.client()?.only_redirect_uri() {
            Some(uri) => uri,
            None => return Err(missing().shown()),
        },
    };
    if !request.client()?.allows_redirect_uri(&uri) {
        let error =
            OidcErrorKind::InvalidRedirectUri.because("redirect_uri is not registered for the client");
        return Err(error.shown());
    }
    let response_type = request.parameters.get("response_type").unwrap_or("code");
    let wanted = request.parameters.get("response_mode").and_then(ResponseMode::parse);
    let mode = wanted.unwrap_or_else(|| ResponseMode::default_for(response_type));
    request.redirect = Some(Redirect { uri, mode });
    Ok(())
}

fn missing() -> OidcError {
    OidcErrorKind::InvalidRequest.because("required parameter 'redirect_uri' is missing")
}
