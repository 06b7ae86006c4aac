//! Machine-to-machine applications as members of organizations.

use super::{get_organization, members, members::Seat};
use crate::{applications::ApplicationResponse, checks::Checks, document::PageParams, query::QueryPairs};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::organization::{Named, OrganizationRole};
use portico_store::{
    applications,
    organizations::{members::MemberKind, roles},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, add, replace_all))
        .routes(routes!(remove))
        .routes(routes!(assign_roles_to_many))
        .routes(routes!(list_roles, assign_roles, replace_roles))
        .routes(routes!(remove_role))
}

/// An application with the roles held in the organization.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationWithOrganizationRolesResponse {
    #[serde(flatten)]
    application: ApplicationResponse,
    /// Roles held in the organization, by name.
    organization_roles: Vec<Named>,
}

/// Applications to make members.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationApplicationIdsInput {
    application_ids: Vec<String>,
}

impl OrganizationApplicationIdsInput {
    fn check(&self, min: usize) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.ids("applicationIds", &self.application_ids, min);
        checks.finish()
    }
}

/// Roles for several members.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationApplicationsRolesInput {
    application_ids: Vec<String>,
    organization_role_ids: Vec<String>,
}

/// Roles for one member.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationApplicationRolesInput {
    organization_role_ids: Vec<String>,
}

impl OrganizationApplicationRolesInput {
    fn check(&self, min: usize) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.ids("organizationRoleIds", &self.organization_role_ids, min);
        checks.finish()
    }
}

/// Applications that are members of an organization, newest first.
#[utoipa::path(
    get, path = "/api/organizations/{id}/applications", operation_id = "ListOrganizationApplications",
    tag = "Organizations",
    params(
        ("id" = String, Path),
        ("q" = Option<String>, Query, description = "Only those with this text in id, name or description."),
        PageParams
    ),
    responses(
        (status = 200, description = "The members.", body = Vec<ApplicationWithOrganizationRolesResponse>),
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
    let filter = applications::ApplicationFilter {
        search: query.containing("q"),
        organization_id: Some(id.clone()),
        ..Default::default()
    };
    let found = applications::list(&ctx.app.db, &ctx.tenant.id, &filter, pagination.rows()).await?;
    let ids: Vec<String> = found.items.iter().map(|application| application.id.clone()).collect();
    let mut roles = members::role_names(&ctx, &id, MemberKind::Application, &ids).await?;
    Ok(pagination.answer(found.map(|application| ApplicationWithOrganizationRolesResponse {
        organization_roles: roles.remove(&application.id).unwrap_or_default(),
        application: application.into(),
    })))
}

/// Makes applications members; those that are stay.
#[utoipa::path(
    post, path = "/api/organizations/{id}/applications", operation_id = "AddOrganizationApplications",
    tag = "Organizations",
    params(("id" = String, Path)), request_body = inline(OrganizationApplicationIdsInput),
    responses(
        (status = 201, description = "They are members."),
        (status = 422, description = "No such organization, or not a machine-to-machine application."),
    )
)]
async fn add(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationApplicationIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(1)?;
    members::add(&ctx, events, id, MemberKind::Application, body.application_ids).await?;
    Ok(StatusCode::CREATED)
}

/// Makes these applications the only ones that are members; those that stay keep their roles.
#[utoipa::path(
    put, path = "/api/organizations/{id}/applications", operation_id = "ReplaceOrganizationApplications",
    tag = "Organizations",
    params(("id" = String, Path)), request_body = inline(OrganizationApplicationIdsInput),
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such organization, or not a machine-to-machine application."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationApplicationIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(0)?;
    members::replace(&ctx, events, id, MemberKind::Application, body.application_ids).await
}

/// Ends the membership of an application, with the roles held through it.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/applications/{applicationId}",
    operation_id = "DeleteOrganizationApplication", tag = "Organizations",
    params(("id" = String, Path), ("applicationId" = String, Path)),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "The application is not a member."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
    RequestEvents(events): RequestEvents,
) -> Result<StatusCode, ApiError> {
    members::remove(&ctx, events, Seat::application(path)).await
}

/// Gives each of these members each of these roles.
#[utoipa::path(
    post, path = "/api/organizations/{id}/applications/roles",
    operation_id = "AssignOrganizationRolesToApplications", tag = "Organizations",
    params(("id" = String, Path)), request_body = inline(OrganizationApplicationsRolesInput),
    responses(
        (status = 201, description = "Given."),
        (status = 422, description = "One of them is not a member, or there is no such role for machines."),
    )
)]
async fn assign_roles_to_many(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<OrganizationApplicationsRolesInput>,
) -> Result<StatusCode, ApiError> {
    let mut checks = Checks::default();
    checks.ids("applicationIds", &body.application_ids, 1);
    checks.ids("organizationRoleIds", &body.organization_role_ids, 1);
    checks.finish()?;
    let kind = MemberKind::Application;
    members::assign_roles(&ctx, id, kind, body.application_ids, body.organization_role_ids).await
}

/// Roles that an application holds in an organization.
#[utoipa::path(
    get, path = "/api/organizations/{id}/applications/{applicationId}/roles",
    operation_id = "ListOrganizationApplicationRoles", tag = "Organizations",
    params(("id" = String, Path), ("applicationId" = String, Path), PageParams),
    responses(
        (status = 200, description = "The roles.", body = Vec<OrganizationRole>),
        (status = 422, description = "The application is not a member."),
    )
)]
async fn list_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    let seat = Seat::application(path);
    seat.require(&ctx).await?;
    let (filter, page) = (seat.roles_held(), pagination.rows_or_all());
    Ok(pagination.answer_or_all(roles::list(&ctx.app.db, &ctx.tenant.id, &filter, page).await?))
}

/// Gives roles to an application in an organization.
#[utoipa::path(
    post, path = "/api/organizations/{id}/applications/{applicationId}/roles",
    operation_id = "AssignOrganizationRolesToApplication", tag = "Organizations",
    params(("id" = String, Path), ("applicationId" = String, Path)),
    request_body = inline(OrganizationApplicationRolesInput),
    responses(
        (status = 201, description = "Given."),
        (status = 422, description = "The application is not a member, or there is no such role for machines."),
    )
)]
async fn assign_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, application_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<OrganizationApplicationRolesInput>,
) -> Result<StatusCode, ApiError> {
    body.check(1)?;
    let kind = MemberKind::Application;
    members::assign_roles(&ctx, id, kind, vec![application_id], body.organization_role_ids).await
}

/// Makes these the roles of an application in an organization.
#[utoipa::path(
    put, path = "/api/organizations/{id}/applications/{applicationId}/roles",
    operation_id = "ReplaceOrganizationApplicationRoles", tag = "Organizations",
    params(("id" = String, Path), ("applicationId" = String, Path)),
    request_body = inline(OrganizationApplicationRolesInput),
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "The application is not a member, or there is no such role for machines."),
    )
)]
async fn replace_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(path): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<OrganizationApplicationRolesInput>,
) -> Result<StatusCode, ApiError> {
    body.check(0)?;
    members::replace_roles(&ctx, Seat::application(path), body.organization_role_ids).await
}

/// Takes a role from an application in an organization.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/applications/{applicationId}/roles/{organizationRoleId}",
    operation_id = "DeleteOrganizationApplicationRole", tag = "Organizations",
    params(("id" = String, Path), ("applicationId" = String, Path), ("organizationRoleId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The application does not hold the role."),
        (status = 422, description = "The application is not a member."),
    )
)]
async fn remove_role(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, application_id, role_id)): ApiPath<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    members::remove_role(&ctx, Seat::application((id, application_id)), &role_id).await
}
