//! Connector factories: the kinds of connector that a server offers, as the Console shows them.

use crate::connector::{ConnectorPlatform, ConnectorType};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A text by language tag; `en` is always there.
pub type LocalizedText = IndexMap<String, String>;

/// A kind of connector. The same fields are merged into the answer for a configured connector.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorFactory {
    /// What the connector is for.
    #[serde(rename = "type")]
    pub connector_type: ConnectorType,
    /// Only for trying the product out.
    #[schema(required = false)]
    pub is_demo: bool,
    /// Factory id, for example `oidc`.
    pub id: String,
    /// Key of the identity provider among the user's identities.
    pub target: String,
    /// Display name.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub name: LocalizedText,
    /// One sentence about the provider.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub description: LocalizedText,
    /// Logo, as a `data:` URL.
    pub logo: String,
    /// Logo for dark mode.
    #[schema(required = true)]
    pub logo_dark: Option<String>,
    /// Set-up guide in Markdown.
    pub readme: String,
    /// Example settings as JSON text, for factories without a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_template: Option<String>,
    /// The settings form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form_items: Option<Vec<ConnectorFormItem>>,
    /// Where a social connector runs; `null` for the others.
    #[schema(required = true)]
    pub platform: Option<ConnectorPlatform>,
    /// May be configured many times, each with its own target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_standard: Option<bool>,
    /// Can keep the provider's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_token_storage_supported: Option<bool>,
}

/// How a setting is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the names are those on the wire")]
pub enum ConnectorFormItemType {
    Text,
    Number,
    MultilineText,
    Switch,
    Select,
    MultiSelect,
    Json,
}

/// One setting in a factory's form.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorFormItem {
    /// Name of the field in the settings.
    pub key: String,
    /// How it is edited.
    #[serde(rename = "type")]
    pub item_type: ConnectorFormItemType,
    /// Label beside the field.
    pub label: String,
    /// Whether it has to be filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Example shown in the empty field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// Value of a new connector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<Value>,
    /// Choices of `Select` and `MultiSelect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select_items: Option<Vec<ConnectorSelectItem>>,
    /// Shown only when all of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub show_conditions: Vec<ConnectorShowCondition>,
    /// Explanation below the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A secret, to be masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_confidential: Option<bool>,
}

/// One choice of a `Select` or `MultiSelect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConnectorSelectItem {
    /// Label of the choice.
    pub title: String,
    /// Value in the settings.
    pub value: String,
}

/// Another field's value on which a field's visibility depends.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorShowCondition {
    /// Key of the other field.
    pub target_key: String,
    /// The value it must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect_value: Option<Value>,
}

impl ConnectorFormItem {
    /// A field without anything optional.
    #[must_use]
    pub fn new(key: &str, label: &str, item_type: ConnectorFormItemType) -> Self {
        Self {
            key: key.to_owned(),
            item_type,
            label: label.to_owned(),
            required: None,
            placeholder: None,
            default_value: None,
            select_items: None,
            show_conditions: Vec::new(),
            description: None,
            is_confidential: None,
        }
    }

    /// Says whether the field has to be filled in.
    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.required = Some(required);
        self
    }

    /// Sets the example.
    #[must_use]
    pub fn placeholder(mut self, placeholder: &str) -> Self {
        self.placeholder = Some(placeholder.to_owned());
        self
    }

    /// Sets the value of a new connector.
    #[must_use]
    pub fn default_value(mut self, value: Value) -> Self {
        self.default_value = Some(value);
        self
    }

    /// Sets the choices; the values serve as titles.
    #[must_use]
    pub fn choices(mut self, values: &[&str]) -> Self {
        let item = |value: &&str| ConnectorSelectItem { title: (*value).into(), value: (*value).into() };
        self.select_items = Some(values.iter().map(item).collect());
        self
    }

    /// Shows the field only when another one has a value.
    #[must_use]
    pub fn shown_when(mut self, target_key: &str, expect_value: Value) -> Self {
        let expect_value = Some(expect_value);
        let target_key = target_key.to_owned();
        self.show_conditions.push(ConnectorShowCondition { target_key, expect_value });
        self
    }

    /// Sets the explanation.
    #[must_use]
    pub fn description(mut self, description: &str) -> Self {
        self.description = Some(description.to_owned());
        self
    }

    /// Marks the field as a secret.
    #[must_use]
    pub fn confidential(mut self) -> Self {
        self.is_confidential = Some(true);
        self
    }
}
