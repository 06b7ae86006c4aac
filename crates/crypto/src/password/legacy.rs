//! Digests of other systems, described by a JSON text `[algorithm, arguments, digest]`.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use md5::Md5;
use pbkdf2::pbkdf2_hmac;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use zeroize::Zeroizing;

use crate::error::PasswordError;
use crate::hash::constant_time_eq;

/// The argument that stands for the password.
const PLACEHOLDER: &str = "@";

/// Iterations times blocks: a few seconds of SHA-512.
const MAX_PBKDF2_WORK: u64 = 10_000_000;
const MAX_PBKDF2_LEN: usize = 1024;
const MAX_SCRYPT_MEMORY: u64 = 256 * 1024 * 1024;
const SCRYPT_KEY_LEN: usize = 32;

/// A legacy digest, read and found affordable.
pub(super) enum LegacyDigest {
    Hash { hash: HashName, arguments: Vec<String>, expected: Vec<u8> },
    Pbkdf2 { hash: HashName, salt: Vec<u8>, iterations: u32, expected: Vec<u8> },
    FirebaseScrypt { params: scrypt::Params, salt: Vec<u8>, signer_key: Vec<u8>, expected: Vec<u8> },
}

impl LegacyDigest {
    pub fn parse(encoded: &str) -> Result<Self, PasswordError> {
        let (algorithm, arguments, digest): (String, Vec<Value>, String) =
            serde_json::from_str(encoded).map_err(|_| PasswordError::MalformedDigest)?;
        let arguments = arguments.into_iter().map(argument).collect::<Result<Vec<_>, _>>()?;
        if !arguments.iter().any(|argument| argument == PLACEHOLDER) {
            return Err(PasswordError::MalformedDigest);
        }
        match algorithm.as_str() {
            "pbkdf2" | "pbkdf2Sync" => parse_pbkdf2(&arguments, &digest),
            "firebase-scrypt" => parse_firebase_scrypt(&arguments, &digest),
            name => {
                let hash = HashName::parse(name)?;
                Ok(Self::Hash { hash, arguments, expected: decode_hex(&digest)? })
            }
        }
    }

    /// Whether checking takes microseconds.
    pub fn is_fast(&self) -> bool {
        matches!(self, Self::Hash { .. })
    }

    pub fn verify(&self, password: &str) -> Result<bool, PasswordError> {
        match self {
            Self::Hash { hash, arguments, expected } => {
                let mut text = Zeroizing::new(String::new());
                for argument in arguments {
                    text.push_str(if argument == PLACEHOLDER { password } else { argument });
                }
                Ok(constant_time_eq(hash.digest(text.as_bytes()), expected))
            }
            Self::Pbkdf2 { hash, salt, iterations, expected } => {
                let mut output = vec![0; expected.len()];
                hash.pbkdf2(password.as_bytes(), salt, *iterations, &mut output);
                Ok(constant_time_eq(output, expected))
            }
            Self::FirebaseScrypt { params, salt, signer_key, expected } => {
                let mut key = [0; SCRYPT_KEY_LEN];
                scrypt::scrypt(password.as_bytes(), salt, params, &mut key)
                    .map_err(|_| PasswordError::Failed)?;
                Ok(constant_time_eq(aes_256_ctr(&key, signer_key)?, expected))
            }
        }
    }
}

/// Arguments `[salt | hex:<hex>, iterations, length, hash, …]`.
fn parse_pbkdf2(arguments: &[String], digest: &str) -> Result<LegacyDigest, PasswordError> {
    let [salt, iterations, length, hash, ..] = arguments else { return Err(PasswordError::MalformedDigest) };
    let salt = match salt.strip_prefix("hex:") {
        Some(encoded) => decode_hex(encoded)?,
        None => salt.as_bytes().to_vec(),
    };
    let iterations: u32 = number(iterations)?;
    let length: usize = number(length)?;
    let hash = HashName::parse(hash)?;
    let expected = decode_hex(digest)?;
    if iterations == 0 || length == 0 || expected.len() != length {
        return Err(PasswordError::MalformedDigest);
    }
    let blocks = length.div_ceil(hash.output_len()) as u64;
    if length > MAX_PBKDF2_LEN || u64::from(iterations) * blocks > MAX_PBKDF2_WORK {
        return Err(PasswordError::CostExceeded);
    }
    Ok(LegacyDigest::Pbkdf2 { hash, salt, iterations, expected })
}

/// Arguments `[salt, signer key, salt separator, rounds, memory cost, …]`, bytes in base64.
fn parse_firebase_scrypt(arguments: &[String], digest: &str) -> Result<LegacyDigest, PasswordError> {
    let [salt, signer_key, separator, rounds, memory_cost, ..] = arguments else {
        return Err(PasswordError::MalformedDigest);
    };
    let (rounds, memory_cost): (u32, u8) = (number(rounds)?, number(memory_cost)?);
    if memory_cost == 0 || rounds == 0 {
        return Err(PasswordError::MalformedDigest);
    }
    // Scrypt needs 128·r·N bytes (RFC 7914 §2).
    let memory = 1u64.checked_shl(memory_cost.into()).and_then(|n| n.checked_mul(128 * u64::from(rounds)));
    if memory_cost >= 64 || memory.is_none_or(|bytes| bytes > MAX_SCRYPT_MEMORY) {
        return Err(PasswordError::CostExceeded);
    }
    let params = scrypt::Params::new(memory_cost, rounds, 1).map_err(|_| PasswordError::MalformedDigest)?;
    let salt = [decode_base64(salt)?, decode_base64(separator)?].concat();
    let (signer_key, expected) = (decode_base64(signer_key)?, decode_base64(digest)?);
    Ok(LegacyDigest::FirebaseScrypt { params, salt, signer_key, expected })
}

/// AES-256 in counter mode from a zero counter, as Firebase signs its signer key.
fn aes_256_ctr(key: &[u8], message: &[u8]) -> Result<Vec<u8>, PasswordError> {
    let encrypt = || {
        let key = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, key)?)?;
        let mut buffer = message.to_vec();
        key.less_safe_encrypt(&mut buffer, EncryptionContext::Iv128(FixedLength::from([0; 16])))?;
        Ok(buffer)
    };
    encrypt().map_err(|_: aws_lc_rs::error::Unspecified| PasswordError::Failed)
}

/// The hashes a legacy digest may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashName {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
}

impl HashName {
    fn parse(name: &str) -> Result<Self, PasswordError> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "md5" => Self::Md5,
            "sha1" | "sha-1" => Self::Sha1,
            "sha224" | "sha-224" => Self::Sha224,
            "sha256" | "sha-256" => Self::Sha256,
            "sha384" | "sha-384" => Self::Sha384,
            "sha512" | "sha-512" => Self::Sha512,
            "sha512-224" => Self::Sha512_224,
            "sha512-256" => Self::Sha512_256,
            _ => return Err(PasswordError::UnsupportedLegacyAlgorithm),
        })
    }

    const fn output_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 | Self::Sha512_224 => 28,
            Self::Sha256 | Self::Sha512_256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(data).to_vec(),
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha224 => Sha224::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
            Self::Sha512_224 => Sha512_224::digest(data).to_vec(),
            Self::Sha512_256 => Sha512_256::digest(data).to_vec(),
        }
    }

    fn pbkdf2(self, password: &[u8], salt: &[u8], iterations: u32, output: &mut [u8]) {
        match self {
            Self::Md5 => pbkdf2_hmac::<Md5>(password, salt, iterations, output),
            Self::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, iterations, output),
            Self::Sha224 => pbkdf2_hmac::<Sha224>(password, salt, iterations, output),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, iterations, output),
            Self::Sha384 => pbkdf2_hmac::<Sha384>(password, salt, iterations, output),
            Self::Sha512 => pbkdf2_hmac::<Sha512>(password, salt, iterations, output),
            Self::Sha512_224 => pbkdf2_hmac::<Sha512_224>(password, salt, iterations, output),
            Self::Sha512_256 => pbkdf2_hmac::<Sha512_256>(password, salt, iterations, output),
        }
    }
}

/// Arguments are texts; numbers are accepted where people wrote them as such.
fn argument(value: Value) -> Result<String, PasswordError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(PasswordError::MalformedDigest),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, PasswordError> {
    text.parse().map_err(|_| PasswordError::MalformedDigest)
}

fn decode_hex(text: &str) -> Result<Vec<u8>, PasswordError> {
    hex::decode(text).map_err(|_| PasswordError::MalformedDigest)
}

/// Base64 in either alphabet, padded or not: exports come in all forms.
fn decode_base64(text: &str) -> Result<Vec<u8>, PasswordError> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let url_safe = text.replace('+', "-").replace('/', "_");
    LENIENT.decode(url_safe).map_err(|_| PasswordError::MalformedDigest)
}
