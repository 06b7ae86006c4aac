//! Files that come as `multipart/form-data`.

use crate::{ApiError, Issue, invalid_input};
use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::MultipartError},
    http::StatusCode,
};
use portico_identity::{
    MAX_UPLOAD_BYTES,
    assets::{AssetError, Upload},
};
use portico_model::ErrorCode;

/// Room for the form around the file.
const FORM_BYTES: usize = 64 * 1024;

/// The file in the field `file` of a form; exactly one.
pub struct UploadedFile(pub Upload);

/// Layer of routes that take files: lets the body be as large as a file may be.
pub fn upload_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MAX_UPLOAD_BYTES + FORM_BYTES)
}

impl<S: Send + Sync> FromRequest<S> for UploadedFile {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let fault = |code, message: &str| invalid_input("files", &[Issue::at("file", code, message)]);
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_| fault("invalid_type", "A multipart form is expected."))?;
        let mut found = None;
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            let is_file = field.name() == Some("file");
            if is_file && found.is_some() {
                return Err(fault("too_big", "One file is expected."));
            }
            let name = field.file_name().unwrap_or_default().to_owned();
            let claimed_type = field.content_type().map(|text| essence(text).to_ascii_lowercase());
            let data = field.bytes().await.map_err(|error| broken(&error))?;
            if data.len() > MAX_UPLOAD_BYTES {
                return Err(ErrorCode::GuardFileSizeExceeded.into());
            }
            if is_file {
                found = Some(Upload { name, claimed_type, data });
            }
        }
        found.map(Self).ok_or_else(|| fault("invalid_type", "Required"))
    }
}

fn broken(error: &MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ErrorCode::GuardFileSizeExceeded.into();
    }
    invalid_input("files", &[Issue::at("file", "custom", error.body_text())])
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

impl From<AssetError> for ApiError {
    fn from(error: AssetError) -> Self {
        let answer = Self::new(error.code());
        match error {
            AssetError::Archive(cause) => {
                answer.with_parameter("details", cause.to_string()).with_details(cause.to_string())
            }
            AssetError::Storage(_) | AssetError::Interrupted => {
                tracing::error!(cause = %crate::error::chain(&error), "the storage of uploads failed");
                answer
            }
            _ => answer,
        }
    }
}
