//! Clients: what an application may do at the provider.

use crate::{
    error::{OidcError, OidcErrorKind},
    redirect_uri::{self, Loopback},
};
use portico_crypto::constant_time_eq;
use portico_identity::{Client, Ctx, Snapshot, applications::built_in_application};
use portico_model::{Application, ApplicationType, CustomClientMetadata, oidc};
use std::{borrow::Cow, sync::Arc};

/// A secret that only the server may know; old rows hold it in place of a usable one.
const INTERNAL_SECRET_PREFIX: &str = "#internal:";
/// A chain of refresh tokens ends after a year, in seconds.
const REFRESH_TOKEN_CHAIN_SECONDS: i64 = 365 * 24 * 3600 + 6 * 3600;
/// Longer ids are nobody's; looking them up would let strangers fill the cache of clients with long keys.
const MAX_ID_LENGTH: usize = 128;
const SECONDS_PER_DAY: i64 = 24 * 3600;

/// How a client proves who it is at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// With a secret: in the header, in the body (RFC 6749 §2.3.1), or as the key of an assertion
    /// (`client_secret_jwt`, OpenID Connect Core §9).
    Secret,
    /// With an assertion signed by a key of its own (`private_key_jwt`, OpenID Connect Core §9).
    PrivateKey,
    /// Not at all: a public client.
    None,
}

/// A grant type of the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 8693.
    TokenExchange,
    /// RFC 8628.
    DeviceCode,
}

/// A client of the provider.
#[derive(Clone)]
pub struct OidcClient {
    client: Arc<Client>,
    endpoint: String,
    is_admin_tenant: bool,
}

impl OidcClient {
    /// The client with this id: a built-in one, or an application of the tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(ctx: &Ctx, snapshot: &Snapshot, id: &str) -> Result<Option<Self>, OidcError> {
        if id.len() > MAX_ID_LENGTH {
            return Ok(None);
        }
        let client = match built_in_application(ctx, id) {
            Some(application) => Some(Arc::new(Client { application, secrets: Vec::new() })),
            None => ctx.find_client(snapshot, id).await?,
        };
        Ok(client.map(|client| Self {
            client,
            endpoint: ctx.tenant.endpoint.clone(),
            is_admin_tenant: ctx.tenant.id.is_admin(),
        }))
    }

    /// The client with this id.
    ///
    /// # Errors
    /// `invalid_client` when there is none.
    pub async fn get(ctx: &Ctx, snapshot: &Snapshot, id: &str) -> Result<Self, OidcError> {
        let unknown = || {
            let id: String = id.chars().take(MAX_ID_LENGTH).collect();
            OidcErrorKind::InvalidClient.because(format!("unknown client {id}")).shown()
        };
        Self::find(ctx, snapshot, id).await?.ok_or_else(unknown)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.client.application.id
    }

    /// Settings beyond the standard.
    #[must_use]
    pub fn settings(&self) -> &CustomClientMetadata {
        &self.client.application.custom_client_metadata
    }

    /// The application behind it.
    #[must_use]
    pub fn application(&self) -> &Application {
        &self.client.application
    }

    /// How it authenticates.
    #[must_use]
    pub fn auth_method(&self) -> AuthMethod {
        let metadata = &self.client.application.oidc_client_metadata;
        if metadata.jwks.is_some() || metadata.jwks_uri.is_some() {
            // Whoever registered a key wants it used: a leaked secret must not stand in for it (RFC 9700 §2.5).
            AuthMethod::PrivateKey
        } else if self.client.application.kind.is_confidential() {
            AuthMethod::Secret
        } else {
            AuthMethod::None
        }
    }

    /// Whether it runs on the user's device.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.client.application.kind == ApplicationType::Native
    }

    /// Whether someone else runs it, so that people must consent.
    #[must_use]
    pub fn is_third_party(&self) -> bool {
        self.client.application.is_third_party
    }

    /// Whether it may use a grant type.
    #[must_use]
    pub fn allows(&self, grant: GrantType) -> bool {
        let kind = self.client.application.kind;
        let is_device = kind == ApplicationType::Native && self.settings().is_device_flow == Some(true);
        match grant {
            GrantType::ClientCredentials => kind == ApplicationType::MachineToMachine,
            GrantType::AuthorizationCode => kind != ApplicationType::MachineToMachine && !is_device,
            GrantType::DeviceCode => is_device,
            GrantType::RefreshToken => kind != ApplicationType::MachineToMachine,
            // Acting for any user is for the operator's own applications, one by one.
            GrantType::TokenExchange => {
                self.settings().allow_token_exchange == Some(true)
                    && !self.is_third_party()
                    && kind != ApplicationType::Saml
            }
        }
    }

    /// RFC 7636, RFC 9700 §2.1.1: every client without a secret must prove that the code is its own.
    #[must_use]
    pub fn requires_pkce(&self) -> bool {
        self.auth_method() == AuthMethod::None
    }

    fn registered_redirect_uris(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let metadata = &self.client.application.oidc_client_metadata;
        metadata
            .redirect_uris
            .iter()
            .map(|uri| Cow::Borrowed(uri.as_str()))
            .chain(self.console_uri("/console/callback"))
    }

    fn registered_post_logout_uris(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let metadata = &self.client.application.oidc_client_metadata;
        metadata
            .post_logout_redirect_uris
            .iter()
            .map(|uri| Cow::Borrowed(uri.as_str()))
            .chain(self.console_uri("/console"))
    }

    /// The Console lives at the admin endpoint, whatever the database says about it.
    fn console_uri(&self, path: &str) -> Option<Cow<'_, str>> {
        let is_console = self.is_admin_tenant && self.id() == oidc::ADMIN_CONSOLE_APPLICATION_ID;
        is_console.then(|| Cow::Owned(format!("{}{path}", self.endpoint)))
    }

    /// Whether the browser may be sent to this address with an answer.
    #[must_use]
    pub fn allows_redirect_uri(&self, uri: &str) -> bool {
        let loopback = if self.is_native() { Loopback::AnyPort } else { Loopback::Exact };
        let registered: Vec<_> = self.registered_redirect_uris().collect();
        redirect_uri::is_registered(uri, registered.iter().map(AsRef::as_ref), loopback)
    }

    /// Whether the browser may be sent to this address after logout.
    #[must_use]
    pub fn allows_post_logout_uri(&self, uri: &str) -> bool {
        let registered: Vec<_> = self.registered_post_logout_uris().collect();
        redirect_uri::is_registered(uri, registered.iter().map(AsRef::as_ref), Loopback::Exact)
    }

    /// The redirect URI of a client that registered exactly one.
    #[must_use]
    pub fn only_redirect_uri(&self) -> Option<String> {
        let mut uris = self.registered_redirect_uris();
        match (uris.next(), uris.next()) {
            (Some(uri), None) if !uri.contains('*') => Some(uri.into_owned()),
            _ => None,
        }
    }

    /// Whether pages at this origin may read the provider's answers to this client.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        let listed = self.settings().cors_allowed_origins.iter().flatten().map(String::as_str);
        let registered: Vec<_> = self.registered_redirect_uris().collect();
        redirect_uri::is_listed_origin(origin, listed.chain([self.endpoint.as_str()]))
            || redirect_uri::is_origin_of(origin, registered.iter().map(AsRef::as_ref))
    }

    /// Checks a presented secret against every secret of the client, in the same time whichever fits. The answer
    /// is the secret's name for the audit log; an old unnamed secret has none.
    ///
    /// # Errors
    /// When none fits, or the one that does has expired.
    pub fn check_secret(&self, presented: &str, now_ms: i64) -> Result<Option<&str>, SecretError> {
        let mut found = None;
        for secret in &self.client.secrets {
            if constant_time_eq(&secret.value, presented) {
                found = Some(secret);
            }
        }
        let old = &self.client.application.secret;
        let is_old =
            !old.is_empty() && !old.starts_with(INTERNAL_SECRET_PREFIX) && constant_time_eq(old, presented);
        match found {
            Some(secret) if secret.expires_at.is_some_and(|expires_at| expires_at <= now_ms) => {
                Err(SecretError::Expired)
            }
            Some(secret) => Ok(Some(&secret.name)),
            None if is_old => Ok(None),
            None => Err(SecretError::Wrong),
        }
    }

    /// The secret that something was made with, and its name.
    ///
    /// # Errors
    /// When it was none of the client's, or one that has expired.
    pub fn find_secret(
        &self,
        now_ms: i64,
        is_made_with: impl Fn(&str) -> bool,
    ) -> Result<(&str, Option<&str>), SecretError> {
        if let Some(secret) = self.client.secrets.iter().find(|secret| is_made_with(&secret.value)) {
            let is_expired = secret.expires_at.is_some_and(|expires_at| expires_at <= now_ms);
            return if is_expired {
                Err(SecretError::Expired)
            } else {
                Ok((&secret.value, Some(&secret.name)))
            };
        }
        let old = &self.client.application.secret;
        let is_usable = !old.is_empty() && !old.starts_with(INTERNAL_SECRET_PREFIX);
        if is_usable && is_made_with(old) { Ok((old, None)) } else { Err(SecretError::Wrong) }
    }

    /// Lifetime of its ID tokens in seconds.
    #[must_use]
    pub fn id_token_ttl(&self) -> i64 {
        self.settings().id_token_ttl.unwrap_or(oidc::ID_TOKEN_TTL_SECONDS)
    }

    /// Lifetime of its refresh tokens in seconds.
    #[must_use]
    pub fn refresh_token_ttl(&self) -> i64 {
        let settings = self.settings();
        settings
            .refresh_token_ttl_in_days
            .map(|days| days * SECONDS_PER_DAY)
            .or(settings.refresh_token_ttl)
            .unwrap_or(oidc::REFRESH_TOKEN_TTL_DAYS * SECONDS_PER_DAY)
    }

    /// Whether a code with these scopes brings a refresh token.
    #[must_use]
    pub fn issues_refresh_token(&self, scopes: &[String]) -> bool {
        let always = !self.is_native() && self.settings().always_issue_refresh_token == Some(true);
        self.allows(GrantType::RefreshToken)
            && (always || scopes.iter().any(|scope| scope == crate::scope::OFFLINE_ACCESS))
    }

    /// Whether a presented refresh token is replaced by a new one (RFC 9700 §4.14.2). `first_issued`, `issued` and
    /// `expires` are those of the token and its chain, all in epoch seconds.
    #[must_use]
    pub fn rotates(&self, first_issued: i64, issued: i64, expires: i64, now: i64) -> bool {
        if self.settings().rotate_refresh_token == Some(false)
            || now - first_issued >= REFRESH_TOKEN_CHAIN_SECONDS
        {
            return false;
        }
        // A public client's token can be copied and used without a secret, so it never serves twice.
        let is_mostly_used = (now - issued) * 10 >= (expires - issued) * 7;
        self.auth_method() == AuthMethod::None || is_mostly_used
    }

    /// Whether a new refresh token ends when the one before it would have (browser-based applications,
    /// draft-ietf-oauth-browser-based-apps: no sliding lifetime).
    #[must_use]
    pub fn keeps_refresh_token_end(&self) -> bool {
        self.client.application.kind == ApplicationType::Spa
    }
}

/// Why a secret was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretError {
    /// It is none of the client's.
    Wrong,
    /// It was one of the client's.
    Expired,
}
