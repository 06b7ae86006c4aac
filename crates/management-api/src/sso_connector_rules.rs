//! What an enterprise connector may be set to.

use crate::connector_rules::explain as explain_connector;
use portico_connectors::{
    ConnectorError,
    sso::{self, ServiceAddresses},
};
use portico_http_kit::{ApiError, Issue, invalid_input};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, JsonObject, SsoConnector,
    sso_connector::{SsoProviderName, SsoProviderType},
};
use portico_store::StoreError;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Most domains of a connector.
const MAX_DOMAINS: usize = 200;
/// Longest domain name (RFC 1035 §2.3.4).
const MAX_DOMAIN: usize = 253;
/// Domains where anybody can have an address; no company may claim their users.
const PUBLIC_DOMAINS: &str = include_str!("public_mail_domains.txt");

/// A refused row as an answer.
pub fn explain(error: StoreError) -> ApiError {
    if error.is_unique_violation_of("connector_name") {
        return ErrorCode::SingleSignOnDuplicateConnectorName.into();
    }
    error.into()
}

/// The domains in lower case, when a company can own them all.
pub fn check_domains(domains: Vec<String>) -> Result<Vec<String>, ApiError> {
    let domains: Vec<String> = domains.iter().map(|domain| domain.trim().to_lowercase()).collect();
    if domains.len() > MAX_DOMAINS
        || domains.iter().any(|domain| domain.len() > MAX_DOMAIN || domain.is_empty())
    {
        return Err(invalid_input("body", &[Issue::at("domains", "custom", "Too many or not a domain.")]));
    }
    let is_public = |domain: &&String| PUBLIC_DOMAINS.lines().any(|public| public == domain.as_str());
    let public: Vec<&String> = domains.iter().filter(is_public).collect();
    if !public.is_empty() {
        let error = ApiError::new(ErrorCode::SingleSignOnForbiddenDomains);
        return Err(error.with_data(json!({ "data": public })));
    }
    let mut seen = HashSet::new();
    let repeated: HashSet<&String> = domains.iter().filter(|domain| !seen.insert(*domain)).collect();
    if !repeated.is_empty() {
        let error = ApiError::new(ErrorCode::SingleSignOnDuplicatedDomains);
        return Err(error.with_data(json!({ "data": repeated })));
    }
    Ok(domains)
}

/// The settings that the provider knows, or what is wrong with them.
pub fn check_config(name: SsoProviderName, config: &JsonObject) -> Result<JsonObject, ApiError> {
    sso::parse_config(name, config)
        .map_err(|issues| explain_connector(ConnectorError::invalid_config(issues)))
}

/// What the identity provider says about itself.
pub async fn describe(ctx: &Ctx, name: SsoProviderName, connector: &SsoConnector) -> Result<Value, ApiError> {
    let addresses = ServiceAddresses::new(&ctx.tenant.endpoint, &connector.id);
    let described = sso::describe(&ctx.app.outbound, name, &connector.config, &addresses).await;
    described.map_err(explain_connector)
}

/// Keeping the provider's tokens needs a key to seal them with and a provider that gives tokens.
pub fn check_token_storage(ctx: &Ctx, name: SsoProviderName) -> Result<(), ApiError> {
    if ctx.app.kek.is_none() {
        return Err(ErrorCode::RequestFeatureNotSupported.into());
    }
    if name.provider_type() != SsoProviderType::Oidc {
        return Err(ErrorCode::ConnectorTokenStorageNotSupported.into());
    }
    Ok(())
}
