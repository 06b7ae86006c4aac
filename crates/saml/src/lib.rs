//! SAML 2.0 messages: written, signed, and read without believing what no signature covers.
//!
//! Pure: no IO, no clock. Callers bring keys and the time.

mod error;
mod metadata;
mod xml;

pub use error::SamlError;
pub use metadata::IdentityProviderMetadata;
