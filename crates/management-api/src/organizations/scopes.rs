//! Scopes of the template that all organizations share.

use crate::{
    checks::{Checks, MAX_NAME, MAX_SHORT},
    document::PageParams,
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{ErrorCode, HookEvent, organization::OrganizationScope};
use portico_store::{Tx, organizations::scopes};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A new scope.
#[derive(Deserialize, ToSchema)]
pub struct OrganizationScopeCreate {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    description: Option<String>,
}

/// Changes to a scope.
#[derive(Deserialize, ToSchema)]
pub struct OrganizationScopePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 128)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
}

/// What the columns of roles and scopes can hold.
pub(super) fn check(name: &str, description: Option<&str>) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.length("name", name, 1, MAX_SHORT);
    if let Some(description) = description {
        checks.length("description", description, 0, MAX_NAME);
    }
    checks.finish()
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "organization scope")
        .with_parameter("id", id)
}

/// Scopes of the organization template.
#[utoipa::path(
    get, path = "/api/organization-scopes", operation_id = "ListOrganizationScopes", tag = "Organization scopes",
    params(("q" = Option<String>, Query, description = "Only those with this text in the name."), PageParams),
    responses((status = 200, description = "The scopes.", body = Vec<OrganizationScope>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let filter = scopes::OrganizationScopeFilter { search: query.containing("q"), ..Default::default() };
    let found = scopes::list(&ctx.app.db, &ctx.tenant.id, &filter, pagination.rows_or_all()).await?;
    Ok(pagination.answer_or_all(found))
}

/// Creates a scope.
#[utoipa::path(
    post, path = "/api/organization-scopes", operation_id = "CreateOrganizationScope",
    tag = "Organization scopes", request_body = OrganizationScopeCreate,
    responses(
        (status = 201, description = "The scope.", body = OrganizationScope),
        (status = 422, description = "The name is taken."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationScopeCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check(&body.name, body.description.as_deref())?;
    let scope = OrganizationScope {
        tenant_id: ctx.tenant.id.to_string(),
        id: portico_crypto::id::standard_id(),
        name: body.name,
        description: body.description,
    };
    let (tenant, stored) = (ctx.tenant.id.clone(), scope.clone());
    let created = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            scopes::insert(tx, &tenant, &stored).await?;
            events.record(tx, HookEvent::OrganizationScopeCreated, 201, &stored).await
        })
    });
    created.await.map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(scope)))
}

/// One scope.
#[utoipa::path(
    get, path = "/api/organization-scopes/{id}", operation_id = "GetOrganizationScope",
    tag = "Organization scopes",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The scope.", body = OrganizationScope),
        (status = 404, description = "No such scope."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<OrganizationScope>, ApiError> {
    let found = scopes::find_by_id(&ctx.app.db, &ctx.tenant.id, &id).await?;
    found.map(JsonBody).ok_or_else(|| not_found(&id))
}

/// Changes a scope.
#[utoipa::path(
    patch, path = "/api/organization-scopes/{id}", operation_id = "UpdateOrganizationScope",
    tag = "Organization scopes",
    params(("id" = String, Path)), request_body = OrganizationScopePatch,
    responses(
        (status = 200, description = "The scope.", body = OrganizationScope),
        (status = 404, description = "No such scope."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationScopePatch>,
) -> Result<JsonBody<OrganizationScope>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let changed = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let found = scopes::find_for_update(tx, &tenant, &id).await?;
            let mut scope = found.ok_or_else(|| not_found(&id))?;
            replace(&mut scope.name, body.name);
            replace(&mut scope.description, body.description);
            check(&scope.name, scope.description.as_deref())?;
            scopes::update(tx, &tenant, &scope).await?;
            events.record(tx, HookEvent::OrganizationScopeDataUpdated, 200, &scope).await?;
            Ok::<_, ApiError>(scope)
        })
    });
    Ok(JsonBody(changed.await?))
}

/// Deletes a scope; roles lose it.
#[utoipa::path(
    delete, path = "/api/organization-scopes/{id}", operation_id = "DeleteOrganizationScope",
    tag = "Organization scopes",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such scope."))
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
            if !scopes::delete(tx, &tenant, &id).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            events.record(tx, HookEvent::OrganizationScopeDeleted, 204, &()).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    deleted.await
}
