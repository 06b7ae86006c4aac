//! Users as members of organizations.

use super::{get_organization, members};
use crate::{checks::Checks, document::PageParams, query::QueryPairs};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{organization::Named, user::UserInfo};
use portico_store::{organizations::members::MemberKind, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, add, replace_all))
        .routes(routes!(remove))
        .routes(routes!(assign_roles))
}

/// A user with the roles held in the organization.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserWithOrganizationRolesResponse {
    #[serde(flatten)]
    user: UserInfo,
    /// Roles held in the organization, by name.
    organization_roles: Vec<Named>,
}

/// Users to make members.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationUserIdsInput {
    user_ids: Vec<String>,
}

impl OrganizationUserIdsInput {
    fn check(&self, min: usize) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.ids("userIds", &self.user_ids, min);
        checks.finish()
    }
}

/// Roles for several members.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationUsersRolesInput {
    user_ids: Vec<String>,
    organization_role_ids: Vec<String>,
}

/// Users who are members of an organization, newest first.
#[utoipa::path(
    get, path = "/api/organizations/{id}/users", operation_id = "ListOrganizationUsers", tag = "Organizations",
    params(
        ("id" = String, Path),
        ("q" = Option<String>, Query, description = "Only those with this text in id, name or an identifier."),
        ("organizationRoleId" = Option<String>, Query, description = "Only those who hold this role here."),
        PageParams
    ),
    responses(
        (status = 200, description = "The members.", body = Vec<UserWithOrganizationRolesResponse>),
        (status = 404, description = "No such organization."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    get_organization(&ctx, &id).await?;
    let organization_role = query.get("organizationRoleId").map(|role_id| (id.clone(), role_id.to_owned()));
    let filter = users::UserFilter {
        search: query.containing("q"),
        organization_id: Some(id.clone()),
        organization_role,
        ..Default::default()
    };
    let found = users::list(&ctx.app.db, &ctx.tenant.id, &filter, pagination.rows()).await?;
    let ids: Vec<String> = found.items.iter().map(|user| user.id.clone()).collect();
    let mut roles = members::role_names(&ctx, &id, MemberKind::User, &ids).await?;
    Ok(pagination.answer(found.map(|user| UserWithOrganizationRolesResponse {
        organization_roles: roles.remove(&user.id).unwrap_or_default(),
        user: user.info(),
    })))
}

/// Makes users members; those who are stay.
#[utoipa::path(
    post, path = "/api/organizations/{id}/users", operation_id = "AddOrganizationUsers", tag = "Organizations",
    params(("id" = String, Path)), request_body = inline(OrganizationUserIdsInput),
    responses(
        (status = 201, description = "The users of the request.", body = inline(OrganizationUserIdsInput)),
        (status = 422, description = "No such organization or user."),
    )
)]
async fn add(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationUserIdsInput>,
) -> Result<impl IntoResponse, ApiError> {
    body.check(1)?;
    members::add(&ctx, events, id, MemberKind::User, body.user_ids.clone()).await?;
    Ok((StatusCode::CREATED, JsonBody(body)))
}

/// Makes these users the only members; those who stay keep their roles.
#[utoipa::path(
    put, path = "/api/organizations/{id}/users", operation_id = "ReplaceOrganizationUsers",
    tag = "Organizations",
    params(("id" = String, Path)), request_body = inline(OrganizationUserIdsInput),
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such organization or user."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationUserIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(0)?;
    members::replace(&ctx, events, id, MemberKind::User, body.user_ids).await
}

/// Ends the membership of a user, with the roles held through it.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/users/{userId}", operation_id = "DeleteOrganizationUser",
    tag = "Organizations",
    params(("id" = String, Path), ("userId" = String, Path)),
    responses((status = 204, description = "Ended."), (status = 404, description = "The user is not a member."))
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
    RequestEvents(events): RequestEvents,
) -> Result<StatusCode, ApiError> {
    members::remove(&ctx, events, members::Seat::user(path)).await
}

/// Gives each of these members each of these roles.
#[utoipa::path(
    post, path = "/api/organizations/{id}/users/roles", operation_id = "AssignOrganizationRolesToUsers",
    tag = "Organizations",
    params(("id" = String, Path)), request_body = inline(OrganizationUsersRolesInput),
    responses(
        (status = 201, description = "Given."),
        (status = 422, description = "One of them is not a member, or there is no such role for users."),
    )
)]
async fn assign_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<OrganizationUsersRolesInput>,
) -> Result<StatusCode, ApiError> {
    let mut checks = Checks::default();
    checks.ids("userIds", &body.user_ids, 1);
    checks.ids("organizationRoleIds", &body.organization_role_ids, 1);
    checks.finish()?;
    members::assign_roles(&ctx, id, MemberKind::User, body.user_ids, body.organization_role_ids).await
}
