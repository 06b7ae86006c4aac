//! What roles allow.

use crate::{checks::Checks, roles::get_changeable, roles::get_role};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, HookEvent,
    resource::{Resource, Scope},
    role::{Role, RoleType},
};
use portico_store::{Page, Tx, resources, roles};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most resources of a tenant whose scopes a role is shown with.
const MAX_RESOURCES: Page = Page { limit: 1000, offset: 0 };

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, assign)).routes(routes!(remove))
}

/// A scope with its resource.
#[derive(Serialize, ToSchema)]
pub struct ScopeWithResourceResponse {
    #[serde(flatten)]
    scope: Scope,
    resource: Resource,
}

/// Scopes to add.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScopeIdsInput {
    #[schema(min_items = 1)]
    scope_ids: Vec<String>,
}

/// The scopes of these ids: all must exist, and the Management API is not for people who sign in.
pub async fn check_assignable(ctx: &Ctx, role: &Role, scope_ids: &[String]) -> Result<Vec<Scope>, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = resources::list_scopes_by_ids(db, tenant, scope_ids).await?;
    if let Some(missing) = scope_ids.iter().find(|id| !found.iter().any(|scope| scope.id == **id)) {
        let error = ApiError::new(ErrorCode::EntityNotExistsWithId);
        return Err(error.with_parameter("name", "scope").with_parameter("id", missing.as_str()));
    }
    if role.kind == RoleType::User {
        let indicator = tenant.management_api_indicator();
        let management = resources::find_by_indicator(db, tenant, &indicator).await?;
        if management.is_some_and(|resource| found.iter().any(|scope| scope.resource_id == resource.id)) {
            return Err(ErrorCode::RoleManagementApiScopesNotAssignableToUserRole.into());
        }
    }
    Ok(found)
}

/// Scopes of a role.
#[utoipa::path(
    get, path = "/api/roles/{id}/scopes", operation_id = "ListRoleScopes", tag = "Roles",
    params(("id" = String, Path), crate::document::PageParams),
    responses(
        (status = 200, description = "The scopes.", body = Vec<ScopeWithResourceResponse>),
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
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let scopes = roles::list_scopes(db, tenant, &id).await?;
    let all = resources::list(db, tenant, MAX_RESOURCES).await?;
    let total = i64::try_from(scopes.len()).unwrap_or(i64::MAX);
    let with_resource = scopes.into_iter().filter_map(|scope| {
        let resource = all.iter().find(|resource| resource.id == scope.resource_id)?.clone();
        Some(ScopeWithResourceResponse { scope, resource })
    });
    if pagination.is_absent {
        return Ok((HeaderMap::new(), JsonBody(with_resource.collect::<Vec<_>>())));
    }
    let (skip, take) = (usize::try_from(pagination.offset()), usize::try_from(pagination.limit()));
    let page = with_resource.skip(skip.unwrap_or(usize::MAX)).take(take.unwrap_or(0));
    Ok((pagination.headers(total), JsonBody(page.collect::<Vec<_>>())))
}

/// Adds scopes to a role.
#[utoipa::path(
    post, path = "/api/roles/{id}/scopes", operation_id = "CreateRoleScope", tag = "Roles",
    params(("id" = String, Path)), request_body = ScopeIdsInput,
    responses(
        (status = 201, description = "All scopes of the role.", body = Vec<Scope>),
        (status = 404, description = "No such role or scope."),
        (status = 422, description = "The role has one of them already."),
    )
)]
async fn assign(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ScopeIdsInput>,
) -> Result<impl IntoResponse, ApiError> {
    let mut checks = Checks::default();
    checks.ids("scopeIds", &body.scope_ids, 1);
    checks.finish()?;
    let role = get_changeable(&ctx, &id).await?;
    check_assignable(&ctx, &role, &body.scope_ids).await?;
    let tenant = ctx.tenant.id.clone();
    let scopes = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let held = roles::list_scopes(tx, &tenant, &id).await?;
                if let Some(scope) = held.iter().find(|scope| body.scope_ids.contains(&scope.id)) {
                    let error = ApiError::new(ErrorCode::RoleScopeExists);
                    return Err(error.with_parameter("scopeId", scope.id.as_str()));
                }
                roles::assign_scopes(tx, &tenant, &id, &body.scope_ids).await?;
                let scopes = roles::list_scopes(tx, &tenant, &id).await?;
                events.record(tx, HookEvent::RoleScopesUpdated, 201, &scopes).await?;
                Ok::<_, ApiError>(scopes)
            })
        })
        .await?;
    Ok((StatusCode::CREATED, JsonBody(scopes)))
}

/// Takes a scope from a role.
#[utoipa::path(
    delete, path = "/api/roles/{id}/scopes/{scopeId}", operation_id = "DeleteRoleScope", tag = "Roles",
    params(("id" = String, Path), ("scopeId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The role does not exist or does not have the scope."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath((id, scope_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    get_changeable(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if !roles::remove_scope(tx, &tenant, &id, &scope_id).await? {
                return Err(ApiError::from(ErrorCode::EntityNotFound));
            }
            events.record(tx, HookEvent::RoleScopesUpdated, 204, &()).await?;
            Ok(StatusCode::NO_CONTENT)
        })
    })
    .await
}
