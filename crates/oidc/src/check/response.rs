//! What kind of answer is asked for.

use crate::{
    error::{OidcError, OidcErrorKind},
    parameters::words,
    request::AuthorizationRequest,
    response_mode::ResponseMode,
};

/// Response types of the provider, words in alphabetical order. Every client is registered for `code` alone
/// (RFC 9700 §2.1.2).
pub const SUPPORTED_TYPES: &[&str] = &["code id_token", "code", "id_token", "none"];

/// The mode is known and does not put tokens into a query.
pub fn mode_is_supported(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    let Some(mode) = request.parameters.get("response_mode") else { return Ok(()) };
    let response_type = request.parameters.get("response_type").unwrap_or_default();
    match ResponseMode::parse(mode) {
        None => Err(OidcErrorKind::UnsupportedResponseMode.because("response_mode holds an unknown value")),
        Some(ResponseMode::Query) if ResponseMode::default_for(response_type) == ResponseMode::Fragment => {
            if let Some(redirect) = &mut request.redirect {
                redirect.mode = ResponseMode::Fragment;
            }
            Err(OidcErrorKind::InvalidRequest
                .because("response_mode query is not allowed for this response_type"))
        }
        Some(_) => Ok(()),
    }
}

/// RFC 6749 §3.1.1: the type is known, and the client may use it.
pub fn type_is_allowed(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    let mut parts = words(request.parameters.require("response_type")?);
    parts.sort_unstable();
    let response_type = parts.join(" ");
    if !SUPPORTED_TYPES.contains(&response_type.as_str()) {
        return Err(OidcErrorKind::UnsupportedResponseType.because("response_type is not supported"));
    }
    if response_type != "code" {
        return Err(OidcErrorKind::UnauthorizedClient.because("the client may only use response_type code"));
    }
    Ok(())
}
