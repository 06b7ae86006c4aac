//! Which crate answers which path of a tenant.

use crate::{cors, pages};
use anyhow::Result;
use axum::{Extension, Router, middleware};
use portico_http_kit::{entity_tag, language, openapi_3_0, refuse_unstorable_address, security_headers};
use portico_identity::Ctx;
use portico_management_api::OpenApiDocument;
use serde_json::{Value, json};
use std::sync::LazyLock;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// An API with an OpenAPI document.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Api {
    /// The Management API.
    Management,
    /// The Experience API.
    Experience,
}

/// The OpenAPI document of an API.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn openapi_json(api: Api) -> Result<String> {
    let document = match api {
        Api::Management => management_openapi(),
        Api::Experience => json!(portico_experience_api::openapi()),
    };
    Ok(serde_json::to_string_pretty(&openapi_3_0(document))?)
}

fn management_openapi() -> Value {
    let mut public = portico_experience_api::public_openapi();
    public.merge(portico_oidc::saml::openapi());
    json!(portico_management_api::openapi(public))
}

/// The Management API with the document that describes it.
fn management() -> Router<Ctx> {
    // Large, and most servers are never asked for it.
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| openapi_3_0(management_openapi()));
    // Two tenants serve the same routes, and every test has tenants of its own.
    static ROUTER: LazyLock<Router<Ctx>> = LazyLock::new(|| {
        Router::from(portico_management_api::router()).layer(Extension(OpenApiDocument(&DOCUMENT)))
    });
    ROUTER.clone()
}

/// Everything a listener serves for a tenant.
pub fn tenant(ctx: &Ctx) -> Router {
    let management = management();
    static EXPERIENCE: LazyLock<Router<Ctx>> = LazyLock::new(|| portico_experience_api::router().into());
    let experience = EXPERIENCE.clone();
    let apis = experience.merge(management).layer(middleware::from_fn(refuse_unstorable_address));
    Router::new()
        .nest("/oidc", portico_oidc::router())
        .merge(portico_oidc::root_router(pages::consent_page()))
        .merge(portico_oidc::interaction_router())
        .merge(portico_oidc::saml::router())
        .merge(apis.layer(cors::layer(ctx)))
        .merge(pages::router(ctx))
        .layer(middleware::from_fn(language::localize))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(entity_tag))
        .layer(middleware::from_fn(security_headers))
        .layer(CompressionLayer::new().br(true).gzip(true))
        .with_state(ctx.clone())
}
