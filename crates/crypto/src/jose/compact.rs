//! The compact serialization (RFC 7515 §7.1), read strictly, written fast.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{Alg, Claims};
use crate::error::JoseError;

/// Longest token that is looked at, in bytes.
pub const MAX_TOKEN_LEN: usize = 64 * 1024;

/// The protected header of a token.
#[derive(Clone, Debug)]
pub struct Header {
    /// How the token is signed.
    pub alg: Alg,
    /// Which key signed it.
    pub kid: Option<String>,
    /// What it is.
    pub typ: Option<String>,
    /// Every parameter as received, these three included.
    pub parameters: Claims,
}

/// Reads header and claims WITHOUT checking anything: only to find out whose key to verify with.
pub fn peek(token: &str) -> Result<(Header, Claims), JoseError> {
    let token = Compact::parse(token)?;
    let claims = token.claims()?;
    Ok((token.header, claims))
}

/// A token taken apart; the payload stays encoded until its signature was checked.
pub(super) struct Compact<'a> {
    pub header: Header,
    pub signing_input: &'a str,
    pub signature: Vec<u8>,
    payload: &'a str,
}

impl<'a> Compact<'a> {
    pub fn parse(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(JoseError::TooLarge);
        }
        let mut segments = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return Err(JoseError::Malformed("expected three segments"));
        };
        Ok(Self {
            header: parse_header(header)?,
            signing_input: &token[..header.len() + 1 + payload.len()],
            signature: decode(signature)?,
            payload,
        })
    }

    pub fn claims(&self) -> Result<Claims, JoseError> {
        parse_object(self.payload)
    }
}

fn parse_header(segment: &str) -> Result<Header, JoseError> {
    let parameters = parse_object(segment)?;
    let text = |name: &str| match parameters.get(name) {
        None => Ok(None),
        Some(serde_json::Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(JoseError::Malformed("header parameter is not a string")),
    };
    let alg = text("alg")?.ok_or(JoseError::Malformed("header without alg"))?.parse()?;
    let (kid, typ) = (text("kid")?, text("typ")?);
    Ok(Header { alg, kid, typ, parameters })
}

/// Base64url without padding; non-canonical trailing bits are refused as well, so that a token has
/// one spelling only.
fn decode(segment: &str) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(segment).map_err(|_| JoseError::Malformed("segment is not base64url"))
}

fn parse_object(segment: &str) -> Result<Claims, JoseError> {
    serde_json::from_slice::<UniqueObject>(&decode(segment)?)
        .map(|object| object.0)
        .map_err(|_| JoseError::Malformed("segment is not a JSON object with unique names"))
}

/// A JSON object whose names occur once: RFC 7515 §4 and RFC 7519 §4 let us refuse duplicates,
/// about which parsers disagree.
struct UniqueObject(Claims);

impl<'de> Deserialize<'de> for UniqueObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = UniqueObject;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with unique names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<UniqueObject, A::Error> {
        let mut object = Claims::new();
        while let Some((name, value)) = access.next_entry::<String, serde_json::Value>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate name"));
            }
        }
        Ok(UniqueObject(object))
    }
}

/// The encoded header of tokens signed with a key, in the order `alg`, `typ`, `kid`.
pub(super) fn encode_header(alg: Alg, typ: Option<&str>, kid: Option<&str>) -> Result<String, JoseError> {
    #[derive(Serialize)]
    struct Parameters<'a> {
        alg: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        typ: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        kid: Option<&'a str>,
    }
    let header = serde_json::to_vec(&Parameters { alg: alg.as_str(), typ, kid });
    header.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| JoseError::Failed)
}

/// `header.payload`, with room left for a signature of `signature_len` bytes.
pub(super) fn encode_signing_input(
    header: &str,
    claims: &impl Serialize,
    signature_len: usize,
) -> Result<String, JoseError> {
    let payload = serde_json::to_vec(claims).map_err(|_| JoseError::UnserializableClaims)?;
    if payload.first() != Some(&b'{') {
        return Err(JoseError::UnserializableClaims);
    }
    let encoded_len = |bytes: usize| (bytes * 4).div_ceil(3);
    let capacity = header.len() + 2 + encoded_len(payload.len()) + encoded_len(signature_len);
    let mut input = String::with_capacity(capacity);
    input.push_str(header);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(&payload, &mut input);
    Ok(input)
}

/// Completes a signing input to a token.
pub(super) fn append_signature(mut signing_input: String, signature: &[u8]) -> String {
    signing_input.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut signing_input);
    signing_input
}
