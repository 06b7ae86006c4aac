//! The browser's session.
//!
//! The cookie holds a random id; the store knows its digest only. The id changes at sign-in and whenever an
//! interaction is taken up, so an id that was planted or seen before is worthless afterwards; `uid` stays.

use crate::{
    changes::Changes,
    cookies::{self, Cookie},
    environment::Environment,
    error::OidcError,
};
use axum::http::HeaderMap;
use portico_crypto::{id::opaque_token, sha256_base64url};
use portico_model::{
    oidc::OidcModel,
    oidc_artifact::{SessionAuthorization, SessionPayload},
};
use portico_store::oidc_artifacts;

/// A session without a user is kept this long, in seconds: it only carries a logout to its confirmation.
const ANONYMOUS_TTL_SECONDS: i64 = 3600;

/// A session as this request sees it.
pub struct Session {
    /// What will be stored.
    pub payload: SessionPayload,
    cookie_value: String,
    stored_id: Option<String>,
}

impl Session {
    /// The session of the request's cookie, or a new one that is not stored yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(environment: &Environment) -> Result<Self, OidcError> {
        let Some(value) = cookies::find_signed(environment, cookies::SESSION) else { return Ok(Self::new()) };
        let id = sha256_base64url(value);
        let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
        let found = oidc_artifacts::find::<SessionPayload>(db, tenant, OidcModel::Session, &id).await?;
        Ok(match found.filter(|session| session.expires_at > environment.now_ms) {
            Some(session) => {
                Self { payload: session.payload, cookie_value: value.to_owned(), stored_id: Some(id) }
            }
            None => Self::new(),
        })
    }

    fn new() -> Self {
        Self {
            payload: SessionPayload { uid: opaque_token(), ..SessionPayload::default() },
            cookie_value: opaque_token(),
            stored_id: None,
        }
    }

    /// Whether the request came with it.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.stored_id.is_some()
    }

    /// Who is signed in.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.payload.account_id.as_deref()
    }

    /// When they authenticated, in epoch seconds.
    #[must_use]
    pub fn login_ts(&self) -> i64 {
        self.payload.login_ts.unwrap_or_default()
    }

    /// What a client has in this session.
    #[must_use]
    pub fn authorization(&self, client_id: &str) -> Option<&SessionAuthorization> {
        self.payload.authorizations.get(client_id)
    }

    /// Gives the session a new id; the old one stops working when the changes are written.
    pub fn rotate(&mut self, changes: &mut Changes) {
        if let Some(id) = self.stored_id.take() {
            changes.remove(OidcModel::Session, id);
            self.cookie_value = opaque_token();
        }
    }

    /// Signs a user in. The session of another user is not continued: nothing of it may reach this one.
    pub fn sign_in(&mut self, account_id: &str, login_ts: i64, changes: &mut Changes) {
        self.rotate(changes);
        if self.account_id().is_some_and(|current| current != account_id) {
            changes.remove_extension(self.payload.uid.clone());
            self.payload = Self::new().payload;
        }
        self.payload.account_id = Some(account_id.to_owned());
        self.payload.login_ts = Some(login_ts);
    }

    /// Notes what a client was given.
    pub fn authorize(&mut self, client_id: &str, grant_id: &str, persists_logout: bool) -> String {
        let authorization = self.payload.authorizations.entry(client_id.to_owned()).or_default();
        // A new grant starts afresh; within one, surviving logout once granted stays granted.
        let is_same_grant = authorization.grant_id.as_deref() == Some(grant_id);
        let persists = persists_logout || is_same_grant && authorization.persists_logout == Some(true);
        authorization.grant_id = Some(grant_id.to_owned());
        authorization.persists_logout = Some(persists);
        authorization.sid.get_or_insert_with(opaque_token).clone()
    }

    /// Stores the session with a fresh lifetime and sets its cookie.
    pub fn save(mut self, environment: &Environment, changes: &mut Changes, headers: &mut HeaderMap) {
        let ttl = match self.payload.account_id {
            Some(_) => environment.snapshot.session_ttl_seconds,
            None => ANONYMOUS_TTL_SECONDS,
        };
        let id = sha256_base64url(&self.cookie_value);
        self.payload.kind = OidcModel::Session.as_str().to_owned();
        self.payload.jti.clone_from(&id);
        self.payload.iat = environment.now();
        self.payload.exp = environment.now() + ttl;
        Cookie {
            name: cookies::SESSION,
            value: &self.cookie_value,
            path: "/",
            expires: Some(self.payload.exp),
            is_http_only: true,
        }
        .append(environment, headers);
        changes.put_session(id, self.payload);
    }

    /// Ends the session and removes its cookie.
    pub fn end(self, environment: &Environment, changes: &mut Changes, headers: &mut HeaderMap) {
        if let Some(id) = self.stored_id {
            changes.remove(OidcModel::Session, id);
        }
        changes.remove_extension(self.payload.uid);
        Cookie::removal(cookies::SESSION, "/").append(environment, headers);
    }
}
