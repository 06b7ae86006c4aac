//! Roles of machine-to-machine applications.

use crate::{
    applications::get_application,
    document::{PageParams, SearchParams},
    query::QueryPairs,
    role_assignment::{AssignedRolesResponse, RoleIdsInput, get_roles},
    search,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ApplicationType, ErrorCode,
    role::{INTERNAL_ROLE_PREFIX, Role, RoleType},
};
use portico_store::{Tx, roles};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, assign, replace_all)).routes(routes!(remove))
}

/// Name of the role that opens the Management API to a machine.
fn admin_role_name() -> String {
    format!("{INTERNAL_ROLE_PREFIX}admin")
}

/// Whether the application may use the Management API.
pub async fn is_admin(ctx: &Ctx, application_id: &str) -> Result<bool, ApiError> {
    let held = roles::list_for_application(&ctx.app.db, &ctx.tenant.id, application_id).await?;
    let name = admin_role_name();
    Ok(held.iter().any(|role| role.name == name))
}

/// Opens or closes the Management API to an application. The admin tenant has no such role.
pub async fn set_admin(ctx: &Ctx, application_id: &str, is_admin: bool) -> Result<(), ApiError> {
    if ctx.tenant.id.is_admin() {
        return Ok(());
    }
    let (tenant, application_id) = (ctx.tenant.id.clone(), application_id.to_owned());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let role = roles::find_by_name(tx, &tenant, &admin_role_name()).await?;
            let role = role.ok_or_else(|| ApiError::new(ErrorCode::EntityNotExists).with_status(500))?;
            if is_admin {
                roles::assign_to_application(tx, &tenant, &application_id, &[role.id]).await?;
            } else {
                roles::remove_from_application(tx, &tenant, &application_id, &role.id).await?;
            }
            Ok::<_, ApiError>(())
        })
    })
    .await
}

/// Only machines have roles of their own; people's roles count wherever they sign in.
async fn require_machine(ctx: &Ctx, id: &str) -> Result<(), ApiError> {
    match get_application(ctx, id).await?.kind {
        ApplicationType::MachineToMachine => Ok(()),
        _ => Err(ErrorCode::ApplicationInvalidType.into()),
    }
}

/// Roles of an application.
#[utoipa::path(
    get, path = "/api/applications/{applicationId}/roles",
    operation_id = "ListApplicationRoles", tag = "Applications",
    params(("applicationId" = String, Path), PageParams, SearchParams),
    responses(
        (status = 200, description = "The roles.", body = Vec<Role>),
        (status = 404, description = "No such application."),
        (status = 422, description = "Not a machine-to-machine application."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    require_machine(&ctx, &id).await?;
    let filter = roles::RoleFilter {
        search: search::parse(&query, &["id", "name", "description"])?,
        application_id: Some(id),
        exclude_internal: true,
        ..Default::default()
    };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    Ok(pagination.answer(roles::list(db, tenant, &filter, pagination.rows()).await?))
}

/// Gives roles to an application.
#[utoipa::path(
    post, path = "/api/applications/{applicationId}/roles",
    operation_id = "AssignApplicationRoles", tag = "Applications",
    params(("applicationId" = String, Path)), request_body = RoleIdsInput,
    responses(
        (status = 201, description = "What was added.", body = AssignedRolesResponse),
        (status = 404, description = "No such application or role."),
        (status = 422, description = "The application or a role is of the wrong type."),
    )
)]
async fn assign(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<RoleIdsInput>,
) -> Result<impl IntoResponse, ApiError> {
    body.check()?;
    require_machine(&ctx, &id).await?;
    let wanted = get_roles(&ctx, &body.role_ids).await?;
    if wanted.iter().any(|role| role.kind != RoleType::MachineToMachine) {
        return Err(ErrorCode::ApplicationInvalidRoleType.into());
    }
    let held = roles::list_for_application(&ctx.app.db, &ctx.tenant.id, &id).await?;
    let answer = AssignedRolesResponse::new(body.role_ids, &held);
    let (tenant, added) = (ctx.tenant.id.clone(), answer.added_role_ids.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move { roles::assign_to_application(tx, &tenant, &id, &added).await })
    })
    .await
    .map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(answer)))
}

/// Makes these the roles of an application.
#[utoipa::path(
    put, path = "/api/applications/{applicationId}/roles",
    operation_id = "ReplaceApplicationRoles", tag = "Applications",
    params(("applicationId" = String, Path)), request_body = RoleIdsInput,
    responses(
        (status = 200, description = "Replaced."),
        (status = 404, description = "No such application or role."),
        (status = 422, description = "The application or a role is of the wrong type."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<RoleIdsInput>,
) -> Result<StatusCode, ApiError> {
    body.check()?;
    require_machine(&ctx, &id).await?;
    let wanted = get_roles(&ctx, &body.role_ids).await?;
    if wanted.iter().any(|role| role.kind != RoleType::MachineToMachine) {
        return Err(ErrorCode::EntityDbConstraintViolated.into());
    }
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move { roles::replace_for_application(tx, &tenant, &id, &body.role_ids).await })
    })
    .await
    .map_err(ApiError::from)?;
    Ok(StatusCode::OK)
}

/// Takes a role from an application.
#[utoipa::path(
    delete, path = "/api/applications/{applicationId}/roles/{roleId}",
    operation_id = "DeleteApplicationRole", tag = "Applications",
    params(("applicationId" = String, Path), ("roleId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The application does not exist or does not hold the role."),
        (status = 422, description = "Not a machine-to-machine application."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, role_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    require_machine(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    let removed = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { roles::remove_from_application(tx, &tenant, &id, &role_id).await })
        })
        .await
        .map_err(ApiError::from)?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}
