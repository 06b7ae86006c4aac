//! How old the sign-in may be.

use crate::{
    error::{OidcError, OidcErrorKind},
    request::AuthorizationRequest,
};

/// OpenID Connect Core §3.1.2.1: a number of seconds.
pub fn is_a_number(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    let Some(value) = request.parameters.get("max_age") else { return Ok(()) };
    let seconds = value.parse::<u32>().map(i64::from);
    request.max_age = Some(
        seconds.map_err(|_| OidcErrorKind::InvalidRequest.because("max_age is not a number of seconds"))?,
    );
    Ok(())
}
