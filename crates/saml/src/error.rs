//! What can go wrong.

/// A message that cannot be written or is not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SamlError {
    /// The document could not be written.
    #[error("the document cannot be written")]
    Write(#[from] std::io::Error),
    /// What arrived is not what it should be.
    #[error("{0}")]
    Malformed(&'static str),
    /// A time that no document can hold.
    #[error("the time is out of range")]
    Time,
    /// The certificate to encrypt with cannot be read.
    #[error("the encryption certificate cannot be read")]
    EncryptionCertificate,
    /// The XML security library failed.
    #[error(transparent)]
    Security(#[from] bergshamra::Error),
    /// A certificate that is not one.
    #[error(transparent)]
    Certificate(#[from] portico_crypto::certificate::CertificateError),
}
