//! The scriptable sign-in API (`/api/experience`) and the anonymous well-known API.
//!
//! A handler takes the [`Entered`](extract::Entered) interaction or the [`Resumed`](extract::Resumed) flow of its
//! browser, calls one use case of `portico_identity::sign_in`, writes the flow back and logs the act.

#![allow(unused_qualifications, reason = "written by the OpenAPI macros")]

mod answers;
mod enterprise_sso;
mod error;
mod extract;
mod interaction;
mod legacy;
mod profile;
mod social;
mod user_assets;
mod verification;
mod verification_code;
mod well_known;

pub use social::form_post_callback;

use portico_http_kit::upload_limit;
use portico_identity::Ctx;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every route of the sign-in API and the well-known API, with its description.
#[must_use]
pub fn router() -> OpenApiRouter<Ctx> {
    experience_router().merge(well_known::router())
}

/// The sign-in API alone.
fn experience_router() -> OpenApiRouter<Ctx> {
    let info = InfoBuilder::new()
        .title("Portico Experience API")
        .description(Some("Signing in, registering and resetting passwords, step by step."))
        .version(env!("CARGO_PKG_VERSION"))
        .build();
    OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info).build())
        .routes(routes!(interaction::start))
        .routes(routes!(interaction::switch_event))
        .routes(routes!(interaction::identify))
        .routes(routes!(interaction::submit))
        .routes(routes!(interaction::show))
        .routes(routes!(interaction::sso_connectors))
        .routes(routes!(verification::password))
        .routes(routes!(verification::new_password_identity))
        .routes(routes!(verification_code::send))
        .routes(routes!(verification_code::verify))
        .routes(routes!(social::authorization_uri))
        .routes(routes!(social::verify))
        .routes(routes!(enterprise_sso::authorization_uri))
        .routes(routes!(enterprise_sso::verify))
        .routes(routes!(profile::add))
        .routes(routes!(profile::reset_password))
        .routes(routes!(answers::mfa_enabled))
        .routes(routes!(answers::mfa_skipped))
        .routes(routes!(answers::mfa_suggestion_skipped))
        .routes(routes!(answers::passkey_skipped))
        .routes(routes!(legacy::abort))
        .merge(OpenApiRouter::new().routes(routes!(user_assets::upload_avatar)).layer(upload_limit()))
}

/// The description of the public settings.
#[must_use]
pub fn public_openapi() -> OpenApi {
    well_known::router().into_openapi()
}

/// The description of the sign-in API.
#[must_use]
pub fn openapi() -> OpenApi {
    experience_router().into_openapi()
}

/// The description of the account API, by which people change what is theirs: what exists of it.
#[must_use]
pub fn user_openapi() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Portico Account API")
        .description(Some("What people see and change of their own account."))
        .version(env!("CARGO_PKG_VERSION"))
        .build();
    OpenApiBuilder::new().info(info).build()
}
