//! Enterprise providers that speak SAML 2.0: settings and metadata (SAML Metadata 2.0 §2.4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portico_model::{ErrorCode, JsonObject};
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use url::Url;
use x509_cert::{Certificate, der::Decode};

use super::ServiceAddresses;
use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::http::{HttpClient, OutboundRequest};

/// Namespace of metadata.
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Namespace of XML signatures.
const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The binding requests are sent by.
const REDIRECT_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// What signed requests may be signed with; SHA-1 is broken.
const ALGORITHMS: [(&str, ()); 3] = [
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", ()),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", ()),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", ()),
];

/// Checks settings and keeps what is known of them. Settings without a provider are kept too: the Console saves
/// the mapping of attributes on its own.
pub fn parse(config: &Value) -> Result<JsonObject, Vec<ConfigIssue>> {
    let mut reader = ConfigReader::new(config);
    let mut kept = JsonObject::new();
    let mut keep = |key: &str, value: Value| kept.insert(key.to_owned(), value);
    if reader.value("metadataUrl").is_some() && reader.url("metadataUrl").is_some() {
        keep("metadataUrl", reader.value("metadataUrl").cloned().unwrap_or_default());
    }
    for key in ["metadata", "entityId", "signInEndpoint", "x509Certificate"] {
        if let Some(text) = reader.optional_string(key) {
            keep(key, text.into());
        }
    }
    let mapping = reader.string_map("attributeMapping");
    if !mapping.is_empty() {
        let known = mapping.into_iter().filter(|(key, _)| matches!(key.as_str(), "id" | "email" | "name"));
        keep(
            "attributeMapping",
            known.map(|(key, name)| (key, Value::from(name))).collect::<JsonObject>().into(),
        );
    }
    if reader.value("signAuthnRequest").is_some() {
        keep("signAuthnRequest", reader.boolean("signAuthnRequest").into());
    }
    if reader.value("requestSignatureAlgorithm").is_some()
        && reader.choice("requestSignatureAlgorithm", &ALGORITHMS).is_some()
    {
        let algorithm = reader.value("requestSignatureAlgorithm").cloned().unwrap_or_default();
        keep("requestSignatureAlgorithm", algorithm);
    }
    reader.finish(Some(kept))
}

/// Whether the settings say who the provider is.
pub fn names_provider(config: &JsonObject) -> bool {
    let has = |key: &str| config.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    has("metadataUrl")
        || has("metadata")
        || ["entityId", "signInEndpoint", "x509Certificate"].into_iter().all(has)
}

/// The facts about a provider that a sign-in needs.
#[derive(Debug, PartialEq)]
struct IdentityProvider {
    entity_id: String,
    sign_in_endpoint: String,
    /// Base64 of the DER, without line breaks.
    certificate: String,
}

/// Both sides of the connection; the provider's only when the settings name it.
pub async fn describe(
    http: &HttpClient,
    config: &JsonObject,
    addresses: &ServiceAddresses,
) -> Result<Value, ConnectorError> {
    let mut description = json!({
        "defaultAttributeMapping": { "id": "nameID", "email": "email", "name": "name" },
        "serviceProvider": {
            "entityId": addresses.entity_id,
            "assertionConsumerServiceUrl": addresses.assertion_consumer_service_url,
        },
    });
    if !names_provider(config) {
        return Ok(description);
    }
    let provider = read_provider(http, config).await?;
    let expires_at = expiry_ms(&provider.certificate)?;
    if let Some(object) = description.as_object_mut() {
        let facts = json!({
            "entityId": provider.entity_id,
            "signInEndpoint": provider.sign_in_endpoint,
            "x509Certificate": provider.certificate,
            "certificateExpiresAt": expires_at,
        });
        object.insert("identityProvider".to_owned(), facts);
    }
    Ok(description)
}

async fn read_provider(http: &HttpClient, config: &JsonObject) -> Result<IdentityProvider, ConnectorError> {
    let text = |key: &str| config.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(address) = text("metadataUrl") {
        let url = Url::parse(address).map_err(|error| unusable("no address").caused_by(error))?;
        let answer = http.send(OutboundRequest::get(url)).await;
        let answer = answer.map_err(|error| unusable("the metadata cannot be fetched").caused_by(error))?;
        if !answer.is_success() {
            return Err(unusable("the metadata cannot be fetched"));
        }
        return parse_metadata(&answer.text());
    }
    if let Some(metadata) = text("metadata") {
        return parse_metadata(metadata);
    }
    let needed = |key: &str| text(key).map(str::to_owned).unwrap_or_default();
    Ok(IdentityProvider {
        entity_id: needed("entityId"),
        sign_in_endpoint: needed("signInEndpoint"),
        certificate: plain_certificate(&needed("x509Certificate")),
    })
}

/// Reads metadata; document type definitions are refused by the parser, so no entity can grow or reach out.
fn parse_metadata(xml: &str) -> Result<IdentityProvider, ConnectorError> {
    let document =
        Document::parse(xml).map_err(|error| unusable("the metadata is no XML").caused_by(error))?;
    let is = |node: &Node<'_, '_>, name: &str| node.has_tag_name((METADATA, name));
    let descriptor = document.descendants().find(|node| is(node, "IDPSSODescriptor"));
    let descriptor = descriptor.ok_or_else(|| unusable("the metadata describes no identity provider"))?;
    let entity_id = descriptor.ancestors().find(|node| is(node, "EntityDescriptor"));
    let entity_id = entity_id.and_then(|node| node.attribute("entityID"));
    let service = |binding: Option<&str>| {
        descriptor.children().find(|node| {
            is(node, "SingleSignOnService")
                && binding.is_none_or(|binding| node.attribute("Binding") == Some(binding))
        })
    };
    let endpoint = service(Some(REDIRECT_BINDING)).or_else(|| service(None));
    let endpoint = endpoint.and_then(|node| node.attribute("Location"));
    // A key without a use serves for both (§2.4.1.1).
    let key = descriptor.children().find(|node| {
        is(node, "KeyDescriptor") && node.attribute("use").is_none_or(|purpose| purpose == "signing")
    });
    let certificate = key.and_then(|key| {
        let found = key.descendants().find(|node| node.has_tag_name((SIGNATURES, "X509Certificate")));
        found.and_then(|node| node.text().map(plain_certificate))
    });
    match (entity_id, endpoint, certificate) {
        (Some(entity_id), Some(endpoint), Some(certificate)) => Ok(IdentityProvider {
            entity_id: entity_id.to_owned(),
            sign_in_endpoint: endpoint.to_owned(),
            certificate,
        }),
        _ => Err(unusable("the metadata lacks the entity id, the sign-in address or the certificate")),
    }
}

/// Base64 of a certificate without armour and white space.
fn plain_certificate(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("-----")).flat_map(str::split_whitespace).collect()
}

/// When the certificate ends, in epoch milliseconds.
fn expiry_ms(certificate: &str) -> Result<i64, ConnectorError> {
    let invalid = || unusable("the certificate cannot be read");
    let der = STANDARD.decode(certificate).map_err(|error| invalid().caused_by(error))?;
    let certificate = Certificate::from_der(&der).map_err(|error| invalid().caused_by(error.to_string()))?;
    let ends = certificate.tbs_certificate.validity.not_after.to_unix_duration();
    i64::try_from(ends.as_millis()).map_err(|error| invalid().caused_by(error))
}

fn unusable(description: &str) -> ConnectorError {
    ConnectorError::described(ErrorCode::ConnectorInvalidMetadata, description)
}
