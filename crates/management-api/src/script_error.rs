//! What the author of a script is told when it fails in a test.

use portico_http_kit::ApiError;
use portico_identity::ScriptError;
use portico_model::ErrorCode;
use serde_json::json;

/// 403 when the script denies access, 422 when it fails, 500 when there was no room for it.
pub fn explain(code: ErrorCode, error: &ScriptError) -> ApiError {
    let status = match error {
        ScriptError::AccessDenied { .. } => 403,
        ScriptError::Failed { .. } => 422,
        ScriptError::Busy => 500,
    };
    ApiError::new(code).with_status(status).with_data(json!({ "message": error.to_string() }))
}
