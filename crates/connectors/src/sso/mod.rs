//! Enterprise identity providers: what kinds there are, what their settings have to say, and what a provider
//! says about itself.

mod flow;
mod oidc;
mod saml;

#[cfg(feature = "peer-suite")]
pub(crate) use flow::user_info;
pub use flow::{EnterpriseClient, EnterpriseOidc, SsoResult, SsoUserInfo};

use portico_model::{
    JsonObject, SsoConnector,
    sso_connector::{SsoProviderName, SsoProviderType},
};
use serde::Serialize;
use serde_json::Value;
use std::sync::LazyLock;

use crate::config::ConfigIssue;
use crate::error::ConnectorError;
use crate::factory::svg_logo;
use crate::http::HttpClient;

/// A kind of enterprise identity provider, as the Console shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct SsoProvider {
    pub provider_name: SsoProviderName,
    pub provider_type: SsoProviderType,
    pub logo: String,
    pub logo_dark: String,
    pub description: &'static str,
    pub name: &'static str,
}

static PROVIDERS: LazyLock<Vec<SsoProvider>> =
    LazyLock::new(|| SsoProviderName::ALL.iter().map(|name| describe_provider(*name)).collect());

/// Every kind of provider.
#[must_use]
pub fn providers() -> &'static [SsoProvider] {
    &PROVIDERS
}

/// The kind with this name.
#[must_use]
pub fn provider(name: SsoProviderName) -> &'static SsoProvider {
    // The list holds one entry for each name, in the order of the names.
    &PROVIDERS[name as usize]
}

fn describe_provider(provider_name: SsoProviderName) -> SsoProvider {
    let (name, description, logo) = match provider_name {
        SsoProviderName::Oidc => (
            "OIDC",
            "Any identity provider that speaks OpenID Connect.",
            include_str!("../social/oidc/logo.svg"),
        ),
        SsoProviderName::Saml => {
            ("SAML", "Any identity provider that speaks SAML 2.0.", include_str!("saml.svg"))
        }
        SsoProviderName::AzureAd => (
            "Microsoft Entra ID (SAML)",
            "Accounts of a Microsoft Entra directory, over SAML 2.0.",
            include_str!("entra.svg"),
        ),
        SsoProviderName::GoogleWorkspace => (
            "Google Workspace",
            "Accounts of a Google Workspace, over OpenID Connect.",
            include_str!("../social/google/logo.svg"),
        ),
        SsoProviderName::Okta => {
            ("Okta", "Accounts of an Okta organization, over OpenID Connect.", include_str!("okta.svg"))
        }
        SsoProviderName::AzureAdOidc => (
            "Microsoft Entra ID (OIDC)",
            "Accounts of a Microsoft Entra directory, over OpenID Connect.",
            include_str!("entra.svg"),
        ),
    };
    let dark = match provider_name {
        SsoProviderName::Oidc => include_str!("../social/oidc/logo-dark.svg"),
        _ => logo,
    };
    SsoProvider {
        provider_name,
        provider_type: provider_name.provider_type(),
        logo: svg_logo(logo),
        logo_dark: svg_logo(dark),
        description,
        name,
    }
}

/// The addresses under which a connector is known at its identity provider.
#[derive(Clone, Debug)]
pub struct ServiceAddresses {
    /// Entity id of this service towards a SAML provider.
    pub entity_id: String,
    /// Where a SAML provider posts its assertion.
    pub assertion_consumer_service_url: String,
}

impl ServiceAddresses {
    /// Those of a connector of the tenant with this endpoint.
    #[must_use]
    pub fn new(endpoint: &str, connector_id: &str) -> Self {
        let endpoint = endpoint.trim_end_matches('/');
        Self {
            entity_id: format!("{endpoint}/enterprise-sso/{connector_id}"),
            assertion_consumer_service_url: format!(
                "{endpoint}/api/authn/single-sign-on/saml/{connector_id}"
            ),
        }
    }
}

/// The settings with nothing but what the provider knows, or everything that is wrong with them.
///
/// # Errors
/// The mistakes.
pub fn parse_config(name: SsoProviderName, config: &JsonObject) -> Result<JsonObject, Vec<ConfigIssue>> {
    let config = Value::Object(config.clone());
    match name.provider_type() {
        SsoProviderType::Oidc => oidc::parse(name, &config),
        SsoProviderType::Saml => saml::parse(&config),
    }
}

/// Whether people can be sent there: the settings are whole, and a domain leads to the connector.
#[must_use]
pub fn is_available(connector: &SsoConnector) -> bool {
    let Some(name) = connector.provider() else { return false };
    let Ok(config) = parse_config(name, &connector.config) else { return false };
    let is_whole = match name.provider_type() {
        SsoProviderType::Oidc => true,
        SsoProviderType::Saml => saml::names_provider(&config),
    };
    is_whole && !connector.domains.is_empty()
}

/// What the identity provider says about itself, asked for where the settings say.
///
/// # Errors
/// `connector.invalid_config` for settings that do not validate, `connector.invalid_metadata` when the provider
/// cannot be reached or its description is of no use.
pub async fn describe(
    http: &HttpClient,
    name: SsoProviderName,
    config: &JsonObject,
    addresses: &ServiceAddresses,
) -> Result<Value, ConnectorError> {
    let config = parse_config(name, config).map_err(ConnectorError::invalid_config)?;
    match name.provider_type() {
        SsoProviderType::Oidc => oidc::discover(http, name, &config).await,
        SsoProviderType::Saml => saml::describe(http, &config, addresses).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_found_by_its_name() {
        for name in SsoProviderName::ALL {
            assert_eq!(provider(*name).provider_name, *name);
        }
    }
}
