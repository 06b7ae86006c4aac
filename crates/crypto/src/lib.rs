//! Keys, JOSE, password hashes, sealing and identifiers.
//!
//! Everything asymmetric and every MAC goes through `aws-lc-rs`, the one crypto stack of the
//! process; RustCrypto serves password hashes only. Nothing here does IO or reads the clock by
//! itself: callers bring the time (see [`clock`]), the system's generator brings the randomness.

pub mod certificate;
pub mod clock;
pub mod cookie;
pub mod error;
pub mod hash;
pub mod id;
pub mod jose;
pub mod password;
pub mod qr_code;
pub mod random;
pub mod seal;
pub mod secret;
pub mod totp;

pub use clock::{Clock, FixedClock, SystemClock};
pub use cookie::CookieKeys;
pub use error::{JoseError, PasswordError, SealError};
pub use hash::{
    constant_time_eq, hmac_sha256_hex, pkce_s256, sha1_hex, sha256, sha256_base64url, sha256_hex,
};
pub use password::{PasswordHash, PasswordHasher, PasswordMethod};
pub use random::{Random, SystemRandom};
pub use secret::SecretString;
