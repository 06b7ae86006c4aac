//! Errors of the protocol, and how they reach the client.
//!
//! An error carries what RFC 6749 §4.1.2.1 and §5.2 want on the wire, and whether it may be sent to the client by
//! redirecting the browser. Internal causes are logged, never sent.

use crate::cors::OriginRefused;
use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use portico_http_kit::{Phrases, language::accepted_languages};
use portico_identity::snapshot::SnapshotError;
use portico_model::ErrorCode;
use portico_store::StoreError;
use serde::Serialize;
use std::{borrow::Cow, sync::Arc};

/// Page that explains `invalid_grant`; clients know the address.
const INVALID_GRANT_URI: &str = "https://openid.sh/debug/invalid_grant";

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $text:literal, $status:literal;)+) => {
        /// The `error` member.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum OidcErrorKind { $($(#[$meta])* $variant,)+ }

        impl OidcErrorKind {
            /// The text on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            fn code(self) -> Option<ErrorCode> {
                let key = match self { $(Self::$variant => concat!("oidc.", $text),)+ };
                ErrorCode::ALL.iter().copied().find(|code| code.as_str() == key)
            }
        }
    };
}
kinds! {
    /// RFC 6749 §4.1.2.1.
    AccessDenied = "access_denied", 400;
    /// RFC 8628 §3.5.
    AuthorizationPending = "authorization_pending", 400;
    /// OpenID Connect Core §3.1.2.6.
    ConsentRequired = "consent_required", 400;
    /// RFC 8628 §3.5.
    ExpiredToken = "expired_token", 400;
    /// RFC 6750 §3.1.
    InsufficientScope = "insufficient_scope", 403;
    /// OpenID Connect Core §3.1.2.6.
    InteractionRequired = "interaction_required", 400;
    /// RFC 6749 §5.2.
    InvalidClient = "invalid_client", 400;
    /// RFC 6749 §5.2.
    InvalidGrant = "invalid_grant", 400;
    /// The redirect URI is not one of the client's.
    InvalidRedirectUri = "invalid_redirect_uri", 400;
    /// RFC 6749 §4.1.2.1.
    InvalidRequest = "invalid_request", 400;
    /// OpenID Connect Core §3.1.2.6, RFC 9126 §2.
    InvalidRequestUri = "invalid_request_uri", 400;
    /// RFC 6749 §4.1.2.1.
    InvalidScope = "invalid_scope", 400;
    /// RFC 8707 §2.
    InvalidTarget = "invalid_target", 400;
    /// RFC 6750 §3.1.
    InvalidToken = "invalid_token", 401;
    /// OpenID Connect Core §3.1.2.6.
    LoginRequired = "login_required", 400;
    /// RFC 6749 §4.1.2.1.
    ServerError = "server_error", 500;
    /// RFC 8628 §3.5.
    SlowDown = "slow_down", 400;
    /// RFC 6749 §4.1.2.1.
    UnauthorizedClient = "unauthorized_client", 400;
    /// RFC 6749 §5.2.
    UnsupportedGrantType = "unsupported_grant_type", 400;
    /// RFC 7009 §2.2.1.
    UnsupportedTokenType = "unsupported_token_type", 400;
    /// The response mode is unknown.
    UnsupportedResponseMode = "unsupported_response_mode", 400;
    /// RFC 6749 §4.1.2.1.
    UnsupportedResponseType = "unsupported_response_type", 400;
    /// OpenID Connect Core §6.
    RequestNotSupported = "request_not_supported", 400;
    /// OpenID Connect Core §6.
    RequestUriNotSupported = "request_uri_not_supported", 400;
    /// OpenID Connect Core §6.
    RegistrationNotSupported = "registration_not_supported", 400;
}

impl OidcErrorKind {
    /// An error of this kind.
    #[must_use]
    pub fn because(self, description: impl Into<Cow<'static, str>>) -> OidcError {
        OidcError(Box::new(Details {
            kind: self,
            description: description.into(),
            status: self.status(),
            redirectable: true,
            session_not_found: false,
            origin_refused: false,
            scope: None,
            challenge: None,
            echoed: None,
            cause: None,
        }))
    }
}

/// An error of the protocol.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {}", .0.kind.as_str(), .0.description)]
pub struct OidcError(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    kind: OidcErrorKind,
    description: Cow<'static, str>,
    status: u16,
    redirectable: bool,
    session_not_found: bool,
    origin_refused: bool,
    scope: Option<String>,
    challenge: Option<Challenge>,
    echoed: Option<Echoed>,
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

#[derive(Clone, Debug)]
struct Challenge {
    scheme: &'static str,
    realm: String,
    /// RFC 6750 §3.1: a request without any credentials gets no error code.
    is_bare: bool,
}

/// What an authorization error shown in the browser repeats.
#[derive(Clone, Debug)]
struct Echoed {
    state: Option<String>,
    iss: String,
}

impl OidcError {
    /// An unexpected failure; the cause is for the log.
    pub fn internal(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        let mut error = OidcErrorKind::ServerError.because("something went wrong on our side");
        error.0.cause = Some(Arc::new(cause));
        error
    }

    /// The browser comes without the interaction or session that the request needs.
    #[must_use]
    pub fn session_not_found(description: &'static str) -> Self {
        let mut error = OidcErrorKind::InvalidRequest.because(description).shown();
        error.0.session_not_found = true;
        error
    }

    /// Never sent by redirect: the client or its address is in doubt.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.0.redirectable = false;
        self
    }

    /// The page that calls must not read the answer.
    #[must_use]
    pub fn with_origin_refused(mut self) -> Self {
        self.0.origin_refused = true;
        self
    }

    /// Answers with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = status;
        self
    }

    /// Names the scope that is missing or refused.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.0.scope = Some(scope.into());
        self
    }

    /// Adds a `WWW-Authenticate` header.
    #[must_use]
    pub fn with_challenge(mut self, scheme: &'static str, realm: &str) -> Self {
        self.0.challenge = Some(Challenge { scheme, realm: realm.to_owned(), is_bare: false });
        self
    }

    /// Adds a `WWW-Authenticate` header without error code (RFC 6750 §3.1).
    #[must_use]
    pub fn with_bare_challenge(mut self, scheme: &'static str, realm: &str) -> Self {
        self.0.challenge = Some(Challenge { scheme, realm: realm.to_owned(), is_bare: true });
        self
    }

    /// Adds `state` and `iss`, as answers of the authorization endpoint carry them (RFC 9207).
    #[must_use]
    pub fn with_echo(mut self, state: Option<&str>, issuer: &str) -> Self {
        self.0.echoed = Some(Echoed { state: state.map(str::to_owned), iss: issuer.to_owned() });
        self
    }

    /// Whether it may be sent to the client through the browser.
    #[must_use]
    pub fn is_redirectable(&self) -> bool {
        self.0.redirectable
    }

    /// Whether the browser came without the interaction or session it needs.
    #[must_use]
    pub fn is_session_not_found(&self) -> bool {
        self.0.session_not_found
    }

    /// The `error` member.
    #[must_use]
    pub fn kind(&self) -> OidcErrorKind {
        self.0.kind
    }

    /// The `error_description` member.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.0.description
    }

    /// The `scope` member.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.0.scope.as_deref()
    }

    /// Writes the internal cause, if there is one, to the log.
    pub fn log_cause(&self) {
        if let Some(cause) = &self.0.cause {
            tracing::error!(%cause, "request to the OpenID provider failed");
        }
    }

    fn code(&self) -> Cow<'static, str> {
        if self.0.session_not_found {
            return Cow::Borrowed(ErrorCode::SessionNotFound.as_str());
        }
        Cow::Owned(format!("oidc.{}", self.0.kind.as_str()))
    }

    fn message(&self, phrases: &Phrases) -> String {
        if self.0.session_not_found {
            return phrases.error_message(ErrorCode::SessionNotFound, &[]);
        }
        match self.0.kind.code() {
            Some(code) => {
                phrases.error_message(code, &[("error_description", self.0.description.clone().into_owned())])
            }
            None => phrases
                .error_message(ErrorCode::OidcProviderErrorFallback, &[("code", self.code().into_owned())]),
        }
    }

    fn challenge_header(&self) -> Option<HeaderValue> {
        let challenge = self.0.challenge.as_ref()?;
        let mut text = format!("{} realm=\"{}\"", challenge.scheme, challenge.realm);
        if !challenge.is_bare {
            text.push_str(&format!(", error=\"{}\"", self.0.kind.as_str()));
            let description = self.0.description.replace(['"', '\\'], "'");
            text.push_str(&format!(", error_description=\"{description}\""));
            if let Some(scope) = &self.0.scope {
                text.push_str(&format!(", scope=\"{scope}\""));
            }
        }
        HeaderValue::from_str(&text).ok()
    }

    fn body(&self, phrases: Option<&Phrases>) -> Vec<u8> {
        let echoed = self.0.echoed.as_ref();
        let is_invalid_grant = self.0.kind == OidcErrorKind::InvalidGrant;
        let body = ErrorBody {
            code: phrases.map(|_| self.code()),
            message: phrases.map(|phrases| self.message(phrases)),
            error_uri: (phrases.is_some() && is_invalid_grant).then_some(INVALID_GRANT_URI),
            error: self.0.kind.as_str(),
            error_description: &self.0.description,
            scope: self.0.scope.as_deref(),
            state: echoed.and_then(|echoed| echoed.state.as_deref()),
            iss: echoed.map(|echoed| echoed.iss.as_str()),
        };
        // A struct of texts always serializes.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

/// The body, fields in the order clients have always seen.
#[derive(Serialize)]
struct ErrorBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_uri: Option<&'static str>,
    error: &'static str,
    error_description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
}

impl From<StoreError> for OidcError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NulCharacter => {
                OidcErrorKind::InvalidRequest.because("text must not hold a NUL character")
            }
            other => Self::internal(other),
        }
    }
}

impl From<SnapshotError> for OidcError {
    fn from(error: SnapshotError) -> Self {
        Self::internal(error)
    }
}

impl From<portico_crypto::JoseError> for OidcError {
    fn from(error: portico_crypto::JoseError) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for OidcError {
    /// Status and headers; the body waits for [`write_errors`], which knows what the client reads.
    fn into_response(self) -> Response {
        self.log_cause();
        let mut response =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::BAD_REQUEST).into_response();
        if let Some(challenge) = self.challenge_header() {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if self.0.origin_refused {
            response.extensions_mut().insert(OriginRefused);
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Middleware: writes waiting error bodies, in the client's language; `?parse_error=false` asks for the bare
/// protocol error.
pub async fn write_errors(request: Request, next: Next) -> Response {
    let uri =
        request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |uri| uri.0.clone());
    let languages: HeaderMap = request
        .headers()
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .map(|value| (header::ACCEPT_LANGUAGE, value.clone()))
        .collect();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<OidcError>>() else { return response };
    let is_bare = uri.query().is_some_and(|query| {
        form_urlencoded::parse(query.as_bytes())
            .any(|(name, value)| name == "parse_error" && value == "false")
    });
    let phrases = (!is_bare).then(|| Phrases::negotiate(&accepted_languages(&languages)));
    let body = error.body(phrases.as_deref());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
    response
}
