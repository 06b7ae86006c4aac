//! Enterprise providers that speak OpenID Connect.

use portico_model::{ErrorCode, JsonObject, sso_connector::SsoProviderName};
use serde_json::{Value, json};
use url::Url;

use crate::config::{ConfigIssue, ConfigReader};
use crate::error::ConnectorError;
use crate::http::{HttpClient, OutboundRequest};

/// Issuer of every Google Workspace.
const GOOGLE_ISSUER: &str = "https://accounts.google.com";
/// What discovery has to name (OpenID Connect Discovery 1.0 §3).
const NEEDED: [&str; 4] = ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"];

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

/// Reads the provider's discovery document.
pub async fn discover(
    http: &HttpClient,
    name: SsoProviderName,
    config: &JsonObject,
) -> Result<Value, ConnectorError> {
    let issuer = match name {
        SsoProviderName::GoogleWorkspace => GOOGLE_ISSUER,
        _ => config.get("issuer").and_then(Value::as_str).unwrap_or_default(),
    };
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let url = Url::parse(&address).map_err(|error| unusable("the issuer is no address").caused_by(error))?;
    let answer = http.send(OutboundRequest::get(url)).await;
    let answer = answer.map_err(|error| unusable("the provider cannot be reached").caused_by(error))?;
    if !answer.is_success() {
        return Err(unusable("the provider answers discovery with an error"));
    }
    let found: JsonObject =
        answer.json().map_err(|error| unusable("discovery does not answer JSON").caused_by(error))?;
    let text = |key: &str| found.get(key).and_then(Value::as_str);
    if let Some(missing) = NEEDED.iter().find(|key| text(key).is_none()) {
        return Err(unusable(&format!("discovery names no {missing}")));
    }
    let mut description = json!({
        "authorizationEndpoint": text("authorization_endpoint"),
        "tokenEndpoint": text("token_endpoint"),
        "jwksUri": text("jwks_uri"),
        "issuer": text("issuer"),
        "scope": config.get("scope").and_then(Value::as_str).unwrap_or("openid"),
        "clientId": config.get("clientId"),
    });
    if let (Some(endpoint), Some(object)) = (text("userinfo_endpoint"), description.as_object_mut()) {
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
