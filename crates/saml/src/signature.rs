//! XML signatures and encryption, all of it the library's: here are only the templates it fills.

use base64::{Engine, engine::general_purpose::STANDARD};
use bergshamra::{
    DsigContext, EncContext, KeysManager,
    core::algorithm,
    keys::loader::{load_pem_auto, load_x509_cert_pem},
};
use portico_crypto::certificate::certificate_der;

use crate::{SamlError, xml::Element};

const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENCRYPTION: &str = "http://www.w3.org/2001/04/xmlenc#";

/// A key to sign with and the certificate that goes along.
#[derive(Clone, Copy)]
pub struct SigningPair<'a> {
    /// PKCS #8, PEM.
    pub private_key: &'a str,
    /// PEM.
    pub certificate: &'a str,
}

fn algorithm_of(element: Element, algorithm: &str) -> Element {
    element.attribute("Algorithm", algorithm)
}

/// A signature to be filled by [`sign`], over the element with this id (XML Signature §4).
pub(crate) fn template(id: &str, certificate: &str) -> Result<Element, SamlError> {
    let reference = Element::new("ds:Reference")
        .attribute("URI", format!("#{id}"))
        .child(
            Element::new("ds:Transforms")
                .child(algorithm_of(Element::new("ds:Transform"), algorithm::ENVELOPED_SIGNATURE))
                .child(algorithm_of(Element::new("ds:Transform"), algorithm::EXC_C14N)),
        )
        .child(algorithm_of(Element::new("ds:DigestMethod"), algorithm::SHA256))
        .child(Element::new("ds:DigestValue"));
    let signed = Element::new("ds:SignedInfo")
        .child(algorithm_of(Element::new("ds:CanonicalizationMethod"), algorithm::EXC_C14N))
        .child(algorithm_of(Element::new("ds:SignatureMethod"), algorithm::RSA_SHA256))
        .child(reference);
    let certificate = STANDARD.encode(certificate_der(certificate)?);
    let key = Element::new("ds:KeyInfo")
        .child(Element::new("ds:X509Data").child(Element::new("ds:X509Certificate").text(certificate)));
    let signature = Element::new("ds:Signature").attribute("xmlns:ds", SIGNATURES);
    Ok(signature.child(signed).child(Element::new("ds:SignatureValue")).child(key))
}

/// Fills the first signature of the document.
pub(crate) fn sign(document: &str, private_key: &str) -> Result<String, SamlError> {
    let mut keys = KeysManager::new();
    keys.add_key(load_pem_auto(private_key.as_bytes(), None)?);
    Ok(bergshamra::sign(&DsigContext::new(keys), document)?)
}

/// The document as `EncryptedData` that only the holder of the certificate's key can read (XML Encryption §3).
pub(crate) fn encrypt(document: &str, certificate: &str) -> Result<String, SamlError> {
    let mut keys = KeysManager::new();
    let key = load_x509_cert_pem(certificate.as_bytes()).map_err(|_| SamlError::EncryptionCertificate)?;
    keys.add_key(key);
    let cipher = || Element::new("xenc:CipherData").child(Element::new("xenc:CipherValue"));
    let method = |name| algorithm_of(Element::new("xenc:EncryptionMethod"), name);
    let key = Element::new("xenc:EncryptedKey").child(method(algorithm::RSA_OAEP)).child(cipher());
    let data = Element::new("xenc:EncryptedData")
        .attribute("xmlns:xenc", ENCRYPTION)
        .attribute("Type", "http://www.w3.org/2001/04/xmlenc#Element")
        .child(method(algorithm::AES256_GCM))
        .child(Element::new("ds:KeyInfo").attribute("xmlns:ds", SIGNATURES).child(key))
        .child(cipher());
    Ok(bergshamra::encrypt(&EncContext::new(keys), &data.to_document()?, document.as_bytes())?)
}
