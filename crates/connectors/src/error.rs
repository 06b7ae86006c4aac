//! What goes wrong with a connector, in the words of the wire protocol.

use serde_json::{Value, json};

use crate::config::ConfigIssue;
use crate::http::HttpError;

/// The documented kinds of connector failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectorErrorKind {
    /// Anything without a more precise kind, such as an unreachable server.
    General,
    /// The connector's own metadata is wrong.
    InvalidMetadata,
    /// The operation does not exist for this type of connector.
    UnexpectedType,
    /// Parameters of the wrong shape.
    InvalidRequestParameters,
    /// Parameters that are missing.
    InsufficientRequestParameters,
    /// The settings do not validate.
    InvalidConfig,
    /// A certificate that cannot be used.
    InvalidCertificate,
    /// The other server answered something unexpected.
    InvalidResponse,
    /// No template for this use.
    TemplateNotFound,
    /// The other server throttles us.
    RateLimitExceeded,
    /// The other server's quota is used up.
    UsageLimitExceeded,
    /// The connector has no such operation.
    NotImplemented,
    /// The authorization code was refused.
    SocialAuthCodeInvalid,
    /// The access token was refused.
    SocialInvalidAccessToken,
    /// The ID token does not verify.
    SocialInvalidIdToken,
    /// The person or the identity provider said no.
    AuthorizationFailed,
}

impl ConnectorErrorKind {
    /// The dotted error code.
    pub fn code(self) -> &'static str {
        match self {
            Self::General => "connector.general",
            Self::InvalidMetadata => "connector.invalid_metadata",
            Self::UnexpectedType => "connector.unexpected_type",
            Self::InvalidRequestParameters => "connector.invalid_request_parameters",
            Self::InsufficientRequestParameters => "connector.insufficient_request_parameters",
            Self::InvalidConfig => "connector.invalid_config",
            Self::InvalidCertificate => "connector.invalid_certificate",
            Self::InvalidResponse => "connector.invalid_response",
            Self::TemplateNotFound => "connector.template_not_found",
            Self::RateLimitExceeded => "connector.rate_limit_exceeded",
            Self::UsageLimitExceeded => "connector.usage_limit_exceeded",
            Self::NotImplemented => "connector.not_implemented",
            Self::SocialAuthCodeInvalid => "connector.social_auth_code_invalid",
            Self::SocialInvalidAccessToken => "connector.social_invalid_access_token",
            Self::SocialInvalidIdToken => "connector.social_invalid_id_token",
            Self::AuthorizationFailed => "connector.authorization_failed",
        }
    }

    /// The HTTP status that the code is documented with.
    pub fn status(self) -> u16 {
        match self {
            Self::SocialAuthCodeInvalid
            | Self::SocialInvalidAccessToken
            | Self::SocialInvalidIdToken
            | Self::AuthorizationFailed => 401,
            Self::RateLimitExceeded | Self::UsageLimitExceeded => 429,
            Self::NotImplemented => 501,
            _ => 400,
        }
    }
}

/// A connector's failure. `data` may be shown to the caller; `source` is for the log only.
#[derive(Debug, thiserror::Error)]
#[error("{}", kind.code())]
pub struct ConnectorError {
    /// What kind of failure it is.
    pub kind: ConnectorErrorKind,
    /// Details for the caller, free of secrets.
    pub data: Option<Value>,
    /// The internal cause.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ConnectorError {
    /// A failure without details.
    pub fn new(kind: ConnectorErrorKind) -> Self {
        Self { kind, data: None, source: None }
    }

    /// A failure with one sentence about it.
    pub fn described(kind: ConnectorErrorKind, description: impl Into<String>) -> Self {
        Self::new(kind).with_data(json!({ "errorDescription": description.into() }))
    }

    /// Adds details for the caller.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// Adds the internal cause.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The settings do not validate.
    pub fn invalid_config(issues: Vec<ConfigIssue>) -> Self {
        Self::new(ConnectorErrorKind::InvalidConfig).with_data(json!({ "issues": issues }))
    }

    /// The dotted error code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The HTTP status that the code is documented with.
    pub fn status(&self) -> u16 {
        self.kind.status()
    }
}

impl From<HttpError> for ConnectorError {
    fn from(error: HttpError) -> Self {
        let kind = match &error {
            HttpError::InvalidJson(_) | HttpError::BodyTooLarge => {
                ConnectorErrorKind::InvalidResponse
            }
            _ => ConnectorErrorKind::General,
        };
        Self::described(kind, error.to_string()).caused_by(error)
    }
}
