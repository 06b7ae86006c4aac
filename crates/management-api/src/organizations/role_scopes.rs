//! What roles of the organization template allow: scopes in the organization, and scopes of API resources.

use super::roles::get_role;
use crate::{checks::Checks, document::PageParams};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, HookEvent, TenantId,
    organization::{OrganizationRole, OrganizationScope},
    resource::Scope,
};
use portico_store::{
    Tx,
    organizations::{roles, scopes},
    resources,
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, add, replace_all))
        .routes(routes!(remove))
        .routes(routes!(list_of_resources, add_of_resources, replace_of_resources))
        .routes(routes!(remove_of_resource))
}

/// Organization scopes for a role.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationScopeIdsInput {
    organization_scope_ids: Vec<String>,
}

impl OrganizationScopeIdsInput {
    fn check(&self, min: usize) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.ids("organizationScopeIds", &self.organization_scope_ids, min);
        checks.finish()
    }
}

/// Scopes of API resources for a role.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationResourceScopeIdsInput {
    scope_ids: Vec<String>,
}

impl OrganizationResourceScopeIdsInput {
    fn check(&self, min: usize) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.ids("scopeIds", &self.scope_ids, min);
        checks.finish()
    }
}

/// The role, locked; that there is none is told like any other id that leads nowhere.
async fn lock(tx: &Tx, tenant: &TenantId, id: &str) -> Result<OrganizationRole, ApiError> {
    let found = roles::find_for_update(tx, tenant, id).await?;
    found.ok_or_else(|| ErrorCode::EntityRelationForeignKeyNotFound.into())
}

/// Organization scopes of a role.
#[utoipa::path(
    get, path = "/api/organization-roles/{id}/scopes", operation_id = "ListOrganizationRoleScopes",
    tag = "Organization roles",
    params(("id" = String, Path), PageParams),
    responses(
        (status = 200, description = "The scopes.", body = Vec<OrganizationScope>),
        (status = 404, description = "No such role."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    get_role(&ctx, &id).await?;
    let filter = scopes::OrganizationScopeFilter { role_id: Some(id), ..Default::default() };
    let found = scopes::list(&ctx.app.db, &ctx.tenant.id, &filter, pagination.rows_or_all()).await?;
    Ok(pagination.answer_or_all(found))
}

/// Gives organization scopes to a role; those it has stay.
#[utoipa::path(
    post, path = "/api/organization-roles/{id}/scopes", operation_id = "CreateOrganizationRoleScope",
    tag = "Organization roles",
    params(("id" = String, Path)), request_body = inline(OrganizationScopeIdsInput),
    responses(
        (status = 201, description = "Given."),
        (status = 422, description = "No such role or scope."),
    )
)]
async fn add(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationScopeIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(1)?;
    let tenant = ctx.tenant.id.clone();
    let added = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            roles::add_scopes(tx, &tenant, &id, &body.organization_scope_ids).await?;
            events.record(tx, HookEvent::OrganizationRoleScopesUpdated, 201, &()).await?;
            Ok::<_, ApiError>(StatusCode::CREATED)
        })
    });
    added.await
}

/// Makes these the organization scopes of a role.
#[utoipa::path(
    put, path = "/api/organization-roles/{id}/scopes", operation_id = "ReplaceOrganizationRoleScopes",
    tag = "Organization roles",
    params(("id" = String, Path)), request_body = inline(OrganizationScopeIdsInput),
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such role or scope."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationScopeIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(0)?;
    let tenant = ctx.tenant.id.clone();
    let replaced = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            lock(tx, &tenant, &id).await?;
            roles::replace_scopes(tx, &tenant, &id, &body.organization_scope_ids).await?;
            events.record(tx, HookEvent::OrganizationRoleScopesUpdated, 204, &()).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    replaced.await
}

/// Takes an organization scope from a role.
#[utoipa::path(
    delete, path = "/api/organization-roles/{id}/scopes/{organizationScopeId}",
    operation_id = "DeleteOrganizationRoleScope", tag = "Organization roles",
    params(("id" = String, Path), ("organizationScopeId" = String, Path)),
    responses((status = 204, description = "Taken."), (status = 404, description = "The role does not have it."))
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, scope_id)): ApiPath<(String, String)>,
    RequestEvents(events): RequestEvents,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let removed = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            if !roles::remove_scope(tx, &tenant, &id, &scope_id).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            events.record(tx, HookEvent::OrganizationRoleScopesUpdated, 204, &()).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    removed.await
}

/// Scopes of API resources that a role has, newest first.
#[utoipa::path(
    get, path = "/api/organization-roles/{id}/resource-scopes",
    operation_id = "ListOrganizationRoleResourceScopes", tag = "Organization roles",
    params(("id" = String, Path), PageParams),
    responses(
        (status = 200, description = "The scopes.", body = Vec<Scope>),
        (status = 404, description = "No such role."),
    )
)]
async fn list_of_resources(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    get_role(&ctx, &id).await?;
    let filter = resources::ScopeFilter { organization_role_id: Some(id), ..Default::default() };
    let page = pagination.rows_or_all();
    let found = resources::search_scopes(&ctx.app.db, &ctx.tenant.id, &filter, page).await?;
    Ok(pagination.answer_or_all(found))
}

/// Gives scopes of API resources to a role; those it has stay.
#[utoipa::path(
    post, path = "/api/organization-roles/{id}/resource-scopes",
    operation_id = "CreateOrganizationRoleResourceScope", tag = "Organization roles",
    params(("id" = String, Path)), request_body = inline(OrganizationResourceScopeIdsInput),
    responses(
        (status = 201, description = "Given."),
        (status = 422, description = "No such role or scope."),
    )
)]
async fn add_of_resources(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<OrganizationResourceScopeIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(1)?;
    roles::add_resource_scopes(&ctx.app.db, &ctx.tenant.id, &id, &body.scope_ids).await?;
    Ok(StatusCode::CREATED)
}

/// Makes these the scopes of API resources that a role has.
#[utoipa::path(
    put, path = "/api/organization-roles/{id}/resource-scopes",
    operation_id = "ReplaceOrganizationRoleResourceScopes", tag = "Organization roles",
    params(("id" = String, Path)), request_body = inline(OrganizationResourceScopeIdsInput),
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such role or scope."),
    )
)]
async fn replace_of_resources(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<OrganizationResourceScopeIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check(0)?;
    let tenant = ctx.tenant.id.clone();
    let replaced = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            lock(tx, &tenant, &id).await?;
            roles::replace_resource_scopes(tx, &tenant, &id, &body.scope_ids).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    replaced.await
}

/// Takes a scope of an API resource from a role.
#[utoipa::path(
    delete, path = "/api/organization-roles/{id}/resource-scopes/{scopeId}",
    operation_id = "DeleteOrganizationRoleResourceScope", tag = "Organization roles",
    params(("id" = String, Path), ("scopeId" = String, Path)),
    responses((status = 204, description = "Taken."), (status = 404, description = "The role does not have it."))
)]
async fn remove_of_resource(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, scope_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let removed = roles::remove_resource_scope(&ctx.app.db, &ctx.tenant.id, &id, &scope_id).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}
