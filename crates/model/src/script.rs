//! Scripts that administrators write: what tokens say besides, and what happens at sign-in.

use crate::{JsonObject, text_enum};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

text_enum! {
    /// Tokens whose claims a script can add to, by the key of its settings.
    JwtCustomizerKey { AccessToken = "jwt.accessToken", ClientCredentials = "jwt.clientCredentials" }
}

text_enum! {
    /// The same, as paths and test requests name them.
    JwtCustomizerTokenType { AccessToken = "access-token", ClientCredentials = "client-credentials" }
}

impl JwtCustomizerTokenType {
    /// Key of the settings.
    #[must_use]
    pub const fn key(self) -> JwtCustomizerKey {
        match self {
            Self::AccessToken => JwtCustomizerKey::AccessToken,
            Self::ClientCredentials => JwtCustomizerKey::ClientCredentials,
        }
    }
}

text_enum! {
    /// Places in the sign-in flow where a script can decide, by the key of its settings.
    ActionKey {
        PostFirstFactorVerification = "action.postFirstFactorVerification",
        PostSignIn = "action.postSignIn",
    }
}

text_enum! {
    /// What happens to a sign-in whose script fails.
    OnExecutionError { Block = "block", Allow = "allow" }
}

/// Settings that a script reads, for example keys of other services.
pub type EnvironmentVariables = BTreeMap<String, String>;

/// A script that adds claims to tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JwtCustomizer {
    /// Defines `getCustomJwtClaims`.
    pub script: String,
    /// What the script reads as `environmentVariables`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// Context to try the script with.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub context_sample: Option<JsonObject>,
    /// Whether no token is issued when the script fails.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub block_issuance_on_error: Option<bool>,
    /// Token to try the script with.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub token_sample: Option<JsonObject>,
}

/// A script that decides about a sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Action {
    /// Defines `runAction`.
    pub script: String,
    /// What the script reads as `environmentVariables`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// Event to try the script with; any JSON.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub context_sample: Option<Value>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
    /// `block` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(nullable = false)]
    pub on_execution_error: Option<OnExecutionError>,
}

/// `null` is not absence.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
