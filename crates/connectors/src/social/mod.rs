//! Social connectors: the two steps of signing in at somebody else's site.
//!
//! `authorization_uri` sends the browser away and remembers in a [`ConnectorSession`] what the
//! second step needs; `user_info` takes the callback's parameters and the same session and says
//! who came back.

pub mod github;
pub mod google;
pub mod oauth;
pub mod oidc;

pub(crate) mod client_auth;
pub(crate) mod code_flow;
mod duration;
pub(crate) mod id_token;
mod jwks;
pub(crate) mod profile;
pub(crate) mod token;

use portico_model::{ErrorCode, JsonObject};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::BoxFuture;
use crate::config::ConfigIssue;
use crate::error::ConnectorError;

pub use jwks::JwksCache;
pub use token::TokenResponse;

/// What the first step needs to know.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationRequest {
    /// Opaque to the connector; comes back in the callback.
    pub state: String,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Replaces the configured scope.
    pub scope: Option<String>,
    /// Id of the configured connector.
    pub connector_id: String,
    /// Id of the interaction, for protocols that carry their own.
    pub interaction_id: Option<String>,
    /// The browser, for providers that treat mobile devices differently.
    pub user_agent: Option<String>,
}

/// What a connector remembers between its two steps. The caller stores it with the verification
/// record, gives it to exactly one second step, and never shows it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectorSession(JsonObject);

impl ConnectorSession {
    /// Remembers a text.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.0.insert(key.to_owned(), Value::String(value.into()));
    }

    /// A remembered text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    /// Whether nothing was remembered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for ConnectorSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Who came back from the provider. `email` and `phone` are there only when the provider vouches
/// for them (or the operator trusts it to), so that they can be used to find an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocialUserInfo {
    /// The user's id at the provider.
    pub id: String,
    /// Verified e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Verified phone number, digits only with the country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Picture URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Everything that the provider said about the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_data: Option<Value>,
}

/// The result of the second step.
#[derive(Clone, Debug)]
pub struct SocialResult {
    /// Who came back.
    pub user_info: SocialUserInfo,
    /// The provider's tokens, for connectors that can store them.
    pub token_response: Option<TokenResponse>,
}

/// A client of one kind of social identity provider.
pub trait SocialConnector: Send + Sync {
    /// Finds every mistake in the settings.
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>>;

    /// Where to send the browser. Fills `session`.
    fn authorization_uri<'a>(
        &'a self,
        config: &'a Value,
        request: &'a AuthorizationRequest,
        session: &'a mut ConnectorSession,
    ) -> BoxFuture<'a, Result<Url, ConnectorError>>;

    /// Turns the callback's parameters into a user and, where supported, tokens.
    fn authenticate<'a>(
        &'a self,
        config: &'a Value,
        data: &'a Value,
        session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SocialResult, ConnectorError>>;

    /// Turns the callback's parameters into a user.
    fn user_info<'a>(
        &'a self,
        config: &'a Value,
        data: &'a Value,
        session: &'a ConnectorSession,
    ) -> BoxFuture<'a, Result<SocialUserInfo, ConnectorError>> {
        Box::pin(async move { Ok(self.authenticate(config, data, session).await?.user_info) })
    }

    /// Exchanges a stored refresh token (RFC 6749 §6).
    fn refresh<'a>(
        &'a self,
        _config: &'a Value,
        _refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<TokenResponse, ConnectorError>> {
        Box::pin(async { Err(ConnectorError::new(ErrorCode::ConnectorNotImplemented)) })
    }
}
