//! Identifiers and opaque tokens, straight from the system generator.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::random::random_bytes;

const LOWERCASE: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Identifier of an entity: 21 characters of `0-9a-z` (108 bits).
pub fn standard_id() -> String {
    from_alphabet(LOWERCASE, 21)
}

/// Short identifier: 12 characters of `0-9a-z` (62 bits); user ids have this form.
pub fn short_id() -> String {
    from_alphabet(LOWERCASE, 12)
}

/// Secret meant to be copied by people: 32 characters of `0-9A-Za-z` (190 bits).
pub fn secret() -> String {
    from_alphabet(ALPHANUMERIC, 32)
}

/// Opaque token: 256 bits, 43 characters of base64url.
pub fn opaque_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// Code of `length` decimal digits, as sent by e-mail or SMS.
pub fn numeric_code(length: usize) -> String {
    from_alphabet(b"0123456789", length)
}

/// Code that stands in for a second factor once: 10 hexadecimal digits (40 bits).
pub fn backup_code() -> String {
    from_alphabet(b"0123456789abcdef", 10)
}

/// Code that a user copies from one device to another: two groups of four letters that are hard to confuse and spell
/// no words (RFC 8628 §6.1), 34 bits.
pub fn user_code() -> String {
    let code = from_alphabet(b"BCDFGHJKLMNPQRSTVWXZ", 8);
    format!("{}-{}", &code[..4], &code[4..])
}

/// Draws `length` characters without bias: bytes above the largest multiple of the alphabet's
/// size are thrown away.
fn from_alphabet(alphabet: &[u8], length: usize) -> String {
    let limit = 256 - 256 % alphabet.len();
    let mut id = String::with_capacity(length);
    while id.len() < length {
        for byte in random_bytes::<48>() {
            if id.len() < length && usize::from(byte) < limit {
                id.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
            }
        }
    }
    id
}
