//! A post office in this process: what connectors send lies here.

use futures_util::future::BoxFuture;
use portico_connectors::{
    ConnectorError,
    config::ConfigIssue,
    message::{Message, MessageConnector},
    registry::{Behaviour, Entry},
};
use portico_model::{
    Connector, ErrorCode, JsonObject,
    connector::{ConfigurableConnectorMetadata, ConnectorType},
    connector_factory::{ConnectorFactory, LocalizedText},
};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// The messages sent so far.
#[derive(Clone, Default)]
pub struct Post {
    messages: Arc<Mutex<Vec<Message>>>,
    is_closed: Arc<AtomicBool>,
}

impl Post {
    /// The factory of a kind of message.
    pub fn entry(&self, kind: ConnectorType) -> Entry {
        let id = factory_id(kind);
        let name = LocalizedText::from([("en".to_owned(), id.to_owned())]);
        let factory = ConnectorFactory {
            connector_type: kind,
            is_demo: false,
            id: id.to_owned(),
            target: id.to_owned(),
            name: name.clone(),
            description: name,
            logo: String::new(),
            logo_dark: None,
            readme: String::new(),
            config_template: None,
            form_items: None,
            platform: None,
            is_standard: None,
            is_token_storage_supported: None,
        };
        let sender = Box::new(self.clone());
        let behaviour =
            if kind == ConnectorType::Email { Behaviour::Email(sender) } else { Behaviour::Sms(sender) };
        Entry { factory, behaviour }
    }

    /// Nothing can be sent any more.
    pub fn close(&self, is_closed: bool) {
        self.is_closed.store(is_closed, Ordering::Relaxed);
    }

    pub fn count(&self) -> usize {
        self.messages.lock().unwrap().len()
    }

    pub fn last(&self) -> Message {
        self.messages.lock().unwrap().last().unwrap().clone()
    }

    /// The code of the last message.
    pub fn code(&self) -> String {
        self.last().payload["code"].as_str().unwrap().to_owned()
    }
}

/// A configured connector of this kind.
pub fn connector(kind: ConnectorType) -> Connector {
    Connector {
        tenant_id: "default".into(),
        id: factory_id(kind).to_owned(),
        sync_profile: false,
        enable_token_storage: false,
        connector_id: factory_id(kind).to_owned(),
        config: JsonObject::new(),
        metadata: ConfigurableConnectorMetadata::default(),
        created_at: 0,
    }
}

fn factory_id(kind: ConnectorType) -> &'static str {
    if kind == ConnectorType::Email { "post-email" } else { "post-sms" }
}

impl MessageConnector for Post {
    fn validate_config(&self, _config: &Value) -> Result<(), Vec<ConfigIssue>> {
        Ok(())
    }

    fn send<'a>(
        &'a self,
        _config: &'a Value,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<Value, ConnectorError>> {
        Box::pin(async move {
            if self.is_closed.load(Ordering::Relaxed) {
                return Err(ConnectorError::new(ErrorCode::ConnectorGeneral));
            }
            self.messages.lock().unwrap().push(message.clone());
            Ok(json!({}))
        })
    }
}
