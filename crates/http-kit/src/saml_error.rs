//! What an unserved SAML application means to a client.

use crate::ApiError;
use portico_identity::saml_applications::SamlApplicationError;

impl From<SamlApplicationError> for ApiError {
    fn from(error: SamlApplicationError) -> Self {
        match error {
            SamlApplicationError::Refused(code) => code.into(),
            SamlApplicationError::Store(error) => error.into(),
            SamlApplicationError::Saml(error) => Self::internal(error),
        }
    }
}
