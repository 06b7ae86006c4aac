//! From outcomes of the sign-in flow to answers of the API.

use portico_http_kit::ApiError;
use portico_identity::sign_in::{Outcome, mfa::RequiredBinding};
use portico_model::ErrorCode;
use serde_json::{Value, json};

/// What went through; everything the person must do first becomes the documented error.
///
/// # Errors
/// One for each unmet need.
pub fn done<T>(outcome: Outcome<T>) -> Result<T, ApiError> {
    let (code, data) = match outcome {
        Outcome::Done(value) => return Ok(value),
        Outcome::NeedsProfile(missing) => {
            (ErrorCode::UserMissingProfile, Some(json!({ "missingProfile": missing })))
        }
        Outcome::NeedsMfa(required) => {
            let data = json!({
                "availableFactors": required.available_factors,
                "maskedIdentifiers": required.masked_identifiers,
            });
            (ErrorCode::SessionMfaRequireMfaVerification, Some(data))
        }
        Outcome::NeedsMfaBinding(required) => binding(required),
        Outcome::PasskeyPreferred => (ErrorCode::UserPasskeyPreferred, None),
    };
    let error = ApiError::new(code);
    Err(match data {
        Some(data) => error.with_data(data),
        None => error,
    })
}

fn binding(required: RequiredBinding) -> (ErrorCode, Option<Value>) {
    match required {
        RequiredBinding::Missing { available_factors, is_skippable } => {
            let mut data = json!({ "availableFactors": available_factors });
            if is_skippable {
                data["skippable"] = json!(true);
            }
            (ErrorCode::UserMissingMfa, Some(data))
        }
        RequiredBinding::Suggested { available_factors } => {
            let data = json!({ "availableFactors": available_factors, "skippable": true });
            (ErrorCode::UserSuggestMfa, Some(data))
        }
        RequiredBinding::BackupCodes => (ErrorCode::SessionMfaBackupCodeRequired, None),
    }
}
