//! The computations behind each method, and the limits that keep a hostile import from taking the
//! server down.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::legacy::LegacyDigest;
use super::{PasswordHash, PasswordMethod};
use crate::error::PasswordError;
use crate::hash::constant_time_eq;
use crate::random::random_bytes;

/// Longest password considered, in bytes.
pub const MAX_PASSWORD_LEN: usize = 4096;

/// New hashes: argon2id with the first OWASP recommendation (19 MiB, two passes, one lane).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_LEN: usize = 16;
const OUTPUT_LEN: usize = 32;

const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 1024;
const MAX_LANES: u32 = 64;
/// Memory times passes: 4 GiB written is a few seconds.
const MAX_ARGON2_WORK_KIB: u64 = 4 * 1024 * 1024;
/// 2¹⁶ rounds are a few seconds.
const MAX_BCRYPT_COST: u32 = 16;

/// Memory kept by a hashing thread between jobs: mapping and clearing 19 MiB anew would cost a
/// good part of the hash itself.
#[derive(Default)]
pub(super) struct Workspace {
    blocks: Vec<Block>,
}

impl Workspace {
    fn argon2(
        &mut self,
        argon2: &Argon2<'_>,
        password: &str,
        salt: &[u8],
        output: &mut [u8],
    ) -> Result<(), PasswordError> {
        let needed = argon2.params().block_count();
        let current = usize::try_from(MEMORY_KIB).map_err(|_| PasswordError::Failed)?;
        let result = if needed <= current {
            self.blocks.resize(current, Block::default());
            argon2.hash_password_into_with_memory(
                password.as_bytes(),
                salt,
                output,
                &mut self.blocks[..needed],
            )
        } else {
            argon2.hash_password_into(password.as_bytes(), salt, output)
        };
        result.map_err(|_| PasswordError::Failed)
    }
}

/// Whether a digest should be replaced at the next successful sign-in: anything but argon2id at
/// least as strong as new hashes.
pub fn needs_upgrade(method: PasswordMethod, encoded: &str) -> bool {
    if method != PasswordMethod::Argon2id {
        return true;
    }
    match Argon2Digest::parse(encoded) {
        Ok(digest) => {
            let params = digest.argon2.params();
            digest.algorithm != Algorithm::Argon2id
                || digest.version != Version::V0x13
                || params.m_cost() < MEMORY_KIB
                || params.t_cost() < PASSES
                || digest.output.len() < OUTPUT_LEN
        }
        Err(_) => true,
    }
}

/// Whether an imported digest can be checked later: its form, its algorithm and its cost.
///
/// Argon2 digests are PHC strings, Bcrypt ones modular crypt strings, SHA1, SHA256 and MD5 the hex
/// of the unsalted hash. Legacy digests are JSON texts `[algorithm, arguments, digest]` in which
/// the argument `"@"` stands for the password: `pbkdf2` (salt, iterations, length, hash),
/// `firebase-scrypt` (salt, signer key, separator, rounds, memory cost), or a hash over all
/// arguments joined.
pub fn validate_digest(method: PasswordMethod, encoded: &str) -> Result<(), PasswordError> {
    match method {
        PasswordMethod::Argon2i | PasswordMethod::Argon2id | PasswordMethod::Argon2d => {
            Argon2Digest::parse(encoded).map(drop)
        }
        PasswordMethod::Sha1 => decode_hex(encoded, 20).map(drop),
        PasswordMethod::Sha256 => decode_hex(encoded, 32).map(drop),
        PasswordMethod::Md5 => decode_hex(encoded, 16).map(drop),
        PasswordMethod::Bcrypt => check_bcrypt(encoded),
        PasswordMethod::Legacy => LegacyDigest::parse(encoded).map(drop),
    }
}

pub(super) fn hash(workspace: &mut Workspace, password: &str) -> Result<PasswordHash, PasswordError> {
    if password.len() > MAX_PASSWORD_LEN {
        return Err(PasswordError::TooLong);
    }
    let salt = random_bytes::<SALT_LEN>();
    let mut output = [0; OUTPUT_LEN];
    workspace.argon2(&current_argon2()?, password, &salt, &mut output)?;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    Ok(PasswordHash {
        encoded: format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}"),
        method: PasswordMethod::Argon2id,
    })
}

/// Compares a password with a digest. Methods that take no time get the work of a current hash on
/// top: a quick refusal would tell that the account exists and how it is protected.
pub(super) fn verify(
    workspace: &mut Workspace,
    password: &str,
    encoded: &str,
    method: PasswordMethod,
) -> Result<bool, PasswordError> {
    if password.len() > MAX_PASSWORD_LEN {
        return Ok(false);
    }
    match method {
        PasswordMethod::Argon2i | PasswordMethod::Argon2id | PasswordMethod::Argon2d => {
            // As everywhere, the digest itself says which variant it is.
            let digest = Argon2Digest::parse(encoded)?;
            let mut output = vec![0; digest.output.len()];
            workspace.argon2(&digest.argon2, password, &digest.salt, &mut output)?;
            Ok(constant_time_eq(output, digest.output))
        }
        PasswordMethod::Sha1 => {
            let expected = decode_hex(encoded, 20)?;
            verify_decoy(workspace, password)?;
            Ok(constant_time_eq(Sha1::digest(password), expected))
        }
        PasswordMethod::Sha256 => {
            let expected = decode_hex(encoded, 32)?;
            verify_decoy(workspace, password)?;
            Ok(constant_time_eq(Sha256::digest(password), expected))
        }
        PasswordMethod::Md5 => {
            let expected = decode_hex(encoded, 16)?;
            verify_decoy(workspace, password)?;
            Ok(constant_time_eq(Md5::digest(password), expected))
        }
        PasswordMethod::Bcrypt => {
            check_bcrypt(encoded)?;
            // Bcrypt looks at 72 bytes only; digests of longer passwords were made that way.
            bcrypt::verify(password, encoded).map_err(|_| PasswordError::MalformedDigest)
        }
        PasswordMethod::Legacy => {
            let digest = LegacyDigest::parse(encoded)?;
            if digest.is_fast() {
                verify_decoy(workspace, password)?;
            }
            digest.verify(password)
        }
    }
}

pub(super) fn verify_decoy(workspace: &mut Workspace, password: &str) -> Result<(), PasswordError> {
    if password.len() > MAX_PASSWORD_LEN {
        return Ok(());
    }
    let mut output = [0; OUTPUT_LEN];
    workspace.argon2(&current_argon2()?, password, &[0; SALT_LEN], &mut output)?;
    std::hint::black_box(constant_time_eq(output, [0; OUTPUT_LEN]));
    Ok(())
}

fn current_argon2() -> Result<Argon2<'static>, PasswordError> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_LEN)).map_err(|_| PasswordError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A PHC string taken apart and found affordable.
struct Argon2Digest {
    argon2: Argon2<'static>,
    algorithm: Algorithm,
    version: Version,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Argon2Digest {
    fn parse(encoded: &str) -> Result<Self, PasswordError> {
        let malformed = PasswordError::MalformedDigest;
        let digest = phc::PasswordHash::new(encoded).map_err(|_| malformed.clone())?;
        let algorithm = digest.algorithm.as_str().parse::<Algorithm>().map_err(|_| malformed.clone())?;
        // Strings without a version are older than version 1.3.
        let version = Version::try_from(digest.version.unwrap_or(0x10)).map_err(|_| malformed.clone())?;
        let params = Params::try_from(&digest).map_err(|_| malformed.clone())?;
        let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
        if params.m_cost() > MAX_MEMORY_KIB
            || params.t_cost() > MAX_PASSES
            || params.p_cost() > MAX_LANES
            || work > MAX_ARGON2_WORK_KIB
        {
            return Err(PasswordError::CostExceeded);
        }
        let (Some(salt), Some(output)) = (digest.salt, digest.hash) else { return Err(malformed) };
        Ok(Self {
            argon2: Argon2::new(algorithm, version, params),
            algorithm,
            version,
            salt: salt.as_ref().to_vec(),
            output: output.as_bytes().to_vec(),
        })
    }
}

fn check_bcrypt(encoded: &str) -> Result<(), PasswordError> {
    let parts: bcrypt::HashParts = encoded.parse().map_err(|_| PasswordError::MalformedDigest)?;
    match parts.get_cost() {
        0..4 => Err(PasswordError::MalformedDigest),
        4..=MAX_BCRYPT_COST => Ok(()),
        _ => Err(PasswordError::CostExceeded),
    }
}

/// Hex of exactly `length` bytes.
fn decode_hex(text: &str, length: usize) -> Result<Vec<u8>, PasswordError> {
    hex::decode(text).ok().filter(|bytes| bytes.len() == length).ok_or(PasswordError::MalformedDigest)
}
