//! What this service says about itself (SAML Metadata 2.0 §2.4).

use base64::{Engine, engine::general_purpose::STANDARD};
use portico_crypto::certificate::certificate_der;
use portico_model::saml::{NameIdFormat, SamlBinding};

use crate::{SamlError, xml::Element};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";

/// An identity provider as its applications see it.
#[derive(Debug)]
pub struct IdentityProviderMetadata<'a> {
    /// Name of the provider.
    pub entity_id: &'a str,
    /// Where requests go, by either binding.
    pub sign_in_url: &'a str,
    /// PEM of the certificate to check signatures with.
    pub certificate: &'a str,
    /// How people are named.
    pub name_id_format: NameIdFormat,
}

impl IdentityProviderMetadata<'_> {
    /// The metadata document.
    ///
    /// # Errors
    /// When the certificate is not one.
    pub fn to_xml(&self) -> Result<String, SamlError> {
        let certificate = STANDARD.encode(certificate_der(self.certificate)?);
        let key = Element::new("ds:KeyInfo")
            .attribute("xmlns:ds", SIGNATURES)
            .child(Element::new("ds:X509Data").child(Element::new("ds:X509Certificate").text(certificate)));
        let mut descriptor = Element::new("md:IDPSSODescriptor")
            .attribute("WantAuthnRequestsSigned", "false")
            .attribute("protocolSupportEnumeration", PROTOCOL)
            .child(Element::new("md:KeyDescriptor").attribute("use", "signing").child(key))
            .child(Element::new("md:NameIDFormat").text(self.name_id_format.as_str()));
        for binding in [SamlBinding::Redirect, SamlBinding::Post] {
            let service = Element::new("md:SingleSignOnService")
                .attribute("Binding", binding.as_str())
                .attribute("Location", self.sign_in_url);
            descriptor = descriptor.child(service);
        }
        let entity = Element::new("md:EntityDescriptor")
            .attribute("xmlns:md", METADATA)
            .attribute("entityID", self.entity_id)
            .child(descriptor);
        entity.to_document()
    }
}
