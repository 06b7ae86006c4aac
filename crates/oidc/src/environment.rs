//! What a request to the provider comes with, gathered once.

use crate::{
    error::{OidcError, OidcErrorKind},
    parameters::{MAX_BODY_BYTES, Parameters},
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use portico_http_kit::ClientInfo;
use portico_identity::{Ctx, Snapshot};
use std::sync::Arc;

/// A request's surroundings: tenant, settings, headers, the time it arrived.
pub struct Environment {
    /// Tenant and shared state.
    pub ctx: Ctx,
    /// The tenant's settings.
    pub snapshot: Arc<Snapshot>,
    /// Headers of the request.
    pub headers: HeaderMap,
    /// Address and scheme of the caller.
    pub caller: ClientInfo,
    /// When the request arrived, in epoch milliseconds.
    pub now_ms: i64,
}

impl Environment {
    /// Epoch seconds, the unit of tokens.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    /// `iss` of the tenant's tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.ctx.tenant.issuer
    }

    /// The path under which the provider is mounted, as cookies need it.
    #[must_use]
    pub fn mount_path(&self) -> &str {
        let issuer = self.issuer();
        let after_scheme = issuer.find("://").map_or(0, |at| at + 3);
        issuer[after_scheme..].find('/').map_or("", |at| &issuer[after_scheme + at..])
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl FromRequestParts<Ctx> for Environment {
    type Rejection = OidcError;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        let Ok(caller) = ClientInfo::from_request_parts(parts, ctx).await;
        Ok(Self {
            snapshot: ctx.snapshot().await?,
            ctx: ctx.clone(),
            headers: parts.headers.clone(),
            caller,
            now_ms: ctx.now_ms(),
        })
    }
}

/// The parameters of a request: of its query when it is a GET, of its body when it is a POST.
pub struct RequestParameters(pub Parameters);

impl<S: Send + Sync> FromRequest<S> for RequestParameters {
    type Rejection = OidcError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        if request.method() != Method::POST {
            let query = request.uri().query().unwrap_or_default();
            return Parameters::from_urlencoded(query.as_bytes()).map(Self);
        }
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let body = axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES)
            .await
            .map_err(|_| OidcErrorKind::InvalidRequest.because("the body is too large or was cut off"))?;
        match content_type.as_deref() {
            Some("application/x-www-form-urlencoded") => Parameters::from_urlencoded(&body),
            Some("application/json") => Parameters::from_json(&body),
            _ if body.is_empty() => Ok(Parameters::default()),
            _ => Err(OidcErrorKind::InvalidRequest.because("the body must be a form or JSON")),
        }
        .map(Self)
    }
}
