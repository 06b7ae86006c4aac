//! The pages a browser opens: sign-in pages on every tenant, the Console on the admin tenant.

use crate::{
    stored_files::{custom_ui, custom_ui_file, upload},
    verification_files,
};
use axum::{
    Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get, post},
};
use portico_crypto::id::opaque_token;
use portico_experience_api::form_post_callback;
use portico_http_kit::{ApiError, language::accepted_languages, page_phrases};
use portico_identity::{
    Ctx, Snapshot,
    sign_in_settings::{Audience, public_settings},
};
use portico_model::{ErrorCode, TenantId};
use portico_store::users;
use portico_web::{App, ConsoleData, ShellData, api_reference_index, asset, console_index, sign_in_shell};
use serde::Deserialize;
use serde_json::json;
use url::Url;

/// Pages of a tenant; whatever no other route answers is a screen of the sign-in app.
pub fn router(ctx: &Ctx) -> Router<Ctx> {
    let pages = Router::new()
        .route("/assets/{*path}", get(sign_in_asset))
        .route("/api-reference", get(async || api_reference_index()))
        .route("/api-reference/{*path}", get(api_reference_asset))
        .route("/user-assets/{*path}", get(upload))
        .route("/callback/{connector_id}", post(form_post_callback).get(sign_in_page))
        .fallback(sign_in_page);
    if !ctx.tenant.id.is_admin() {
        return pages;
    }
    pages
        .route("/", get(admin_entrance))
        .route("/console", get(console_page))
        .route("/console/", get(console_page))
        .route("/console/{*path}", get(console))
}

/// The screen that asks for consent, behind the address that the provider answers itself where it can.
pub fn consent_page() -> MethodRouter<Ctx> {
    get(sign_in_page)
}

async fn sign_in_asset(
    State(ctx): State<Ctx>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let path = format!("assets/{path}");
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let settings = &snapshot.sign_in_experience;
    match custom_ui(&ctx, settings) {
        Some(id) => custom_ui_file(&ctx, id, &path, settings, &headers).await,
        None => Ok(asset(App::SignIn, &path, &headers)),
    }
}

async fn api_reference_asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    asset(App::ApiReference, &path, &headers)
}

/// What a page's address may say about it.
#[derive(Deserialize, Default)]
struct PageQuery {
    app_id: Option<String>,
    organization_id: Option<String>,
    ui_locales: Option<String>,
    preview: Option<String>,
}

async fn sign_in_page(
    State(ctx): State<Ctx>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let path = uri.path();
    if let Some(file) = verification_files::find(&ctx, &uri, &headers).await? {
        return Ok(file);
    }
    let is_api = path.starts_with("/api/") || path == "/api" || path.starts_with("/.well-known/");
    if is_api || !matches!(method, Method::GET | Method::HEAD) {
        return Err(ApiError::new(ErrorCode::EntityNotFound));
    }
    // An address with an unreadable query still shows its page.
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    if let Some(id) = custom_ui(&ctx, &snapshot.sign_in_experience) {
        return custom_ui_file(&ctx, id, path, &snapshot.sign_in_experience, &headers).await;
    }
    let phrases = page_phrases(&snapshot, &page_languages(&snapshot, &query, &headers));
    let audience = Audience {
        application_id: query.app_id.as_deref(),
        organization_id: query.organization_id.as_deref(),
    };
    let settings = public_settings(&ctx, audience).await.map_err(ApiError::internal)?;
    let client = match &query.app_id {
        Some(id) => ctx.find_client(&snapshot, id).await?,
        None => None,
    };
    let app =
        client.as_ref().map(|client| (client.application.id.as_str(), client.application.name.as_str()));
    Ok(sign_in_shell(&ShellData {
        path,
        language: &phrases.tag,
        sign_in_experience: &settings,
        phrases: &phrases.body,
        app,
        admin_origins: &admin_origins(&ctx),
        preview: query.preview.is_some(),
        nonce: &opaque_token(),
    }))
}

/// The languages of a page, best first: what the request asks for, then the browser's if the settings say so, then the
/// fallback of the settings.
fn page_languages(snapshot: &Snapshot, query: &PageQuery, headers: &HeaderMap) -> Vec<String> {
    let settings = &snapshot.sign_in_experience.language_info;
    let mut preferred: Vec<String> =
        query.ui_locales.iter().flat_map(|tags| tags.split(' ')).map(str::to_owned).collect();
    if settings.auto_detect {
        preferred.extend(accepted_languages(headers));
    }
    preferred.push(settings.fallback_language.clone());
    preferred
}

/// Who may frame the sign-in pages for a preview: the Console.
pub(crate) fn admin_origins(ctx: &Ctx) -> Vec<String> {
    ctx.for_tenant(&TenantId::admin_tenant())
        .map(|admin| origin(&admin.tenant.endpoint))
        .into_iter()
        .collect()
}

pub(crate) fn origin(endpoint: &str) -> String {
    Url::parse(endpoint).map_or_else(|_| endpoint.to_owned(), |url| url.origin().ascii_serialization())
}

/// The admin listener's root leads to the Console; to its welcome page as long as nobody can sign in.
async fn admin_entrance(State(ctx): State<Ctx>) -> Result<Redirect, ApiError> {
    let has_users = users::exist(&ctx.app.db, &ctx.tenant.id).await?;
    Ok(Redirect::to(if has_users { "/console" } else { "/console/welcome" }))
}

async fn console(state: State<Ctx>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let is_file =
        path.starts_with("assets/") || path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file { asset(App::Console, &path, &headers) } else { console_page(state).await }
}

async fn console_page(State(ctx): State<Ctx>) -> Response {
    let Some(core) = ctx.for_tenant(&TenantId::default_tenant()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let bootstrap = json!({
        "endpoint": core.tenant.endpoint,
        "adminEndpoint": ctx.tenant.endpoint,
        "resource": core.tenant.id.management_api_indicator(),
    });
    console_index(&ConsoleData {
        bootstrap: &bootstrap,
        endpoints: &[origin(&core.tenant.endpoint), origin(&ctx.tenant.endpoint)],
        nonce: &opaque_token(),
    })
}
