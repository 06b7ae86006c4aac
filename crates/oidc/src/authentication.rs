//! Client authentication (RFC 6749 §2.3).

use crate::{
    assertion::{self, ASSERTION_TYPE},
    client::{AuthMethod, OidcClient, SecretError},
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
};
use axum::http::header;
use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;

/// A client that proved who it is, as far as its kind can.
pub struct AuthenticatedClient {
    /// The client.
    pub client: OidcClient,
    /// Name of the secret it used.
    pub secret_name: Option<String>,
}

struct Credentials {
    client_id: String,
    proof: Proof,
}

/// What a client offers to prove who it is.
enum Proof {
    Nothing,
    Header(String),
    Body(String),
    Assertion(String),
}

/// Finds out which client calls and makes sure of it.
///
/// # Errors
/// `invalid_request` without a usable mechanism, `invalid_client` when the client is unknown or the proof wrong.
pub async fn authenticate(
    environment: &Environment,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, OidcError> {
    let Credentials { client_id, proof } = credentials(environment, parameters)?;
    let client = OidcClient::get(&environment.ctx, &environment.snapshot, &client_id).await?;
    let failed = || {
        let error = OidcErrorKind::InvalidClient.because("client authentication failed").with_status(401);
        // RFC 6749 §5.2: a challenge answers an attempt made by header.
        let is_basic = matches!(proof, Proof::Header(_));
        if is_basic { error.with_challenge("Basic", environment.issuer()) } else { error }
    };
    let secret_name = match (client.auth_method(), &proof) {
        (AuthMethod::None, Proof::Nothing) => None,
        (AuthMethod::Secret, Proof::Header(secret) | Proof::Body(secret)) => {
            match client.check_secret(secret, environment.now_ms) {
                Ok(name) => name.map(str::to_owned),
                Err(SecretError::Wrong) => return Err(failed()),
                Err(SecretError::Expired) => return Err(expired_secret()),
            }
        }
        (AuthMethod::Secret | AuthMethod::PrivateKey, Proof::Assertion(assertion)) => {
            assertion::verify(environment, &client, assertion).await?
        }
        _ => return Err(failed()),
    };
    Ok(AuthenticatedClient { client, secret_name })
}

/// The answer to a secret that was one of the client's.
pub fn expired_secret() -> OidcError {
    OidcErrorKind::InvalidRequest.because("the client secret has expired")
}

fn credentials(environment: &Environment, parameters: &Parameters) -> Result<Credentials, OidcError> {
    let invalid = |description: &'static str| OidcErrorKind::InvalidRequest.because(description);
    let named = parameters.get("client_id");
    let in_body = parameters.get("client_secret");
    let header = environment.header(&header::AUTHORIZATION);
    let asserted = asserted(parameters)?;
    // RFC 6749 §2.3: one mechanism at a time.
    if [header.is_some(), in_body.is_some(), asserted.is_some()].iter().filter(|used| **used).count() > 1 {
        return Err(invalid("the client authenticates in two ways at once"));
    }
    if let Some(header) = header {
        let (client_id, secret) =
            parse_basic(header).ok_or_else(|| invalid("the authorization header cannot be read"))?;
        if named.is_some_and(|named| named != client_id) {
            return Err(invalid("client_id differs from the authorization header"));
        }
        return Ok(Credentials { client_id, proof: Proof::Header(secret) });
    }
    if let Some(assertion) = asserted {
        let client_id = assertion::claimed_client_id(assertion)?;
        if named.is_some_and(|named| named != client_id) {
            return Err(invalid("client_id differs from the subject of client_assertion"));
        }
        return Ok(Credentials { client_id, proof: Proof::Assertion(assertion.to_owned()) });
    }
    let client_id = named.ok_or_else(|| invalid("the client does not say who it is"))?.to_owned();
    let proof = in_body.map_or(Proof::Nothing, |secret| Proof::Body(secret.to_owned()));
    Ok(Credentials { client_id, proof })
}

/// RFC 7521 §4.2: the assertion, with its type beside it.
fn asserted(parameters: &Parameters) -> Result<Option<&str>, OidcError> {
    match (parameters.get("client_assertion"), parameters.get("client_assertion_type")) {
        (None, None) => Ok(None),
        (Some(assertion), Some(ASSERTION_TYPE)) => Ok(Some(assertion)),
        _ => Err(OidcErrorKind::InvalidRequest
            .because("client_assertion needs client_assertion_type beside it, the one for JWTs")),
    }
}

/// RFC 7617 with both parts form-encoded (RFC 6749 §2.3.1).
fn parse_basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let decode = |part: &str| {
        let part = part.replace('+', " ");
        percent_decode_str(&part).decode_utf8().ok().map(|text| text.into_owned())
    };
    let (id, secret) = (decode(id)?, decode(secret)?);
    (!id.is_empty() && !id.contains('\0') && !secret.is_empty()).then_some((id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_form_encoded_basic_credentials() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab:s%20%2B+x"));
        assert_eq!(parse_basic(&header), Some(("a:b".to_owned(), "s + x".to_owned())));
        for bad in ["Basic", "Basic !!!", "Bearer abc", "Basic YQ==", "Basic Og=="] {
            assert_eq!(parse_basic(bad), None, "{bad}");
        }
    }
}
