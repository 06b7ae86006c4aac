//! What a refused step of the sign-in flow means to an API client.

use crate::ApiError;
use portico_crypto::PasswordError;
use portico_identity::sign_in::SignInError;
use portico_model::ErrorCode;

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused(refusal) => {
                let mut error = Self::new(refusal.code);
                if let Some(status) = refusal.status {
                    error = error.with_status(status);
                }
                if let Some(data) = refusal.data {
                    error = error.with_data(data);
                }
                refusal
                    .parameters
                    .into_iter()
                    .fold(error, |error, (name, value)| error.with_parameter(name, value))
            }
            SignInError::Connector(error) => {
                tracing::info!(code = error.code.as_str(), cause = ?error.source, "a connector failed");
                let answer = Self::new(error.code);
                match error.data {
                    Some(data) => answer.with_data(data),
                    None => answer,
                }
            }
            // Too many sign-ins at once: the honest answer is to try again.
            SignInError::Password(PasswordError::Busy) => Self::new(ErrorCode::RequestRateLimited),
            SignInError::Password(error) => Self::internal(error),
            SignInError::Seal(error) => Self::internal(error),
            SignInError::Store(error) => error.into(),
            SignInError::Snapshot(error) => Self::internal(error),
            SignInError::Json(error) => Self::internal(error),
        }
    }
}
