//! Why a step of the sign-in flow does not go through.

use crate::{
    email_blocklist::EmailRefusal, password_policy::PasswordIssue, snapshot::SnapshotError,
    username_policy::UsernameViolation,
};
use portico_connectors::ConnectorError;
use portico_crypto::{PasswordError, SealError};
use portico_model::{ErrorCode, interaction::MissingProfile};
use portico_store::StoreError;
use serde_json::{Value, json};

use super::mfa::{RequiredBinding, RequiredVerification};

/// A step that went through, or what the person must do before it can.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<T = ()> {
    /// It went through.
    Done(T),
    /// The account lacks something.
    NeedsProfile(Vec<MissingProfile>),
    /// A second factor must be shown.
    NeedsMfa(RequiredVerification),
    /// A second factor must, or may, be enrolled.
    NeedsMfaBinding(RequiredBinding),
    /// A passkey is suggested.
    PasskeyPreferred,
}

/// A rule that refused the step.
#[derive(Debug, thiserror::Error)]
#[error("{code:?}")]
pub struct Refusal {
    /// The documented error.
    pub code: ErrorCode,
    /// HTTP status where it differs from the code's own.
    pub status: Option<u16>,
    /// Facts for the client.
    pub data: Option<Value>,
    /// Values for the message.
    pub parameters: Vec<(&'static str, String)>,
}

/// Why a step does not go through.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// A rule refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else's server did.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The password hasher is overloaded or broken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A secret cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Settings could not be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// What is stored cannot be written or read.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl Refusal {
    /// Adds facts for the client.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// Replaces the status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Fills a placeholder of the message.
    #[must_use]
    pub fn with_parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, status: None, data: None, parameters: Vec::new() }
    }
}

impl From<ErrorCode> for SignInError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code.into())
    }
}

impl From<UsernameViolation> for SignInError {
    fn from(violation: UsernameViolation) -> Self {
        // The code's own status is that of the Management API.
        Self::Refused(Refusal::from(violation.code()).with_status(422))
    }
}

impl From<EmailRefusal> for SignInError {
    fn from(refusal: EmailRefusal) -> Self {
        refusal.code().into()
    }
}

impl SignInError {
    /// The documented code; `None` when something broke.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Connector(error) => Some(error.code),
            Self::Password(_) | Self::Seal(_) | Self::Store(_) | Self::Snapshot(_) | Self::Json(_) => None,
        }
    }

    /// The password breaks the policy.
    #[must_use]
    pub fn password_rejected(issues: &[PasswordIssue]) -> Self {
        Refusal::from(ErrorCode::PasswordRejected).with_data(json!(issues)).into()
    }
}

impl<T> Outcome<T> {
    /// What the audit log says about it, when the step did not go through.
    #[must_use]
    pub fn unmet_code(&self) -> Option<ErrorCode> {
        match self {
            Self::Done(_) => None,
            Self::NeedsProfile(_) => Some(ErrorCode::UserMissingProfile),
            Self::NeedsMfa(_) => Some(ErrorCode::SessionMfaRequireMfaVerification),
            Self::NeedsMfaBinding(RequiredBinding::Missing { .. }) => Some(ErrorCode::UserMissingMfa),
            Self::NeedsMfaBinding(RequiredBinding::Suggested { .. }) => Some(ErrorCode::UserSuggestMfa),
            Self::NeedsMfaBinding(RequiredBinding::BackupCodes) => {
                Some(ErrorCode::SessionMfaBackupCodeRequired)
            }
            Self::PasskeyPreferred => Some(ErrorCode::UserPasskeyPreferred),
        }
    }
}
