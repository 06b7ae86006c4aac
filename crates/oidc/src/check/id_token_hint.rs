//! Whom the client believes to be signed in.

use crate::{
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    request::AuthorizationRequest,
};
use portico_crypto::jose::Validation;

/// An ID token that this provider issued earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The user.
    pub account_id: String,
    /// The client it was issued to.
    pub client_id: String,
}

/// OpenID Connect Core §3.1.2.1: one of our ID tokens, for this client.
pub fn is_ours(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    let Some(token) = request.parameters.get("id_token_hint") else { return Ok(()) };
    let hint = verify(request.environment, token)?;
    if hint.client_id != request.client()?.id() {
        return Err(OidcErrorKind::InvalidRequest.because("id_token_hint was issued to another client"));
    }
    request.hinted_account_id = Some(hint.account_id);
    Ok(())
}

/// Verifies a hint with the tenant's own keys. It may have expired: it proves nothing about the present.
///
/// # Errors
/// When it is not an ID token of this provider.
pub fn verify(environment: &Environment, token: &str) -> Result<Hint, OidcError> {
    let invalid =
        || OidcErrorKind::InvalidRequest.because("id_token_hint is not an ID token of this provider");
    let keys = &environment.snapshot.signing_keys;
    let validation = Validation::at(environment.now())
        .issuer(environment.issuer())
        .allow_expired()
        .required_claims(["sub", "aud"]);
    let (header, claims) = keys.verifying().verify_with_header(token, &validation).map_err(|_| invalid())?;
    // An access token has the same keys and issuer; only its type tells them apart (RFC 9068 §4).
    if header.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(invalid());
    }
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    match (text("sub"), text("aud")) {
        (Some(account_id), Some(client_id)) => Ok(Hint { account_id, client_id }),
        _ => Err(invalid()),
    }
}
