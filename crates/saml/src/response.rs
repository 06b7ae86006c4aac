//! What an application is told about somebody who signed in (SAML Core 2.0 §2.3, §3.3.3), for the web browser
//! profile (SAML Profiles 2.0 §4.1.4.2).

use portico_crypto::id::secret;
use portico_model::saml::NameIdFormat;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    SamlError,
    signature::{SigningPair, encrypt, sign, template},
    xml::Element,
};

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// How long an assertion is good for.
const LIFETIME_MS: i64 = 10 * 60 * 1000;

/// Encryption of the assertion.
#[derive(Clone, Copy, Debug)]
pub struct AssertionEncryption<'a> {
    /// The application's certificate, PEM.
    pub certificate: &'a str,
    /// Leave the assertion itself unsigned: the response, which holds it encrypted, is signed.
    pub then_sign: bool,
}

/// A successful answer to a request.
#[derive(Debug)]
pub struct Response<'a> {
    /// This identity provider.
    pub issuer: &'a str,
    /// The address the answer is posted to.
    pub acs_url: &'a str,
    /// The application.
    pub audience: &'a str,
    /// Id of the request.
    pub in_response_to: &'a str,
    /// How the person is named.
    pub name_id_format: NameIdFormat,
    /// The person's name in that form.
    pub name_id: &'a str,
    /// Attributes by name.
    pub attributes: &'a [(String, Vec<String>)],
    /// Epoch milliseconds.
    pub now_ms: i64,
}

impl Response<'_> {
    /// The signed document. The response is always signed; the assertion too, unless it is encrypted before that.
    ///
    /// # Errors
    /// When a key or certificate cannot be used.
    pub fn to_xml(
        &self,
        pair: SigningPair<'_>,
        encryption: Option<AssertionEncryption<'_>>,
    ) -> Result<String, SamlError> {
        let is_signed = !encryption.is_some_and(|encryption| encryption.then_sign);
        let mut assertion = self.assertion(is_signed.then_some(pair.certificate))?.to_document()?;
        if is_signed {
            assertion = sign(&assertion, pair.private_key)?;
        }
        let content = match encryption {
            None => Element::raw(assertion),
            Some(AssertionEncryption { certificate, .. }) => Element::new("saml:EncryptedAssertion")
                .attribute("xmlns:saml", ASSERTION)
                .child(Element::raw(encrypt(&assertion, certificate)?)),
        };
        let id = new_id();
        let status = Element::new("samlp:StatusCode").attribute("Value", SUCCESS);
        let response = Element::new("samlp:Response")
            .attribute("xmlns:samlp", PROTOCOL)
            .attribute("ID", &id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", instant(self.now_ms)?)
            .attribute("Destination", self.acs_url)
            .attribute("InResponseTo", self.in_response_to)
            .child(Element::new("saml:Issuer").attribute("xmlns:saml", ASSERTION).text(self.issuer))
            .child(template(&id, pair.certificate)?)
            .child(Element::new("samlp:Status").child(status))
            .child(content);
        sign(&response.to_document()?, pair.private_key)
    }

    fn assertion(&self, certificate: Option<&str>) -> Result<Element, SamlError> {
        let id = new_id();
        let mut assertion = Element::new("saml:Assertion")
            .attribute("xmlns:saml", ASSERTION)
            .attribute("ID", &id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", instant(self.now_ms)?)
            .child(Element::new("saml:Issuer").text(self.issuer));
        if let Some(certificate) = certificate {
            assertion = assertion.child(template(&id, certificate)?);
        }
        let context = Element::new("saml:AuthnContext")
            .child(Element::new("saml:AuthnContextClassRef").text(UNSPECIFIED));
        let statement = Element::new("saml:AuthnStatement")
            .attribute("AuthnInstant", instant(self.now_ms)?)
            .attribute("SessionIndex", new_id())
            .child(context);
        assertion = assertion.child(self.subject()?).child(self.conditions()?).child(statement);
        if self.attributes.is_empty() {
            Ok(assertion)
        } else {
            Ok(assertion.child(self.attribute_statement()))
        }
    }

    fn subject(&self) -> Result<Element, SamlError> {
        let data = Element::new("saml:SubjectConfirmationData")
            .attribute("NotOnOrAfter", instant(self.now_ms + LIFETIME_MS)?)
            .attribute("Recipient", self.acs_url)
            .attribute("InResponseTo", self.in_response_to);
        let name =
            Element::new("saml:NameID").attribute("Format", self.name_id_format.as_str()).text(self.name_id);
        let confirmation = Element::new("saml:SubjectConfirmation").attribute("Method", BEARER).child(data);
        Ok(Element::new("saml:Subject").child(name).child(confirmation))
    }

    fn conditions(&self) -> Result<Element, SamlError> {
        let audience =
            Element::new("saml:AudienceRestriction").child(Element::new("saml:Audience").text(self.audience));
        Ok(Element::new("saml:Conditions")
            .attribute("NotBefore", instant(self.now_ms)?)
            .attribute("NotOnOrAfter", instant(self.now_ms + LIFETIME_MS)?)
            .child(audience))
    }

    fn attribute_statement(&self) -> Element {
        self.attributes.iter().fold(Element::new("saml:AttributeStatement"), |statement, (name, values)| {
            let attribute =
                Element::new("saml:Attribute").attribute("Name", name).attribute("NameFormat", BASIC);
            let attribute = values.iter().fold(attribute, |attribute, value| {
                attribute.child(Element::new("saml:AttributeValue").text(value))
            });
            statement.child(attribute)
        })
    }
}

/// An unguessable `xs:ID`.
fn new_id() -> String {
    format!("_{}", secret())
}

fn instant(epoch_ms: i64) -> Result<String, SamlError> {
    let time = OffsetDateTime::from_unix_timestamp(epoch_ms.div_euclid(1000)).map_err(|_| SamlError::Time)?;
    time.format(&Rfc3339).map_err(|_| SamlError::Time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bergshamra::{
        DsigContext, EncContext, KeysManager, VerifyResult, decrypt,
        keys::loader::{load_pem_auto, load_x509_cert_pem},
        verify_all,
    };
    use portico_crypto::certificate::{SelfSigned, self_signed_rsa};
    use std::sync::LazyLock;

    const NOW_MS: i64 = 1_700_000_000_000;
    static OURS: LazyLock<SelfSigned> = LazyLock::new(|| self_signed_rsa("idp", NOW_MS, NOW_MS * 2).unwrap());
    static THEIRS: LazyLock<SelfSigned> =
        LazyLock::new(|| self_signed_rsa("sp", NOW_MS, NOW_MS * 2).unwrap());

    fn respond(encryption: Option<AssertionEncryption<'_>>) -> String {
        let response = Response {
            issuer: "https://idp.example/saml/app",
            acs_url: "https://sp.example/acs",
            audience: "https://sp.example",
            in_response_to: "_request",
            name_id_format: NameIdFormat::Persistent,
            name_id: "ada<admin>",
            attributes: &[("mail".to_owned(), vec!["ada@example.com".to_owned()])],
            now_ms: NOW_MS,
        };
        let pair = SigningPair { private_key: OURS.private_key.expose(), certificate: &OURS.certificate };
        response.to_xml(pair, encryption).unwrap()
    }

    /// Validity of every signature of the document under our certificate.
    fn signatures(xml: &str, certificate: &str) -> Vec<bool> {
        let mut keys = KeysManager::new();
        keys.add_key(load_x509_cert_pem(certificate.as_bytes()).unwrap());
        let context = DsigContext::new(keys).with_strict_verification(true);
        verify_all(&context, xml).unwrap().iter().map(VerifyResult::is_valid).collect()
    }

    #[test]
    fn response_and_assertion_are_signed() {
        let xml = respond(None);
        assert_eq!(signatures(&xml, &OURS.certificate), [true, true], "{xml}");
        assert_eq!(signatures(&xml, &THEIRS.certificate), [false, false]);
        assert_eq!(signatures(&xml.replace("ada@", "eve@"), &OURS.certificate), [false, false]);
        for part in [
            "Destination=\"https://sp.example/acs\"",
            "InResponseTo=\"_request\"",
            "NotOnOrAfter=\"2023-11-14T22:23:20Z\"",
            "Recipient=\"https://sp.example/acs\"",
            "<saml:Audience>https://sp.example</saml:Audience>",
            "ada&lt;admin&gt;</saml:NameID>",
            "<saml:AttributeValue>ada@example.com</saml:AttributeValue>",
        ] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
    }

    #[test]
    fn an_encrypted_assertion_is_for_its_reader_only() {
        for then_sign in [false, true] {
            let xml = respond(Some(AssertionEncryption { certificate: &THEIRS.certificate, then_sign }));
            assert!(!xml.contains("ada"), "{xml}");
            assert_eq!(signatures(&xml, &OURS.certificate), [true]);
            let mut keys = KeysManager::new();
            keys.add_key(load_pem_auto(THEIRS.private_key.expose().as_bytes(), None).unwrap());
            let open = decrypt(&EncContext::new(keys), &xml).unwrap();
            assert!(open.contains("ada@example.com"), "{open}");
            let start = open.find("<saml:Assertion").unwrap();
            let end = open.find("</saml:Assertion>").unwrap() + "</saml:Assertion>".len();
            let assertion = &open[start..end];
            match then_sign {
                true => assert!(!assertion.contains("ds:Signature"), "{assertion}"),
                false => assert_eq!(signatures(assertion, &OURS.certificate), [true]),
            }
        }
    }
}
