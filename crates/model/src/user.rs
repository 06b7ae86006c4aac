//! Users and what they sign in with.

use crate::{JsonObject, text_enum};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// How a stored password digest was made.
    PasswordEncryptionMethod {
        Argon2i = "Argon2i",
        Argon2id = "Argon2id",
        Argon2d = "Argon2d",
        Sha1 = "SHA1",
        Sha256 = "SHA256",
        Md5 = "MD5",
        Bcrypt = "Bcrypt",
        Legacy = "Legacy",
    }
}

/// A person who signs in. Has no serde form of its own: [`UserInfo`] is what leaves the server.
#[derive(Clone, PartialEq)]
pub struct User {
    /// Tenant that owns the user.
    pub tenant_id: String,
    /// 12-character id; the `sub` claim.
    pub id: String,
    /// Unique in the tenant.
    pub username: Option<String>,
    /// Unique in the tenant.
    pub primary_email: Option<String>,
    /// Digits with country code; unique in the tenant.
    pub primary_phone: Option<String>,
    /// Password digest.
    pub password_encrypted: Option<String>,
    /// How the digest was made.
    pub password_encryption_method: Option<PasswordEncryptionMethod>,
    /// Full name.
    pub name: Option<String>,
    /// Picture URL.
    pub avatar: Option<String>,
    /// OpenID Connect standard profile claims that have no column.
    pub profile: UserProfile,
    /// Application through which the user registered.
    pub application_id: Option<String>,
    /// Client metadata document through which the user registered.
    pub cimd_client_id: Option<String>,
    /// Social identities by connector target.
    pub identities: Identities,
    /// Anything the operator keeps beside the user.
    pub custom_data: JsonObject,
    /// Settings Portico keeps about the user (MFA choices).
    pub logto_config: JsonObject,
    /// Enrolled second factors.
    pub mfa_verifications: Vec<serde_json::Value>,
    /// A suspended user cannot sign in.
    pub is_suspended: bool,
    /// Whether the password must be replaced before the next sign-in.
    pub is_password_expired: bool,
    /// Epoch milliseconds.
    pub last_sign_in_at: Option<i64>,
    /// Epoch milliseconds.
    pub password_updated_at: Option<i64>,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("username", &self.username).finish_non_exhaustive()
    }
}

impl User {
    /// A user with only an id and times; everything else empty.
    #[must_use]
    pub fn new(tenant_id: &str, id: String, now_ms: i64) -> Self {
        Self {
            tenant_id: tenant_id.to_owned(),
            id,
            username: None,
            primary_email: None,
            primary_phone: None,
            password_encrypted: None,
            password_encryption_method: None,
            name: None,
            avatar: None,
            profile: UserProfile::default(),
            application_id: None,
            cimd_client_id: None,
            identities: Identities::new(),
            custom_data: JsonObject::new(),
            logto_config: JsonObject::new(),
            mfa_verifications: Vec::new(),
            is_suspended: false,
            is_password_expired: false,
            last_sign_in_at: None,
            password_updated_at: None,
            created_at: now_ms,
            updated_at: now_ms,
        }
    }

    /// What the API sends about the user: no digest, no second factors.
    #[must_use]
    pub fn info(&self) -> UserInfo {
        UserInfo {
            id: self.id.clone(),
            username: self.username.clone(),
            primary_email: self.primary_email.clone(),
            primary_phone: self.primary_phone.clone(),
            name: self.name.clone(),
            avatar: self.avatar.clone(),
            custom_data: self.custom_data.clone(),
            identities: self.identities.clone(),
            last_sign_in_at: self.last_sign_in_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            profile: self.profile.clone(),
            application_id: self.application_id.clone(),
            cimd_client_id: self.cimd_client_id.clone(),
            is_suspended: self.is_suspended,
        }
    }
}

/// Social identities by connector target.
pub type Identities = IndexMap<String, Identity>;

/// The user's account at one social identity provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The user's id at the provider.
    pub user_id: String,
    /// What the provider said about the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<JsonObject>,
}

/// The user's account at an enterprise identity provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserSsoIdentity {
    /// Tenant that owns the user.
    pub tenant_id: String,
    /// Id of the record.
    pub id: String,
    /// The user.
    pub user_id: String,
    /// Issuer of the identity.
    pub issuer: String,
    /// The user's id at the provider.
    pub identity_id: String,
    /// What the provider said about the user.
    #[schema(value_type = Object)]
    pub detail: JsonObject,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
    /// The connector it came through.
    pub sso_connector_id: String,
}

/// OpenID Connect Core §5.1 claims kept in one JSON column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are those of OpenID Connect Core §5.1")]
pub struct UserProfile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<UserAddress>,
}

/// The `address` claim (OpenID Connect Core §5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are those of OpenID Connect Core §5.1.1")]
pub struct UserAddress {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A user as the Management API sends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the fields are those of User")]
pub struct UserInfo {
    pub id: String,
    #[schema(required = true)]
    pub username: Option<String>,
    #[schema(required = true)]
    pub primary_email: Option<String>,
    #[schema(required = true)]
    pub primary_phone: Option<String>,
    #[schema(required = true)]
    pub name: Option<String>,
    #[schema(required = true)]
    pub avatar: Option<String>,
    #[schema(value_type = Object)]
    pub custom_data: JsonObject,
    #[schema(value_type = std::collections::HashMap<String, Identity>)]
    pub identities: Identities,
    #[schema(required = true)]
    pub last_sign_in_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub profile: UserProfile,
    #[schema(required = true)]
    pub application_id: Option<String>,
    #[schema(required = true)]
    pub cimd_client_id: Option<String>,
    pub is_suspended: bool,
}
