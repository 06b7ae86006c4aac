//! Requests of applications to sign somebody in (SAML Core 2.0 §3.4.1), as the two bindings carry them
//! (SAML Bindings 2.0 §3.4, §3.5).

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::DeflateDecoder;
use roxmltree::{Document, Node};
use std::io::Read;

use crate::SamlError;

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Largest request, also after it is inflated: a small message can stand for gigabytes.
const MAX_REQUEST_BYTES: u64 = 64 * 1024;
/// Longest id of a request.
const MAX_ID: usize = 128;

/// What an application asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnRequest {
    /// Its id, which the answer repeats.
    pub id: String,
    /// The application.
    pub issuer: String,
    /// Where the application meant to send it.
    pub destination: Option<String>,
    /// Where the answer is to go.
    pub acs_url: Option<String>,
    /// Ask for credentials even of somebody who is signed in.
    pub force_authn: bool,
    /// Ask for nothing at all.
    pub is_passive: bool,
    /// The document.
    pub xml: String,
}

impl AuthnRequest {
    /// The request in a `SAMLRequest` query parameter: deflated, then base64.
    ///
    /// # Errors
    /// When it is not a request, or too large.
    pub fn from_redirect(parameter: &str) -> Result<Self, SamlError> {
        let compressed = decode(parameter)?;
        let mut xml = Vec::new();
        DeflateDecoder::new(compressed.as_slice())
            .take(MAX_REQUEST_BYTES + 1)
            .read_to_end(&mut xml)
            .map_err(|_| SamlError::Malformed("the request is not deflated"))?;
        Self::parse(xml)
    }

    /// The request in a `SAMLRequest` form field: base64.
    ///
    /// # Errors
    /// When it is not a request, or too large.
    pub fn from_post(field: &str) -> Result<Self, SamlError> {
        Self::parse(decode(field)?)
    }

    fn parse(xml: Vec<u8>) -> Result<Self, SamlError> {
        if xml.len() as u64 > MAX_REQUEST_BYTES {
            return Err(SamlError::Malformed("the request is too large"));
        }
        let xml = String::from_utf8(xml).map_err(|_| SamlError::Malformed("the request is not UTF-8"))?;
        // The parser refuses document type definitions, so no entity can grow or reach out.
        let document = Document::parse(&xml).map_err(|_| SamlError::Malformed("the request is not XML"))?;
        let root = document.root_element();
        if !root.has_tag_name((PROTOCOL, "AuthnRequest")) || root.attribute("Version") != Some("2.0") {
            return Err(SamlError::Malformed("not an authentication request of SAML 2.0"));
        }
        let id = root.attribute("ID").filter(|id| is_id(id));
        let id = id.ok_or(SamlError::Malformed("the request has no proper id"))?.to_owned();
        let mut issuers = root.children().filter(|node| node.has_tag_name((ASSERTION, "Issuer")));
        let issuer = match (issuers.next(), issuers.next()) {
            (Some(only), None) => whole_text(only)?,
            _ => return Err(SamlError::Malformed("the request needs one issuer")),
        };
        let flag = |name: &str| matches!(root.attribute(name), Some("true" | "1"));
        let text = |name: &str| root.attribute(name).map(str::to_owned);
        Ok(Self {
            id,
            issuer,
            destination: text("Destination"),
            acs_url: text("AssertionConsumerServiceURL"),
            force_authn: flag("ForceAuthn"),
            is_passive: flag("IsPassive"),
            xml: xml.clone(),
        })
    }
}

/// Base64, with the line breaks that some senders put in.
fn decode(text: &str) -> Result<Vec<u8>, SamlError> {
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(text).map_err(|_| SamlError::Malformed("the request is not base64"))
}

/// An `xs:ID` of ASCII characters: the answer repeats it.
fn is_id(id: &str) -> bool {
    let is_start = |first: char| first.is_ascii_alphabetic() || first == '_';
    let is_rest = |next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '-' | '.');
    id.len() <= MAX_ID && id.starts_with(is_start) && id.chars().all(is_rest)
}

/// The text of an element that holds nothing else. Where a comment splits a text, readers disagree about what it
/// says, so such an element is refused.
fn whole_text(node: Node<'_, '_>) -> Result<String, SamlError> {
    if node.children().any(|child| !child.is_text()) {
        return Err(SamlError::Malformed("a text is split"));
    }
    Ok(node.children().filter_map(|child| child.text()).collect::<String>().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder};
    use std::io::Write;

    fn request(issuer: &str, more: &str) -> String {
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"_a1\" Version=\"2.0\"{more}>\
             <saml:Issuer>{issuer}</saml:Issuer></samlp:AuthnRequest>"
        )
    }

    fn deflate(data: &[u8]) -> String {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        STANDARD.encode(encoder.finish().unwrap())
    }

    #[test]
    fn a_request_is_read_from_either_binding() {
        let xml = request("https://sp.example", " ForceAuthn=\"true\" Destination=\"https://idp.example\"");
        let read = AuthnRequest::from_redirect(&deflate(xml.as_bytes())).unwrap();
        assert_eq!((read.id.as_str(), read.issuer.as_str()), ("_a1", "https://sp.example"));
        assert_eq!((read.force_authn, read.is_passive), (true, false));
        assert_eq!(read.destination.as_deref(), Some("https://idp.example"));
        assert_eq!(AuthnRequest::from_post(&STANDARD.encode(&xml)).unwrap(), read);
    }

    #[test]
    fn hostile_requests_are_refused() {
        let entity =
            format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}", request("&e;", ""));
        let split = request("https://sp.example<!-- -->.evil.example", "");
        let two = request("a</saml:Issuer><saml:Issuer>b", "");
        let old = request("a", "").replace("2.0\"><", "1.1\"><");
        let other = request("a", "").replace("AuthnRequest", "LogoutRequest");
        let id = request("a", "").replace("_a1", "a&quot;b");
        for xml in [entity, split, two, old, other, id, "nothing".to_owned()] {
            assert!(AuthnRequest::from_post(&STANDARD.encode(&xml)).is_err(), "{xml}");
        }
        assert!(AuthnRequest::from_post("*").is_err());
    }

    #[test]
    fn a_small_message_does_not_become_a_large_one() {
        let bomb = deflate(&vec![b' '; 100 * 1024 * 1024]);
        let refused = AuthnRequest::from_redirect(&bomb);
        assert!(matches!(refused, Err(SamlError::Malformed("the request is too large"))), "{refused:?}");
    }
}
