//! The organizations of a user or an application.

use crate::{applications::get_application, document::PageParams, users::get_user};
use axum::{extract::State, response::IntoResponse};
use portico_http_kit::{ApiError, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::organization::{Named, Organization};
use portico_store::{
    Listed, Page,
    organizations::{
        self, OrganizationFilter,
        members::{self, MemberKind},
    },
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(of_user)).routes(routes!(of_application))
}

/// An organization with the roles that a member holds there.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationWithRolesResponse {
    #[serde(flatten)]
    organization: Organization,
    /// Roles held there, by name.
    organization_roles: Vec<Named>,
}

async fn list(
    ctx: &Ctx,
    filter: OrganizationFilter,
    kind: MemberKind,
    member_id: &str,
    page: Page,
) -> Result<Listed<OrganizationWithRolesResponse>, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = organizations::list(db, tenant, &filter, page).await?;
    let ids: Vec<String> = found.items.iter().map(|organization| organization.id.clone()).collect();
    let mut roles = members::role_names_in(db, tenant, &ids, kind, member_id).await?;
    Ok(found.map(|organization| OrganizationWithRolesResponse {
        organization_roles: roles.remove(&organization.id).unwrap_or_default(),
        organization,
    }))
}

/// Organizations that a user is a member of, newest first.
#[utoipa::path(
    get, path = "/api/users/{userId}/organizations", operation_id = "ListUserOrganizations", tag = "Users",
    params(("userId" = String, Path)),
    responses(
        (status = 200, description = "The organizations.", body = Vec<OrganizationWithRolesResponse>),
        (status = 404, description = "No such user."),
    )
)]
async fn of_user(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<OrganizationWithRolesResponse>>, ApiError> {
    get_user(&ctx, &id).await?;
    let filter = OrganizationFilter { user_id: Some(id.clone()), ..Default::default() };
    Ok(JsonBody(list(&ctx, filter, MemberKind::User, &id, Page::ALL).await?.items))
}

/// Organizations that an application is a member of, newest first.
#[utoipa::path(
    get, path = "/api/applications/{id}/organizations", operation_id = "ListApplicationOrganizations",
    tag = "Applications",
    params(("id" = String, Path), PageParams),
    responses(
        (status = 200, description = "The organizations.", body = Vec<OrganizationWithRolesResponse>),
        (status = 404, description = "No such application."),
    )
)]
async fn of_application(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    get_application(&ctx, &id).await?;
    let filter = OrganizationFilter { application_id: Some(id.clone()), ..Default::default() };
    let page = pagination.rows_or_all();
    Ok(pagination.answer_or_all(list(&ctx, filter, MemberKind::Application, &id, page).await?))
}
