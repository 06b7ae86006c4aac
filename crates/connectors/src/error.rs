//! What goes wrong with a connector, in the words of the wire protocol.

use portico_model::ErrorCode;
use serde_json::{Value, json};

use crate::config::ConfigIssue;
use crate::http::HttpError;

/// A connector's failure. `data` may be shown to the caller; `source` is for the log only.
#[derive(Debug, thiserror::Error)]
#[error("{code}")]
pub struct ConnectorError {
    /// A `connector.*` code; its default status is the documented one.
    pub code: ErrorCode,
    /// Details for the caller, free of secrets.
    pub data: Option<Value>,
    /// The internal cause.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ConnectorError {
    /// A failure without details.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, data: None, source: None }
    }

    /// A failure with one sentence about it.
    pub fn described(code: ErrorCode, description: impl Into<String>) -> Self {
        Self::new(code).with_data(json!({ "errorDescription": description.into() }))
    }

    /// Adds details for the caller.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// Adds the internal cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The settings do not validate.
    pub fn invalid_config(issues: Vec<ConfigIssue>) -> Self {
        Self::new(ErrorCode::ConnectorInvalidConfig).with_data(json!({ "issues": issues }))
    }
}

impl From<HttpError> for ConnectorError {
    fn from(error: HttpError) -> Self {
        let code = match &error {
            HttpError::InvalidJson(_) | HttpError::BodyTooLarge => ErrorCode::ConnectorInvalidResponse,
            _ => ErrorCode::ConnectorGeneral,
        };
        Self::described(code, error.to_string()).caused_by(error)
    }
}
