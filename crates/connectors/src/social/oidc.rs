//! The generic OpenID Connect connector: authorization code flow with PKCE (OIDC Core §3.1,
//! RFC 7636), for any provider that publishes its keys.

mod config;

use portico_crypto::id::opaque_token;
use portico_crypto::jose::Claims;
use portico_model::ErrorCode;
use portico_model::connector::{ConnectorPlatform, ConnectorType};
use portico_model::connector_factory::{ConnectorFactory, ConnectorFormItem, ConnectorFormItemType as Item};
use serde_json::{Value, json};
use url::Url;

use super::client_auth::{ALGORITHMS, METHODS};
use super::code_flow::{self, authorization_code, code_fields, key, refresh_fields, remembered};
use super::profile::phone_digits;
use super::token::{TokenFormat, fetch_tokens};
use super::{
    AuthorizationRequest, ConnectorSession, SocialConnector, SocialResult, SocialUserInfo, TokenResponse,
};
use crate::BoxFuture;
use crate::config::ConfigIssue;
use crate::error::ConnectorError;
use crate::factory::{english, svg_logo};
use crate::registry::{Behaviour, Entry, Services};
use config::{OidcConfig, with_openid};

/// The registry's entry.
pub fn entry(services: &Services) -> Entry {
    let connector = Oidc { services: services.clone() };
    Entry { factory: factory(), behaviour: Behaviour::Social(Box::new(connector)) }
}

struct Oidc {
    services: Services,
}

impl SocialConnector for Oidc {
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>> {
        OidcConfig::parse(config).map(|_| ())
    }

    fn authorization_uri<'a>(
        &'a self,
        config: &'a Value,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            let config = parse(config)?;
            Ok(begin(&config, request, session))
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
            check_issuer(&config, data)?;
            let tokens = self.token_request(&config, code_fields(code, session)?).await?;
            let claims = self.verify(&config, &tokens, session).await?;
            let user_info = user_info(&config, claims)?;
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

fn parse(config: &Value) -> Result<OidcConfig, ConnectorError> {
    OidcConfig::parse(config).map_err(ConnectorError::invalid_config)
}

/// Builds the authentication request (OIDC Core §3.1.2.1); the nonce is fresh each time.
fn begin(config: &OidcConfig, request: &AuthorizationRequest, session: &mut ConnectorSession) -> Url {
    let nonce = opaque_token();
    let scope = request.scope.as_deref().map(with_openid);
    let scope = scope.as_ref().unwrap_or(&config.scope);
    let endpoint = &config.authorization_endpoint;
    let mut uri = code_flow::begin(endpoint, &config.client.id, scope, request, session);
    uri.query_pairs_mut()
        .append_pair("nonce", &nonce)
        .extend_pairs(&config.request_parameters)
        .extend_pairs(&config.custom_parameters);
    session.set(key::NONCE, nonce);
    uri
}

/// A provider that names itself in the callback must be the right one (RFC 9207 §2.4).
fn check_issuer(config: &OidcConfig, data: &Value) -> Result<(), ConnectorError> {
    let (Some(issuer), Some(expected)) = (data.get("iss"), &config.id_token.issuers) else {
        return Ok(());
    };
    if issuer.as_str().is_some_and(|issuer| expected.iter().any(|name| name == issuer)) {
        return Ok(());
    }
    let description = "the callback comes from another issuer";
    Err(ConnectorError::described(ErrorCode::ConnectorAuthorizationFailed, description))
}

impl Oidc {
    async fn token_request(
        &self,
        config: &OidcConfig,
        mut fields: Vec<(String, String)>,
    ) -> Result<TokenResponse, ConnectorError> {
        fields.extend(config.custom_parameters.iter().cloned());
        let now = self.services.clock.now_seconds();
        let request = config.client.token_request(&config.token_endpoint, fields, now)?;
        fetch_tokens(&self.services.http, request, TokenFormat::Json).await
    }

    async fn verify(
        &self,
        config: &OidcConfig,
        tokens: &TokenResponse,
        session: &ConnectorSession,
    ) -> Result<Claims, ConnectorError> {
        let Some(id_token) = &tokens.id_token else {
            let description = "the token endpoint sent no ID token";
            return Err(ConnectorError::described(ErrorCode::ConnectorInvalidResponse, description));
        };
        let Services { http, clock, jwks } = &self.services;
        let nonce = remembered(session, key::NONCE)?;
        let validation = config.id_token.validation(nonce, clock.now_seconds());
        let claims = jwks.verify(http, &config.jwks_uri, id_token, &validation, clock.now_ms()).await?;
        config.id_token.check_authorized_party(&claims)?;
        Ok(claims)
    }
}

fn user_info(config: &OidcConfig, claims: Claims) -> Result<SocialUserInfo, ConnectorError> {
    let text = |name: &str| {
        claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let flag = |name: &str| match claims.get(name)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(flag) if config.accept_string_booleans => Some(flag == "true"),
        _ => Some(false),
    };
    let Some(id) = text("sub") else {
        let description = "the ID token names no user";
        return Err(ConnectorError::described(ErrorCode::ConnectorSocialInvalidIdToken, description));
    };
    let email_verified = flag("email_verified").unwrap_or(config.trust_unverified_email);
    // Some providers use the short names.
    let phone_verified = flag("phone_number_verified").or_else(|| flag("phone_verified"));
    let phone = text("phone_number").or_else(|| text("phone")).and_then(|phone| phone_digits(&phone));
    Ok(SocialUserInfo {
        id,
        email: text("email").filter(|_| email_verified),
        phone: phone.filter(|_| phone_verified == Some(true)),
        name: text("name"),
        avatar: text("picture"),
        raw_data: Some(Value::Object(claims)),
    })
}

fn factory() -> ConnectorFactory {
    ConnectorFactory {
        connector_type: ConnectorType::Social,
        is_demo: false,
        id: "oidc".to_owned(),
        target: "oidc".to_owned(),
        name: english("OIDC"),
        description: english("Sign in with any provider that speaks OpenID Connect and publishes its keys."),
        logo: svg_logo(include_str!("oidc/logo.svg")),
        logo_dark: Some(svg_logo(include_str!("oidc/logo-dark.svg"))),
        readme: include_str!("oidc/readme.md").to_owned(),
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
            .placeholder("https://idp.example.com/authorize"),
        item("tokenEndpoint", "Token Endpoint", Item::Text)
            .required(true)
            .placeholder("https://idp.example.com/token"),
        item("clientId", "Client ID", Item::Text).required(true),
        item("clientSecret", "Client Secret", Item::Text).required(true).confidential(),
        item("tokenEndpointAuthMethod", "Token Endpoint Auth Method", Item::Select)
            .required(true)
            .choices(&METHODS)
            .default_value(json!(METHODS[0]))
            .description("How the provider wants to be shown the client secret."),
        item("clientSecretJwtSigningAlgorithm", "Client Secret JWT Signing Algorithm", Item::Select)
            .required(true)
            .choices(&ALGORITHMS)
            .default_value(json!(ALGORITHMS[0]))
            .shown_when("tokenEndpointAuthMethod", json!(METHODS[2])),
        item("scope", "Scope", Item::MultilineText)
            .required(true)
            .placeholder("openid profile email")
            .description("Separated by spaces; `openid` is added when it is missing."),
        item("acceptStringTypedBooleanClaims", "Accept String-typed Boolean Claims", Item::Switch)
            .required(false)
            .default_value(json!(false))
            .description("For providers that send \"true\" instead of true."),
        item("trustUnverifiedEmail", "Trust Unverified Email", Item::Switch)
            .required(false)
            .default_value(json!(false))
            .description(
                "Believe e-mail addresses about which the provider does not say whether they were \
                 verified. Only for providers that verify all of them.",
            ),
        item("idTokenVerificationConfig", "ID Token Verification Config", Item::Json)
            .required(true)
            .default_value(json!({ "jwksUri": "<jwks-uri>" })),
        item("authRequestOptionalConfig", "Authentication Request Optional Config", Item::Json)
            .required(false)
            .default_value(json!({})),
        item("customConfig", "Custom Config", Item::Json)
            .required(false)
            .default_value(json!({}))
            .description("Added to the authentication request and to the token request."),
    ]
}
