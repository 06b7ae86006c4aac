//! Personal access tokens: exchanged for access tokens by scripts of a user.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token of a user.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalAccessToken {
    /// Tenant that owns the user.
    pub tenant_id: String,
    /// The user.
    pub user_id: String,
    /// Name, unique for the user.
    pub name: String,
    /// The token itself.
    pub value: String,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds; `null` never expires.
    #[schema(required = true)]
    pub expires_at: Option<i64>,
}

impl std::fmt::Debug for PersonalAccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonalAccessToken")
            .field("user_id", &self.user_id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
