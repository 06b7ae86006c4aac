//! Roles of users.

use crate::{
    document::{PageParams, SearchParams},
    query::QueryPairs,
    role_assignment::{AssignedRolesResponse, RoleIdsInput, get_roles},
    search,
    users::get_user,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    role::{Role, RoleType},
};
use portico_store::{Tx, roles, users};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, assign, replace_all)).routes(routes!(remove))
}

/// The roles a user holds now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRolesResponse {
    role_ids: Vec<String>,
}

/// Roles of a user.
#[utoipa::path(
    get, path = "/api/users/{userId}/roles", operation_id = "ListUserRoles", tag = "Users",
    params(("userId" = String, Path), PageParams, SearchParams),
    responses(
        (status = 200, description = "The roles.", body = Vec<Role>),
        (status = 404, description = "No such user."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    get_user(&ctx, &id).await?;
    let filter = roles::RoleFilter {
        kind: Some(RoleType::User),
        search: search::parse(&query, &["id", "name", "description"])?,
        user_id: Some(id),
        ..Default::default()
    };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    Ok(pagination.answer(roles::list(db, tenant, &filter, pagination.rows()).await?))
}

/// Gives roles to a user.
#[utoipa::path(
    post, path = "/api/users/{userId}/roles", operation_id = "AssignUserRoles", tag = "Users",
    params(("userId" = String, Path)), request_body = RoleIdsInput,
    responses(
        (status = 201, description = "What was added.", body = AssignedRolesResponse),
        (status = 404, description = "No such user or role."),
        (status = 422, description = "A role is for machines."),
    )
)]
async fn assign(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<RoleIdsInput>,
) -> Result<impl IntoResponse, ApiError> {
    body.check()?;
    get_user(&ctx, &id).await?;
    let wanted = get_roles(&ctx, &body.role_ids).await?;
    if wanted.iter().any(|role| role.kind != RoleType::User) {
        return Err(ErrorCode::UserInvalidRoleType.into());
    }
    let held = roles::list_for_user(&ctx.app.db, &ctx.tenant.id, &id).await?;
    let answer = AssignedRolesResponse::new(body.role_ids, &held);
    let (tenant, added) = (ctx.tenant.id.clone(), answer.added_role_ids.clone());
    ctx.app
        .db
        .write(move |tx: &Tx| Box::pin(async move { users::assign_roles(tx, &tenant, &id, &added).await }))
        .await
        .map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(answer)))
}

/// Makes these the roles of a user.
#[utoipa::path(
    put, path = "/api/users/{userId}/roles", operation_id = "ReplaceUserRoles", tag = "Users",
    params(("userId" = String, Path)), request_body = RoleIdsInput,
    responses(
        (status = 200, description = "The roles.", body = UserRolesResponse),
        (status = 404, description = "No such user or role."),
        (status = 422, description = "A role is for machines."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<RoleIdsInput>,
) -> Result<JsonBody<UserRolesResponse>, ApiError> {
    body.check()?;
    get_user(&ctx, &id).await?;
    let wanted = get_roles(&ctx, &body.role_ids).await?;
    if wanted.iter().any(|role| role.kind != RoleType::User) {
        return Err(ErrorCode::EntityDbConstraintViolated.into());
    }
    let (tenant, role_ids) = (ctx.tenant.id.clone(), body.role_ids.clone());
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move { users::replace_roles(tx, &tenant, &id, &role_ids).await })
        })
        .await
        .map_err(ApiError::from)?;
    Ok(JsonBody(UserRolesResponse { role_ids: body.role_ids }))
}

/// Takes a role from a user.
#[utoipa::path(
    delete, path = "/api/users/{userId}/roles/{roleId}", operation_id = "DeleteUserRole", tag = "Users",
    params(("userId" = String, Path), ("roleId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The user does not exist or does not hold the role."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, role_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    get_user(&ctx, &id).await?;
    let removed = users::remove_role(&ctx.app.db, &ctx.tenant.id, &id, &role_id).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}
