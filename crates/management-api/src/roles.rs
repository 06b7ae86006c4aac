//! Roles: named sets of scopes, for users or for machines.

use crate::{
    checks::{Checks, MAX_SHORT},
    document::{PageParams, SearchParams},
    patch::{present, replace},
    query::QueryPairs,
    role_scopes::check_assignable,
    search,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{
    ApplicationType, ErrorCode, HookEvent, JsonObject,
    resource::Scope,
    role::{INTERNAL_ROLE_PREFIX, Role, RoleType},
};
use portico_store::{StoreError, Tx, roles};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A role with how many hold it, and the first of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleSummaryResponse {
    #[serde(flatten)]
    role: Role,
    users_count: i64,
    featured_users: Vec<FeaturedUser>,
    applications_count: i64,
    featured_applications: Vec<FeaturedApplication>,
}

/// A user as a face in a list.
#[derive(Serialize, ToSchema)]
pub struct FeaturedUser {
    id: String,
    #[schema(required = true)]
    avatar: Option<String>,
    #[schema(required = true)]
    name: Option<String>,
}

/// An application as an icon in a list.
#[derive(Serialize, ToSchema)]
pub struct FeaturedApplication {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: ApplicationType,
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleCreate {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    #[schema(min_length = 1, max_length = 128)]
    description: String,
    #[serde(rename = "type")]
    #[schema(nullable = false)]
    kind: Option<RoleType>,
    #[schema(nullable = false)]
    is_default: Option<bool>,
    #[schema(nullable = false)]
    scope_ids: Option<Vec<String>>,
}

/// Changes to a role.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    description: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    is_default: Option<bool>,
}

fn check(name: Option<&str>, description: Option<&str>) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    for (field, text) in [("name", name), ("description", description)] {
        if let Some(text) = text {
            checks.length(field, text, 1, MAX_SHORT);
        }
    }
    checks.finish()?;
    if name.is_some_and(|name| name.starts_with(INTERNAL_ROLE_PREFIX)) {
        return Err(ErrorCode::RoleInternalRoleViolation.into());
    }
    Ok(())
}

fn explain(error: StoreError, name: &str) -> ApiError {
    match error {
        StoreError::UniqueViolation { .. } => {
            ApiError::new(ErrorCode::RoleNameInUse).with_parameter("name", name)
        }
        other => other.into(),
    }
}

/// The role of this id.
pub async fn get_role(ctx: &Ctx, id: &str) -> Result<Role, ApiError> {
    let found = roles::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    found.ok_or_else(|| {
        ApiError::new(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "role")
            .with_parameter("id", id)
    })
}

/// What an event says of the scopes that a new role starts with.
fn scopes_facts(role: &Role, scopes: &[Scope]) -> JsonObject {
    let facts = [("roleId", json!(role.id)), ("data", json!(scopes))];
    facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}

/// The role of this id, unless it belongs to the server.
pub async fn get_changeable(ctx: &Ctx, id: &str) -> Result<Role, ApiError> {
    let role = get_role(ctx, id).await?;
    if role.name.starts_with(INTERNAL_ROLE_PREFIX) {
        return Err(ErrorCode::RoleInternalRoleViolation.into());
    }
    Ok(role)
}

/// Adds how many hold each role, and a few of them, with one statement for each kind of holder and figure.
async fn summarize(ctx: &Ctx, found: Vec<Role>) -> Result<Vec<RoleSummaryResponse>, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let ids: Vec<String> = found.iter().map(|role| role.id.clone()).collect();
    let users: HashMap<String, i64> = roles::count_users(db, tenant, &ids).await?.into_iter().collect();
    let machines: HashMap<String, i64> =
        roles::count_applications(db, tenant, &ids).await?.into_iter().collect();
    let (mut faces, mut icons): (HashMap<String, Vec<_>>, HashMap<String, Vec<_>>) = Default::default();
    for user in roles::list_featured_users(db, tenant, &ids).await? {
        let face = FeaturedUser { id: user.id, avatar: user.avatar, name: user.name };
        faces.entry(user.role_id).or_default().push(face);
    }
    for application in roles::list_featured_applications(db, tenant, &ids).await? {
        let icon = FeaturedApplication { id: application.id, name: application.name, kind: application.kind };
        icons.entry(application.role_id).or_default().push(icon);
    }
    let summarize = |role: Role| RoleSummaryResponse {
        users_count: users.get(&role.id).copied().unwrap_or(0),
        featured_users: faces.remove(&role.id).unwrap_or_default(),
        applications_count: machines.get(&role.id).copied().unwrap_or(0),
        featured_applications: icons.remove(&role.id).unwrap_or_default(),
        role,
    };
    Ok(found.into_iter().map(summarize).collect())
}

/// Roles of the tenant.
#[utoipa::path(
    get, path = "/api/roles", operation_id = "ListRoles", tag = "Roles",
    params(
        ("excludeUserId" = Option<String>, Query, description = "Leave out roles this user holds."),
        ("excludeApplicationId" = Option<String>, Query, description = "Leave out roles this application holds."),
        ("type" = Option<RoleType>, Query, description = "Only roles for users, or only for machines."),
        PageParams, SearchParams
    ),
    responses((status = 200, description = "The roles.", body = Vec<RoleSummaryResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let filter = roles::RoleFilter {
        kind: query.parse_each("type")?.first().copied(),
        search: search::parse(&query, &["id", "name", "description"])?,
        exclude_user_id: query.get("excludeUserId").map(str::to_owned),
        exclude_application_id: query.get("excludeApplicationId").map(str::to_owned),
        exclude_internal: true,
        ..Default::default()
    };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = roles::list(db, tenant, &filter, pagination.rows()).await?;
    let body = summarize(&ctx, found.items).await?;
    Ok((pagination.headers(found.total), JsonBody(body)))
}

/// Creates a role, with scopes if given.
#[utoipa::path(
    post, path = "/api/roles", operation_id = "CreateRole", tag = "Roles", request_body = RoleCreate,
    responses(
        (status = 200, description = "The role.", body = Role),
        (status = 404, description = "No such scope."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<RoleCreate>,
) -> Result<JsonBody<Role>, ApiError> {
    check(Some(&body.name), Some(&body.description))?;
    let role = Role {
        tenant_id: ctx.tenant.id.to_string(),
        id: portico_crypto::id::standard_id(),
        name: body.name,
        description: body.description,
        kind: body.kind.unwrap_or(RoleType::User),
        is_default: body.is_default.unwrap_or(false),
    };
    let scope_ids = body.scope_ids.unwrap_or_default();
    let scopes = check_assignable(&ctx, &role, &scope_ids).await?;
    let (tenant, stored) = (ctx.tenant.id.clone(), role.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            roles::insert(tx, &tenant, &stored).await.map_err(|error| explain(error, &stored.name))?;
            roles::assign_scopes(tx, &tenant, &stored.id, &scope_ids).await?;
            events.record(tx, HookEvent::RoleCreated, 200, &stored).await?;
            if !scopes.is_empty() {
                let facts = || scopes_facts(&stored, &scopes);
                events.record_facts(tx, HookEvent::RoleScopesUpdated, facts).await?;
            }
            Ok::<_, ApiError>(())
        })
    })
    .await?;
    Ok(JsonBody(role))
}

/// One role.
#[utoipa::path(
    get, path = "/api/roles/{id}", operation_id = "GetRole", tag = "Roles",
    params(("id" = String, Path)),
    responses((status = 200, description = "The role.", body = Role), (status = 404, description = "No such role."))
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Role>, ApiError> {
    get_role(&ctx, &id).await.map(JsonBody)
}

/// Changes a role; its type stays.
#[utoipa::path(
    patch, path = "/api/roles/{id}", operation_id = "UpdateRole", tag = "Roles",
    params(("id" = String, Path)), request_body = RolePatch,
    responses(
        (status = 200, description = "The role.", body = Role),
        (status = 404, description = "No such role."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<RolePatch>,
) -> Result<JsonBody<Role>, ApiError> {
    check(body.name.as_deref(), body.description.as_deref())?;
    let mut role = get_changeable(&ctx, &id).await?;
    replace(&mut role.name, body.name);
    replace(&mut role.description, body.description);
    replace(&mut role.is_default, body.is_default);
    let (tenant, stored) = (ctx.tenant.id.clone(), role.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let updated = roles::update(tx, &tenant, &stored).await;
            updated.map_err(|error| explain(error, &stored.name))?;
            events.record(tx, HookEvent::RoleDataUpdated, 200, &stored).await.map_err(ApiError::from)
        })
    })
    .await?;
    Ok(JsonBody(role))
}

/// Deletes a role; everyone who held it loses it.
#[utoipa::path(
    delete, path = "/api/roles/{id}", operation_id = "DeleteRole", tag = "Roles",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such role."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    get_changeable(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if !roles::delete(tx, &tenant, &id).await? {
                return Err(ApiError::from(ErrorCode::EntityNotFound));
            }
            events.record(tx, HookEvent::RoleDeleted, 204, &()).await?;
            Ok(StatusCode::NO_CONTENT)
        })
    })
    .await
}
