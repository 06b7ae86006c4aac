//! Google: OAuth 2.0 with the user API of OpenID Connect, and One Tap, whose callback brings an ID
//! token instead of a code.

use portico_crypto::jose::Validation;
use portico_model::ErrorCode;
use portico_model::connector::{ConnectorPlatform, ConnectorType};
use portico_model::connector_factory::{ConnectorFactory, ConnectorFormItem, ConnectorFormItemType as Item};
use serde_json::{Value, json};
use url::Url;

use super::client_auth::ClientCredentials;
use super::code_flow::{authorization_code, begin, code_fields, refresh_fields};
use super::id_token::{REQUIRED_CLAIMS, asymmetric_algorithms};
use super::profile::{fetch_with, field, required_id};
use super::token::{TokenFormat, fetch_tokens};
use super::{
    AuthorizationRequest, ConnectorSession, SocialConnector, SocialResult, SocialUserInfo, TokenResponse,
};
use crate::BoxFuture;
use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::factory::{english, svg_logo};
use crate::http::OutboundRequest;
use crate::registry::{Behaviour, Entry, Services};

const DEFAULT_SCOPE: &str = "openid profile email";
const PROMPTS: [&str; 3] = ["none", "consent", "select_account"];
const DEFAULT_PROMPT: &str = "select_account";
/// Google writes its name both ways.
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
const CLOCK_TOLERANCE_SECONDS: i64 = 10;

/// Where Google is.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Where people are sent.
    pub authorization: String,
    /// Where codes are exchanged.
    pub token: String,
    /// Who the user is.
    pub user_info: String,
    /// Keys of One Tap's ID tokens.
    pub keys: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            authorization: "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
            token: "https://oauth2.googleapis.com/token".to_owned(),
            user_info: "https://openidconnect.googleapis.com/v1/userinfo".to_owned(),
            keys: "https://www.googleapis.com/oauth2/v3/certs".to_owned(),
        }
    }
}

/// The registry's entry.
pub fn entry(services: &Services) -> Entry {
    entry_at(services, Endpoints::default())
}

/// An entry for a Google elsewhere.
pub fn entry_at(services: &Services, endpoints: Endpoints) -> Entry {
    let connector = Google { services: services.clone(), endpoints };
    Entry { factory: factory(), behaviour: Behaviour::Social(Box::new(connector)) }
}

struct Google {
    services: Services,
    endpoints: Endpoints,
}

struct GoogleConfig {
    client: ClientCredentials,
    scope: Option<String>,
    prompts: Vec<String>,
    offline_access: bool,
    one_tap: bool,
}

impl GoogleConfig {
    fn parse(config: &Value) -> Result<Self, Vec<ConfigIssue>> {
        let mut reader = ConfigReader::new(config);
        let parsed = Self::read(&mut reader);
        reader.finish(parsed)
    }

    fn read(reader: &mut ConfigReader<'_>) -> Option<Self> {
        let client = ClientCredentials::read_post(reader);
        let scope = reader.optional_string("scope");
        let prompts = reader.string_list("prompts").unwrap_or_else(|| vec![DEFAULT_PROMPT.to_owned()]);
        for (index, prompt) in prompts.iter().enumerate() {
            if !PROMPTS.contains(&prompt.as_str()) {
                let message = format!("must be one of {}", PROMPTS.join(", "));
                reader.issue(&format!("prompts.{index}"), "invalid_enum_value", message);
            }
        }
        let offline_access = reader.boolean("offlineAccess");
        let one_tap = reader.nested("oneTap", false, |reader| {
            for key in ["autoSelect", "closeOnTapOutside", "itpSupport"] {
                reader.boolean(key);
            }
            Some(reader.boolean("isEnabled"))
        });
        let one_tap = one_tap.unwrap_or(false);
        Some(Self { client: client?, scope, prompts, offline_access, one_tap })
    }
}

fn parse(config: &Value) -> Result<GoogleConfig, ConnectorError> {
    GoogleConfig::parse(config).map_err(ConnectorError::invalid_config)
}

fn endpoint(text: &str) -> Result<Url, ConnectorError> {
    Url::parse(text).map_err(|error| ConnectorError::new(ErrorCode::ConnectorGeneral).caused_by(error))
}

impl Google {
    async fn token_request(
        &self,
        config: &GoogleConfig,
        fields: Vec<(String, String)>,
    ) -> Result<TokenResponse, ConnectorError> {
        let endpoint = endpoint(&self.endpoints.token)?;
        let now = self.services.clock.now_seconds();
        let request = config.client.token_request(&endpoint, fields, now)?;
        fetch_tokens(&self.services.http, request, TokenFormat::Json).await
    }

    /// One Tap posts an ID token to the page that shows it. Whoever passes it on here has checked
    /// that it came from that page (`g_csrf_token`).
    async fn one_tap(&self, config: &GoogleConfig, credential: &str) -> Result<SocialResult, ConnectorError> {
        if !config.one_tap {
            let description = "One Tap is not enabled for this connector";
            let code = ErrorCode::ConnectorInvalidRequestParameters;
            return Err(ConnectorError::described(code, description));
        }
        let Services { http, clock, jwks } = &self.services;
        let validation = Validation::at(clock.now_seconds())
            .leeway(CLOCK_TOLERANCE_SECONDS)
            .algorithms(asymmetric_algorithms())
            .issuers(ISSUERS)
            .audience(&config.client.id)
            .required_claims(REQUIRED_CLAIMS);
        let keys = endpoint(&self.endpoints.keys)?;
        let claims = jwks.verify(http, &keys, credential, &validation, clock.now_ms()).await?;
        let user_info = user_info(Value::Object(claims))?;
        Ok(SocialResult { user_info, token_response: None })
    }
}

fn user_info(profile: Value) -> Result<SocialUserInfo, ConnectorError> {
    let email_verified = profile["email_verified"] == true;
    Ok(SocialUserInfo {
        id: required_id(&profile, "sub")?,
        email: field(&profile, "email").filter(|_| email_verified),
        phone: None,
        name: field(&profile, "name"),
        avatar: field(&profile, "picture"),
        raw_data: Some(profile),
    })
}

/// Google's codes contain `/`, which some callers pass on still encoded.
fn decode(code: &str) -> String {
    let pair = format!("code={}", code.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).map(|(_, code)| code.into_owned()).collect()
}

impl SocialConnector for Google {
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        GoogleConfig::parse(config).map(|_| ())
    }

    fn authorization_uri<'a>(
        &'a self,
        config: &'a Value,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config)?;
            let scope = request.scope.as_deref().or(config.scope.as_deref());
            let scope = scope.filter(|scope| !scope.is_empty()).unwrap_or(DEFAULT_SCOPE);
            let endpoint = endpoint(&self.endpoints.authorization)?;
            let mut uri = begin(&endpoint, &config.client.id, scope, request, session);
            if !config.prompts.is_empty() {
                uri.query_pairs_mut().append_pair("prompt", &config.prompts.join(" "));
            }
            if config.offline_access {
                uri.query_pairs_mut().append_pair("access_type", "offline");
            }
            Ok(uri)
        })
    }

    fn authenticate<'a>(
        &'a self,
        config: &'a Value,
        data: &'a Value,
        session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SocialResult, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config)?;
            if let Some(credential) = data.get("credential").and_then(Value::as_str) {
                return self.one_tap(&config, credential).await;
            }
            let code = decode(authorization_code(data, session)?);
            let tokens = self.token_request(&config, code_fields(&code, session)?).await?;
            let request = OutboundRequest::post(endpoint(&self.endpoints.user_info)?);
            let profile = fetch_with(&self.services.http, request, &tokens).await?;
            let user_info = user_info(profile)?;
            Ok(SocialResult { user_info, token_response: Some(tokens) })
        })
    }

    fn refresh<'a>(
        &'a self,
        config: &'a Value,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<TokenResponse, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config)?;
            self.token_request(&config, refresh_fields(refresh_token)).await
        })
    }
}

fn factory() -> ConnectorFactory {
    let item = ConnectorFormItem::new;
    ConnectorFactory {
        connector_type: ConnectorType::Social,
        is_demo: false,
        id: "google-universal".to_owned(),
        target: "google".to_owned(),
        name: english("Google"),
        description: english("Sign in with a Google account."),
        logo: svg_logo(include_str!("google/logo.svg")),
        logo_dark: None,
        readme: include_str!("google/readme.md").to_owned(),
        config_template: None,
        form_items: Some(vec![
            item("clientId", "Client ID", Item::Text).required(true),
            item("clientSecret", "Client Secret", Item::Text).required(true).confidential(),
            item("scope", "Scope", Item::MultilineText).required(false).placeholder(DEFAULT_SCOPE),
            item("prompts", "Prompts", Item::MultiSelect)
                .required(false)
                .choices(&PROMPTS)
                .default_value(json!([DEFAULT_PROMPT])),
            item("offlineAccess", "Refresh access token", Item::Switch)
                .required(false)
                .default_value(json!(false)),
        ]),
        platform: Some(ConnectorPlatform::Universal),
        is_standard: None,
        is_token_storage_supported: Some(true),
    }
}
