//! Connectors: configured links to other people's servers.

use crate::{JsonObject, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What a connector is for.
    ConnectorType { Email = "Email", Sms = "Sms", Social = "Social" }
}

text_enum! {
    /// Where a social connector runs.
    ConnectorPlatform { Native = "Native", Universal = "Universal", Web = "Web" }
}

text_enum! {
    /// What an e-mail or text message is sent for; templates are chosen by it.
    TemplateType {
        SignIn = "SignIn",
        Register = "Register",
        ForgotPassword = "ForgotPassword",
        OrganizationInvitation = "OrganizationInvitation",
        Generic = "Generic",
        UserPermissionValidation = "UserPermissionValidation",
        BindNewIdentifier = "BindNewIdentifier",
        MfaVerification = "MfaVerification",
        BindMfa = "BindMfa",
    }
}

/// A configured connector.
#[derive(Clone, PartialEq)]
pub struct Connector {
    /// Tenant that owns the connector.
    pub tenant_id: String,
    /// Instance id; part of the callback URI.
    pub id: String,
    /// Copy name and avatar from the provider at each sign-in, not only the first.
    pub sync_profile: bool,
    /// Keep the provider's tokens.
    pub enable_token_storage: bool,
    /// Id of the factory, for example `oidc`.
    pub connector_id: String,
    /// Settings, checked by the factory.
    pub config: JsonObject,
    /// What the operator changed of the factory's metadata.
    pub metadata: ConfigurableConnectorMetadata,
    /// Epoch milliseconds.
    pub created_at: i64,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("id", &self.id)
            .field("connector_id", &self.connector_id)
            .finish_non_exhaustive()
    }
}

/// The part of a connector's metadata that an operator can set (standard connectors only).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurableConnectorMetadata {
    /// Key of the identity provider among the user's identities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Display name by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub name: Option<JsonObject>,
    /// Logo URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Logo URL for dark mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_dark: Option<String>,
}
