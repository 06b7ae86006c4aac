//! Client authentication (RFC 6749 §2.3).

use crate::{
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
    secret: Option<String>,
    is_basic: bool,
}

/// Finds out which client calls and makes sure of it.
///
/// # Errors
/// `invalid_request` without a usable mechanism, `invalid_client` when the client is unknown or the proof wrong.
pub async fn authenticate(
    environment: &Environment,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, OidcError> {
    let credentials = credentials(environment, parameters)?;
    let client = OidcClient::get(&environment.ctx, &environment.snapshot, &credentials.client_id).await?;
    let failed = || {
        let error = OidcErrorKind::InvalidClient.because("client authentication failed").with_status(401);
        // RFC 6749 §5.2: a challenge answers an attempt made by header.
        if credentials.is_basic { error.with_challenge("Basic", environment.issuer()) } else { error }
    };
    let secret_name = match (client.auth_method(), &credentials.secret) {
        (AuthMethod::None, None) => None,
        (AuthMethod::None, Some(_)) | (AuthMethod::Secret, None) => return Err(failed()),
        (AuthMethod::Secret, Some(secret)) => match client.check_secret(secret, environment.now_ms) {
            Ok(name) => name.map(str::to_owned),
            Err(SecretError::Wrong) => return Err(failed()),
            Err(SecretError::Expired) => {
                return Err(OidcErrorKind::InvalidRequest.because("the client secret has expired"));
            }
        },
    };
    Ok(AuthenticatedClient { client, secret_name })
}

fn credentials(environment: &Environment, parameters: &Parameters) -> Result<Credentials, OidcError> {
    let invalid = |description: &'static str| OidcErrorKind::InvalidRequest.because(description);
    if parameters.get("client_assertion").is_some() || parameters.get("client_assertion_type").is_some() {
        return Err(OidcErrorKind::InvalidClient
            .because("no client is registered to authenticate with an assertion")
            .with_status(401));
    }
    let named = parameters.get("client_id");
    let in_body = parameters.get("client_secret");
    if let Some(header) = environment.header(&header::AUTHORIZATION) {
        let (client_id, secret) =
            parse_basic(header).ok_or_else(|| invalid("the authorization header cannot be read"))?;
        if in_body.is_some() {
            return Err(invalid("the client authenticates in two ways at once"));
        }
        if named.is_some_and(|named| named != client_id) {
            return Err(invalid("client_id differs from the authorization header"));
        }
        return Ok(Credentials { client_id, secret: Some(secret), is_basic: true });
    }
    match named {
        Some(client_id) => Ok(Credentials {
            client_id: client_id.to_owned(),
            secret: in_body.map(str::to_owned),
            is_basic: false,
        }),
        None => Err(invalid("the client does not say who it is")),
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
