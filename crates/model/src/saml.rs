//! SAML: applications that sign people in over SAML 2.0, and the certificates that messages are signed with.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use utoipa::ToSchema;

text_enum! {
    /// How a message travels (SAML Bindings 2.0 §3).
    SamlBinding {
        Post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        Redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
    }
}

text_enum! {
    /// What names a person towards an application (SAML Core 2.0 §8.3).
    NameIdFormat {
        Persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        EmailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        Transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        Unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    }
}

/// Where an application takes assertions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SamlAcsUrl {
    /// How they travel; only the POST binding is possible.
    pub binding: SamlBinding,
    /// The address.
    #[schema(format = "url")]
    pub url: String,
}

/// Whether and how assertions are encrypted for an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SamlEncryption {
    /// Encrypt assertions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypt_assertion: Option<bool>,
    /// Sign after encryption instead of before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypt_then_sign: Option<bool>,
    /// The application's certificate, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// Claim of a user → name of the attribute that carries it.
pub type SamlAttributeMapping = BTreeMap<String, String>;

/// The claims that an attribute mapping may name.
pub const SAML_CLAIMS: &[&str] = &[
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "username",
    "created_at",
    "custom_data",
    "identities",
    "sso_identities",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
];

/// What an application of type `SAML` has beyond any other application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain names")]
pub struct SamlApplicationConfig {
    pub tenant_id: String,
    pub application_id: String,
    pub attribute_mapping: SamlAttributeMapping,
    pub entity_id: Option<String>,
    pub acs_url: Option<SamlAcsUrl>,
    pub encryption: Option<SamlEncryption>,
    pub name_id_format: NameIdFormat,
}

/// A sign-in that a SAML application has asked for and that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain names")]
pub struct SamlApplicationSession {
    pub tenant_id: String,
    pub id: String,
    pub application_id: String,
    pub saml_request_id: String,
    pub oidc_state: Option<String>,
    pub relay_state: Option<String>,
    pub raw_auth_request: String,
    pub created_at: i64,
    pub expires_at: i64,
}

/// A private key and the self-signed certificate that others check its signatures with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningCertificate {
    /// Tenant that owns it.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// The application or the connector that signs with it.
    pub owner_id: String,
    /// PKCS #8, PEM; never sent.
    pub private_key: String,
    /// X.509, PEM.
    pub certificate: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// Whether it is the one to sign with; at most one of an owner is.
    pub active: bool,
}

impl fmt::Debug for SigningCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningCertificate")
            .field("id", &self.id)
            .field("owner_id", &self.owner_id)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}
