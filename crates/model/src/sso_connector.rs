//! Enterprise connectors: identity providers of whole companies, found by the domain of an e-mail address.

use crate::{JsonObject, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// The kinds of enterprise identity provider.
    SsoProviderName {
        Oidc = "OIDC",
        Saml = "SAML",
        AzureAd = "AzureAD",
        GoogleWorkspace = "GoogleWorkspace",
        Okta = "Okta",
        AzureAdOidc = "AzureAdOidc",
    }
}

text_enum! {
    /// The protocol that a provider speaks.
    SsoProviderType { Oidc = "oidc", Saml = "saml" }
}

impl SsoProviderName {
    /// The protocol that the provider speaks.
    #[must_use]
    pub const fn provider_type(self) -> SsoProviderType {
        match self {
            Self::Saml | Self::AzureAd => SsoProviderType::Saml,
            Self::Oidc | Self::GoogleWorkspace | Self::Okta | Self::AzureAdOidc => SsoProviderType::Oidc,
        }
    }
}

/// A configured enterprise connector.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoConnector {
    /// Tenant that owns the connector.
    pub tenant_id: String,
    /// Id; part of the callback address.
    pub id: String,
    /// Kind of provider, a [`SsoProviderName`].
    #[schema(value_type = SsoProviderName)]
    pub provider_name: String,
    /// Unique in the tenant.
    pub connector_name: String,
    /// Settings, checked by the provider's rules.
    #[schema(value_type = Object)]
    pub config: JsonObject,
    /// Domains of e-mail addresses whose owners sign in here, lower case.
    pub domains: Vec<String>,
    /// What the sign-in page shows.
    pub branding: SsoBranding,
    /// Copy name and avatar at each sign-in, not only the first.
    pub sync_profile: bool,
    /// Keep the provider's tokens.
    pub enable_token_storage: bool,
    /// Epoch milliseconds.
    pub created_at: i64,
}

impl SsoConnector {
    /// The kind of provider, when this version knows it.
    #[must_use]
    pub fn provider(&self) -> Option<SsoProviderName> {
        self.provider_name.parse().ok()
    }
}

impl std::fmt::Debug for SsoConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SsoConnector")
            .field("id", &self.id)
            .field("provider_name", &self.provider_name)
            .finish_non_exhaustive()
    }
}

/// What the sign-in page shows of an enterprise connector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoBranding {
    /// Name on the button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Logo URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Logo URL for dark mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo: Option<String>,
}
