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
                let details = format!("The search pattern is not understood: {reason}");
                Self::new(ErrorCode::RequestInvalidInput)
                    .with_parameter("details", details.clone())
                    .with_details(details)
            }
            other => Self::internal(other),
        }
    }
}
