//! Roles of the template that all organizations share.

use super::scopes::check;
use crate::{
    checks::Checks,
    document::PageParams,
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, HookEvent,
    organization::{Named, OrganizationRole, ResourceScopeName},
    role::RoleType,
};
use portico_store::{Tx, organizations::roles};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A role with what it allows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleWithScopesResponse {
    #[serde(flatten)]
    role: OrganizationRole,
    /// Scopes in organizations, by name.
    scopes: Vec<Named>,
    /// Scopes of API resources, by name.
    resource_scopes: Vec<ResourceScopeName>,
}

/// A new role, with scopes if given.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleCreate {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    description: Option<String>,
    #[serde(rename = "type")]
    #[schema(nullable = false)]
    kind: Option<RoleType>,
    #[serde(default)]
    organization_scope_ids: Vec<String>,
    #[serde(default)]
    resource_scope_ids: Vec<String>,
}

/// Changes to a role; its type stays.
#[derive(Deserialize, ToSchema)]
pub struct OrganizationRolePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 128)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
}

pub(super) fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "organization role")
        .with_parameter("id", id)
}

/// Roles of the organization template.
#[utoipa::path(
    get, path = "/api/organization-roles", operation_id = "ListOrganizationRoles", tag = "Organization roles",
    params(("q" = Option<String>, Query, description = "Only those with this text in the name."), PageParams),
    responses((status = 200, description = "The roles.", body = Vec<OrganizationRoleWithScopesResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let filter = roles::OrganizationRoleFilter { search: query.containing("q"), ..Default::default() };
    let found = roles::list(db, tenant, &filter, pagination.rows()).await?;
    let ids: Vec<String> = found.items.iter().map(|role| role.id.clone()).collect();
    let mut scopes = roles::scope_names_of(db, tenant, &ids).await?;
    let mut resource_scopes = roles::resource_scope_names_of(db, tenant, &ids).await?;
    Ok(pagination.answer(found.map(|role| OrganizationRoleWithScopesResponse {
        scopes: scopes.remove(&role.id).unwrap_or_default(),
        resource_scopes: resource_scopes.remove(&role.id).unwrap_or_default(),
        role,
    })))
}

/// Creates a role, with scopes if given.
#[utoipa::path(
    post, path = "/api/organization-roles", operation_id = "CreateOrganizationRole", tag = "Organization roles",
    request_body = OrganizationRoleCreate,
    responses(
        (status = 201, description = "The role.", body = OrganizationRole),
        (status = 422, description = "The name is taken, or there is no such scope."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationRoleCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check(&body.name, body.description.as_deref())?;
    let mut checks = Checks::default();
    checks.ids("organizationScopeIds", &body.organization_scope_ids, 0);
    checks.ids("resourceScopeIds", &body.resource_scope_ids, 0);
    checks.finish()?;
    let role = OrganizationRole {
        tenant_id: ctx.tenant.id.to_string(),
        id: portico_crypto::id::standard_id(),
        name: body.name,
        description: body.description,
        kind: body.kind.unwrap_or(RoleType::User),
    };
    let (scope_ids, resource_scope_ids) = (body.organization_scope_ids, body.resource_scope_ids);
    let (tenant, stored) = (ctx.tenant.id.clone(), role.clone());
    let created = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            roles::insert(tx, &tenant, &stored).await?;
            roles::add_scopes(tx, &tenant, &stored.id, &scope_ids).await?;
            roles::add_resource_scopes(tx, &tenant, &stored.id, &resource_scope_ids).await?;
            events.record(tx, HookEvent::OrganizationRoleCreated, 201, &stored).await
        })
    });
    created.await.map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(role)))
}

/// One role.
#[utoipa::path(
    get, path = "/api/organization-roles/{id}", operation_id = "GetOrganizationRole",
    tag = "Organization roles",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The role.", body = OrganizationRole),
        (status = 404, description = "No such role."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<OrganizationRole>, ApiError> {
    get_role(&ctx, &id).await.map(JsonBody)
}

/// The role of this id.
pub(super) async fn get_role(ctx: &Ctx, id: &str) -> Result<OrganizationRole, ApiError> {
    let found = roles::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    found.ok_or_else(|| not_found(id))
}

/// Changes a role; its type stays.
#[utoipa::path(
    patch, path = "/api/organization-roles/{id}", operation_id = "UpdateOrganizationRole",
    tag = "Organization roles",
    params(("id" = String, Path)), request_body = OrganizationRolePatch,
    responses(
        (status = 200, description = "The role.", body = OrganizationRole),
        (status = 404, description = "No such role."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationRolePatch>,
) -> Result<JsonBody<OrganizationRole>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let changed = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let found = roles::find_for_update(tx, &tenant, &id).await?;
            let mut role = found.ok_or_else(|| not_found(&id))?;
            replace(&mut role.name, body.name);
            replace(&mut role.description, body.description);
            check(&role.name, role.description.as_deref())?;
            roles::update(tx, &tenant, &role).await?;
            events.record(tx, HookEvent::OrganizationRoleDataUpdated, 200, &role).await?;
            Ok::<_, ApiError>(role)
        })
    });
    Ok(JsonBody(changed.await?))
}

/// Deletes a role; everyone who held it loses it.
#[utoipa::path(
    delete, path = "/api/organization-roles/{id}", operation_id = "DeleteOrganizationRole",
    tag = "Organization roles",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such role."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            if !roles::delete(tx, &tenant, &id).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            events.record(tx, HookEvent::OrganizationRoleDeleted, 204, &()).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    deleted.await
}
