//! Digests, MACs and comparison.

use aws_lc_rs::{digest, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// SHA-256 of `data`.
pub fn sha256(data: impl AsRef<[u8]>) -> [u8; 32] {
    let mut output = [0; 32];
    output.copy_from_slice(digest::digest(&digest::SHA256, data.as_ref()).as_ref());
    output
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(data: impl AsRef<[u8]>) -> String {
    hex::encode(sha256(data))
}

/// SHA-256 in unpadded base64url.
pub fn sha256_base64url(data: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(sha256(data))
}

/// SHA-1 in lower-case hex; only for protocols that ask for it (breach lookups).
pub fn sha1_hex(data: impl AsRef<[u8]>) -> String {
    hex::encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data.as_ref()))
}

/// HMAC-SHA-256 in lower-case hex.
pub fn hmac_sha256_hex(key: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
    hex::encode(hmac::sign(&key, data.as_ref()))
}

/// The S256 code challenge of a PKCE verifier (RFC 7636 §4.2).
pub fn pkce_s256(verifier: &str) -> String {
    sha256_base64url(verifier)
}

/// Compares secrets in a time that depends on their lengths only.
pub fn constant_time_eq(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> bool {
    left.as_ref().ct_eq(right.as_ref()).into()
}
