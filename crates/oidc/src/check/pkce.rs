//! Proof Key for Code Exchange (RFC 7636).

use crate::{
    error::{OidcError, OidcErrorKind},
    request::AuthorizationRequest,
};
use portico_crypto::{constant_time_eq, pkce_s256};

/// Length of a base64url SHA-256, which an S256 challenge is (RFC 7636 §4.2).
const S256_CHALLENGE_LENGTH: usize = 43;
/// RFC 7636 §4.1.
const VERIFIER_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

/// RFC 7636 §4.3: S256 and nothing weaker.
pub fn challenge_is_sound(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    let challenge = request.parameters.get("code_challenge");
    let method = request.parameters.get("code_challenge_method");
    check_challenge(challenge, method)
}

fn check_challenge(challenge: Option<&str>, method: Option<&str>) -> Result<(), OidcError> {
    let invalid = |description| Err(OidcErrorKind::InvalidRequest.because(description));
    match (challenge, method) {
        (None, None) => Ok(()),
        (None, Some(_)) => invalid("code_challenge_method without code_challenge"),
        // RFC 7636 §4.3: without a method it would be `plain`, which protects nothing.
        (Some(_), None) => invalid("code_challenge_method must be S256"),
        (Some(_), Some(method)) if method != "S256" => invalid("code_challenge_method must be S256"),
        (Some(challenge), Some(_)) => {
            let is_base64url =
                challenge.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if is_base64url && challenge.len() == S256_CHALLENGE_LENGTH {
                Ok(())
            } else {
                invalid("code_challenge is not a base64url SHA-256")
            }
        }
    }
}

/// RFC 9700 §2.1.1: public clients must use it.
pub fn is_used_where_needed(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    if request.client()?.requires_pkce() && request.parameters.get("code_challenge").is_none() {
        return Err(
            OidcErrorKind::InvalidRequest.because("this client has to use PKCE; code_challenge is missing")
        );
    }
    Ok(())
}

/// RFC 7636 §4.6, RFC 9700 §4.8.2: whether the verifier at the token endpoint fits what the code was asked for with.
/// A verifier for a code without a challenge is refused too: someone stripped the challenge from the request.
#[must_use]
pub fn verifier_fits(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let is_unreserved =
                verifier.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'));
            VERIFIER_LENGTH.contains(&verifier.len())
                && is_unreserved
                && constant_time_eq(pkce_s256(verifier), challenge)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_rfc_example_fits() {
        assert!(check_challenge(Some(CHALLENGE), Some("S256")).is_ok());
        assert!(verifier_fits(Some(CHALLENGE), Some(VERIFIER)));
    }

    #[test]
    fn attack_pkce_downgrade_is_refused() {
        assert!(check_challenge(Some(CHALLENGE), None).is_err());
        assert!(check_challenge(Some(CHALLENGE), Some("plain")).is_err());
        assert!(check_challenge(Some("short"), Some("S256")).is_err());
        assert!(check_challenge(None, Some("S256")).is_err());
        assert!(!verifier_fits(Some(CHALLENGE), None));
        assert!(!verifier_fits(None, Some(VERIFIER)));
        assert!(!verifier_fits(Some(CHALLENGE), Some(CHALLENGE)));
    }

    proptest! {
        #[test]
        fn only_the_verifier_of_the_challenge_fits(verifier in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}") {
            let challenge = pkce_s256(&verifier);
            prop_assert!(check_challenge(Some(&challenge), Some("S256")).is_ok());
            prop_assert!(verifier_fits(Some(&challenge), Some(&verifier)));
            prop_assert_eq!(verifier_fits(Some(&challenge), Some(&other)), verifier == other);
        }

        #[test]
        fn short_and_odd_verifiers_never_fit(verifier in ".{0,42}") {
            prop_assert!(!verifier_fits(Some(&pkce_s256(&verifier)), Some(&verifier)));
        }
    }
}
