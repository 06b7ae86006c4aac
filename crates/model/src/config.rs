//! Per-tenant configuration kept under well-known keys of `logto_configs`.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Key of the token signing keys.
pub const OIDC_PRIVATE_KEYS: &str = "oidc.privateKeys";
/// Key of the cookie signing keys.
pub const OIDC_COOKIE_KEYS: &str = "oidc.cookieKeys";
/// Key of the session settings.
pub const OIDC_SESSION: &str = "oidc.session";
/// Key of when the next token signing key takes over.
pub const SIGNING_KEY_ROTATION: &str = "signingKeyRotationState";
/// Key of the ID token claim settings.
pub const ID_TOKEN: &str = "idToken";
/// Key of what the Console remembers.
pub const ADMIN_CONSOLE: &str = "adminConsole";
/// Key of the link to the cloud service.
pub const CLOUD_CONNECTION: &str = "cloudConnection";
/// Key of the settings of clients that introduce themselves with a metadata document.
pub const CIMD: &str = "cimd";

text_enum! {
    /// Place of a signing key in its rotation.
    SigningKeyStatus { Next = "Next", Current = "Current", Previous = "Previous" }
}

text_enum! {
    /// Kinds of token signing keys that can be made.
    SigningKeyAlgorithm { Rsa = "RSA", Ec = "EC" }
}

text_enum! {
    /// Claims about a user that the ID token carries only where the tenant wants it.
    ExtendedClaim {
        CustomData = "custom_data",
        Identities = "identities",
        SsoIdentities = "sso_identities",
        Roles = "roles",
        Organizations = "organizations",
        OrganizationData = "organization_data",
        OrganizationRoles = "organization_roles",
    }
}

/// A stored token signing key.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OidcPrivateKey {
    /// Id.
    pub id: String,
    /// PKCS#8 PEM.
    pub value: String,
    /// Epoch seconds.
    pub created_at: i64,
    /// Absent in old data: the first key is then `Current`, the others `Previous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<SigningKeyStatus>,
}

/// A stored cookie signing key.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OidcCookieKey {
    /// Id.
    pub id: String,
    /// Random text.
    pub value: String,
    /// Epoch seconds.
    pub created_at: i64,
}

/// When the next token signing key takes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyRotation {
    /// Epoch milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key_rotation_at: Option<i64>,
}

/// Session settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OidcSessionConfig {
    /// Session lifetime in seconds; 14 days when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i64>,
}

/// Which extended claims the ID token carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdTokenConfig {
    /// Those that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub enabled_extended_claims: Option<Vec<ExtendedClaim>>,
}

/// Settings of clients that introduce themselves with a metadata document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CimdConfig {
    /// Whether such clients are known at all.
    pub enabled: bool,
}

macro_rules! redacted_debug {
    ($($name:ident),+) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("id", &self.id).finish_non_exhaustive()
            }
        })+
    };
}
redacted_debug!(OidcPrivateKey, OidcCookieKey);
