//! The generic OAuth 2.0 connector: authorization code grant, then a user API that is described by
//! a map of paths.
//!
//! OAuth says nothing about who the user is or whether addresses were verified; the operator who
//! maps `email` or `phone` answers for it.

use portico_model::connector::{ConnectorPlatform, ConnectorType};
use portico_model::connector_factory::{ConnectorFactory, ConnectorFormItem, ConnectorFormItemType as Item};
use serde_json::{Value, json};
use url::Url;

use super::client_auth::{ALGORITHMS, ClientCredentials, METHODS};
use super::code_flow::{authorization_code, begin, code_fields, read_custom_parameters, refresh_fields};
use super::profile::{fetch_profile, field, phone_digits, required_id};
use super::token::{TokenFormat, fetch_tokens};
use super::{
    AuthorizationRequest, ConnectorSession, SocialConnector, SocialResult, SocialUserInfo, TokenResponse,
};
use crate::BoxFuture;
use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::factory::{english, svg_logo};
use crate::registry::{Behaviour, Entry, Services};

/// The registry's entry.
pub fn entry(services: &Services) -> Entry {
    let connector = OAuth { services: services.clone() };
    Entry { factory: factory(), behaviour: Behaviour::Social(Box::new(connector)) }
}

struct OAuth {
    services: Services,
}

struct OAuthConfig {
    authorization_endpoint: Url,
    token_endpoint: Url,
    user_info_endpoint: Url,
    client: ClientCredentials,
    token_format: TokenFormat,
    scope: String,
    profile: ProfileMap,
    custom_parameters: Vec<(String, String)>,
}

/// Where in the user API's answer each field is.
struct ProfileMap {
    id: String,
    email: String,
    phone: String,
    name: String,
    avatar: String,
}

const TOKEN_FORMATS: [(&str, TokenFormat); 2] =
    [("query-string", TokenFormat::QueryString), ("json", TokenFormat::Json)];

impl OAuthConfig {
    fn parse(config: &Value) -> Result<Self, Vec<ConfigIssue>> {
        let mut reader = ConfigReader::new(config);
        let parsed = Self::read(&mut reader);
        reader.finish(parsed)
    }

    fn read(reader: &mut ConfigReader<'_>) -> Option<Self> {
        reader.choice("responseType", &[("code", ())]);
        reader.choice("grantType", &[("authorization_code", ())]);
        let authorization_endpoint = reader.url("authorizationEndpoint");
        let token_endpoint = reader.url("tokenEndpoint");
        let user_info_endpoint = reader.url("userInfoEndpoint");
        let client = ClientCredentials::read(reader);
        let token_format = reader.choice("tokenEndpointResponseType", &TOKEN_FORMATS);
        let scope = reader.optional_string("scope").unwrap_or_default();
        let profile =
            reader.nested("profileMap", false, |reader| Some(ProfileMap::read(reader))).unwrap_or_default();
        let custom_parameters = read_custom_parameters(reader);
        Some(Self {
            authorization_endpoint: authorization_endpoint?,
            token_endpoint: token_endpoint?,
            user_info_endpoint: user_info_endpoint?,
            client: client?,
            token_format: token_format?,
            scope,
            profile,
            custom_parameters,
        })
    }
}

impl Default for ProfileMap {
    fn default() -> Self {
        Self {
            id: "id".to_owned(),
            email: "email".to_owned(),
            phone: "phone".to_owned(),
            name: "name".to_owned(),
            avatar: "avatar".to_owned(),
        }
    }
}

impl ProfileMap {
    fn read(reader: &mut ConfigReader<'_>) -> Self {
        let mut path = |key: &str| reader.optional_string(key).unwrap_or_else(|| key.to_owned());
        Self {
            id: path("id"),
            email: path("email"),
            phone: path("phone"),
            name: path("name"),
            avatar: path("avatar"),
        }
    }

    fn apply(&self, profile: Value) -> Result<SocialUserInfo, ConnectorError> {
        Ok(SocialUserInfo {
            id: required_id(&profile, &self.id)?,
            email: field(&profile, &self.email),
            phone: field(&profile, &self.phone).as_deref().and_then(phone_digits),
            name: field(&profile, &self.name),
            avatar: field(&profile, &self.avatar),
            raw_data: Some(profile),
        })
    }
}

fn parse(config: &Value) -> Result<OAuthConfig, ConnectorError> {
    OAuthConfig::parse(config).map_err(ConnectorError::invalid_config)
}

impl OAuth {
    async fn token_request(
        &self,
        config: &OAuthConfig,
        mut fields: Vec<(String, String)>,
    ) -> Result<TokenResponse, ConnectorError> {
        fields.extend(config.custom_parameters.iter().cloned());
        let now = self.services.clock.now_seconds();
        let request = config.client.token_request(&config.token_endpoint, fields, now)?;
        fetch_tokens(&self.services.http, request, config.token_format).await
    }
}

impl SocialConnector for OAuth {
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        OAuthConfig::parse(config).map(|_| ())
    }

    fn authorization_uri<'a>(
        &'a self,
        config: &'a Value,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config)?;
            let scope = request.scope.as_ref().unwrap_or(&config.scope);
            let endpoint = &config.authorization_endpoint;
            let mut uri = begin(endpoint, &config.client.id, scope, request, session);
            uri.query_pairs_mut().extend_pairs(&config.custom_parameters);
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
            let code = authorization_code(data, session)?;
            let tokens = self.token_request(&config, code_fields(code, session)?).await?;
            let http = &self.services.http;
            let profile = fetch_profile(http, &config.user_info_endpoint, &tokens).await?;
            let user_info = config.profile.apply(profile)?;
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
    ConnectorFactory {
        connector_type: ConnectorType::Social,
        is_demo: false,
        id: "oauth2".to_owned(),
        target: "oauth2".to_owned(),
        name: english("OAuth 2.0"),
        description: english("Sign in with any OAuth 2.0 provider that has a user API."),
        logo: svg_logo(include_str!("oauth/logo.svg")),
        logo_dark: Some(svg_logo(include_str!("oauth/logo-dark.svg"))),
        readme: include_str!("oauth/readme.md").to_owned(),
        config_template: None,
        form_items: Some(form_items()),
        platform: Some(ConnectorPlatform::Universal),
        is_standard: Some(true),
        is_token_storage_supported: Some(true),
    }
}

fn form_items() -> Vec<ConnectorFormItem> {
    let item = ConnectorFormItem::new;
    vec![
        item("authorizationEndpoint", "Authorization Endpoint", Item::Text)
            .required(true)
            .placeholder("https://provider.example.com/authorize"),
        item("tokenEndpoint", "Token Endpoint", Item::Text)
            .required(true)
            .placeholder("https://provider.example.com/token"),
        item("userInfoEndpoint", "User Info Endpoint", Item::Text)
            .required(true)
            .placeholder("https://provider.example.com/user"),
        item("clientId", "Client ID", Item::Text).required(true),
        item("clientSecret", "Client Secret", Item::Text).required(true).confidential(),
        item("tokenEndpointAuthMethod", "Token Endpoint Auth Method", Item::Select)
            .required(true)
            .choices(&METHODS)
            .default_value(json!(METHODS[0])),
        item("clientSecretJwtSigningAlgorithm", "Client Secret JWT Signing Algorithm", Item::Select)
            .required(true)
            .choices(&ALGORITHMS)
            .default_value(json!(ALGORITHMS[0]))
            .shown_when("tokenEndpointAuthMethod", json!(METHODS[2])),
        item("tokenEndpointResponseType", "Token Endpoint Response Type", Item::Select)
            .required(false)
            .choices(&TOKEN_FORMATS.map(|(name, _)| name))
            .default_value(json!(TOKEN_FORMATS[0].0)),
        item("scope", "Scope", Item::MultilineText).required(false),
        item("profileMap", "Profile Map", Item::Json)
            .required(false)
            .default_value(json!({
                "id": "id",
                "email": "email",
                "phone": "phone",
                "name": "name",
                "avatar": "avatar",
            }))
            .description(
                "Where each field is in the user API's answer; dots lead into objects. Map e-mail \
                 and phone only when the provider verifies them.",
            ),
        item("customConfig", "Custom Config", Item::Json)
            .required(false)
            .default_value(json!({}))
            .description("Added to the authorization request and to the token request."),
    ]
}
