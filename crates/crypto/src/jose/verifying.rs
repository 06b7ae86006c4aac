//! Public keys that check tokens, alone or as a set.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents,
};
use serde_json::Value;

use super::compact::Compact;
use super::jwk::{PublicKey, admitted_algorithms, text};
use super::{Alg, Claims, Header, Validation};
use crate::error::JoseError;

/// Most keys read from one set.
pub const MAX_KEYS: usize = 256;

/// Most keys tried for one token, whatever the set contains.
const MAX_CANDIDATES: usize = 16;

/// A public key with the algorithms it may be used with.
pub struct VerifyingKey {
    kid: Option<String>,
    parsed: Vec<(Alg, ParsedPublicKey)>,
}

impl VerifyingKey {
    /// Reads a JWK; secret members are ignored, symmetric keys refused.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JoseError> {
        let members = jwk.as_object().ok_or(JoseError::InvalidKey("JWK is not an object"))?;
        let key = PublicKey::from_jwk(members)?;
        let algorithms = admitted_algorithms(members, &key)?;
        let parsed = algorithms
            .into_iter()
            .map(|alg| Ok((alg, parse(alg, &key)?)))
            .collect::<Result<_, JoseError>>()?;
        Ok(Self { kid: text(members, "kid").map(str::to_owned), parsed })
    }

    /// The key's identifier, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithms this key verifies.
    pub fn algorithms(&self) -> impl Iterator<Item = Alg> {
        self.parsed.iter().map(|(alg, _)| *alg)
    }

    /// Checks a token, whatever its `kid`, and returns its claims.
    pub fn verify(&self, token: &str, validation: &Validation) -> Result<Claims, JoseError> {
        verify(token, validation, |token| self.check_signature(token)).map(|(_, claims)| claims)
    }

    fn supports(&self, alg: Alg) -> bool {
        self.algorithms().any(|supported| supported == alg)
    }

    fn check_signature(&self, token: &Compact<'_>) -> Result<(), JoseError> {
        let alg = token.header.alg;
        let (_, key) = self
            .parsed
            .iter()
            .find(|(supported, _)| *supported == alg)
            .ok_or(JoseError::AlgorithmMismatch(alg.as_str()))?;
        key.verify_sig(token.signing_input.as_bytes(), &token.signature).map_err(|_| JoseError::BadSignature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<Alg> = self.algorithms().collect();
        formatter.debug_struct("VerifyingKey").field("kid", &self.kid).field("alg", &algorithms).finish()
    }
}

/// The keys of an issuer or client.
#[derive(Debug, Default)]
pub struct JwkSet {
    keys: Vec<VerifyingKey>,
}

impl JwkSet {
    /// Reads a JWKS document from text.
    pub fn parse(json: &str) -> Result<Self, JoseError> {
        let document = serde_json::from_str(json).map_err(|_| JoseError::InvalidKey("JWKS is not JSON"))?;
        Self::from_value(&document)
    }

    /// Reads a JWKS document. Keys we have no use for are skipped (RFC 7517 §5).
    pub fn from_value(document: &Value) -> Result<Self, JoseError> {
        let keys = document
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(JoseError::InvalidKey("JWKS without a list of keys"))?;
        if keys.len() > MAX_KEYS {
            return Err(JoseError::InvalidKey("JWKS with too many keys"));
        }
        Ok(Self { keys: keys.iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok()).collect() })
    }

    /// The keys that were understood.
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// Checks a token with the key it names, or with each that fits when it names none, and
    /// returns its claims. [`JoseError::UnknownKey`] tells the caller that fetching the set anew
    /// may help.
    pub fn verify(&self, token: &str, validation: &Validation) -> Result<Claims, JoseError> {
        self.verify_with_header(token, validation).map(|(_, claims)| claims)
    }

    /// Like [`JwkSet::verify`], with the header.
    pub fn verify_with_header(
        &self,
        token: &str,
        validation: &Validation,
    ) -> Result<(Header, Claims), JoseError> {
        verify(token, validation, |token| self.check_signature(token))
    }

    fn check_signature(&self, token: &Compact<'_>) -> Result<(), JoseError> {
        let Header { alg, kid, .. } = &token.header;
        let named = |key: &&VerifyingKey| kid.is_none() || key.kid == *kid;
        let mut candidates =
            self.keys.iter().filter(named).filter(|key| key.supports(*alg)).take(MAX_CANDIDATES).peekable();
        if candidates.peek().is_none() {
            let known = kid.is_some() && self.keys.iter().any(|key| named(&key));
            return Err(if known {
                JoseError::AlgorithmMismatch(alg.as_str())
            } else {
                JoseError::UnknownKey
            });
        }
        if candidates.any(|key| key.check_signature(token).is_ok()) {
            Ok(())
        } else {
            Err(JoseError::BadSignature)
        }
    }
}

impl FromIterator<VerifyingKey> for JwkSet {
    fn from_iter<I: IntoIterator<Item = VerifyingKey>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect() }
    }
}

fn verify(
    token: &str,
    validation: &Validation,
    check_signature: impl FnOnce(&Compact<'_>) -> Result<(), JoseError>,
) -> Result<(Header, Claims), JoseError> {
    let token = Compact::parse(token)?;
    validation.check_header(&token.header)?;
    check_signature(&token)?;
    let claims = token.claims()?;
    validation.check_claims(&claims)?;
    Ok((token.header, claims))
}

fn parse(alg: Alg, key: &PublicKey) -> Result<ParsedPublicKey, JoseError> {
    let parsed = match key {
        PublicKey::Ec { x, y, .. } => {
            let algorithm = match alg {
                Alg::Es256 => &ECDSA_P256_SHA256_FIXED,
                Alg::Es384 => &ECDSA_P384_SHA384_FIXED,
                _ => &ECDSA_P521_SHA512_FIXED,
            };
            ParsedPublicKey::new(algorithm, [&[4], x.as_slice(), y.as_slice()].concat())
        }
        PublicKey::Rsa { n, e } => RsaPublicKeyComponents { n, e }.to_parsed_public_key(rsa_parameters(alg)?),
        PublicKey::Ed25519 { x } if x.len() == 32 => ParsedPublicKey::new(&ED25519, x),
        PublicKey::Ed25519 { .. } => return Err(JoseError::InvalidKey("Ed25519 keys have 32 bytes")),
    };
    parsed.map_err(|_| JoseError::InvalidKey("key was rejected"))
}

fn rsa_parameters(alg: Alg) -> Result<&'static RsaParameters, JoseError> {
    Ok(match alg {
        Alg::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Alg::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
        Alg::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        Alg::Ps256 => &RSA_PSS_2048_8192_SHA256,
        Alg::Ps384 => &RSA_PSS_2048_8192_SHA384,
        Alg::Ps512 => &RSA_PSS_2048_8192_SHA512,
        other => return Err(JoseError::AlgorithmMismatch(other.as_str())),
    })
}
