//! Every connector that the server offers.

use std::sync::Arc;

use portico_crypto::Clock;
use portico_model::connector_factory::ConnectorFactory;
use serde_json::Value;

use crate::config::ConfigIssue;
use crate::http::HttpClient;
use crate::message::MessageConnector;
use crate::social::{JwksCache, SocialConnector, github, google, oauth, oidc};
use crate::sso::{EnterpriseClient, EnterpriseOidc};

/// What connectors need from the rest of the process.
#[derive(Clone)]
pub struct Services {
    /// The way out.
    pub http: HttpClient,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Keys of identity providers, shared by all connectors.
    pub jwks: Arc<JwksCache>,
}

impl Services {
    /// Services around a client and a clock.
    pub fn new(http: HttpClient, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock, jwks: Arc::default() }
    }
}

/// What a connector can do, by type.
pub enum Behaviour {
    /// Signs people in at another site.
    Social(Box<dyn SocialConnector>),
    /// Sends e-mail.
    Email(Box<dyn MessageConnector>),
    /// Sends text messages.
    Sms(Box<dyn MessageConnector>),
}

/// One kind of connector.
pub struct Entry {
    /// How it is described.
    pub factory: ConnectorFactory,
    /// What it does.
    pub behaviour: Behaviour,
}

/// The list of connectors.
pub struct Registry {
    entries: Vec<Entry>,
    enterprise: Box<dyn EnterpriseClient>,
}

impl Registry {
    /// All connectors of this build; one line each.
    pub fn all(services: &Services) -> Self {
        let entries = vec![
            oidc::entry(services),
            oauth::entry(services),
            google::entry(services),
            github::entry(services),
        ];
        Self { entries, enterprise: Box::new(EnterpriseOidc { services: services.clone() }) }
    }

    /// Adds a connector.
    #[must_use]
    pub fn with(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Adds connectors that talk to nobody. The server does so only when it is told to in its
    /// environment, besides having been built with the feature.
    #[cfg(feature = "peer-suite")]
    #[must_use]
    pub fn with_mock_connectors(mut self) -> Self {
        self.entries.push(crate::mock::social_entry());
        self.entries.extend(crate::mock::message_entries());
        self.enterprise = Box::new(crate::mock::MockEnterprise);
        self
    }

    /// Descriptions of all connectors.
    pub fn factories(&self) -> impl Iterator<Item = &ConnectorFactory> {
        self.entries.iter().map(|entry| &entry.factory)
    }

    /// Finds a connector by factory id.
    pub fn find(&self, factory_id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.factory.id == factory_id)
    }

    /// Finds a connector's description.
    pub fn find_factory(&self, factory_id: &str) -> Option<&ConnectorFactory> {
        self.find(factory_id).map(|entry| &entry.factory)
    }

    /// The client of enterprise providers that speak OpenID Connect.
    pub fn enterprise(&self) -> &dyn EnterpriseClient {
        self.enterprise.as_ref()
    }

    /// Finds a social connector.
    pub fn find_social(&self, factory_id: &str) -> Option<&dyn SocialConnector> {
        match &self.find(factory_id)?.behaviour {
            Behaviour::Social(connector) => Some(connector.as_ref()),
            Behaviour::Email(_) | Behaviour::Sms(_) => None,
        }
    }

    /// Finds an e-mail connector.
    pub fn find_email(&self, factory_id: &str) -> Option<&dyn MessageConnector> {
        match &self.find(factory_id)?.behaviour {
            Behaviour::Email(connector) => Some(connector.as_ref()),
            Behaviour::Social(_) | Behaviour::Sms(_) => None,
        }
    }

    /// Finds a text-message connector.
    pub fn find_sms(&self, factory_id: &str) -> Option<&dyn MessageConnector> {
        match &self.find(factory_id)?.behaviour {
            Behaviour::Sms(connector) => Some(connector.as_ref()),
            Behaviour::Social(_) | Behaviour::Email(_) => None,
        }
    }
}

impl Entry {
    /// Finds every mistake in a connector's settings.
    pub fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        match &self.behaviour {
            Behaviour::Social(connector) => connector.validate_config(config),
            Behaviour::Email(connector) | Behaviour::Sms(connector) => connector.validate_config(config),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::OutboundPolicy;
    use portico_crypto::SystemClock;
    use portico_model::connector::ConnectorType;

    #[test]
    fn ids_are_unique_and_types_fit_behaviours() {
        let http = HttpClient::new(OutboundPolicy::default()).unwrap();
        let registry = Registry::all(&Services::new(http, Arc::new(SystemClock)));
        for entry in &registry.entries {
            let id = &entry.factory.id;
            assert_eq!(registry.factories().filter(|factory| &factory.id == id).count(), 1, "{id}");
            let connector_type = match entry.behaviour {
                Behaviour::Social(_) => ConnectorType::Social,
                Behaviour::Email(_) => ConnectorType::Email,
                Behaviour::Sms(_) => ConnectorType::Sms,
            };
            assert_eq!(entry.factory.connector_type, connector_type, "{id}");
            assert!(entry.factory.name.contains_key("en"), "{id}");
        }
    }

    #[test]
    fn a_factory_is_described_in_the_documented_shape() {
        let http = HttpClient::new(OutboundPolicy::default()).unwrap();
        let registry = Registry::all(&Services::new(http, Arc::new(SystemClock)));
        let wire = serde_json::to_value(registry.find_factory("oidc")).unwrap();
        let keys: Vec<&str> = wire.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys.join(" "),
            "type isDemo id target name description logo logoDark readme formItems platform \
             isStandard isTokenStorageSupported"
        );
        let algorithm = &wire["formItems"][5];
        assert_eq!(
            *algorithm,
            serde_json::json!({
                "key": "clientSecretJwtSigningAlgorithm",
                "type": "Select",
                "label": "Client Secret JWT Signing Algorithm",
                "required": true,
                "defaultValue": "HS256",
                "selectItems": [
                    { "title": "HS256", "value": "HS256" },
                    { "title": "HS384", "value": "HS384" },
                    { "title": "HS512", "value": "HS512" },
                ],
                "showConditions": [
                    { "targetKey": "tokenEndpointAuthMethod", "expectValue": "client_secret_jwt" },
                ],
            })
        );
    }
}
