//! Tokens authenticated with a shared secret: `client_secret_jwt` and the like.

use std::fmt;

use aws_lc_rs::hmac;
use serde::Serialize;
use zeroize::Zeroizing;

use super::compact::{Compact, append_signature, encode_header, encode_signing_input};
use super::{Alg, Claims, Validation};
use crate::error::JoseError;

/// A shared secret, usable with HS256, HS384 and HS512. It is a type of its own so that a public
/// key can never end up as the secret of an HMAC.
#[derive(Clone)]
pub struct HmacKey(Zeroizing<Vec<u8>>);

impl HmacKey {
    /// Takes the secret's bytes; an empty secret protects nothing and is refused.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, JoseError> {
        match secret.as_ref() {
            [] => Err(JoseError::InvalidKey("empty secret")),
            bytes => Ok(Self(Zeroizing::new(bytes.to_vec()))),
        }
    }

    /// Signs claims; `alg` must be one of the HS family.
    pub fn sign_jwt(
        &self,
        alg: Alg,
        typ: Option<&str>,
        claims: &impl Serialize,
    ) -> Result<String, JoseError> {
        let key = self.key(alg)?;
        let tag_len = key.algorithm().tag_len();
        let input = encode_signing_input(&encode_header(alg, typ, None)?, claims, tag_len)?;
        let tag = hmac::sign(&key, input.as_bytes());
        Ok(append_signature(input, tag.as_ref()))
    }

    /// Checks a token and returns its claims.
    pub fn verify(&self, token: &str, validation: &Validation) -> Result<Claims, JoseError> {
        let token = Compact::parse(token)?;
        validation.check_header(&token.header)?;
        let key = self.key(token.header.alg)?;
        // Compares in constant time.
        hmac::verify(&key, token.signing_input.as_bytes(), &token.signature)
            .map_err(|_| JoseError::BadSignature)?;
        let claims = token.claims()?;
        validation.check_claims(&claims)?;
        Ok(claims)
    }

    fn key(&self, alg: Alg) -> Result<hmac::Key, JoseError> {
        let algorithm = match alg {
            Alg::Hs256 => hmac::HMAC_SHA256,
            Alg::Hs384 => hmac::HMAC_SHA384,
            Alg::Hs512 => hmac::HMAC_SHA512,
            other => return Err(JoseError::AlgorithmMismatch(other.as_str())),
        };
        Ok(hmac::Key::new(algorithm, &self.0))
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HmacKey([redacted])")
    }
}
