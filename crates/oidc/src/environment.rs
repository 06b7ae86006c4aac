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
use portico_identity::{Ctx, Snapshot, audit::AuditEntry, events::Events};
use serde_json::json;
use std::{borrow::Cow, sync::Arc};

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

    /// Says in an entry of the audit log who asks.
    #[must_use]
    pub fn caller_of(&self, entry: AuditEntry) -> AuditEntry {
        entry.with("ip", self.caller.ip.clone()).with("userAgent", self.caller.user_agent.clone())
    }

    /// The recorder of the request's webhook events.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn events(&self) -> Result<Events, OidcError> {
        let facts = || {
            let facts = [("ip", &self.caller.ip), ("userAgent", &self.caller.user_agent)];
            let known =
                facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), json!(fact.as_ref()?))));
            known.collect()
        };
        Ok(self.ctx.events(facts).await?)
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
            .map(str::to_ascii_lowercase);
        let (media_type, charset) = media_type_and_charset(content_type.as_deref());
        let (media_type, charset) = (media_type.map(str::to_owned), charset.map(str::to_owned));
        let body = axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES)
            .await
            .map_err(|_| OidcErrorKind::InvalidRequest.because("the body is too large or was cut off"))?;
        let body = to_utf8(&body, charset.as_deref())?;
        match media_type.as_deref() {
            Some("application/x-www-form-urlencoded") => Parameters::from_urlencoded(&body),
            Some("application/json") => Parameters::from_json(&body),
            _ if body.is_empty() => Ok(Parameters::default()),
            _ => Err(OidcErrorKind::InvalidRequest.because("the body must be a form or JSON")),
        }
        .map(Self)
    }
}

/// Parts of a `Content-Type` in lower case (RFC 9110 §8.3).
fn media_type_and_charset(content_type: Option<&str>) -> (Option<&str>, Option<&str>) {
    let Some(content_type) = content_type else { return (None, None) };
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next();
    let charset = parts.find_map(|part| part.strip_prefix("charset=")).map(|name| name.trim_matches('"'));
    (media_type, charset)
}

/// Some clients send forms in an encoding of their platform, and say so.
fn to_utf8<'b>(body: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, [u8]>, OidcError> {
    let unreadable =
        || OidcErrorKind::InvalidRequest.because("the body is not in the encoding that it claims");
    match charset {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => Ok(Cow::Borrowed(body)),
        Some("iso-8859-1" | "latin1") => {
            Ok(Cow::Owned(body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes()))
        }
        Some("utf-16le" | "utf16le") => {
            let (units, rest) = body.as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
            let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty()).ok_or_else(unreadable)?;
            Ok(Cow::Owned(text.into_bytes()))
        }
        Some(_) => Err(OidcErrorKind::InvalidRequest.because("the encoding of the body is not supported")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_in_the_encoding_they_claim() {
        let read = |body: &[u8], charset| to_utf8(body, charset).ok().map(|text| text.into_owned());
        assert_eq!(read(b"a=1", None), Some(b"a=1".to_vec()));
        assert_eq!(read(&[0xe4], Some("latin1")), Some("ä".into()));
        assert_eq!(read(&[0xe4, 0, b'=', 0], Some("utf16le")), Some("ä=".into()));
        assert_eq!(read(&[0xe4, 0, b'='], Some("utf16le")), None);
        assert_eq!(read(b"a=1", Some("ebcdic")), None);
        let parts = media_type_and_charset(Some("application/json; boundary=x; charset=\"utf-8\""));
        assert_eq!(parts, (Some("application/json"), Some("utf-8")));
    }
}
