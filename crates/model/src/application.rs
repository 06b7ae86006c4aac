//! Applications: the OAuth clients of a tenant, and their secrets.

use crate::{JsonObject, domain::ProtectedAppDomain, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What kind of client an application is; decides its grants and how it authenticates.
    ApplicationType {
        Native = "Native",
        Spa = "SPA",
        Traditional = "Traditional",
        MachineToMachine = "MachineToMachine",
        Protected = "Protected",
        Saml = "SAML",
    }
}

impl ApplicationType {
    /// Whether clients of this type authenticate with a secret (RFC 6749 §2.1, confidential clients).
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Traditional | Self::MachineToMachine | Self::Protected | Self::Saml)
    }
}

/// An OAuth client of a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Tenant that owns the application.
    pub tenant_id: String,
    /// Client id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Internal secret; never sent, see [`ApplicationSecret`] for the ones people use.
    #[serde(skip)]
    pub secret: String,
    /// Free text.
    #[schema(required = true)]
    pub description: Option<String>,
    /// Kind of client.
    #[serde(rename = "type")]
    pub kind: ApplicationType,
    /// Standard client metadata (OpenID Connect Dynamic Client Registration names).
    pub oidc_client_metadata: OidcClientMetadata,
    /// Settings beyond the standard.
    pub custom_client_metadata: CustomClientMetadata,
    /// Settings of a protected application.
    #[schema(value_type = Option<ProtectedAppMetadata>, required = true)]
    pub protected_app_metadata: Option<serde_json::Value>,
    /// Anything the operator wants to keep beside the application.
    #[schema(value_type = Object)]
    pub custom_data: JsonObject,
    /// Whether someone else runs the application, so that people must consent.
    pub is_third_party: bool,
    /// Whether only listed users, roles and organizations may sign in.
    pub app_level_access_control_enabled: bool,
    /// Epoch milliseconds.
    pub created_at: i64,
}

impl Application {
    /// What webhooks say of the application that somebody comes from.
    #[must_use]
    pub fn summary(&self) -> serde_json::Value {
        serde_json::json!({ "id": self.id, "type": self.kind, "name": self.name, "description": self.description })
    }
}

/// Settings of an application that stands before an unprotected site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedAppMetadata {
    /// Host name people visit.
    pub host: String,
    /// The site behind it.
    pub origin: String,
    /// Seconds.
    pub session_duration: i64,
    /// Paths that need a sign-in.
    pub page_rules: Vec<PageRule>,
    /// Scopes asked for besides the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_scopes: Option<Vec<ProtectedAppScope>>,
    /// Own host names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_domains: Option<Vec<ProtectedAppDomain>>,
}

/// A path that needs a sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PageRule {
    /// Pattern of the path.
    pub path: String,
}

text_enum! {
    /// A scope that a protected application may ask for.
    ProtectedAppScope {
        CustomData = "custom_data",
        Identities = "identities",
        Roles = "roles",
        Organizations = "urn:logto:scope:organizations",
        OrganizationRoles = "urn:logto:scope:organization_roles",
    }
}

/// Standard client metadata.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OidcClientMetadata {
    /// Registered redirect URIs (RFC 6749 §3.1.2); `*` wildcards allowed in host labels and path.
    pub redirect_uris: Vec<String>,
    /// Registered post-logout redirect URIs.
    pub post_logout_redirect_uris: Vec<String>,
    /// Back-channel logout endpoint of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether the logout token must name the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// Logo shown at consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Public keys (RFC 7517) that the client authenticates with (RFC 7523); its secrets then no longer serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<JsonObject>,
    /// Where such keys are fetched from, in place of `jwks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
}

/// Client settings beyond the standard ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomClientMetadata {
    /// Origins that may call the OpenID provider from a browser, besides those of the redirect URIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors_allowed_origins: Option<Vec<String>>,
    /// ID token lifetime in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_ttl: Option<i64>,
    /// Refresh token lifetime in seconds; `refreshTokenTtlInDays` wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl: Option<i64>,
    /// Refresh token lifetime in days, 1 to 180.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl_in_days: Option<i64>,
    /// Tenant that a machine application serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Issue a refresh token to a web application even without `offline_access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_issue_refresh_token: Option<bool>,
    /// Rotate refresh tokens; on unless set to false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_refresh_token: Option<bool>,
    /// Allow the token exchange grant (RFC 8693).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_token_exchange: Option<bool>,
    /// Use the device authorization grant (RFC 8628); cannot change after creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_device_flow: Option<bool>,
    /// How many grants one user may have for this client at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_allowed_grants: Option<i64>,
}

/// One named secret of a confidential application.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSecret {
    /// Tenant that owns the application.
    pub tenant_id: String,
    /// The application.
    pub application_id: String,
    /// Name, unique in the application.
    pub name: String,
    /// The secret itself.
    pub value: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds; `null` never expires.
    #[schema(required = true)]
    pub expires_at: Option<i64>,
}

impl std::fmt::Debug for ApplicationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApplicationSecret")
            .field("application_id", &self.application_id)
            .field("name", &self.name)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
