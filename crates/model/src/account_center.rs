//! What people may see and change on the account pages.

use crate::{JsonObject, sign_in_experience::ProfileFieldReference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// `Off`, `ReadOnly` or `Edit` by field; an absent field is `Off`.
    #[schema(value_type = Object)]
    pub fields: JsonObject,
    /// Further origins whose passkeys are accepted.
    pub webauthn_related_origins: Vec<String>,
    /// Where people can ask for the deletion of their account.
    pub delete_account_url: Option<String>,
    /// Style sheet of the account pages.
    pub custom_css: Option<String>,
    /// Profile fields shown; `null` shows the whole catalogue.
    pub profile_fields: Option<Vec<ProfileFieldReference>>,
}
