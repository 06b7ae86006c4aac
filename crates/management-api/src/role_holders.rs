//! Who holds a role.

use crate::{
    applications::ApplicationResponse,
    checks::Checks,
    document::{PageParams, SearchParams},
    query::QueryPairs,
    roles::get_role,
    search,
    users::{SEARCH_FIELDS, UserProfileResponse},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{ApplicationType, ErrorCode, role::RoleType};
use portico_store::{Tx, applications, roles, users};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list_users, add_users))
        .routes(routes!(remove_user))
        .routes(routes!(list_applications, add_applications))
        .routes(routes!(remove_application))
}

/// Users to give the role to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserIdsInput {
    #[schema(min_items = 1)]
    user_ids: Vec<String>,
}

/// Applications to give the role to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationIdsInput {
    #[schema(min_items = 1)]
    application_ids: Vec<String>,
}

fn missing(name: &'static str, id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId).with_parameter("name", name).with_parameter("id", id)
}

/// Users who hold a role.
#[utoipa::path(
    get, path = "/api/roles/{id}/users", operation_id = "ListRoleUsers", tag = "Roles",
    params(("id" = String, Path), PageParams, SearchParams),
    responses(
        (status = 200, description = "The users.", body = Vec<UserProfileResponse>),
        (status = 404, description = "No such role."),
    )
)]
async fn list_users(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    get_role(&ctx, &id).await?;
    let search = search::parse(&query, SEARCH_FIELDS)?;
    let filter = users::UserFilter { search, role_id: Some(id), ..Default::default() };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = users::list(db, tenant, &filter, pagination.rows()).await?;
    Ok(pagination.answer(found.map(|user| UserProfileResponse::new(&user))))
}

/// Gives a role to users.
#[utoipa::path(
    post, path = "/api/roles/{id}/users", operation_id = "CreateRoleUser", tag = "Roles",
    params(("id" = String, Path)), request_body = UserIdsInput,
    responses(
        (status = 201, description = "Given."),
        (status = 404, description = "No such role or user."),
        (status = 422, description = "One of them holds it already, or the role is for machines."),
    )
)]
async fn add_users(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<UserIdsInput>,
) -> Result<StatusCode, ApiError> {
    let mut checks = Checks::default();
    checks.ids("userIds", &body.user_ids, 1);
    checks.finish()?;
    if get_role(&ctx, &id).await?.kind != RoleType::User {
        return Err(ErrorCode::EntityDbConstraintViolated.into());
    }
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let known = users::existing_ids(db, tenant, &body.user_ids).await?;
    if let Some(unknown) = body.user_ids.iter().find(|user_id| !known.contains(user_id)) {
        return Err(missing("user", unknown));
    }
    let holders = users::list_holders(db, tenant, &id, &body.user_ids).await?;
    if let Some(user_id) = body.user_ids.iter().find(|user_id| holders.contains(user_id)) {
        return Err(ApiError::new(ErrorCode::RoleUserExists).with_parameter("userId", user_id.as_str()));
    }
    users::assign_role(db, tenant, &id, &body.user_ids).await?;
    Ok(StatusCode::CREATED)
}

/// Takes a role from a user.
#[utoipa::path(
    delete, path = "/api/roles/{id}/users/{userId}", operation_id = "DeleteRoleUser", tag = "Roles",
    params(("id" = String, Path), ("userId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The role does not exist or the user does not hold it."),
    )
)]
async fn remove_user(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    get_role(&ctx, &id).await?;
    let removed = users::remove_role(&ctx.app.db, &ctx.tenant.id, &user_id, &id).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Applications that hold a role.
#[utoipa::path(
    get, path = "/api/roles/{id}/applications", operation_id = "ListRoleApplications", tag = "Roles",
    params(("id" = String, Path), PageParams, SearchParams),
    responses(
        (status = 200, description = "The applications.", body = Vec<ApplicationResponse>),
        (status = 404, description = "No such role."),
    )
)]
async fn list_applications(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    get_role(&ctx, &id).await?;
    let search = search::parse(&query, &["id", "name", "description"])?;
    let filter = applications::ApplicationFilter { search, role_id: Some(id), ..Default::default() };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = applications::list(db, tenant, &filter, pagination.rows()).await?;
    Ok(pagination.answer(found.map(ApplicationResponse::from)))
}

/// Gives a role to applications.
#[utoipa::path(
    post, path = "/api/roles/{id}/applications", operation_id = "CreateRoleApplication", tag = "Roles",
    params(("id" = String, Path)), request_body = ApplicationIdsInput,
    responses(
        (status = 201, description = "Given."),
        (status = 404, description = "No such role or application."),
        (status = 422, description = "One of them holds it already, or the role or an application is of the wrong type."),
    )
)]
async fn add_applications(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ApplicationIdsInput>,
) -> Result<StatusCode, ApiError> {
    let mut checks = Checks::default();
    checks.ids("applicationIds", &body.application_ids, 1);
    checks.finish()?;
    let role = get_role(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let ids = &body.application_ids;
            let found = applications::list_by_ids(tx, &tenant, ids).await?;
            if let Some(unknown) = ids.iter().find(|id| !found.iter().any(|found| found.id == **id)) {
                return Err(missing("application", unknown));
            }
            if let Some(held) = roles::list_application_holders(tx, &tenant, &role.id, ids).await?.first() {
                let error = ApiError::new(ErrorCode::RoleApplicationExists);
                return Err(error.with_parameter("applicationId", held.as_str()));
            }
            let are_machines = found.iter().all(|found| found.kind == ApplicationType::MachineToMachine);
            if role.kind != RoleType::MachineToMachine || !are_machines {
                return Err(ErrorCode::EntityDbConstraintViolated.into());
            }
            roles::assign_to_applications(tx, &tenant, &role.id, ids).await?;
            Ok::<_, ApiError>(StatusCode::CREATED)
        })
    })
    .await
}

/// Takes a role from an application.
#[utoipa::path(
    delete, path = "/api/roles/{id}/applications/{applicationId}",
    operation_id = "DeleteRoleApplication", tag = "Roles",
    params(("id" = String, Path), ("applicationId" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "The role does not exist or the application does not hold it."),
    )
)]
async fn remove_application(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, application_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    get_role(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    let removed = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { roles::remove_from_application(tx, &tenant, &application_id, &id).await })
        })
        .await
        .map_err(ApiError::from)?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}
