//! API resources: what access tokens are for.

use crate::{
    checks::{Checks, MAX_URL},
    document::PageParams,
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    resource::{Resource, Scope},
};
use portico_store::{Page, Tx, resources};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Access token lifetime of a new resource, in seconds.
const DEFAULT_TOKEN_TTL_SECONDS: i64 = 3600;
/// Most resources returned when the request does not ask for pages.
const MAX_UNPAGED: i64 = 1000;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(update_default))
}

/// A resource, with its scopes when asked for.
#[derive(Serialize, ToSchema)]
pub struct ResourceResponse {
    #[serde(flatten)]
    resource: Resource,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Scope>>,
}

/// A new resource.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceCreate {
    #[schema(min_length = 1)]
    name: String,
    /// `aud` of its access tokens; an absolute URI (RFC 8707 §2).
    #[schema(min_length = 1)]
    indicator: String,
    /// Seconds.
    #[schema(nullable = false)]
    access_token_ttl: Option<i64>,
}

/// Changes to a resource.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourcePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    access_token_ttl: Option<i64>,
}

/// Whether requests that name no resource are for this one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefaultResourceInput {
    is_default: bool,
}

fn check(name: Option<&str>, indicator: Option<&str>, ttl: Option<i64>) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    if let Some(name) = name {
        checks.length("name", name, 1, 256);
    }
    if let Some(indicator) = indicator {
        checks.length("indicator", indicator, 1, MAX_URL);
        let is_absolute = url::Url::parse(indicator).is_ok_and(|url| url.fragment().is_none());
        checks.require(is_absolute, "indicator", "An absolute URI without a fragment is needed.");
    }
    checks.require(ttl.is_none_or(|ttl| ttl > 0), "accessTokenTtl", "A positive number of seconds.");
    checks.finish()
}

/// The answer for a resource that is not there, or is another tenant's.
fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "resource")
        .with_parameter("id", id)
}

/// The resource of this id.
pub async fn get_resource(ctx: &Ctx, id: &str) -> Result<Resource, ApiError> {
    resources::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?.ok_or_else(|| not_found(id))
}

/// Whether the resource is the Management API of a tenant; those belong to the server.
fn is_management_api(resource: &Resource) -> bool {
    let host =
        resource.indicator.strip_prefix("https://").and_then(|rest| rest.strip_suffix(".logto.app/api"));
    host.is_some_and(|tenant| !tenant.is_empty() && !tenant.contains(['/', '.']))
}

/// The resource of this id, unless it belongs to the server.
pub async fn get_changeable(ctx: &Ctx, id: &str) -> Result<Resource, ApiError> {
    let resource = get_resource(ctx, id).await?;
    if is_management_api(&resource) {
        return Err(ErrorCode::ResourceCannotModifyManagementApi.into());
    }
    Ok(resource)
}

async fn save(ctx: &Ctx, resource: Resource) -> Result<JsonBody<Resource>, ApiError> {
    let (tenant, stored) = (ctx.tenant.id.clone(), resource.clone());
    ctx.write_settings(move |tx: &Tx| Box::pin(async move { resources::update(tx, &tenant, &stored).await }))
        .await
        .map_err(ApiError::from)?;
    Ok(JsonBody(resource))
}

/// Resources of the tenant.
#[utoipa::path(
    get, path = "/api/resources", operation_id = "ListResources", tag = "Resources",
    params(("includeScopes" = Option<bool>, Query, description = "Send the scopes."), PageParams),
    responses((status = 200, description = "The resources.", body = Vec<ResourceResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let (page, headers) = if pagination.is_absent {
        (Page { limit: MAX_UNPAGED, offset: 0 }, HeaderMap::new())
    } else {
        let page = Page { limit: pagination.limit(), offset: pagination.offset() };
        (page, pagination.headers(resources::count(db, tenant).await?))
    };
    let found = resources::list(db, tenant, page).await?;
    let scopes = if query.flag("includeScopes") {
        let ids: Vec<String> = found.iter().map(|resource| resource.id.clone()).collect();
        Some(resources::list_scopes_of(db, tenant, &ids).await?)
    } else {
        None
    };
    let own = |id: &str| {
        let all = scopes.as_ref()?;
        Some(all.iter().filter(|scope| scope.resource_id == id).cloned().collect())
    };
    let body: Vec<ResourceResponse> =
        found.into_iter().map(|resource| ResourceResponse { scopes: own(&resource.id), resource }).collect();
    Ok((headers, JsonBody(body)))
}

/// Creates a resource.
#[utoipa::path(
    post, path = "/api/resources", operation_id = "CreateResource", tag = "Resources", request_body = ResourceCreate,
    responses(
        (status = 201, description = "The resource.", body = ResourceResponse),
        (status = 422, description = "The indicator is taken."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<ResourceCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check(Some(&body.name), Some(&body.indicator), body.access_token_ttl)?;
    if resources::find_by_indicator(&ctx.app.db, &ctx.tenant.id, &body.indicator).await?.is_some() {
        let error = ApiError::new(ErrorCode::ResourceResourceIdentifierInUse);
        return Err(error.with_parameter("indicator", body.indicator));
    }
    let resource = Resource {
        tenant_id: ctx.tenant.id.to_string(),
        id: portico_crypto::id::standard_id(),
        name: body.name,
        indicator: body.indicator,
        is_default: false,
        access_token_ttl: body.access_token_ttl.unwrap_or(DEFAULT_TOKEN_TTL_SECONDS),
    };
    let (tenant, stored) = (ctx.tenant.id.clone(), resource.clone());
    ctx.write_settings(move |tx: &Tx| Box::pin(async move { resources::insert(tx, &tenant, &stored).await }))
        .await
        .map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(ResourceResponse { resource, scopes: Some(Vec::new()) })))
}

/// One resource.
#[utoipa::path(
    get, path = "/api/resources/{id}", operation_id = "GetResource", tag = "Resources",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The resource.", body = Resource),
        (status = 404, description = "No such resource."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Resource>, ApiError> {
    get_resource(&ctx, &id).await.map(JsonBody)
}

/// Changes a resource; its indicator stays.
#[utoipa::path(
    patch, path = "/api/resources/{id}", operation_id = "UpdateResource", tag = "Resources",
    params(("id" = String, Path)), request_body = ResourcePatch,
    responses(
        (status = 200, description = "The resource.", body = Resource),
        (status = 404, description = "No such resource."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ResourcePatch>,
) -> Result<JsonBody<Resource>, ApiError> {
    check(body.name.as_deref(), None, body.access_token_ttl)?;
    let mut resource = get_changeable(&ctx, &id).await?;
    replace(&mut resource.name, body.name);
    replace(&mut resource.access_token_ttl, body.access_token_ttl);
    save(&ctx, resource).await
}

/// Says whether requests that name no resource are for this one.
#[utoipa::path(
    patch, path = "/api/resources/{id}/is-default", operation_id = "UpdateResourceIsDefault", tag = "Resources",
    params(("id" = String, Path)), request_body = DefaultResourceInput,
    responses(
        (status = 200, description = "The resource.", body = Resource),
        (status = 404, description = "No such resource."),
    )
)]
async fn update_default(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<DefaultResourceInput>,
) -> Result<JsonBody<Resource>, ApiError> {
    let resource = get_resource(&ctx, &id).await?;
    save(&ctx, Resource { is_default: body.is_default, ..resource }).await
}

/// Deletes a resource with its scopes.
#[utoipa::path(
    delete, path = "/api/resources/{id}", operation_id = "DeleteResource", tag = "Resources",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such resource."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    if is_management_api(&get_resource(&ctx, &id).await?) {
        return Err(ErrorCode::ResourceCannotDeleteManagementApi.into());
    }
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| Box::pin(async move { resources::delete(tx, &tenant, &id).await }))
        .await
        .map_err(ApiError::from)?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_management_apis() {
        let of = |indicator: &str| {
            is_management_api(&Resource {
                tenant_id: "default".into(),
                id: "x".into(),
                name: "x".into(),
                indicator: indicator.into(),
                is_default: false,
                access_token_ttl: 1,
            })
        };
        assert!(of("https://default.logto.app/api"));
        assert!(!of("https://default.logto.app/api/x"));
        assert!(!of("https://api.example.com"));
        assert!(!of("https://a.b.logto.app/api"));
    }
}
