//! The one place that turns an error into an HTTP response.
//!
//! Use cases raise an [`ErrorCode`] with data; the text people read is chosen here, in the language of the
//! request (see [`crate::language`]). Internal causes are logged with the request id and never sent.

use crate::language::Localize;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use portico_model::{ErrorCode, JsonObject};
use serde::Serialize;
use serde_json::Value;

/// What a handler may fail with.
#[derive(Debug)]
pub enum ApiError {
    /// A documented error.
    Documented(Box<Documented>),
    /// The request body is not JSON.
    Syntax(String),
    /// Something broke; the cause is for the log.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// A documented error with everything that goes on the wire.
#[derive(Debug)]
pub struct Documented {
    /// The code.
    pub code: ErrorCode,
    /// HTTP status.
    pub status: StatusCode,
    /// Machine-readable facts.
    pub data: Option<Value>,
    /// Lines for developers, not localized.
    pub details: Option<String>,
    /// Values for the placeholders of the message.
    pub parameters: Vec<(&'static str, String)>,
    /// Further members of the body, after the documented ones.
    pub members: JsonObject,
}

impl ApiError {
    /// A documented error with its default status.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        let status = StatusCode::from_u16(code.default_status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self::Documented(Box::new(Documented {
            code,
            status,
            data: None,
            details: None,
            parameters: Vec::new(),
            members: JsonObject::new(),
        }))
    }

    /// Sends another status than the code's default.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        if let (Self::Documented(error), Ok(status)) = (&mut self, StatusCode::from_u16(status)) {
            error.status = status;
        }
        self
    }

    /// Adds machine-readable facts.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Value>) -> Self {
        if let Self::Documented(error) = &mut self {
            error.data = Some(data.into());
        }
        self
    }

    /// Adds lines for developers.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        if let Self::Documented(error) = &mut self {
            error.details = Some(details.into());
        }
        self
    }

    /// Fills a `{{placeholder}}` of the message.
    #[must_use]
    pub fn with_parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Documented(error) = &mut self {
            error.parameters.push((name, value.into()));
        }
        self
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Self::Documented(error) = &mut self {
            error.members.insert(name.to_owned(), value.into());
        }
        self
    }

    /// An unexpected failure.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

/// Body of a documented error. Field order as clients see it from the service they were written for.
#[derive(Serialize)]
struct Body<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a str>,
    message: String,
    #[serde(flatten)]
    members: &'a JsonObject,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Documented(error) => {
                let status = error.status;
                let mut response = StatusCode::OK.into_response();
                *response.status_mut() = status;
                // The body is written by the language layer, which knows what the client reads.
                response.extensions_mut().insert(Localize::new(move |phrases| {
                    let body = Body {
                        code: error.code.as_str(),
                        data: error.data.as_ref(),
                        details: error.details.as_deref(),
                        message: phrases.error_message(error.code, &error.parameters),
                        members: &error.members,
                    };
                    serde_json::to_vec(&body).unwrap_or_default()
                }));
                response
            }
            Self::Syntax(message) => {
                (StatusCode::BAD_REQUEST, Json(serde_json::json!({ "message": message }))).into_response()
            }
            Self::Internal(cause) => {
                tracing::error!(cause = %chain(&*cause), "request failed");
                let body = serde_json::json!({ "message": "Internal server error." });
                (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
            }
        }
    }
}

/// The error and its causes on one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
