//! Enterprise providers that speak OpenID Connect.

use portico_model::{ErrorCode, JsonObject, sso_connector::SsoProviderName};
use serde_json::{Value, json};
use url::Url;

use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::http::{HttpClient, OutboundRequest};

/// Issuer of every Google Workspace.
const GOOGLE_ISSUER: &str = "https://accounts.google.com";

/// Checks settings and keeps what is known of them.
pub fn parse(name: SsoProviderName, config: &Value) -> Result<JsonObject, Vec<ConfigIssue>> {
    let mut reader = ConfigReader::new(config);
    let mut kept = JsonObject::new();
    let mut keep = |key: &str, value: Value| kept.insert(key.to_owned(), value);
    for key in ["clientId", "clientSecret"] {
        if let Some(text) = reader.non_empty_string(key) {
            keep(key, text.into());
        }
    }
    if name != SsoProviderName::GoogleWorkspace && reader.url("issuer").is_some() {
        // Kept as it was written: an issuer is compared as text.
        keep("issuer", reader.value("issuer").cloned().unwrap_or_default());
    }
    if let Some(scope) = reader.optional_string("scope") {
        keep("scope", scope.into());
    }
    let mut switches = vec!["trustUnverifiedEmail"];
    if name == SsoProviderName::GoogleWorkspace {
        switches.push("offlineAccess");
    }
    for key in switches {
        if reader.value(key).is_some() {
            keep(key, reader.boolean(key).into());
        }
    }
    reader.finish(Some(kept))
}

/// What a provider's discovery document says.
pub struct Provider {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    /// The provider takes the client secret in a header, which is what it does unless it says otherwise
    /// (OpenID Connect Discovery 1.0 §3, `token_endpoint_auth_methods_supported`).
    pub takes_secret_in_header: bool,
}

/// The issuer that the settings, or the kind of provider, name.
pub fn configured_issuer(name: SsoProviderName, config: &JsonObject) -> &str {
    match name {
        SsoProviderName::GoogleWorkspace => GOOGLE_ISSUER,
        _ => config.get("issuer").and_then(Value::as_str).unwrap_or_default(),
    }
}

/// Reads the provider's discovery document.
pub async fn find_provider(
    http: &HttpClient,
    name: SsoProviderName,
    config: &JsonObject,
) -> Result<Provider, ConnectorError> {
    let issuer = configured_issuer(name, config);
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let url = Url::parse(&address).map_err(|error| unusable("the issuer is no address").caused_by(error))?;
    let answer = http.send(OutboundRequest::get(url)).await;
    let answer = answer.map_err(|error| unusable("the provider cannot be reached").caused_by(error))?;
    if !answer.is_success() {
        return Err(unusable("the provider answers discovery with an error"));
    }
    let found: JsonObject =
        answer.json().map_err(|error| unusable("discovery does not answer JSON").caused_by(error))?;
    let text = |key: &str| found.get(key).and_then(Value::as_str).map(str::to_owned);
    let needed = |key: &str| text(key).ok_or_else(|| unusable(&format!("discovery names no {key}")));
    let methods = found.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    Ok(Provider {
        authorization_endpoint: needed("authorization_endpoint")?,
        token_endpoint: needed("token_endpoint")?,
        jwks_uri: needed("jwks_uri")?,
        issuer: needed("issuer")?,
        userinfo_endpoint: text("userinfo_endpoint"),
        takes_secret_in_header: methods
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
    })
}

/// The provider as the Console shows it.
pub async fn discover(
    http: &HttpClient,
    name: SsoProviderName,
    config: &JsonObject,
) -> Result<Value, ConnectorError> {
    let provider = find_provider(http, name, config).await?;
    let mut description = json!({
        "authorizationEndpoint": provider.authorization_endpoint,
        "tokenEndpoint": provider.token_endpoint,
        "jwksUri": provider.jwks_uri,
        "issuer": provider.issuer,
        "scope": config.get("scope").and_then(Value::as_str).unwrap_or("openid"),
        "clientId": config.get("clientId"),
    });
    if let (Some(endpoint), Some(object)) = (provider.userinfo_endpoint, description.as_object_mut()) {
        object.insert("userinfoEndpoint".into(), endpoint.into());
    }
    Ok(description)
}

fn unusable(description: &str) -> ConnectorError {
    ConnectorError::described(ErrorCode::ConnectorInvalidMetadata, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issues(name: SsoProviderName, config: Value) -> Vec<String> {
        parse(name, &config).unwrap_err().into_iter().map(|issue| issue.path).collect()
    }

    #[test]
    fn names_what_is_missing() {
        let config = json!({ "clientId": "a" });
        assert_eq!(issues(SsoProviderName::Oidc, config.clone()), ["clientSecret", "issuer"]);
        assert_eq!(issues(SsoProviderName::GoogleWorkspace, config), ["clientSecret"]);
        let config = json!({ "clientId": "a", "clientSecret": "b", "issuer": "ftp://x", "scope": 1 });
        assert_eq!(issues(SsoProviderName::Okta, config), ["issuer", "scope"]);
    }

    #[test]
    fn keeps_only_what_it_knows() {
        let config =
            json!({ "clientId": "a", "clientSecret": "b", "issuer": "https://x.example", "other": 1 });
        let kept = parse(SsoProviderName::Oidc, &config).unwrap();
        assert_eq!(
            Value::Object(kept),
            json!({ "clientId": "a", "clientSecret": "b", "issuer": "https://x.example" })
        );
    }
}
