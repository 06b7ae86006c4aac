//! Tokens of other sites kept for users; the tokens themselves are sealed and never shown here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::text_enum! {
    /// What a secret is.
    SecretType { FederatedTokenSet = "federated_token_set" }
}

/// What may be known of a token set without opening it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenSetMetadata {
    /// What was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When the access token expires, epoch seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Usually `Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Whether new access tokens can be had.
    pub has_refresh_token: bool,
}

/// A stored token set of a social identity, without the tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct SocialTokenSecret {
    pub tenant_id: String,
    pub id: String,
    pub user_id: String,
    #[serde(rename = "type")]
    pub kind: SecretType,
    pub metadata: TokenSetMetadata,
    pub created_at: i64,
    pub updated_at: i64,
    pub connector_id: String,
    pub identity_id: String,
    pub target: String,
}

/// A stored token set of an enterprise identity, without the tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct EnterpriseTokenSecret {
    pub tenant_id: String,
    pub id: String,
    pub user_id: String,
    #[serde(rename = "type")]
    pub kind: SecretType,
    pub metadata: TokenSetMetadata,
    pub created_at: i64,
    pub updated_at: i64,
    pub sso_connector_id: String,
    pub issuer: String,
    pub identity_id: String,
}
