//! Subject tokens: exchanged for an access token in the name of a user (RFC 8693 §2.1).

use crate::JsonObject;

/// A token for acting as a user.
#[derive(Clone, PartialEq)]
pub struct SubjectToken {
    /// Tenant that owns the token.
    pub tenant_id: String,
    /// SHA-256 of the token, which nobody is shown again.
    pub id: String,
    /// Facts for the script that customizes tokens.
    pub context: JsonObject,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// When it was exchanged, in epoch milliseconds.
    pub consumed_at: Option<i64>,
    /// Whom it stands for.
    pub user_id: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Who asked for it: a user of the admin tenant or an application.
    pub creator_id: String,
}

impl std::fmt::Debug for SubjectToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubjectToken").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}
