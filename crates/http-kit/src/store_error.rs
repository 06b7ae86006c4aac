//! What a failed statement means to an API client.

use crate::ApiError;
use portico_model::ErrorCode;
use portico_store::StoreError;

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UniqueViolation { .. } => ErrorCode::EntityUniqueIntegrityViolation.into(),
            StoreError::ForeignKeyViolation => ErrorCode::EntityRelationForeignKeyNotFound.into(),
            StoreError::CheckViolation { .. } => ErrorCode::EntityDbConstraintViolated.into(),
            StoreError::InvalidPattern(reason) => {
                invalid_input(format!("The search pattern is not understood: {reason}"))
            }
            StoreError::NulCharacter => invalid_input("Text must not hold a NUL character.".to_owned()),
            other => Self::internal(other),
        }
    }
}

fn invalid_input(details: String) -> ApiError {
    ApiError::new(ErrorCode::RequestInvalidInput)
        .with_parameter("details", details.clone())
        .with_details(details)
}
