//! Making certificates to sign SAML messages with.

use crate::Ctx;
use portico_crypto::{
    certificate::{CertificateError, self_signed_rsa},
    id::standard_id,
};
use portico_model::saml::SigningCertificate;

/// Longest life of a certificate, in years.
pub const MAX_CERTIFICATE_YEARS: i64 = 100;
/// Name in every certificate; those who check them know the certificate, not the name.
const COMMON_NAME: &str = "Portico SAML signing";
const MS_PER_YEAR: i64 = 365 * 24 * 60 * 60 * 1000;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// It could not be made.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The thread that made it died.
    #[error(transparent)]
    Thread(#[from] tokio::task::JoinError),
}

/// Makes a key and a certificate that lasts this many years; nothing is stored.
///
/// # Errors
/// When the key cannot be made.
pub async fn issue(
    ctx: &Ctx,
    owner_id: &str,
    years: i64,
    active: bool,
) -> Result<SigningCertificate, IssueError> {
    let created_at = ctx.now_ms();
    let expires_at = created_at + years.clamp(1, MAX_CERTIFICATE_YEARS) * MS_PER_YEAR;
    // Finding two large primes takes a second or more.
    let made =
        tokio::task::spawn_blocking(move || self_signed_rsa(COMMON_NAME, created_at, expires_at)).await??;
    Ok(SigningCertificate {
        tenant_id: ctx.tenant.id.to_string(),
        id: standard_id(),
        owner_id: owner_id.to_owned(),
        private_key: made.private_key.expose().to_owned(),
        certificate: made.certificate,
        created_at,
        expires_at,
        active,
    })
}
