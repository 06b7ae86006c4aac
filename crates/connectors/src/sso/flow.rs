//! Signing in at an enterprise provider that speaks OpenID Connect: the authorization code flow with PKCE
//! (OIDC Core §3.1, RFC 7636), with the addresses and keys that the provider's discovery names.

use portico_crypto::id::opaque_token;
use portico_crypto::jose::{Claims, Validation};
use portico_model::{ErrorCode, JsonObject, sso_connector::SsoProviderName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{oidc, parse_config};
use crate::BoxFuture;
use crate::config::ConfigReader;
use crate::error::ConnectorError;
use crate::registry::Services;
use crate::social::client_auth::ClientCredentials;
use crate::social::code_flow::{self, authorization_code, code_fields, key, remembered};
use crate::social::id_token::{REQUIRED_CLAIMS, asymmetric_algorithms};
use crate::social::profile::{fetch_profile, phone_digits};
use crate::social::token::{TokenFormat, fetch_tokens};
use crate::social::{AuthorizationRequest, ConnectorSession, TokenResponse};

/// Tolerated difference between the clocks.
const CLOCK_TOLERANCE_SECONDS: i64 = 10;
/// Asked for whatever the settings say: without them there is no profile to make an account of.
const BASE_SCOPES: [&str; 3] = ["openid", "profile", "email"];
/// Stands for the directory of a person in the issuer of a provider that serves many (Microsoft identity platform).
const DIRECTORY_PLACEHOLDER: &str = "{tenantid}";
/// Longest name of a directory.
const MAX_DIRECTORY: usize = 64;
/// Claims about the token, or kept under a name of their own.
const NOT_COPIED: [&str; 20] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "auth_time",
    "sid",
    "name",
    "picture",
    "email",
    "phone",
    "id",
    "avatar",
];

/// Who came back from an enterprise provider. `email` and `phone` are there only when the provider vouches for
/// them, or the operator trusts it to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain names")]
pub struct SsoUserInfo {
    /// The user's id at the provider.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What else the provider said.
    #[serde(flatten)]
    pub more: JsonObject,
}

/// The result of the second step.
#[derive(Clone, Debug)]
pub struct SsoResult {
    /// The provider that vouches for the user.
    pub issuer: String,
    /// Who came back.
    pub user_info: SsoUserInfo,
    /// The provider's tokens.
    pub token_response: Option<TokenResponse>,
}

/// A client of enterprise providers that speak OpenID Connect.
pub trait EnterpriseClient: Send + Sync {
    /// Where to send the browser. Fills `session`.
    fn authorization_uri<'a>(
        &'a self,
        name: SsoProviderName,
        config: &'a JsonObject,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>>;

    /// Turns the callback's parameters into a user and tokens.
    fn authenticate<'a>(
        &'a self,
        name: SsoProviderName,
        config: &'a JsonObject,
        data: &'a Value,
        session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SsoResult, ConnectorError>>;
}

/// The client that talks to real providers.
pub struct EnterpriseOidc {
    /// The way out, the clock and the keys.
    pub services: Services,
}

impl EnterpriseClient for EnterpriseOidc {
    fn authorization_uri<'a>(
        &'a self,
        name: SsoProviderName,
        config: &'a JsonObject,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>> {
        Box::pin(async move {
            let config = parse_config(name, config).map_err(ConnectorError::invalid_config)?;
            let provider = oidc::find_provider(&self.services.http, name, &config).await?;
            check_provider(name, &config, &provider)?;
            let client_id = config.get("clientId").and_then(Value::as_str).unwrap_or_default();
            let endpoint = address(&provider.authorization_endpoint)?;
            let nonce = opaque_token();
            let mut uri = code_flow::begin(&endpoint, client_id, &scope(&config), request, session);
            uri.query_pairs_mut().append_pair("nonce", &nonce);
            if name == SsoProviderName::GoogleWorkspace {
                let is_offline = config.get("offlineAccess") == Some(&Value::Bool(true));
                let prompt = if is_offline { "consent select_account" } else { "select_account" };
                let mut query = uri.query_pairs_mut();
                query.append_pair("prompt", prompt).append_pair("include_granted_scopes", "true");
                if is_offline {
                    query.append_pair("access_type", "offline");
                }
            }
            session.set(key::NONCE, nonce);
            Ok(uri)
        })
    }

    fn authenticate<'a>(
        &'a self,
        name: SsoProviderName,
        config: &'a JsonObject,
        data: &'a Value,
        session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SsoResult, ConnectorError>> {
        Box::pin(async move {
            let config = parse_config(name, config).map_err(ConnectorError::invalid_config)?;
            let code = authorization_code(data, session)?;
            let provider = oidc::find_provider(&self.services.http, name, &config).await?;
            check_provider(name, &config, &provider)?;
            let tokens = self.redeem(&config, &provider, code_fields(code, session)?).await?;
            let mut claims = self.verify(name, &config, &provider, &tokens, session).await?;
            let issuer = text(&claims, "iss").ok_or_else(|| refused("the ID token names no issuer"))?;
            if let Some(endpoint) = &provider.userinfo_endpoint {
                let profile = fetch_profile(&self.services.http, &address(endpoint)?, &tokens).await?;
                merge(&mut claims, profile)?;
            }
            let user_info = user_info(name, &config, claims)?;
            Ok(SsoResult { issuer, user_info, token_response: Some(tokens) })
        })
    }
}

impl EnterpriseOidc {
    async fn redeem(
        &self,
        config: &JsonObject,
        provider: &oidc::Provider,
        fields: Vec<(String, String)>,
    ) -> Result<TokenResponse, ConnectorError> {
        let config = Value::Object(config.clone());
        let mut reader = ConfigReader::new(&config);
        let client = ClientCredentials::read_for(&mut reader, provider.takes_secret_in_header);
        let client = reader.finish(client).map_err(ConnectorError::invalid_config)?;
        let now = self.services.clock.now_seconds();
        let request = client.token_request(&address(&provider.token_endpoint)?, fields, now)?;
        fetch_tokens(&self.services.http, request, TokenFormat::Json).await
    }

    async fn verify(
        &self,
        name: SsoProviderName,
        config: &JsonObject,
        provider: &oidc::Provider,
        tokens: &TokenResponse,
        session: &ConnectorSession,
    ) -> Result<Claims, ConnectorError> {
        let Some(id_token) = &tokens.id_token else {
            let description = "the token endpoint sent no ID token";
            return Err(ConnectorError::described(ErrorCode::ConnectorInvalidResponse, description));
        };
        let Services { http, clock, jwks } = &self.services;
        let client_id = config.get("clientId").and_then(Value::as_str).unwrap_or_default();
        let mut validation = Validation::at(clock.now_seconds())
            .leeway(CLOCK_TOLERANCE_SECONDS)
            .algorithms(asymmetric_algorithms())
            .audience(client_id)
            .nonce(remembered(session, key::NONCE)?)
            .required_claims(REQUIRED_CLAIMS);
        let serves_many = is_shared(name, &provider.issuer);
        if !serves_many {
            validation = validation.issuers([provider.issuer.as_str()]);
        }
        let keys = address(&provider.jwks_uri)?;
        let claims = jwks.verify(http, &keys, id_token, &validation, clock.now_ms()).await?;
        if serves_many {
            check_directory(&provider.issuer, &claims)?;
        }
        // A token that was issued to another client is not ours (OIDC Core §3.1.3.7 item 5).
        match claims.get("azp") {
            Some(party) if party.as_str() != Some(client_id) => {
                Err(refused("the token was issued to another client"))
            }
            _ => Ok(claims),
        }
    }
}

fn refused(description: &str) -> ConnectorError {
    ConnectorError::described(ErrorCode::ConnectorSocialInvalidIdToken, description)
}

fn address(text: &str) -> Result<Url, ConnectorError> {
    let invalid = "discovery names something that is no address";
    Url::parse(text).map_err(|error| {
        ConnectorError::described(ErrorCode::ConnectorInvalidMetadata, invalid).caused_by(error)
    })
}

fn scope(config: &JsonObject) -> String {
    let configured = config.get("scope").and_then(Value::as_str).unwrap_or_default();
    let mut words = BASE_SCOPES.to_vec();
    words.extend(configured.split_whitespace().filter(|word| !BASE_SCOPES.contains(word)));
    words.join(" ")
}

fn is_shared(name: SsoProviderName, issuer: &str) -> bool {
    name == SsoProviderName::AzureAdOidc && issuer.contains(DIRECTORY_PLACEHOLDER)
}

/// The provider must be the one that the settings name (OIDC Discovery 1.0 §4.3): accounts are kept under the
/// issuer, so a provider that calls itself by another's name would open the other's accounts.
fn check_provider(
    name: SsoProviderName,
    config: &JsonObject,
    provider: &oidc::Provider,
) -> Result<(), ConnectorError> {
    let configured = oidc::configured_issuer(name, config).trim_end_matches('/');
    let named = provider.issuer.trim_end_matches('/');
    let is_named = match named.split_once(DIRECTORY_PLACEHOLDER) {
        Some((before, after)) if is_shared(name, named) => {
            configured.starts_with(before) && configured.ends_with(after)
        }
        _ => configured == named,
    };
    if is_named {
        return Ok(());
    }
    let description = "discovery names another issuer than the settings";
    Err(ConnectorError::described(ErrorCode::ConnectorInvalidMetadata, description))
}

/// At a provider that serves many directories the issuer is that of the person's directory, which `tid` names.
fn check_directory(template: &str, claims: &Claims) -> Result<(), ConnectorError> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.len() <= MAX_DIRECTORY
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let directory = text(claims, "tid").filter(|name| is_name(name));
    let expected = directory.map(|name| template.replace(DIRECTORY_PLACEHOLDER, &name));
    if expected.is_some() && expected == text(claims, "iss") {
        return Ok(());
    }
    Err(refused("the token comes from another issuer"))
}

/// Lays what the user API says over the token's claims; it must speak of the same person (OIDC Core §5.3.2).
fn merge(claims: &mut Claims, profile: Value) -> Result<(), ConnectorError> {
    let Value::Object(profile) = profile else {
        let description = "the user API does not answer an object";
        return Err(ConnectorError::described(ErrorCode::ConnectorInvalidResponse, description));
    };
    if profile.get("sub") != claims.get("sub") {
        let description = "the user API speaks of another user than the ID token";
        return Err(ConnectorError::described(ErrorCode::ConnectorInvalidResponse, description));
    }
    claims.extend(profile);
    Ok(())
}

fn text(claims: &JsonObject, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The person whom claims describe.
///
/// # Errors
/// `connector.social_invalid_id_token` when they name nobody.
pub(crate) fn user_info(
    name: SsoProviderName,
    config: &JsonObject,
    claims: Claims,
) -> Result<SsoUserInfo, ConnectorError> {
    let id = text(&claims, "sub").ok_or_else(|| refused("the ID token names no user"))?;
    // Some providers send texts instead of booleans.
    let flag = |name: &str| match claims.get(name)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(flag) => Some(flag == "true"),
        _ => Some(false),
    };
    let trusts = config.get("trustUnverifiedEmail") == Some(&Value::Bool(true));
    let is_email_verified = flag("email_verified").unwrap_or(trusts);
    let is_phone_verified = flag("phone_number_verified").or_else(|| flag("phone_verified")) == Some(true);
    let email = text(&claims, "email");
    let phone = text(&claims, "phone_number").or_else(|| text(&claims, "phone"));
    let phone = phone.and_then(|phone| phone_digits(&phone));
    let mut more = JsonObject::new();
    if name == SsoProviderName::AzureAdOidc {
        for (key, value, is_verified) in
            [("unverifiedEmail", &email, is_email_verified), ("unverifiedPhone", &phone, is_phone_verified)]
        {
            if let (Some(value), false) = (value, is_verified) {
                more.insert(key.to_owned(), Value::from(value.as_str()));
            }
        }
    }
    let info = SsoUserInfo {
        id,
        email: email.filter(|_| is_email_verified),
        name: text(&claims, "name"),
        avatar: text(&claims, "picture"),
        phone: phone.filter(|_| is_phone_verified),
        more: JsonObject::new(),
    };
    for (key, value) in claims {
        if !NOT_COPIED.contains(&key.as_str()) {
            more.insert(camel_case(&key), value);
        }
    }
    // A claim of any spelling never stands in for what is checked above.
    for key in ["id", "email", "name", "avatar", "phone"] {
        more.shift_remove(key);
    }
    Ok(SsoUserInfo { more, ..info })
}

fn camel_case(name: &str) -> String {
    let mut written = String::with_capacity(name.len());
    let mut starts_word = false;
    for character in name.chars() {
        match character {
            '_' => starts_word = !written.is_empty(),
            _ if starts_word => {
                written.push(character.to_ascii_uppercase());
                starts_word = false;
            }
            _ => written.push(character),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> JsonObject {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn claims_become_a_person() {
        let claims = json!({
            "sub": "1", "iss": "https://idp.example", "email": "a@b.example", "email_verified": true, "name": "Ada",
            "picture": "https://idp.example/a.png", "phone_number": "+44 1", "_id": "2", "preferred_username": "ada",
        });
        let info = user_info(SsoProviderName::Oidc, &JsonObject::new(), object(claims)).unwrap();
        assert_eq!(
            json!(info),
            json!({
                "id": "1", "email": "a@b.example", "name": "Ada", "avatar": "https://idp.example/a.png",
                "emailVerified": true, "phoneNumber": "+44 1", "preferredUsername": "ada",
            })
        );
    }

    #[test]
    fn an_address_counts_only_when_somebody_vouches_for_it() {
        let claims = |more: Value| {
            let mut claims = object(json!({ "sub": "1", "email": "a@b.example" }));
            claims.extend(object(more));
            claims
        };
        let email = |config: Value, more: Value| {
            user_info(SsoProviderName::AzureAdOidc, &object(config), claims(more)).unwrap().email
        };
        assert_eq!(email(json!({}), json!({})), None);
        assert_eq!(email(json!({}), json!({ "email_verified": "false" })), None);
        assert_eq!(email(json!({ "trustUnverifiedEmail": true }), json!({ "email_verified": false })), None);
        assert!(email(json!({ "trustUnverifiedEmail": true }), json!({})).is_some());
        assert!(email(json!({}), json!({ "email_verified": true })).is_some());
    }

    #[test]
    fn a_directory_cannot_speak_for_another() {
        let template = "https://login.example/{tenantid}/v2.0";
        let check = |issuer: &str, tid: &str| {
            check_directory(template, &object(json!({ "iss": issuer, "tid": tid }))).is_ok()
        };
        assert!(check("https://login.example/a-1/v2.0", "a-1"));
        assert!(!check("https://login.example/b-2/v2.0", "a-1"));
        assert!(!check("https://login.example/a/../b/v2.0", "a/../b"));
        assert!(!check("https://login.example//v2.0", ""));
    }

    #[test]
    fn a_provider_under_another_name_is_refused() {
        let provider = |issuer: &str| oidc::Provider {
            issuer: issuer.to_owned(),
            authorization_endpoint: String::new(),
            token_endpoint: String::new(),
            jwks_uri: String::new(),
            userinfo_endpoint: None,
            takes_secret_in_header: true,
        };
        let check = |name, configured: &str, issuer: &str| {
            check_provider(name, &object(json!({ "issuer": configured })), &provider(issuer)).is_ok()
        };
        assert!(check(SsoProviderName::Oidc, "https://a.example", "https://a.example/"));
        assert!(!check(SsoProviderName::Oidc, "https://a.example", "https://b.example"));
        let many = "https://login.example/{tenantid}/v2.0";
        assert!(check(SsoProviderName::AzureAdOidc, "https://login.example/common/v2.0", many));
        assert!(!check(SsoProviderName::AzureAdOidc, "https://evil.example/common/v2.0", many));
        assert!(!check(SsoProviderName::Oidc, "https://login.example/common/v2.0", many));
    }
}
