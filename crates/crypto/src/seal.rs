//! Envelope encryption of stored secrets with AES-256-GCM.
//!
//! Each secret gets its own random data key (DEK); the data key is encrypted with the operator's
//! key (KEK). Rotating the KEK thus re-encrypts 32 bytes per secret, never the content.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::SealError;
use crate::random::random_bytes;

const KEY_LEN: usize = 32;
const TAG_LEN: usize = 16;

/// A sealed secret as stored: every part is needed to open it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sealed {
    /// Nonce of the content, 12 bytes.
    #[serde(with = "base64_text")]
    pub iv: Vec<u8>,
    /// The encrypted content, as long as the content.
    #[serde(with = "base64_text")]
    pub ciphertext: Vec<u8>,
    /// Authentication tag of the content, 16 bytes.
    #[serde(with = "base64_text")]
    pub auth_tag: Vec<u8>,
    /// The data key under the KEK: nonce (12) ‖ ciphertext (32) ‖ tag (16).
    #[serde(with = "base64_text")]
    pub encrypted_dek: Vec<u8>,
}

/// The key-encryption key of the secret vault.
pub struct Kek(LessSafeKey);

impl Kek {
    /// Reads the key from standard base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let key = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| SealError::InvalidKey)?);
        cipher(&key).map(Self)
    }

    /// Seals `content` under a fresh data key.
    pub fn seal(&self, content: &[u8]) -> Result<Sealed, SealError> {
        let dek = Zeroizing::new(random_bytes::<KEY_LEN>());
        let Encrypted { iv, ciphertext, tag } = encrypt(&cipher(dek.as_ref())?, content)?;
        let wrapped = encrypt(&self.0, dek.as_ref())?;
        let encrypted_dek = [wrapped.iv, wrapped.ciphertext, wrapped.tag].concat();
        Ok(Sealed { iv, ciphertext, auth_tag: tag, encrypted_dek })
    }

    /// Opens what [`Kek::seal`] made; fails when any byte was changed or the KEK is another one.
    pub fn open(&self, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealError> {
        if sealed.encrypted_dek.len() != NONCE_LEN + KEY_LEN + TAG_LEN || sealed.auth_tag.len() != TAG_LEN {
            return Err(SealError::Malformed);
        }
        let (dek_iv, rest) = sealed.encrypted_dek.split_at(NONCE_LEN);
        let (dek_ciphertext, dek_tag) = rest.split_at(KEY_LEN);
        let dek = decrypt(&self.0, dek_iv, dek_ciphertext, dek_tag)?;
        decrypt(&cipher(&dek)?, &sealed.iv, &sealed.ciphertext, &sealed.auth_tag)
    }
}

impl fmt::Debug for Kek {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Kek([redacted])")
    }
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, SealError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| SealError::InvalidKey)
}

struct Encrypted {
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

/// Encrypts under a random nonce. Random 96-bit nonces are safe for far more than the one message
/// of a DEK and for 2³² data keys per KEK (NIST SP 800-38D §8.3).
fn encrypt(key: &LessSafeKey, content: &[u8]) -> Result<Encrypted, SealError> {
    let iv = random_bytes::<NONCE_LEN>();
    let mut buffer = content.to_vec();
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::empty(), &mut buffer)
        .map_err(|_| SealError::Failed)?;
    Ok(Encrypted { iv: iv.to_vec(), ciphertext: buffer, tag: tag.as_ref().to_vec() })
}

fn decrypt(
    key: &LessSafeKey,
    iv: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let nonce = Nonce::try_assume_unique_for_key(iv).map_err(|_| SealError::Malformed)?;
    let mut buffer = Zeroizing::new([ciphertext, tag].concat());
    let length = key.open_in_place(nonce, Aad::empty(), &mut buffer).map_err(|_| SealError::Rejected)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

mod base64_text {
    use super::{Engine, STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
