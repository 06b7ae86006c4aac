//! Password hashes: one way to make them, many to check imported ones.
//!
//! [`PasswordHasher`] runs every computation on its own few threads, so that a wave of sign-ins
//! costs waiting time and never the threads that answer other requests.

mod digest;
mod legacy;
mod pool;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::PasswordError;

pub use digest::{MAX_PASSWORD_LEN, needs_upgrade, validate_digest};
pub use pool::{PasswordHasher, QUEUE_LEN_PER_THREAD};

/// How a stored password was hashed; names as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum PasswordMethod {
    Argon2i,
    Argon2id,
    Argon2d,
    #[serde(rename = "SHA1")]
    Sha1,
    #[serde(rename = "SHA256")]
    Sha256,
    #[serde(rename = "MD5")]
    Md5,
    Bcrypt,
    /// A JSON text `[algorithm, arguments, digest]`; see [`validate_digest`].
    Legacy,
}

impl PasswordMethod {
    /// Every method.
    pub const ALL: [Self; 8] = [
        Self::Argon2i,
        Self::Argon2id,
        Self::Argon2d,
        Self::Sha1,
        Self::Sha256,
        Self::Md5,
        Self::Bcrypt,
        Self::Legacy,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Argon2i => "Argon2i",
            Self::Argon2id => "Argon2id",
            Self::Argon2d => "Argon2d",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Md5 => "MD5",
            Self::Bcrypt => "Bcrypt",
            Self::Legacy => "Legacy",
        }
    }
}

impl FromStr for PasswordMethod {
    type Err = PasswordError;

    fn from_str(name: &str) -> Result<Self, PasswordError> {
        Self::ALL.into_iter().find(|method| method.as_str() == name).ok_or(PasswordError::UnsupportedMethod)
    }
}

impl fmt::Display for PasswordMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A password as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    /// The digest with its salt and parameters.
    pub encoded: String,
    /// How it was made.
    pub method: PasswordMethod,
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PasswordHash({}, [redacted])", self.method)
    }
}
