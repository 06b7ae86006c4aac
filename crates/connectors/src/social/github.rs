//! GitHub: OAuth 2.0 with a JSON user API and a second call for private e-mail addresses.

use portico_model::ErrorCode;
use portico_model::connector::{ConnectorPlatform, ConnectorType};
use portico_model::connector_factory::{ConnectorFactory, ConnectorFormItem, ConnectorFormItemType as Item};
use serde_json::{Value, json};
use url::Url;

use super::client_auth::ClientCredentials;
use super::code_flow::{authorization_code, begin, code_fields, refresh_fields};
use super::profile::{fetch_profile, field, required_id};
use super::token::{TokenFormat, fetch_tokens};
use super::{
    AuthorizationRequest, ConnectorSession, SocialConnector, SocialResult, SocialUserInfo, TokenResponse,
};
use crate::BoxFuture;
use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::factory::{english, svg_logo};
use crate::registry::{Behaviour, Entry, Services};

const DEFAULT_SCOPE: &str = "read:user user:email";

/// Where GitHub is.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Where people are sent.
    pub authorization: String,
    /// Where codes are exchanged.
    pub token: String,
    /// Who the user is.
    pub user: String,
    /// The user's addresses.
    pub user_emails: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            authorization: "https://github.com/login/oauth/authorize".to_owned(),
            token: "https://github.com/login/oauth/access_token".to_owned(),
            user: "https://api.github.com/user".to_owned(),
            user_emails: "https://api.github.com/user/emails".to_owned(),
        }
    }
}

/// The registry's entry.
pub fn entry(services: &Services) -> Entry {
    entry_at(services, Endpoints::default())
}

/// An entry for a GitHub elsewhere.
pub fn entry_at(services: &Services, endpoints: Endpoints) -> Entry {
    let connector = GitHub { services: services.clone(), endpoints };
    Entry { factory: factory(), behaviour: Behaviour::Social(Box::new(connector)) }
}

struct GitHub {
    services: Services,
    endpoints: Endpoints,
}

struct GitHubConfig {
    client: ClientCredentials,
    scope: Option<String>,
}

fn parse(config: &Value) -> Result<GitHubConfig, Vec<ConfigIssue>> {
    let mut reader = ConfigReader::new(config);
    let client = ClientCredentials::read_post(&mut reader);
    let scope = reader.optional_string("scope");
    reader.finish(client.map(|client| GitHubConfig { client, scope }))
}

impl GitHub {
    async fn token_request(
        &self,
        config: &GitHubConfig,
        fields: Vec<(String, String)>,
    ) -> Result<TokenResponse, ConnectorError> {
        let endpoint = endpoint(&self.endpoints.token)?;
        let now = self.services.clock.now_seconds();
        let request = config.client.token_request(&endpoint, fields, now)?;
        let tokens = fetch_tokens(&self.services.http, request, TokenFormat::Json).await;
        tokens.map_err(code_error)
    }

    async fn user(&self, tokens: &TokenResponse) -> Result<SocialUserInfo, ConnectorError> {
        let http = &self.services.http;
        let user = fetch_profile(http, &endpoint(&self.endpoints.user)?, tokens).await?;
        // Not every scope permits this call, and a user without an address is still a user.
        let emails = endpoint(&self.endpoints.user_emails)?;
        let emails = match fetch_profile(http, &emails, tokens).await {
            Ok(emails) => emails,
            Err(error) => {
                tracing::debug!(%error, "GitHub did not list the user's e-mail addresses");
                json!([])
            }
        };
        Ok(SocialUserInfo {
            id: required_id(&user, "id")?,
            // GitHub lets people publish verified addresses only.
            email: field(&user, "email").or_else(|| primary_email(&emails)),
            phone: None,
            name: field(&user, "name"),
            avatar: field(&user, "avatar_url"),
            raw_data: Some(json!({ "userInfo": user, "userEmails": emails })),
        })
    }
}

fn primary_email(emails: &Value) -> Option<String> {
    let primary = |email: &&Value| email["primary"] == true && email["verified"] == true;
    emails.as_array()?.iter().find(primary).and_then(|email| field(email, "email"))
}

/// GitHub has its own name for `invalid_grant`.
fn code_error(error: ConnectorError) -> ConnectorError {
    let bad_code = error.data.as_ref().is_some_and(|data| data["error"] == "bad_verification_code");
    if bad_code { ConnectorError { code: ErrorCode::ConnectorSocialAuthCodeInvalid, ..error } } else { error }
}

fn endpoint(text: &str) -> Result<Url, ConnectorError> {
    Url::parse(text).map_err(|error| ConnectorError::new(ErrorCode::ConnectorGeneral).caused_by(error))
}

impl SocialConnector for GitHub {
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        parse(config).map(|_| ())
    }

    fn authorization_uri<'a>(
        &'a self,
        config: &'a Value,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config).map_err(ConnectorError::invalid_config)?;
            let scope = request.scope.as_deref().or(config.scope.as_deref());
            let scope = scope.filter(|scope| !scope.is_empty()).unwrap_or(DEFAULT_SCOPE);
            let endpoint = endpoint(&self.endpoints.authorization)?;
            Ok(begin(&endpoint, &config.client.id, scope, request, session))
        })
    }

    fn authenticate<'a>(
        &'a self,
        config: &'a Value,
        data: &'a Value,
        session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SocialResult, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config).map_err(ConnectorError::invalid_config)?;
            let code = authorization_code(data, session)?;
            let tokens = self.token_request(&config, code_fields(code, session)?).await?;
            let user_info = self.user(&tokens).await?;
            Ok(SocialResult { user_info, token_response: Some(tokens) })
        })
    }

    fn refresh<'a>(
        &'a self,
        config: &'a Value,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<TokenResponse, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config).map_err(ConnectorError::invalid_config)?;
            self.token_request(&config, refresh_fields(refresh_token)).await
        })
    }
}

fn factory() -> ConnectorFactory {
    let item = ConnectorFormItem::new;
    ConnectorFactory {
        connector_type: ConnectorType::Social,
        is_demo: false,
        id: "github-universal".to_owned(),
        target: "github".to_owned(),
        name: english("GitHub"),
        description: english("Sign in with a GitHub account."),
        logo: svg_logo(include_str!("github/logo.svg")),
        logo_dark: Some(svg_logo(include_str!("github/logo-dark.svg"))),
        readme: include_str!("github/readme.md").to_owned(),
        config_template: None,
        form_items: Some(vec![
            item("clientId", "Client ID", Item::Text).required(true),
            item("clientSecret", "Client Secret", Item::Text).required(true).confidential(),
            item("scope", "Scope", Item::MultilineText).required(false).placeholder(DEFAULT_SCOPE),
        ]),
        platform: Some(ConnectorPlatform::Universal),
        is_standard: None,
        is_token_storage_supported: Some(true),
    }
}
