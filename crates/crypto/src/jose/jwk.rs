//! Public keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2): the coordinates, their canonical
//! form for thumbprints and the document published.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::Alg;
use crate::error::JoseError;
use crate::hash::sha256_base64url;

const MIN_RSA_BITS: usize = 2048;
const MAX_RSA_BITS: usize = 8192;

/// The part of a public key that identifies it.
pub(super) enum PublicKey {
    Ec { alg: Alg, x: Vec<u8>, y: Vec<u8> },
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ed25519 { x: Vec<u8> },
}

impl PublicKey {
    /// An elliptic curve key from its uncompressed point (SEC 1 §2.3.3).
    pub fn from_point(alg: Alg, point: &[u8]) -> Result<Self, JoseError> {
        let Some((4, coordinates)) = point.split_first() else {
            return Err(JoseError::InvalidKey("point is not uncompressed"));
        };
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        Ok(Self::Ec { alg, x: x.to_vec(), y: y.to_vec() })
    }

    /// Reads the members of a JWK that describe the key itself.
    pub fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, JoseError> {
        match (text(jwk, "kty"), text(jwk, "crv")) {
            (Some("EC"), Some(crv)) => {
                let alg = curve_alg(crv).ok_or(JoseError::InvalidKey("unsupported curve"))?;
                let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
                // RFC 7518 §6.2.1.2: always the full size of a coordinate.
                if x.len() != coordinate_len(alg) || y.len() != coordinate_len(alg) {
                    return Err(JoseError::InvalidKey("coordinate has the wrong length"));
                }
                Ok(Self::Ec { alg, x, y })
            }
            (Some("OKP"), Some("Ed25519")) => Ok(Self::Ed25519 { x: bytes(jwk, "x")? }),
            (Some("RSA"), _) => {
                let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
                // Some encoders keep the sign byte; the value is what counts.
                let n = n[n.iter().take_while(|&&byte| byte == 0).count()..].to_vec();
                let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
                if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
                    return Err(JoseError::InvalidKey("RSA modulus is too short or too long"));
                }
                Ok(Self::Rsa { n, e })
            }
            _ => Err(JoseError::InvalidKey("unsupported key type")),
        }
    }

    /// RFC 7638: SHA-256 over the required members in lexicographic order.
    pub fn thumbprint(&self) -> String {
        let canonical = match self {
            Self::Ec { alg, x, y } => {
                let crv = curve_name(*alg);
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{}","y":"{}"}}"#, encode(x), encode(y))
            }
            Self::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(e), encode(n))
            }
            Self::Ed25519 { x } => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(x))
            }
        };
        sha256_base64url(canonical)
    }

    /// The published form, members in the order `kty`, `use`, `kid`, `alg`, key.
    pub fn to_jwk(&self, alg: Alg, kid: &str) -> Value {
        let (kty, members) = match self {
            Self::Ec { alg, x, y } => {
                ("EC", vec![("crv", curve_name(*alg).to_owned()), ("x", encode(x)), ("y", encode(y))])
            }
            Self::Rsa { n, e } => ("RSA", vec![("e", encode(e)), ("n", encode(n))]),
            Self::Ed25519 { x } => ("OKP", vec![("crv", "Ed25519".to_owned()), ("x", encode(x))]),
        };
        let common = [("kty", kty), ("use", "sig"), ("kid", kid), ("alg", alg.as_str())];
        let mut jwk = Map::new();
        for (name, value) in common {
            jwk.insert(name.to_owned(), value.into());
        }
        for (name, value) in members {
            jwk.insert(name.to_owned(), value.into());
        }
        Value::Object(jwk)
    }
}

/// The algorithms a JWK admits: those of its key, cut down by `alg`, `use` and `key_ops`.
pub(super) fn admitted_algorithms(jwk: &Map<String, Value>, key: &PublicKey) -> Result<Vec<Alg>, JoseError> {
    if text(jwk, "use").is_some_and(|purpose| purpose != "sig") {
        return Err(JoseError::InvalidKey("not a signature key"));
    }
    if let Some(operations) = jwk.get("key_ops").and_then(Value::as_array)
        && !operations.iter().any(|operation| operation == "verify")
    {
        return Err(JoseError::InvalidKey("not a verification key"));
    }
    let mut algorithms = match key {
        PublicKey::Ec { alg, .. } => vec![*alg],
        PublicKey::Rsa { .. } => Alg::RSA.to_vec(),
        PublicKey::Ed25519 { .. } => vec![Alg::EdDsa],
    };
    if let Some(only) = text(jwk, "alg") {
        let only = only.parse::<Alg>().ok();
        algorithms.retain(|alg| Some(*alg) == only);
    }
    if algorithms.is_empty() {
        Err(JoseError::InvalidKey("alg does not fit the key"))
    } else {
        Ok(algorithms)
    }
}

pub(super) fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name).and_then(Value::as_str)
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Result<Vec<u8>, JoseError> {
    let encoded = text(jwk, name).ok_or(JoseError::InvalidKey("missing member"))?;
    URL_SAFE_NO_PAD.decode(encoded).map_err(|_| JoseError::InvalidKey("member is not base64url"))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn curve_alg(crv: &str) -> Option<Alg> {
    [Alg::Es256, Alg::Es384, Alg::Es512].into_iter().find(|alg| curve_name(*alg) == crv)
}

const fn curve_name(alg: Alg) -> &'static str {
    match alg {
        Alg::Es256 => "P-256",
        Alg::Es384 => "P-384",
        _ => "P-521",
    }
}

const fn coordinate_len(alg: Alg) -> usize {
    match alg {
        Alg::Es256 => 32,
        Alg::Es384 => 48,
        _ => 66,
    }
}
