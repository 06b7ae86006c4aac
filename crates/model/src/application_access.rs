//! Who may use an application, when its operator limits that.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Those to whom an application is open; one match is enough.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationAccess {
    /// These users.
    pub user_ids: Vec<String>,
    /// Users that hold one of these roles.
    pub user_role_ids: Vec<String>,
    /// Members of these organizations.
    pub organization_ids: Vec<String>,
    /// Members of an organization that hold certain roles there.
    pub organization_role_rules: Vec<OrganizationRoleRule>,
}

/// Members of an organization that hold one of these roles there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleRule {
    /// The organization.
    pub organization_id: String,
    /// Roles of the organization.
    pub organization_role_ids: Vec<String>,
}

impl ApplicationAccess {
    /// Whether nobody is named at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.user_ids.is_empty()
            && self.user_role_ids.is_empty()
            && self.organization_ids.is_empty()
            && self.organization_role_rules.is_empty()
    }
}
