//! What giving roles to users and to applications have in common.

use crate::checks::Checks;
use portico_http_kit::ApiError;
use portico_identity::Ctx;
use portico_model::{ErrorCode, role::Role};
use portico_store::roles;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// Roles to give.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleIdsInput {
    /// Role ids.
    pub role_ids: Vec<String>,
}

impl RoleIdsInput {
    /// Refuses empty ids and lists without end.
    pub fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.ids("roleIds", &self.role_ids, 0);
        checks.finish()
    }
}

/// Roles asked for, and those of them that were new.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignedRolesResponse {
    /// Role ids of the request.
    pub role_ids: Vec<String>,
    /// Those that were not held before.
    pub added_role_ids: Vec<String>,
}

impl AssignedRolesResponse {
    /// The answer to a request for these roles by a subject that holds some.
    pub fn new(role_ids: Vec<String>, held: &[Role]) -> Self {
        let mut seen: HashSet<&str> = held.iter().map(|role| role.id.as_str()).collect();
        let added_role_ids = role_ids.iter().filter(|id| seen.insert(id)).cloned().collect();
        Self { role_ids, added_role_ids }
    }
}

/// The roles of these ids; all of them must exist in the tenant.
pub async fn get_roles(ctx: &Ctx, ids: &[String]) -> Result<Vec<Role>, ApiError> {
    let found = roles::list_by_ids(&ctx.app.db, &ctx.tenant.id, ids).await?;
    match ids.iter().find(|id| !found.iter().any(|role| role.id == **id)) {
        None => Ok(found),
        Some(missing) => Err(ApiError::new(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "role")
            .with_parameter("id", missing.as_str())),
    }
}
