//! Self-signed X.509 certificates, whose only use is to carry a key that others check signatures with.

use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
};
use time::OffsetDateTime;

use crate::{hash::sha256, secret::SecretString};

/// A certificate that cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The library refused.
    #[error("the certificate cannot be made")]
    NotMade(#[from] rcgen::Error),
    /// A time that no certificate can hold.
    #[error("the time is out of range")]
    Time(#[from] time::error::ComponentRange),
    /// No PEM certificate.
    #[error("the text is no certificate")]
    NotPem(#[from] pem::PemError),
}

/// A new key and its certificate.
#[derive(Debug)]
pub struct SelfSigned {
    /// PKCS #8, PEM.
    pub private_key: SecretString,
    /// PEM.
    pub certificate: String,
}

/// Makes an RSA key of 4096 bits and a certificate for it. Takes a second or more: for the blocking pool.
///
/// # Errors
/// When the times fit no certificate or the library fails.
pub fn self_signed_rsa(
    common_name: &str,
    not_before_ms: i64,
    not_after_ms: i64,
) -> Result<SelfSigned, CertificateError> {
    let time = |epoch_ms: i64| OffsetDateTime::from_unix_timestamp(epoch_ms.div_euclid(1000));
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096)?;
    let mut params = CertificateParams::default();
    params.not_before = time(not_before_ms)?;
    params.not_after = time(not_after_ms)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = params.self_signed(&key)?;
    Ok(SelfSigned { private_key: key.serialize_pem().into(), certificate: certificate.pem() })
}

/// The DER of a PEM certificate.
///
/// # Errors
/// When the text is not one.
pub fn certificate_der(pem: &str) -> Result<Vec<u8>, CertificateError> {
    Ok(pem::parse(pem)?.into_contents())
}

/// SHA-256 of a PEM certificate's DER.
///
/// # Errors
/// When the text is no certificate.
pub fn certificate_fingerprint(pem: &str) -> Result<[u8; 32], CertificateError> {
    Ok(sha256(certificate_der(pem)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_carries_its_key() {
        let made = self_signed_rsa("Portico", 1_700_000_000_000, 1_800_000_000_000).unwrap();
        assert!(made.private_key.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
        let der = certificate_der(&made.certificate).unwrap();
        assert_eq!(certificate_fingerprint(&made.certificate).unwrap(), sha256(&der));
        assert!(format!("{made:?}").contains("[redacted]"));
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        assert!(certificate_fingerprint("nothing").is_err());
        assert!(self_signed_rsa("x", 0, i64::MAX).is_err());
    }
}
