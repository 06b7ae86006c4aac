//! Certificates to sign SAML messages with, as the API sends them.

use portico_crypto::certificate::certificate_fingerprint;
use portico_http_kit::ApiError;
use portico_model::saml::SigningCertificate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most certificates of one owner.
pub const MAX_CERTIFICATES: usize = 100;

/// A certificate, without its private key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningCertificateResponse {
    #[schema(min_length = 1, max_length = 21)]
    id: String,
    /// PEM.
    #[schema(min_length = 1)]
    certificate: String,
    /// Epoch milliseconds.
    created_at: i64,
    /// Epoch milliseconds.
    expires_at: i64,
    /// Whether messages are signed with it.
    active: bool,
    fingerprints: Fingerprints,
}

/// Digests of the certificate, for people to compare.
#[derive(Serialize, ToSchema)]
pub struct Fingerprints {
    sha256: Fingerprint,
}

/// One digest, with colons and without.
#[derive(Serialize, ToSchema)]
pub struct Fingerprint {
    formatted: String,
    unformatted: String,
}

/// Whether a certificate is to be the active one.
#[derive(Deserialize, ToSchema)]
pub struct SigningCertificatePatch {
    pub active: bool,
}

impl TryFrom<SigningCertificate> for SigningCertificateResponse {
    type Error = ApiError;

    fn try_from(stored: SigningCertificate) -> Result<Self, Self::Error> {
        let digest = certificate_fingerprint(&stored.certificate).map_err(ApiError::internal)?;
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let sha256 = Fingerprint { formatted: pairs.join(":").to_uppercase(), unformatted: pairs.concat() };
        Ok(Self {
            id: stored.id,
            certificate: stored.certificate,
            created_at: stored.created_at,
            expires_at: stored.expires_at,
            active: stored.active,
            fingerprints: Fingerprints { sha256 },
        })
    }
}

/// All of them.
pub fn respond(stored: Vec<SigningCertificate>) -> Result<Vec<SigningCertificateResponse>, ApiError> {
    stored.into_iter().map(TryInto::try_into).collect()
}
