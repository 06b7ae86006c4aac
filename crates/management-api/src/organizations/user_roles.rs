//! Roles of users in organizations, and what these allow.

use super::members::{self, Seat};
use crate::{checks::Checks, document::PageParams};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    organization::{OrganizationRole, OrganizationScope},
};
use portico_store::organizations::{
    members::{self as stored, MemberKind},
    roles,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, assign, replace_all))
        .routes(routes!(remove))
        .routes(routes!(list_scopes))
}

/// Roles by id, by name, or both.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationUserRolesInput {
    #[schema(nullable = false)]
    organization_role_ids: Option<Vec<String>>,
    #[schema(nullable = false)]
    organization_role_names: Option<Vec<String>>,
}

/// The roles of a request.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleIdsResponse {
    organization_role_ids: Vec<String>,
}

impl OrganizationUserRolesInput {
    /// The ids of all roles meant; every name must be that of a role.
    async fn resolve(self, ctx: &Ctx) -> Result<Vec<String>, ApiError> {
        let mut ids = self.organization_role_ids.unwrap_or_default();
        let names = self.organization_role_names.unwrap_or_default();
        let mut checks = Checks::default();
        checks.ids("organizationRoleIds", &ids, 0);
        checks.ids("organizationRoleNames", &names, 0);
        checks.finish()?;
        if names.is_empty() {
            return Ok(ids);
        }
        let found = roles::list_by_names(&ctx.app.db, &ctx.tenant.id, &names).await?;
        let is_unknown = |name: &&String| !found.iter().any(|role| role.name == **name);
        let unknown: Vec<&str> = names.iter().filter(is_unknown).map(String::as_str).collect();
        if !unknown.is_empty() {
            let error = ApiError::new(ErrorCode::OrganizationRoleNamesNotFound);
            return Err(error.with_parameter("names", unknown.join(", ")));
        }
        for role in found {
            if !ids.contains(&role.id) {
                ids.push(role.id);
            }
        }
        Ok(ids)
    }
}

/// Roles that a user holds in an organization.
#[utoipa::path(
    get, path = "/api/organizations/{id}/users/{userId}/roles", operation_id = "ListOrganizationUserRoles",
    tag = "Organizations",
    params(("id" = String, Path), ("userId" = String, Path), PageParams),
    responses(
        (status = 200, description = "The roles.", body = Vec<OrganizationRole>),
        (status = 422, description = "The user is not a member."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    let seat = Seat::user(path);
    seat.require(&ctx).await?;
    let (filter, page) = (seat.roles_held(), pagination.rows_or_all());
    Ok(pagination.answer_or_all(roles::list(&ctx.app.db, &ctx.tenant.id, &filter, page).await?))
}

/// Gives roles to a user in an organization.
#[utoipa::path(
    post, path = "/api/organizations/{id}/users/{userId}/roles",
    operation_id = "AssignOrganizationRolesToUser", tag = "Organizations",
    params(("id" = String, Path), ("userId" = String, Path)),
    request_body = inline(OrganizationUserRolesInput),
    responses(
        (status = 201, description = "The roles of the request.", body = OrganizationRoleIdsResponse),
        (status = 422, description = "The user is not a member, or there is no such role for users."),
    )
)]
async fn assign(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<OrganizationUserRolesInput>,
) -> Result<impl IntoResponse, ApiError> {
    Seat::user((id.clone(), user_id.clone())).require(&ctx).await?;
    let organization_role_ids = body.resolve(&ctx).await?;
    let (kind, role_ids) = (MemberKind::User, organization_role_ids.clone());
    let status = members::assign_roles(&ctx, id, kind, vec![user_id], role_ids).await?;
    Ok((status, JsonBody(OrganizationRoleIdsResponse { organization_role_ids })))
}

/// Makes these the roles of a user in an organization.
#[utoipa::path(
    put, path = "/api/organizations/{id}/users/{userId}/roles", operation_id = "ReplaceOrganizationUserRoles",
    tag = "Organizations",
    params(("id" = String, Path), ("userId" = String, Path)),
    request_body = inline(OrganizationUserRolesInput),
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "The user is not a member, or there is no such role for users."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<OrganizationUserRolesInput>,
) -> Result<StatusCode, ApiError> {
    let seat = Seat::user(path);
    seat.require(&ctx).await?;
    let role_ids = body.resolve(&ctx).await?;
    members::replace_roles(&ctx, seat, role_ids).await
}

/// Takes a role from a user in an organization.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/users/{userId}/roles/{organizationRoleId}",
    operation_id = "DeleteOrganizationUserRole", tag = "Organizations",
    params(("id" = String, Path), ("userId" = String, Path), ("organizationRoleId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The user does not hold the role."),
        (status = 422, description = "The user is not a member."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id, role_id)): ApiPath<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    members::remove_role(&ctx, Seat::user((id, user_id)), &role_id).await
}

/// Organization scopes that a user has in an organization through the roles held there.
#[utoipa::path(
    get, path = "/api/organizations/{id}/users/{userId}/scopes",
    operation_id = "ListOrganizationUserScopes", tag = "Organizations",
    params(("id" = String, Path), ("userId" = String, Path)),
    responses(
        (status = 200, description = "The scopes.", body = Vec<OrganizationScope>),
        (status = 422, description = "The user is not a member."),
    )
)]
async fn list_scopes(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
) -> Result<JsonBody<Vec<OrganizationScope>>, ApiError> {
    let seat = Seat::user(path);
    seat.require(&ctx).await?;
    let Seat { organization_id, kind, id } = seat;
    let found = stored::list_scopes(&ctx.app.db, &ctx.tenant.id, &organization_id, kind, &id).await?;
    Ok(JsonBody(found))
}
