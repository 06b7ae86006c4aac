//! Making tokens.
//!
//! Opaque tokens are 256 random bits; the store knows their digest only. Tokens for an API resource are JWTs
//! (RFC 9068) and are not stored at all.

use crate::{
    claims::{self, Destination},
    client::OidcClient,
    environment::Environment,
    error::OidcError,
};
use portico_crypto::{id::opaque_token, sha256_base64url};
use portico_model::{
    JsonObject, User,
    oidc::{ACCESS_TOKEN_TTL_SECONDS, OidcModel},
    oidc_artifact::TokenPayload,
};
use serde::Serialize;
use serde_json::Value;

/// A new secret and the digest under which it is stored.
pub struct Secret {
    /// What the client gets.
    pub value: String,
    /// What is stored.
    pub digest: String,
}

impl Secret {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        let value = opaque_token();
        Self { digest: digest(&value), value }
    }
}

/// The id under which a presented token is stored.
#[must_use]
pub fn digest(token: &str) -> String {
    sha256_base64url(token)
}

/// Claims of a JWT access token (RFC 9068 §2.2), in the order clients have always seen.
#[derive(Serialize)]
struct AccessTokenClaims<'a> {
    jti: String,
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    client_id: &'a str,
    iss: &'a str,
    aud: &'a str,
    /// Organization, actor and what the tenant's script adds; never one of the above.
    #[serde(flatten)]
    extra: &'a JsonObject,
}

/// An access token as the token endpoint answers it.
pub struct IssuedAccessToken {
    /// The token.
    pub value: String,
    /// Seconds.
    pub expires_in: i64,
    /// Granted scopes.
    pub scope: Option<String>,
}

/// Whom and what a JWT is for.
pub struct JwtAccessToken<'a> {
    /// Its id.
    pub jti: String,
    /// Whom it speaks for.
    pub subject: &'a str,
    /// Whom it is given to.
    pub client_id: &'a str,
    /// What it opens.
    pub audience: &'a str,
    /// Its lifetime in seconds.
    pub expires_in: i64,
    /// Granted scopes.
    pub scope: Option<String>,
    /// Claims beyond those of every token.
    pub extra: JsonObject,
}

/// A JWT for an API resource.
///
/// # Errors
/// When the key cannot sign.
pub fn jwt_access_token(
    environment: &Environment,
    token: JwtAccessToken<'_>,
) -> Result<IssuedAccessToken, OidcError> {
    let JwtAccessToken { jti, subject, client_id, audience, expires_in, scope, extra } = token;
    let now = environment.now();
    let claims = AccessTokenClaims {
        jti,
        sub: subject,
        iat: now,
        exp: now + expires_in,
        scope: scope.as_deref(),
        client_id,
        iss: environment.issuer(),
        aud: audience,
        extra: &extra,
    };
    let value = environment.snapshot.signing_keys.current().sign_jwt(Some("at+jwt"), &claims)?;
    Ok(IssuedAccessToken { value, expires_in, scope })
}

/// An opaque token for the provider's own endpoints, resting on the same grant and session as `source`.
#[must_use]
pub fn opaque_access_token(
    environment: &Environment,
    source: &TokenPayload,
    gty: &str,
    secret: Secret,
    scope: Option<String>,
) -> (IssuedAccessToken, TokenPayload) {
    let now = environment.now();
    let payload = TokenPayload {
        kind: OidcModel::AccessToken.as_str().to_owned(),
        jti: secret.digest,
        iat: now,
        exp: now + ACCESS_TOKEN_TTL_SECONDS,
        account_id: source.account_id.clone(),
        client_id: source.client_id.clone(),
        grant_id: source.grant_id.clone(),
        gty: Some(gty.to_owned()),
        scope: scope.clone(),
        expires_with_session: source.expires_with_session,
        session_uid: source.session_uid.clone(),
        sid: source.sid.clone(),
        ..TokenPayload::default()
    };
    (IssuedAccessToken { value: secret.value, expires_in: ACCESS_TOKEN_TTL_SECONDS, scope }, payload)
}

/// An ID token (OpenID Connect Core §2, §3.1.3.6).
///
/// # Errors
/// When the database fails or the key cannot sign.
pub async fn id_token(
    environment: &Environment,
    client: &OidcClient,
    user: &User,
    source: &TokenPayload,
    scopes: &[String],
) -> Result<String, OidcError> {
    let mut claims = claims::claims_of(environment, user, scopes, Destination::IdToken).await?;
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            claims.insert(name.to_owned(), value);
        }
    };
    let metadata = &client.application().oidc_client_metadata;
    // Back-Channel Logout §2.1: only clients that registered for it learn the session id.
    let wants_sid = metadata.backchannel_logout_uri.is_some()
        && metadata.backchannel_logout_session_required == Some(true);
    let now = environment.now();
    add("nonce", source.nonce.clone().map(Value::from));
    add("sid", source.sid.clone().filter(|_| wants_sid).map(Value::from));
    add("auth_time", source.auth_time.filter(|_| source.max_age_requested == Some(true)).map(Value::from));
    add("aud", Some(Value::from(client.id())));
    add("exp", Some(Value::from(now + client.id_token_ttl())));
    add("iat", Some(Value::from(now)));
    add("iss", Some(Value::from(environment.issuer())));
    Ok(environment.snapshot.signing_keys.current().sign_jwt(None, &claims)?)
}
