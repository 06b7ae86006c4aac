//! What people may see and change on the account pages.

use crate::{sign_in_experience::ProfileFieldReference, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What people may do with a part of their account.
    FieldControl { Off = "Off", ReadOnly = "ReadOnly", Edit = "Edit" }
}

/// What people may do with each part of their account; an absent part is `Off`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct AccountCenterFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passkey: Option<FieldControl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<FieldControl>,
}

/// Settings of the account pages and the account API; one row a tenant, id `default`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountCenter {
    /// Tenant that owns the settings.
    pub tenant_id: String,
    /// Always `default`.
    pub id: String,
    /// Whether the account API answers.
    pub enabled: bool,
    /// What people may do with each part of their account.
    pub fields: AccountCenterFields,
    /// Further origins whose passkeys are accepted.
    pub webauthn_related_origins: Vec<String>,
    /// Where people can ask for the deletion of their account.
    #[schema(required = true)]
    pub delete_account_url: Option<String>,
    /// Style sheet of the account pages.
    #[schema(required = true)]
    pub custom_css: Option<String>,
    /// Profile fields shown; `null` shows the whole catalogue.
    #[schema(required = true)]
    pub profile_fields: Option<Vec<ProfileFieldReference>>,
}
