//! Connectors without a server at the other end, for tests: the social one believes
//! what the callback says, the others leave their last message in a file.

use std::path::Path;

use portico_crypto::id::standard_id;
use portico_model::connector::{ConnectorPlatform, ConnectorType};
use portico_model::connector_factory::ConnectorFactory;
use portico_model::{ErrorCode, JsonObject, sso_connector::SsoProviderName};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::BoxFuture;
use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::factory::{english, svg_logo};
use crate::message::{Markup, Message, MessageConnector, find_template, render_template};
use crate::registry::{Behaviour, Entry};
use crate::social::{
    AuthorizationRequest, ConnectorSession, SocialConnector, SocialResult, SocialUserInfo, TokenResponse,
};
use crate::sso::{EnterpriseClient, SsoResult, parse_config, user_info};

/// Where the readers of messages look for them.
const RECORD_DIRECTORY: &str = "/tmp/logto";
const LOGO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><circle cx="12" cy="12" r="9" fill="#888"/></svg>"##;

/// The social connector.
pub fn social_entry() -> Entry {
    let factory = ConnectorFactory {
        platform: Some(ConnectorPlatform::Universal),
        is_token_storage_supported: Some(true),
        config_template: Some(template(&["clientId", "clientSecret"])),
        ..factory(ConnectorType::Social, "mock-social-connector", "mock-social", "Mock Social")
    };
    Entry { factory, behaviour: Behaviour::Social(Box::new(MockSocial)) }
}

/// The e-mail and text-message connectors.
pub fn message_entries() -> [Entry; 3] {
    let email = |id, target, required: &'static [&'static str]| Entry {
        factory: ConnectorFactory {
            config_template: Some(template(&["apiKey", "fromEmail"])),
            ..factory(ConnectorType::Email, id, target, "Mock Mail Service")
        },
        behaviour: Behaviour::Email(Box::new(MockMessages {
            required,
            recipient: "address",
            file: "mock_email_record.txt",
        })),
    };
    let required = &["accountSID", "authToken", "fromMessagingServiceSID"];
    let sms = Entry {
        factory: ConnectorFactory {
            config_template: Some(template(required)),
            ..factory(ConnectorType::Sms, "mock-short-message-service", "mock-sms", "Mock SMS Service")
        },
        behaviour: Behaviour::Sms(Box::new(MockMessages {
            required,
            recipient: "phone",
            file: "mock_sms_record.txt",
        })),
    };
    [
        email("mock-email-service", "mock-mail", &["apiKey", "fromEmail"]),
        email("mock-email-service-alternative", "mock-mail-alternative", &[]),
        sms,
    ]
}

fn factory(connector_type: ConnectorType, id: &str, target: &str, name: &str) -> ConnectorFactory {
    ConnectorFactory {
        connector_type,
        is_demo: false,
        id: id.to_owned(),
        target: target.to_owned(),
        name: english(name),
        description: english("Talks to nobody."),
        logo: svg_logo(LOGO),
        logo_dark: None,
        readme: "For tests only.\n".to_owned(),
        config_template: None,
        form_items: None,
        platform: None,
        is_standard: None,
        is_token_storage_supported: None,
    }
}

fn template(keys: &[&str]) -> String {
    let fields: Vec<String> = keys.iter().map(|key| format!("  \"{key}\": \"<{key}>\"")).collect();
    format!("{{\n{}\n}}\n", fields.join(",\n"))
}

struct MockSocial;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MockCallback {
    code: String,
    user_id: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    avatar: Option<String>,
    token_response: Option<TokenResponse>,
}

impl SocialConnector for MockSocial {
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        let mut reader = ConfigReader::new(config);
        let id = reader.string("clientId");
        let secret = reader.string("clientSecret");
        reader.finish(id.zip(secret)).map(|_| ())
    }

    fn authorization_uri<'a>(
        &'a self,
        config: &'a Value,
        request: &'a AuthorizationRequest,
        _session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            self.validate_config(config).map_err(ConnectorError::invalid_config)?;
            let scope = request.scope.as_deref().unwrap_or("email profile");
            let parameters = [
                ("state", request.state.as_str()),
                ("redirect_uri", &request.redirect_uri),
                ("scope", scope),
            ];
            Url::parse_with_params("http://mock-social/", parameters)
                .map_err(|error| ConnectorError::new(ErrorCode::ConnectorGeneral).caused_by(error))
        })
    }

    fn authenticate<'a>(
        &'a self,
        config: &'a Value,
        data: &'a Value,
        _session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SocialResult, ConnectorError>> {
        Box::pin(async move {
            self.validate_config(config).map_err(ConnectorError::invalid_config)?;
            let callback = MockCallback::deserialize(data)
                .map_err(|error| ConnectorError::new(ErrorCode::ConnectorInvalidResponse).caused_by(error))?;
            if callback.code.is_empty() {
                return Err(ConnectorError::new(ErrorCode::ConnectorSocialAuthCodeInvalid));
            }
            let user_info = SocialUserInfo {
                id: callback.user_id.unwrap_or_else(|| format!("mock-social-sub-{}", standard_id())),
                email: callback.email,
                phone: callback.phone,
                name: callback.name,
                avatar: callback.avatar,
                raw_data: Some(data.clone()),
            };
            Ok(SocialResult { user_info, token_response: callback.token_response })
        })
    }
}

/// The enterprise client: it believes the claims that the callback brings.
pub struct MockEnterprise;

impl EnterpriseClient for MockEnterprise {
    fn authorization_uri<'a>(
        &'a self,
        name: SsoProviderName,
        config: &'a JsonObject,
        request: &'a AuthorizationRequest,
        _session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            parse_config(name, config).map_err(ConnectorError::invalid_config)?;
            let parameters =
                [("state", request.state.as_str()), ("redirect_uri", request.redirect_uri.as_str())];
            Url::parse_with_params("http://mock-enterprise/", parameters)
                .map_err(|error| ConnectorError::new(ErrorCode::ConnectorGeneral).caused_by(error))
        })
    }

    fn authenticate<'a>(
        &'a self,
        name: SsoProviderName,
        config: &'a JsonObject,
        data: &'a Value,
        _session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SsoResult, ConnectorError>> {
        Box::pin(async move {
            let mut claims = data.as_object().cloned().unwrap_or_default();
            let tokens = claims.shift_remove("tokenResponse").map(serde_json::from_value).transpose();
            let token_response = tokens
                .map_err(|error| ConnectorError::new(ErrorCode::ConnectorInvalidResponse).caused_by(error))?;
            let issuer = config.get("issuer").and_then(Value::as_str).unwrap_or("mock-enterprise").to_owned();
            let user_info = user_info(name, config, claims)?;
            Ok(SsoResult { issuer, user_info, token_response })
        })
    }
}

struct MockMessages {
    required: &'static [&'static str],
    recipient: &'static str,
    file: &'static str,
}

impl MessageConnector for MockMessages {
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        let mut reader = ConfigReader::new(config);
        for key in self.required {
            reader.string(key);
        }
        if !self.required.is_empty() && !reader.value("templates").is_some_and(Value::is_array) {
            reader.issue("templates", "invalid_type", "expected array");
        }
        reader.finish(Some(()))
    }

    fn send<'a>(
        &'a self,
        config: &'a Value,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<Value, ConnectorError>> {
        Box::pin(async move {
            self.validate_config(config).map_err(ConnectorError::invalid_config)?;
            let record = self.record(config, message)?;
            write_record(self.file, &record)
                .await
                .map_err(|error| ConnectorError::new(ErrorCode::ConnectorGeneral).caused_by(error))?;
            Ok(record)
        })
    }
}

impl MockMessages {
    fn record(&self, config: &Value, message: &Message) -> Result<Value, ConnectorError> {
        let mut record = json!({
            self.recipient: message.to,
            "code": message.payload.get("code"),
            "type": message.template_type,
            "payload": message.payload,
        });
        let template = match &message.template {
            Some(template) => Some(json!(template)),
            None => match config.get("templates").and_then(Value::as_array) {
                Some(templates) => Some(
                    find_template(templates, message.template_type, |template| {
                        template.get("usageType").and_then(Value::as_str).unwrap_or_default()
                    })?
                    .clone(),
                ),
                None => None,
            },
        };
        if let Some(template) = template.filter(|_| self.recipient == "address") {
            let field = |key: &str| template.get(key).and_then(Value::as_str);
            let content = Markup::of_content_type(field("contentType"));
            for (key, markup) in [("subject", Markup::Plain), ("content", content)] {
                let text = field(key).unwrap_or_default();
                record[key] = json!(render_template(text, markup, &message.payload));
            }
            record["template"] = template;
        }
        Ok(record)
    }
}

async fn write_record(file: &str, record: &Value) -> std::io::Result<()> {
    tokio::fs::create_dir_all(RECORD_DIRECTORY).await?;
    tokio::fs::write(Path::new(RECORD_DIRECTORY).join(file), format!("{record}\n")).await
}
