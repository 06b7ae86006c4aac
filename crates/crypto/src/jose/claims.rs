//! What a token must say to be accepted.

use serde_json::Value;

use super::{Alg, Header};
use crate::error::JoseError;
use crate::hash::constant_time_eq;

/// The claims of a token, in the order received.
pub type Claims = serde_json::Map<String, Value>;

/// Expectations on a token. Without further calls it wants a signature by an algorithm of the key,
/// an `exp` in the future and a past `nbf`, if any; everything else is asked for explicitly.
#[derive(Clone, Debug)]
pub struct Validation {
    /// The current time in seconds since the epoch.
    pub now_seconds: i64,
    /// Tolerated difference between the clocks.
    pub leeway_seconds: i64,
    /// Algorithms accepted; empty means all that belong to the key.
    pub algorithms: Vec<Alg>,
    /// Issuers accepted; `None` does not look at `iss`.
    pub issuers: Option<Vec<String>>,
    /// Audiences of which the token must name one; `None` does not look at `aud`.
    pub audiences: Option<Vec<String>>,
    /// Expected `sub`.
    pub subject: Option<String>,
    /// Expected `nonce`.
    pub nonce: Option<String>,
    /// Expected `typ` header; `application/` may be left out (RFC 7515 §4.1.9).
    pub typ: Option<String>,
    /// Longest time since `iat`, which becomes required and must not lie ahead.
    pub max_age_seconds: Option<i64>,
    /// Claims that must be present; `exp` unless changed.
    pub required_claims: Vec<String>,
    /// Whether an `exp` in the past is fine, as in an `id_token_hint`.
    pub allow_expired: bool,
    /// Critical header parameters the caller processes itself (RFC 7515 §4.1.11).
    pub understood_critical: Vec<String>,
}

impl Validation {
    /// The basic expectations at the given time.
    pub fn at(now_seconds: i64) -> Self {
        Self {
            now_seconds,
            leeway_seconds: 0,
            algorithms: Vec::new(),
            issuers: None,
            audiences: None,
            subject: None,
            nonce: None,
            typ: None,
            max_age_seconds: None,
            required_claims: vec!["exp".to_owned()],
            allow_expired: false,
            understood_critical: Vec::new(),
        }
    }

    /// Tolerates `seconds` between the clocks.
    #[must_use]
    pub fn leeway(mut self, seconds: i64) -> Self {
        self.leeway_seconds = seconds;
        self
    }

    /// Accepts only these algorithms.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Alg>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Accepts one issuer.
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.issuers([issuer])
    }

    /// Accepts any of these issuers; none at all when the list is empty.
    #[must_use]
    pub fn issuers<S: Into<String>>(mut self, issuers: impl IntoIterator<Item = S>) -> Self {
        self.issuers = Some(issuers.into_iter().map(Into::into).collect());
        self
    }

    /// Accepts one audience.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.audiences([audience])
    }

    /// Accepts any of these audiences; none at all when the list is empty.
    #[must_use]
    pub fn audiences<S: Into<String>>(mut self, audiences: impl IntoIterator<Item = S>) -> Self {
        self.audiences = Some(audiences.into_iter().map(Into::into).collect());
        self
    }

    /// Expects this subject.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Expects this nonce.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Expects this `typ` header.
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(typ.into());
        self
    }

    /// Expects an `iat` at most this long ago.
    #[must_use]
    pub fn max_age(mut self, seconds: i64) -> Self {
        self.max_age_seconds = Some(seconds);
        self
    }

    /// Expects exactly these claims to be present (replaces the default, `exp`).
    #[must_use]
    pub fn required_claims<S: Into<String>>(mut self, claims: impl IntoIterator<Item = S>) -> Self {
        self.required_claims = claims.into_iter().map(Into::into).collect();
        self
    }

    /// Accepts expired tokens.
    #[must_use]
    pub fn allow_expired(mut self) -> Self {
        self.allow_expired = true;
        self
    }

    pub(super) fn check_header(&self, header: &Header) -> Result<(), JoseError> {
        if !self.algorithms.is_empty() && !self.algorithms.contains(&header.alg) {
            return Err(JoseError::AlgorithmNotAllowed(header.alg.as_str()));
        }
        self.check_critical(&header.parameters)?;
        match (&self.typ, &header.typ) {
            (None, _) => Ok(()),
            (Some(expected), Some(typ)) if media_type(expected).eq_ignore_ascii_case(media_type(typ)) => {
                Ok(())
            }
            (Some(_), _) => Err(JoseError::TypeMismatch),
        }
    }

    /// RFC 7515 §4.1.11: a non-empty list of names that are present and understood. The payload
    /// is always base64url here, so `b64` (RFC 7797) is refused wherever it stands.
    fn check_critical(&self, parameters: &Claims) -> Result<(), JoseError> {
        if parameters.contains_key("b64") {
            return Err(JoseError::UnsupportedCritical("b64".to_owned()));
        }
        let Some(critical) = parameters.get("crit") else { return Ok(()) };
        let names = critical.as_array().filter(|names| !names.is_empty());
        for name in names.ok_or(JoseError::Malformed("crit is not a list of names"))? {
            let name = name.as_str().ok_or(JoseError::Malformed("crit is not a list of names"))?;
            if !parameters.contains_key(name) {
                return Err(JoseError::Malformed("crit names an absent parameter"));
            }
            if !self.understood_critical.iter().any(|understood| understood == name) {
                return Err(JoseError::UnsupportedCritical(name.to_owned()));
            }
        }
        Ok(())
    }

    pub(super) fn check_claims(&self, claims: &Claims) -> Result<(), JoseError> {
        if let Some(missing) = self.required_claims.iter().find(|name| !claims.contains_key(name.as_str())) {
            return Err(JoseError::MissingClaim(missing.clone()));
        }
        if let Some(issuers) = &self.issuers {
            let issuer = text(claims, "iss")?;
            if !issuers.iter().any(|expected| expected == issuer) {
                return Err(JoseError::IssuerMismatch);
            }
        }
        if let Some(subject) = &self.subject
            && subject != text(claims, "sub")?
        {
            return Err(JoseError::SubjectMismatch);
        }
        if let Some(audiences) = &self.audiences {
            check_audience(claims, audiences)?;
        }
        if let Some(nonce) = &self.nonce
            && !constant_time_eq(nonce, text(claims, "nonce")?)
        {
            return Err(JoseError::NonceMismatch);
        }
        self.check_times(claims)
    }

    /// RFC 7519 §4.1.4 to §4.1.6.
    fn check_times(&self, claims: &Claims) -> Result<(), JoseError> {
        // NumericDate may carry a fraction; f64 is exact far beyond any date.
        let (now, leeway) = (self.now_seconds as f64, self.leeway_seconds as f64);
        if let Some(not_before) = date(claims, "nbf")?
            && now + leeway < not_before
        {
            return Err(JoseError::NotYetValid);
        }
        if let Some(expires) = date(claims, "exp")?
            && !self.allow_expired
            && now - leeway >= expires
        {
            return Err(JoseError::Expired);
        }
        let issued = date(claims, "iat")?;
        if let Some(max_age) = self.max_age_seconds {
            let issued = issued.ok_or_else(|| JoseError::MissingClaim("iat".to_owned()))?;
            if issued > now + leeway {
                return Err(JoseError::IssuedInFuture);
            }
            if now - leeway - issued > max_age as f64 {
                return Err(JoseError::TooOld);
            }
        }
        Ok(())
    }
}

/// RFC 7519 §4.1.3: one string or a list of strings.
fn check_audience(claims: &Claims, expected: &[String]) -> Result<(), JoseError> {
    let matches = |value: &Value| match value {
        Value::String(audience) => Ok(expected.contains(audience)),
        _ => Err(JoseError::InvalidClaim("aud")),
    };
    let found = match claims.get("aud") {
        None => return Err(JoseError::MissingClaim("aud".to_owned())),
        Some(Value::Array(list)) => {
            list.iter().try_fold(false, |found, value| Ok(matches(value)? || found))?
        }
        Some(value) => matches(value)?,
    };
    if found { Ok(()) } else { Err(JoseError::AudienceMismatch) }
}

fn text<'a>(claims: &'a Claims, name: &'static str) -> Result<&'a str, JoseError> {
    let value = claims.get(name).ok_or_else(|| JoseError::MissingClaim(name.to_owned()))?;
    value.as_str().ok_or(JoseError::InvalidClaim(name))
}

fn date(claims: &Claims, name: &'static str) -> Result<Option<f64>, JoseError> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(JoseError::InvalidClaim(name)),
    }
}

fn media_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => &typ[PREFIX.len()..],
        _ => typ,
    }
}
