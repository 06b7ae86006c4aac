//! What can go wrong.

/// A message that cannot be written or is not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SamlError {
    /// The document could not be written.
    #[error("the document cannot be written")]
    Write(#[from] std::io::Error),
    /// A certificate that is not one.
    #[error(transparent)]
    Certificate(#[from] portico_crypto::certificate::CertificateError),
}
