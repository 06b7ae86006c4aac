//! The tenant's token signing keys, parsed once.

use portico_crypto::jose::{Alg, JwkSet, SigningKey};
use portico_model::config::{OidcPrivateKey, SigningKeyStatus};
use serde_json::json;

/// Keys of a tenant: one signs, all verify.
pub struct SigningKeys {
    current: SigningKey,
    verifying: JwkSet,
    algorithms: Vec<&'static str>,
    jwks_json: String,
}

/// The stored keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeysError {
    /// No key is current.
    #[error("the tenant has no current signing key")]
    NoCurrentKey,
    /// A key does not parse.
    #[error("signing key {id} cannot be read")]
    Unreadable {
        /// Id of the key.
        id: String,
        /// Why.
        #[source]
        cause: portico_crypto::JoseError,
    },
}

impl SigningKeys {
    /// Parses the stored keys, each with its status (see [`crate::key_rotation::at`]).
    ///
    /// # Errors
    /// When a key cannot be parsed or none is current.
    pub fn parse(stored: &[OidcPrivateKey]) -> Result<Self, SigningKeysError> {
        let mut keys = Vec::with_capacity(stored.len());
        for key in stored {
            let parsed = SigningKey::from_pem(&key.value)
                .map_err(|cause| SigningKeysError::Unreadable { id: key.id.clone(), cause })?;
            keys.push((key.status.unwrap_or(SigningKeyStatus::Previous), parsed));
        }
        // Published order: Current, Next, Previous.
        keys.sort_by_key(|(status, _)| match status {
            SigningKeyStatus::Current => 0,
            SigningKeyStatus::Next => 1,
            SigningKeyStatus::Previous => 2,
        });
        let jwks = json!({ "keys": keys.iter().map(|(_, key)| key.public_jwk()).collect::<Vec<_>>() });
        let verifying = JwkSet::from_value(&jwks)
            .map_err(|cause| SigningKeysError::Unreadable { id: "jwks".to_owned(), cause })?;
        let is_rsa = |key: &SigningKey| key.alg() == Alg::Rs256;
        let algorithms = keys.iter().flat_map(|(_, key)| match is_rsa(key) {
            // What clients know of a tenant with an RSA key.
            true => vec![Alg::Rs256, Alg::Ps256],
            false => vec![key.alg()],
        });
        let mut algorithms: Vec<&'static str> = algorithms.map(Alg::as_str).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        match keys.into_iter().next() {
            Some((SigningKeyStatus::Current, current)) => {
                Ok(Self { current, verifying, algorithms, jwks_json: jwks.to_string() })
            }
            _ => Err(SigningKeysError::NoCurrentKey),
        }
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> &SigningKey {
        &self.current
    }

    /// Every key that verifies.
    #[must_use]
    pub fn verifying(&self) -> &JwkSet {
        &self.verifying
    }

    /// Algorithms of all keys, those included that sign no more or not yet.
    #[must_use]
    pub fn algorithms(&self) -> &[&'static str] {
        &self.algorithms
    }

    /// Body of the JWKS endpoint.
    #[must_use]
    pub fn jwks_json(&self) -> &str {
        &self.jwks_json
    }
}
