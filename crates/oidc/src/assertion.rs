//! Client authentication by signed assertion (RFC 7523 §2.2, OpenID Connect Core §9).
//!
//! The assertion says who calls (`iss` and `sub`), whom it is meant for (`aud`, this server alone), until when
//! (`exp`) and is worth one request (`jti`). `client_secret_jwt` signs with one of the client's secrets,
//! `private_key_jwt` with a key that the client registered or publishes.

use crate::{
    authentication::expired_secret,
    client::{AuthMethod, OidcClient, SecretError},
    environment::Environment,
    error::{OidcError, OidcErrorKind},
};
use portico_crypto::{
    jose::{self, Alg, Claims, HmacKey, JwkSet, Validation},
    sha256_hex,
};
use portico_model::oidc::OidcModel;
use portico_store::oidc_artifacts;
use serde_json::{Value, json};
use url::Url;

/// The only type of client assertion (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// As discovery names them in `token_endpoint_auth_signing_alg_values_supported`.
pub const SIGNING_ALGORITHMS: &[&str] = &["HS256", "RS256", "PS256", "ES256", "Ed25519", "EdDSA"];

const SECRET_ALGORITHMS: [Alg; 1] = [Alg::Hs256];
const KEY_ALGORITHMS: [Alg; 4] = [Alg::Rs256, Alg::Ps256, Alg::Es256, Alg::EdDsa];
/// How far the clocks of a client and of this server may be apart, in seconds.
const CLOCK_LEEWAY_SECONDS: i64 = 10;
/// Longest time an assertion may still be good for, in seconds: so long its `jti` is remembered.
const LONGEST_LIFETIME_SECONDS: f64 = 3600.0;
const MAX_JTI_LENGTH: usize = 512;

/// The client that an assertion claims to be from; nothing of it is verified yet.
///
/// # Errors
/// When it is not a token that names its subject.
pub fn claimed_client_id(assertion: &str) -> Result<String, OidcError> {
    let claims = jose::peek(assertion).map(|(_, claims)| claims);
    let subject = claims.ok().and_then(|claims| claims.get("sub").and_then(Value::as_str).map(str::to_owned));
    subject
        .ok_or_else(|| OidcErrorKind::InvalidRequest.because("client_assertion is not a JWT with a subject"))
}

/// Verifies the assertion and uses it up. The answer is the name of the secret it was made with, if any.
///
/// # Errors
/// `invalid_client` when anything about it is wrong.
pub async fn verify(
    environment: &Environment,
    client: &OidcClient,
    assertion: &str,
) -> Result<Option<String>, OidcError> {
    let (claims, secret_name) = match client.auth_method() {
        AuthMethod::Secret => verify_with_secrets(environment, client, assertion)?,
        AuthMethod::PrivateKey => (verify_with_keys(environment, client, assertion).await?, None),
        AuthMethod::None => return Err(failed("the client does not authenticate")),
    };
    check_audience(&claims)?;
    use_up(environment, client, &claims).await?;
    Ok(secret_name)
}

fn failed(description: &'static str) -> OidcError {
    OidcErrorKind::InvalidClient.because(description).with_status(401)
}

fn invalid(error: impl std::fmt::Display) -> OidcError {
    OidcErrorKind::InvalidClient.because(format!("client_assertion is not valid: {error}")).with_status(401)
}

/// RFC 7523 §3. The token endpoint's address counts as this server wherever the assertion is presented.
fn validation(environment: &Environment, client: &OidcClient) -> Validation {
    let issuer = environment.issuer();
    Validation::at(environment.now())
        .leeway(CLOCK_LEEWAY_SECONDS)
        .issuer(client.id())
        .subject(client.id())
        .audiences([issuer.to_owned(), format!("{issuer}/token"), format!("{issuer}/request")])
        .required_claims(["exp", "jti", "aud", "iss", "sub"])
}

fn verify_with_secrets(
    environment: &Environment,
    client: &OidcClient,
    assertion: &str,
) -> Result<(Claims, Option<String>), OidcError> {
    let read = |secret: &str, validation: &Validation| {
        HmacKey::new(secret).and_then(|key| key.verify(assertion, validation))
    };
    // Which secret it is signed with, whatever it says: what is wrong with it is told to its maker only.
    let signed = Validation::at(environment.now()).algorithms(SECRET_ALGORITHMS).allow_expired();
    let signed = signed.required_claims(Vec::<String>::new());
    let (secret, name) = client
        .find_secret(environment.now_ms, |secret| read(secret, &signed).is_ok())
        .map_err(|error| match error {
            SecretError::Expired => expired_secret(),
            SecretError::Wrong => failed("client authentication failed"),
        })?;
    let validation = validation(environment, client).algorithms(SECRET_ALGORITHMS);
    Ok((read(secret, &validation).map_err(invalid)?, name.map(str::to_owned)))
}

async fn verify_with_keys(
    environment: &Environment,
    client: &OidcClient,
    assertion: &str,
) -> Result<Claims, OidcError> {
    let validation = validation(environment, client).algorithms(KEY_ALGORITHMS);
    let metadata = &client.application().oidc_client_metadata;
    if let Some(keys) = &metadata.jwks {
        let keys = JwkSet::from_value(&Value::Object(keys.clone())).map_err(invalid)?;
        return keys.verify(assertion, &validation).map_err(invalid);
    }
    let uri = metadata.jwks_uri.as_deref().and_then(|uri| Url::parse(uri).ok());
    let uri = uri.ok_or_else(|| failed("the client has no keys"))?;
    let app = &environment.ctx.app;
    let verified =
        app.client_keys.verify(&app.outbound, &uri, assertion, &validation, environment.now_ms).await;
    verified.map_err(|error| {
        tracing::info!(client = client.id(), %error, "client assertion refused");
        failed("client_assertion cannot be verified with the client's keys")
    })
}

/// An assertion for several servers could be passed on by one of them, so `aud` must name this one alone.
fn check_audience(claims: &Claims) -> Result<(), OidcError> {
    match claims.get("aud") {
        Some(Value::Array(audiences)) if audiences.len() > 1 => {
            Err(failed("client_assertion is meant for others too"))
        }
        _ => Ok(()),
    }
}

/// RFC 7523 §3: `jti` is remembered as long as the assertion would be accepted, on every process.
async fn use_up(environment: &Environment, client: &OidcClient, claims: &Claims) -> Result<(), OidcError> {
    let jti =
        claims.get("jti").and_then(Value::as_str).filter(|jti| (1..=MAX_JTI_LENGTH).contains(&jti.len()));
    let jti = jti.ok_or_else(|| failed("jti of client_assertion is not a text of acceptable length"))?;
    let expires = claims.get("exp").and_then(Value::as_f64).unwrap_or_default();
    let remaining = expires - environment.now() as f64;
    if remaining > LONGEST_LIFETIME_SECONDS {
        return Err(failed("client_assertion is good for too long"));
    }
    let remembered_seconds = remaining.ceil().max(0.0) as i64 + CLOCK_LEEWAY_SECONDS;
    let ctx = &environment.ctx;
    let is_new = oidc_artifacts::insert_once(
        &ctx.app.db,
        &ctx.tenant.id,
        OidcModel::ReplayDetection,
        &sha256_hex(format!("{} {jti}", client.id())),
        &json!({ "iss": client.id() }),
        environment.now_ms + remembered_seconds * 1000,
    )
    .await?;
    if is_new { Ok(()) } else { Err(failed("client_assertion was used before")) }
}
