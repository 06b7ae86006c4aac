//! SAML 2.0 messages: written, signed, and read without believing what no signature covers.
//!
//! Pure: no IO, no clock. Callers bring keys and the time.

mod authn_request;
mod error;
mod metadata;
mod response;
mod signature;
mod xml;

pub use authn_request::AuthnRequest;
pub use error::SamlError;
pub use metadata::IdentityProviderMetadata;
pub use response::{AssertionEncryption, Response};
pub use signature::SigningPair;
