//! Scopes of API resources.

use crate::{
    checks::{Checks, MAX_NAME},
    document::{PageParams, SearchParams},
    patch::{present, replace},
    query::QueryPairs,
    resources::{get_changeable, get_resource},
    search,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{ErrorCode, HookEvent, resource::Scope};
use portico_store::{StoreError, Tx, resources};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

/// A new scope.
#[derive(Deserialize, ToSchema)]
pub struct ScopeCreate {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    description: Option<String>,
}

/// Changes to a scope.
#[derive(Deserialize, ToSchema)]
pub struct ScopePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
}

/// Scopes are sent as one text separated by spaces (RFC 6749 §3.3), so a name has none.
fn check_name(name: &str) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.length("name", name, 1, MAX_NAME);
    checks.finish()?;
    if name.contains(char::is_whitespace) {
        return Err(ErrorCode::ScopeNameWithSpace.into());
    }
    Ok(())
}

fn explain(error: StoreError, name: &str) -> ApiError {
    match error {
        StoreError::UniqueViolation { .. } => {
            ApiError::new(ErrorCode::ScopeNameExists).with_parameter("name", name)
        }
        other => other.into(),
    }
}

/// Scopes of a resource.
#[utoipa::path(
    get, path = "/api/resources/{resourceId}/scopes", operation_id = "ListResourceScopes", tag = "Resources",
    params(("resourceId" = String, Path), PageParams, SearchParams),
    responses(
        (status = 200, description = "The scopes.", body = Vec<Scope>),
        (status = 404, description = "No such resource."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    get_resource(&ctx, &id).await?;
    let search = search::parse(&query, &["id", "name", "description"])?;
    let filter = resources::ScopeFilter { search, resource_id: Some(id), ..Default::default() };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    Ok(pagination.answer(resources::search_scopes(db, tenant, &filter, pagination.rows()).await?))
}

/// Adds a scope to a resource.
#[utoipa::path(
    post, path = "/api/resources/{resourceId}/scopes", operation_id = "CreateResourceScope", tag = "Resources",
    params(("resourceId" = String, Path)), request_body = ScopeCreate,
    responses(
        (status = 201, description = "The scope.", body = Scope),
        (status = 404, description = "No such resource."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ScopeCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check_name(&body.name)?;
    get_changeable(&ctx, &id).await?;
    let scope = Scope {
        tenant_id: ctx.tenant.id.to_string(),
        id: portico_crypto::id::standard_id(),
        resource_id: id,
        name: body.name,
        description: body.description,
        created_at: ctx.now_ms(),
    };
    let (tenant, stored) = (ctx.tenant.id.clone(), scope.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let inserted = resources::insert_scope(tx, &tenant, &stored).await;
            inserted.map_err(|error| explain(error, &stored.name))?;
            events.record(tx, HookEvent::ScopeCreated, 201, &stored).await.map_err(ApiError::from)
        })
    })
    .await?;
    Ok((StatusCode::CREATED, JsonBody(scope)))
}

/// Changes a scope.
#[utoipa::path(
    patch, path = "/api/resources/{resourceId}/scopes/{scopeId}",
    operation_id = "UpdateResourceScope", tag = "Resources",
    params(("resourceId" = String, Path), ("scopeId" = String, Path)), request_body = ScopePatch,
    responses(
        (status = 200, description = "The scope.", body = Scope),
        (status = 404, description = "No such scope."),
        (status = 422, description = "The name is taken."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath((id, scope_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<ScopePatch>,
) -> Result<JsonBody<Scope>, ApiError> {
    if let Some(name) = &body.name {
        check_name(name)?;
    }
    get_changeable(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    let scope = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let found = resources::find_scope(tx, &tenant, &id, &scope_id).await?;
                let mut scope = found.ok_or_else(|| ApiError::new(ErrorCode::EntityNotFound))?;
                replace(&mut scope.name, body.name);
                replace(&mut scope.description, body.description);
                let updated = resources::update_scope(tx, &tenant, &scope).await;
                updated.map_err(|error| explain(error, &scope.name))?;
                events.record(tx, HookEvent::ScopeDataUpdated, 200, &scope).await?;
                Ok::<_, ApiError>(scope)
            })
        })
        .await?;
    Ok(JsonBody(scope))
}

/// Deletes a scope; tokens lose it when they are renewed.
#[utoipa::path(
    delete, path = "/api/resources/{resourceId}/scopes/{scopeId}",
    operation_id = "DeleteResourceScope", tag = "Resources",
    params(("resourceId" = String, Path), ("scopeId" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such scope."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath((id, scope_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    get_changeable(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if !resources::delete_scope(tx, &tenant, &id, &scope_id).await? {
                return Err(ApiError::from(ErrorCode::EntityNotFound));
            }
            events.record(tx, HookEvent::ScopeDeleted, 204, &()).await?;
            Ok(StatusCode::NO_CONTENT)
        })
    })
    .await
}
