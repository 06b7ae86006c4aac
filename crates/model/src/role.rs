//! Roles: named sets of scopes, for users or for machines.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// Whom a role can be given to.
    RoleType { User = "User", MachineToMachine = "MachineToMachine" }
}

/// Prefix of role names that only the server may change.
pub const INTERNAL_ROLE_PREFIX: &str = "#internal:";

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Tenant that owns the role.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Unique in the tenant.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Whom it can be given to.
    #[serde(rename = "type")]
    pub kind: RoleType,
    /// Given to every new user.
    pub is_default: bool,
}
