//! Private keys: parsed once, kept, and ready to sign.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::compact::{append_signature, encode_header, encode_signing_input};
use super::jwk::PublicKey;
use super::{Alg, VerifyingKey};
use crate::error::JoseError;
use crate::secret::SecretString;

/// Token types whose encoded header is prepared when the key is read.
const PREPARED_TYPES: [Option<&str>; 4] = [None, Some("JWT"), Some("at+jwt"), Some("logout+jwt")];

/// Size of a new RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaBits {
    /// 2048 bits.
    Two048,
    /// 4096 bits.
    Four096,
}

/// A private key with the one algorithm it signs with.
pub struct SigningKey {
    alg: Alg,
    pair: Pair,
    kid: String,
    public_jwk: Value,
    /// In the order of [`PREPARED_TYPES`].
    headers: Vec<String>,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Reads an unencrypted private key in PEM: PKCS#8, SEC 1 (`EC PRIVATE KEY`) or PKCS#1
    /// (`RSA PRIVATE KEY`). The algorithm follows from the key; RSA keys sign with RS256.
    pub fn from_pem(text: &str) -> Result<Self, JoseError> {
        let (pair, alg) = parse_pem(text)?;
        Self::new(pair, alg)
    }

    /// Like [`SigningKey::from_pem`], for one algorithm; refuses a key it does not fit.
    pub fn from_pem_with_alg(text: &str, alg: Alg) -> Result<Self, JoseError> {
        let (pair, default_alg) = parse_pem(text)?;
        let fits = alg == default_alg || matches!(pair, Pair::Rsa(_)) && Alg::RSA.contains(&alg);
        if fits { Self::new(pair, alg) } else { Err(JoseError::AlgorithmMismatch(alg.as_str())) }
    }

    /// Makes a new key for `alg`; RSA keys get 2048 bits.
    pub fn generate(alg: Alg) -> Result<Self, JoseError> {
        let pair = match alg {
            Alg::Es256 | Alg::Es384 | Alg::Es512 => EcdsaKeyPair::generate(curve(alg)?).map(Pair::Ec),
            Alg::EdDsa => Ed25519KeyPair::generate().map(Pair::Ed25519),
            _ => return Self::generate_rsa(alg, RsaBits::Two048),
        };
        Self::new(pair.map_err(|_| JoseError::Failed)?, alg)
    }

    /// Makes a new RSA key. Finding primes takes up to seconds: not for an async thread.
    pub fn generate_rsa(alg: Alg, bits: RsaBits) -> Result<Self, JoseError> {
        if !Alg::RSA.contains(&alg) {
            return Err(JoseError::AlgorithmMismatch(alg.as_str()));
        }
        let size = match bits {
            RsaBits::Two048 => KeySize::Rsa2048,
            RsaBits::Four096 => KeySize::Rsa4096,
        };
        Self::new(Pair::Rsa(RsaKeyPair::generate(size).map_err(|_| JoseError::Failed)?), alg)
    }

    /// The key as unencrypted PKCS#8 PEM.
    pub fn to_pkcs8_pem(&self) -> Result<SecretString, JoseError> {
        let document = match &self.pair {
            Pair::Ec(pair) => pair.to_pkcs8v1().map(|document| document.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|document| document.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map(|document| document.as_ref().to_vec())
            }
        };
        let der = Zeroizing::new(document.map_err(|_| JoseError::Failed)?);
        let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        let block = pem::Pem::new("PRIVATE KEY", der.as_slice());
        Ok(SecretString::from(pem::encode_config(&block, config)))
    }

    /// The algorithm.
    pub fn alg(&self) -> Alg {
        self.alg
    }

    /// The RFC 7638 SHA-256 thumbprint of the public key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as published in the JWKS.
    pub fn public_jwk(&self) -> Value {
        self.public_jwk.clone()
    }

    /// The key that checks this key's signatures.
    pub fn verifying_key(&self) -> Result<VerifyingKey, JoseError> {
        VerifyingKey::from_jwk(&self.public_jwk)
    }

    /// Signs claims as a JWT with the header `alg`, `typ` (if any), `kid`.
    pub fn sign_jwt(&self, typ: Option<&str>, claims: &impl Serialize) -> Result<String, JoseError> {
        let prepared = PREPARED_TYPES.iter().position(|prepared| *prepared == typ);
        let input = match prepared {
            Some(index) => encode_signing_input(&self.headers[index], claims, self.signature_len())?,
            None => {
                let header = encode_header(self.alg, typ, Some(&self.kid))?;
                encode_signing_input(&header, claims, self.signature_len())?
            }
        };
        let signature = self.sign(input.as_bytes())?;
        Ok(append_signature(input, &signature))
    }

    /// Signs bytes; the signature has the form of RFC 7518 §3 (fixed-length `r ‖ s` for ECDSA).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.try_sign(message).map(|signature| signature.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(rsa_encoding(self.alg)?, &random, message, &mut signature).map(|()| signature)
            }
        }
        .map_err(|_| JoseError::Failed)
    }

    fn signature_len(&self) -> usize {
        match &self.pair {
            Pair::Rsa(pair) => pair.public_modulus_len(),
            // The longest of the others, ES512.
            Pair::Ec(_) | Pair::Ed25519(_) => 132,
        }
    }

    fn new(pair: Pair, alg: Alg) -> Result<Self, JoseError> {
        let public = match &pair {
            Pair::Ec(pair) => PublicKey::from_point(alg, pair.public_key().as_ref())?,
            Pair::Ed25519(pair) => PublicKey::Ed25519 { x: pair.public_key().as_ref().to_vec() },
            Pair::Rsa(pair) => PublicKey::Rsa {
                n: pair.public_key().modulus().big_endian_without_leading_zero().to_vec(),
                e: pair.public_key().exponent().big_endian_without_leading_zero().to_vec(),
            },
        };
        let kid = public.thumbprint();
        let headers = PREPARED_TYPES
            .iter()
            .map(|typ| encode_header(alg, *typ, Some(&kid)))
            .collect::<Result<_, _>>()?;
        Ok(Self { alg, pair, public_jwk: public.to_jwk(alg, &kid), kid, headers })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKey").field("alg", &self.alg).field("kid", &self.kid).finish()
    }
}

fn parse_pem(text: &str) -> Result<(Pair, Alg), JoseError> {
    let block = pem::parse(text).map_err(|_| JoseError::InvalidKey("not PEM"))?;
    let label = block.tag().to_owned();
    let der = Zeroizing::new(block.into_contents());
    match label.as_str() {
        "PRIVATE KEY" => {
            if let Ok(pair) = RsaKeyPair::from_pkcs8(&der) {
                return Ok((Pair::Rsa(pair), Alg::Rs256));
            }
            if let Ok(pair) = Ed25519KeyPair::from_pkcs8(&der) {
                return Ok((Pair::Ed25519(pair), Alg::EdDsa));
            }
            parse_ec(|curve| EcdsaKeyPair::from_pkcs8(curve, &der).ok())
        }
        "EC PRIVATE KEY" => parse_ec(|curve| EcdsaKeyPair::from_private_key_der(curve, &der).ok()),
        "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der)
            .map(|pair| (Pair::Rsa(pair), Alg::Rs256))
            .map_err(|_| JoseError::InvalidKey("RSA key was rejected")),
        _ => Err(JoseError::InvalidKey("not an unencrypted private key")),
    }
}

fn parse_ec(
    read: impl Fn(&'static EcdsaSigningAlgorithm) -> Option<EcdsaKeyPair>,
) -> Result<(Pair, Alg), JoseError> {
    for alg in [Alg::Es384, Alg::Es256, Alg::Es512] {
        if let Some(pair) = read(curve(alg)?) {
            return Ok((Pair::Ec(pair), alg));
        }
    }
    Err(JoseError::InvalidKey("unsupported key type or curve"))
}

fn curve(alg: Alg) -> Result<&'static EcdsaSigningAlgorithm, JoseError> {
    Ok(match alg {
        Alg::Es256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Alg::Es384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        Alg::Es512 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        other => return Err(JoseError::AlgorithmMismatch(other.as_str())),
    })
}

fn rsa_encoding(alg: Alg) -> Result<&'static dyn RsaEncoding, JoseError> {
    Ok(match alg {
        Alg::Rs256 => &RSA_PKCS1_SHA256,
        Alg::Rs384 => &RSA_PKCS1_SHA384,
        Alg::Rs512 => &RSA_PKCS1_SHA512,
        Alg::Ps256 => &RSA_PSS_SHA256,
        Alg::Ps384 => &RSA_PSS_SHA384,
        Alg::Ps512 => &RSA_PSS_SHA512,
        other => return Err(JoseError::AlgorithmMismatch(other.as_str())),
    })
}
