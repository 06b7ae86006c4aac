//! What the sentinel remembers of attempts, to lock out who guesses.

use crate::{JsonObject, text_enum};

text_enum! {
    /// Whom an attempt was against.
    SentinelTargetType { User = "User", App = "App" }
}

text_enum! {
    /// What was tried.
    SentinelAction {
        Password = "Password",
        VerificationCode = "VerificationCode",
        OneTimeToken = "OneTimeToken",
        MfaTotp = "MfaTotp",
        WebAuthn = "WebAuthn",
        MfaBackupCode = "MfaBackupCode",
        VerificationCodeSend = "VerificationCodeSend",
        MessageSend = "MessageSend",
    }
}

text_enum! {
    /// How an attempt ended.
    SentinelActionResult { Success = "Success", Failed = "Failed" }
}

text_enum! {
    /// What the sentinel made of an attempt.
    SentinelDecision {
        Undecided = "Undecided",
        Allowed = "Allowed",
        Blocked = "Blocked",
        Challenge = "Challenge",
    }
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct SentinelActivity {
    /// Tenant that owns the row.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Whom it was against.
    pub target_type: SentinelTargetType,
    /// Hash of the identifier that was tried; the identifier itself is not kept.
    pub target_hash: String,
    /// What was tried.
    pub action: SentinelAction,
    /// How it ended.
    pub action_result: SentinelActionResult,
    /// What else is known.
    pub payload: JsonObject,
    /// What the sentinel made of it.
    pub decision: SentinelDecision,
    /// Epoch milliseconds until which the decision holds.
    pub decision_expires_at: i64,
    /// Epoch milliseconds.
    pub created_at: i64,
}
