//! Which crate answers which path of a tenant.

use anyhow::Result;
use axum::{Router, middleware};
use portico_http_kit::{language, security_headers};
use portico_identity::Ctx;

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
    match api {
        Api::Management => Ok(portico_management_api::openapi().to_pretty_json()?),
        Api::Experience => anyhow::bail!("not mounted yet"),
    }
}

/// Everything a listener serves for a tenant.
pub fn tenant(ctx: &Ctx) -> Router {
    let management: Router<Ctx> = portico_management_api::router().into();
    Router::new()
        .merge(management)
        .layer(middleware::from_fn(language::localize))
        .layer(middleware::from_fn(security_headers))
        .with_state(ctx.clone())
}
