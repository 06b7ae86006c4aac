//! What a tenant asks its users about themselves.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// How a profile field is entered.
    ProfileFieldType {
        Text = "Text",
        Number = "Number",
        Date = "Date",
        Checkbox = "Checkbox",
        Select = "Select",
        Url = "Url",
        Regex = "Regex",
        Address = "Address",
        Fullname = "Fullname",
    }
}

impl ProfileFieldType {
    /// Whether the field is made of parts.
    #[must_use]
    pub const fn is_composite(self) -> bool {
        matches!(self, Self::Address | Self::Fullname)
    }
}

/// A profile field of the tenant's catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomProfileField {
    /// Tenant that owns the field.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Key of the answer among the user's data; unique in the tenant.
    pub name: String,
    /// How it is entered.
    #[serde(rename = "type")]
    pub kind: ProfileFieldType,
    /// What the page calls it.
    pub label: String,
    /// Help under the field.
    #[schema(required = true)]
    pub description: Option<String>,
    /// Whether an answer is needed.
    pub required: bool,
    /// Rules of its kind.
    pub config: ProfileFieldConfig,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Place in the catalogue, ascending.
    pub sie_order: i64,
}

/// The rules of a field that has no parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct ProfileFieldRules {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_value: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_value: Option<u32>,
    /// Date format or regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<ProfileFieldOption>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
}

/// The rules of a field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileFieldConfig {
    /// Rules of the field itself.
    #[serde(flatten)]
    pub rules: ProfileFieldRules,
    /// What an address or a full name is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<ProfileFieldPart>>,
}

/// One choice of a `Select` field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct ProfileFieldOption {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub value: String,
}

/// A part of an address or of a full name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct ProfileFieldPart {
    pub enabled: bool,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ProfileFieldType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<ProfileFieldRules>,
}
