//! What the OpenID provider keeps in `oidc_model_instances`: one struct for each shape of payload.
//!
//! Field names are those that Logto stores, so that data moves in and out unchanged. Times are epoch seconds,
//! as in the tokens themselves. The ids of rows that a client or a browser holds as a bearer secret (tokens,
//! codes, sessions) are the base64url SHA-256 of that secret, in the row's `id` and in `jti`.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A browser's session: who signed in, and what each client was given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionPayload {
    /// Model name.
    pub kind: String,
    /// Digest of the session id in the cookie.
    pub jti: String,
    /// Stable id of the session; survives the rotation of its cookie.
    pub uid: String,
    /// Issued at.
    pub iat: i64,
    /// Expires at.
    pub exp: i64,
    /// The signed-in user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// When the user last authenticated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_ts: Option<i64>,
    /// By client id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authorizations: BTreeMap<String, SessionAuthorization>,
    /// A logout that waits for confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<LogoutState>,
}

/// What one client got within a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionAuthorization {
    /// Session id as this client knows it (`sid` claim).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The grant that its tokens rest on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Whether the grant outlives the session (`offline_access` was granted).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persists_logout: Option<bool>,
}

/// A logout request between its page and the page's confirmation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogoutState {
    /// Value the confirmation form must send back.
    pub secret: String,
    /// Client that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Where to go afterwards; already checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uri: Option<String>,
    /// Echoed to that address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// What a user allowed a client to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantPayload {
    /// Model name.
    pub kind: String,
    /// Id of the grant.
    pub jti: String,
    /// Issued at.
    pub iat: i64,
    /// Expires at.
    pub exp: i64,
    /// The user.
    pub account_id: String,
    /// The client.
    pub client_id: String,
    /// OpenID scopes allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<GrantedScope>,
    /// Scopes allowed, by resource indicator; space-separated.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<String, String>,
    /// What was asked for and not allowed; not asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<RejectedScopes>,
}

/// A space-separated list of scopes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GrantedScope {
    /// The list.
    #[serde(default)]
    pub scope: String,
}

/// Scopes that were asked for and not allowed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RejectedScopes {
    /// OpenID scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<GrantedScope>,
    /// By resource indicator.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<String, String>,
}

/// A stored token: authorization code, device code, refresh token or opaque access token.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenPayload {
    /// Model name.
    pub kind: String,
    /// Digest of the token.
    pub jti: String,
    /// Issued at.
    pub iat: i64,
    /// Expires at.
    pub exp: i64,
    /// The user it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The client it was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The grant it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Grant type that made it (and those before it).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gty: Option<String>,
    /// Space-separated scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Resource indicators asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<OneOrMany>,
    /// Whether it dies with the session it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_with_session: Option<bool>,
    /// `uid` of that session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_uid: Option<String>,
    /// Session id as the client knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// When the user authenticated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Whether the ID token must say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age_requested: Option<bool>,
    /// OpenID Connect `nonce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Code only: where it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Code only: PKCE challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// Code only: PKCE method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
    /// Refresh token only: when the first of its chain was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iiat: Option<i64>,
    /// Refresh token only: how often the chain rotated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotations: Option<i64>,
    /// Device code only: digest of the code that the user types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_code: Option<String>,
    /// Device code only: parameters of the device's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<JsonObject>,
    /// Device code only: why there will be no tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One text, or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// `None` for an empty list, the plain text for a list of one.
    #[must_use]
    pub fn from_list(mut list: Vec<String>) -> Option<Self> {
        match list.len() {
            0 => None,
            1 => list.pop().map(Self::One),
            _ => Some(Self::Many(list)),
        }
    }

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A sign-in under way: what the client asked for and what the user has done so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionPayload {
    /// Model name.
    pub kind: String,
    /// Id of the interaction.
    pub jti: String,
    /// Issued at.
    pub iat: i64,
    /// Expires at.
    pub exp: i64,
    /// Where the browser goes when the interaction is finished.
    pub return_to: String,
    /// What the user is asked for.
    pub prompt: InteractionPrompt,
    /// Parameters of the authorization request.
    #[serde(default)]
    pub params: JsonObject,
    /// The session that the request came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<InteractionSession>,
    /// The client's grant in that session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Id of the device code that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_code: Option<String>,
    /// What the user has done; `login.accountId` finishes a sign-in, `consent.grantId` a consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<JsonObject>,
    /// Result of the interaction before this one in the same authorization request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_submission: Option<JsonObject>,
}

/// What an interaction asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InteractionPrompt {
    /// `login` or `consent`.
    pub name: String,
    /// Why.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// What is missing.
    #[serde(default)]
    pub details: JsonObject,
}

/// The session that an interaction belongs to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractionSession {
    /// The user.
    pub account_id: String,
    /// Stable id of the session.
    pub uid: String,
}
