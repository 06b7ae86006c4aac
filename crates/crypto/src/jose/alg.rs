//! The signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::error::JoseError;

/// A signature algorithm, written as in the `alg` header. `none` is deliberately not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are the registered ones")]
pub enum Alg {
    Es256,
    Es384,
    Es512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    #[serde(rename = "EdDSA")]
    EdDsa,
    Hs256,
    Hs384,
    Hs512,
}

impl Alg {
    /// Every algorithm.
    pub const ALL: [Self; 13] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::EdDsa,
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
    ];

    /// The algorithms an RSA key can be used with.
    pub(crate) const RSA: [Self; 6] =
        [Self::Rs256, Self::Rs384, Self::Rs512, Self::Ps256, Self::Ps384, Self::Ps512];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// Whether the algorithm uses a shared secret.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }

    /// Left half of the hash of `value` in base64url: `at_hash`, `c_hash` and `s_hash` of OpenID
    /// Connect Core §3.1.3.6 and §3.3.2.11. EdDSA over Ed25519 uses SHA-512.
    pub fn left_half_hash(self, value: &str) -> String {
        let algorithm = match self {
            Self::Es256 | Self::Rs256 | Self::Ps256 | Self::Hs256 => &SHA256,
            Self::Es384 | Self::Rs384 | Self::Ps384 | Self::Hs384 => &SHA384,
            Self::Es512 | Self::Rs512 | Self::Ps512 | Self::Hs512 | Self::EdDsa => &SHA512,
        };
        let hash = digest::digest(algorithm, value.as_bytes());
        let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
        URL_SAFE_NO_PAD.encode(left)
    }
}

impl FromStr for Alg {
    type Err = JoseError;

    /// RFC 9864 §2.2: `Ed25519` names what `EdDSA` means here, where no other curve is known.
    fn from_str(name: &str) -> Result<Self, JoseError> {
        if name == "Ed25519" {
            return Ok(Self::EdDsa);
        }
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(JoseError::UnsupportedAlgorithm)
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
