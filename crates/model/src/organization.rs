//! Organizations as far as claims need them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user's membership in one organization, with the names of the roles held there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationMembership {
    /// Organization id.
    pub id: String,
    /// Organization name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Names of the organization roles held.
    pub roles: Vec<String>,
}
