//! Signed JSON Web Tokens: RFC 7515 (JWS compact form), 7517 (JWK), 7518 (algorithms), 7519 (JWT),
//! 7638 (thumbprints) and 8037 (EdDSA).
//!
//! Keys are parsed once and kept. A verifying key knows which algorithms belong to it, so a token
//! can never choose how it is checked: public keys never verify HMACs, `none` does not exist.
//! Signatures are checked before the payload is even decoded.

mod alg;
mod claims;
mod compact;
mod hmac;
mod jwk;
mod signing;
mod verifying;

pub use crate::error::JoseError;
pub use alg::Alg;
pub use claims::{Claims, Validation};
pub use compact::{Header, MAX_TOKEN_LEN, peek};
pub use hmac::HmacKey;
pub use signing::{RsaBits, SigningKey};
pub use verifying::{JwkSet, MAX_KEYS, VerifyingKey};
