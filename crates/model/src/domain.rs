//! Custom domains: host names of the operator's own under which people reach the tenant.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// How far a domain is.
    DomainStatus {
        PendingVerification = "PendingVerification",
        PendingSsl = "PendingSsl",
        Active = "Active",
        Error = "Error",
    }
}

/// A custom domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Domain {
    /// Tenant that owns the domain.
    #[serde(skip)]
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Host name.
    pub domain: String,
    /// How far it is.
    pub status: DomainStatus,
    /// What keeps it from being active.
    #[schema(required = true)]
    pub error_message: Option<String>,
    /// What the operator has to enter at the registrar.
    pub dns_records: Vec<DnsRecord>,
    /// Files that prove to others who owns the domain.
    #[serde(skip)]
    pub verification_files: Vec<VerificationFile>,
    /// Epoch milliseconds.
    #[serde(skip)]
    pub updated_at: i64,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// An entry of the domain name system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct DnsRecord {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

/// A custom domain of a protected application, kept with the application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedAppDomain {
    /// Host name.
    pub domain: String,
    /// How far it is.
    pub status: DomainStatus,
    /// What keeps it from being active.
    #[schema(required = true)]
    pub error_message: Option<String>,
    /// What the operator has to enter at the registrar.
    pub dns_records: Vec<DnsRecord>,
    /// What the service that serves the domain says; of other services only, this server keeps nothing here.
    #[schema(value_type = Option<Object>, required = true)]
    pub cloudflare_data: Option<serde_json::Value>,
}

text_enum! {
    /// What a verification file is served as.
    VerificationFileType { Text = "text/plain", Json = "application/json" }
}

/// A file under a fixed path of a custom domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationFile {
    /// `/file.ext` or `/.well-known/…`.
    pub path: String,
    /// The whole file.
    pub content: String,
    /// What it is served as.
    pub content_type: VerificationFileType,
}
