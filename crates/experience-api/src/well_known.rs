//! What anybody may ask: settings and texts for sign-in pages, descriptions of the APIs, whether the server is up.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use portico_crypto::constant_time_eq;
use portico_http_kit::{
    ApiError, ApiPath, ApiQuery, JsonBody, PagePhrases, language::accepted_languages, openapi_3_0,
    page_phrases,
};
use portico_identity::{
    Ctx,
    sign_in_settings::{Audience, public_settings},
};
use portico_model::{ErrorCode, TenantId};
use portico_store::account_centers;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

const STATUS_KEY: &str = "logto-status-api-key";

/// The anonymous routes.
pub fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(sign_in_experience))
        .routes(routes!(experience))
        .routes(routes!(phrases))
        .routes(routes!(account_center))
        .routes(routes!(endpoint_of_tenant))
        .routes(routes!(experience_openapi))
        .routes(routes!(user_openapi))
        .layer(axum::middleware::map_response(open_to_all_origins))
        .routes(routes!(status))
}

/// These answers hold nothing that depends on who asks, so pages of any origin may read them.
async fn open_to_all_origins(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    response
}

/// For whom the settings are asked.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct SettingsQuery {
    /// Organization whose looks override the tenant's.
    organization_id: Option<String>,
    /// Application whose looks override the tenant's.
    app_id: Option<String>,
}

/// The sign-in settings, as far as sign-in pages need them.
#[utoipa::path(
    get, path = "/api/.well-known/sign-in-exp", tag = "Well-known", operation_id = "GetSignInExperienceConfig",
    params(SettingsQuery), responses((status = 200, body = Object, description = "The settings.")),
)]
pub async fn sign_in_experience(
    State(ctx): State<Ctx>,
    ApiQuery(query): ApiQuery<SettingsQuery>,
) -> Result<Response, ApiError> {
    settings(&ctx, &query).await
}

/// The same under another name.
#[utoipa::path(
    get, path = "/api/.well-known/experience", tag = "Well-known", operation_id = "GetExperienceConfig",
    params(SettingsQuery), responses((status = 200, body = Object, description = "The settings.")),
)]
pub async fn experience(
    State(ctx): State<Ctx>,
    ApiQuery(query): ApiQuery<SettingsQuery>,
) -> Result<Response, ApiError> {
    settings(&ctx, &query).await
}

async fn settings(ctx: &Ctx, query: &SettingsQuery) -> Result<Response, ApiError> {
    let audience = Audience {
        application_id: query.app_id.as_deref(),
        organization_id: query.organization_id.as_deref(),
    };
    Ok(JsonBody(public_settings(ctx, audience).await.map_err(ApiError::internal)?).into_response())
}

/// Which language is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PhrasesQuery {
    /// Language tags, best first, separated by spaces or commas.
    lng: Option<String>,
}

/// The texts of sign-in pages in the best language there is.
#[utoipa::path(
    get, path = "/api/.well-known/phrases", tag = "Well-known", operation_id = "GetSignInExperiencePhrases",
    params(PhrasesQuery),
    responses((status = 200, body = Object, description = "The texts; their language is in `Content-Language`.")),
)]
pub async fn phrases(
    State(ctx): State<Ctx>,
    headers: HeaderMap,
    ApiQuery(query): ApiQuery<PhrasesQuery>,
) -> Result<Response, ApiError> {
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let language = &snapshot.sign_in_experience.language_info;
    let mut preferred: Vec<String> = match &query.lng {
        Some(tags) => tags.split([' ', ',']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        None if language.auto_detect => accepted_languages(&headers),
        None => Vec::new(),
    };
    preferred.push(language.fallback_language.clone());
    let PagePhrases { tag, body } = page_phrases(&snapshot, &preferred);
    Ok(([(header::CONTENT_LANGUAGE, tag)], JsonBody(body)).into_response())
}

/// The settings of the account pages.
#[utoipa::path(
    get, path = "/api/.well-known/account-center", tag = "Well-known", operation_id = "GetAccountCenterConfig",
    responses((status = 200, body = portico_model::account_center::AccountCenter, description = "The settings.")),
)]
pub async fn account_center(State(ctx): State<Ctx>) -> Result<Response, ApiError> {
    let found = account_centers::find(&ctx.app.db, &ctx.tenant.id).await?;
    Ok(JsonBody(found.ok_or(ErrorCode::EntityNotFound)?).into_response())
}

/// Where a tenant's users sign in; asked of the admin tenant by the Console.
#[utoipa::path(
    get, path = "/api/.well-known/endpoints/{tenantId}", tag = "Well-known", operation_id = "GetTenantEndpoints",
    params(("tenantId" = String, Path, description = "Tenant.")),
    responses((status = 200, body = Object, description = "The address."), (status = 404, description = "No such tenant.")),
)]
pub async fn endpoint_of_tenant(
    State(ctx): State<Ctx>,
    ApiPath(tenant_id): ApiPath<String>,
) -> Result<Response, ApiError> {
    if !ctx.tenant.id.is_admin() {
        return Err(ApiError::new(ErrorCode::EntityNotFound).with_status(404));
    }
    // A server with one user tenant answers its address whatever the name, as the service it replaces does.
    let asked = ctx.for_tenant(&TenantId::new(&tenant_id)).filter(|served| !served.tenant.id.is_admin());
    let served = asked.or_else(|| ctx.for_tenant(&TenantId::default_tenant()));
    let served = served.ok_or_else(|| ApiError::new(ErrorCode::EntityNotFound).with_status(404))?;
    Ok(JsonBody(json!({ "user": served.tenant.endpoint })).into_response())
}

static EXPERIENCE_OPENAPI: LazyLock<Value> = LazyLock::new(|| openapi_3_0(json!(crate::openapi())));
static USER_OPENAPI: LazyLock<Value> = LazyLock::new(|| openapi_3_0(json!(crate::user_openapi())));

/// The description of the sign-in API.
#[utoipa::path(
    get, path = "/api/.well-known/experience.openapi.json", tag = "Well-known",
    operation_id = "GetWellKnownExperienceOpenapiJson",
    responses((status = 200, body = Object, description = "An OpenAPI document.")),
)]
pub async fn experience_openapi() -> Response {
    JsonBody(&*EXPERIENCE_OPENAPI).into_response()
}

/// The description of the account API.
#[utoipa::path(
    get, path = "/api/.well-known/user.openapi.json", tag = "Well-known",
    operation_id = "GetWellKnownUserOpenapiJson",
    responses((status = 200, body = Object, description = "An OpenAPI document.")),
)]
pub async fn user_openapi() -> Response {
    JsonBody(&*USER_OPENAPI).into_response()
}

/// Whether the server is up. Whoever knows the status key also learns which tenant answered.
#[utoipa::path(
    get, path = "/api/status", tag = "Status", operation_id = "GetStatus",
    responses((status = 204, description = "It is.")),
)]
pub async fn status(State(ctx): State<Ctx>, headers: HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let is_known = match (headers.get(STATUS_KEY), &ctx.app.settings.status_api_key) {
        (Some(given), Some(key)) => constant_time_eq(given.as_bytes(), key),
        _ => false,
    };
    if is_known && let Ok(tenant) = HeaderValue::from_str(ctx.tenant.id.as_str()) {
        response.headers_mut().insert("logto-tenant-id", tenant);
    }
    response
}
