//! What this server was set up with, as far as the Console has to know.

use axum::extract::State;
use portico_http_kit::{ApiError, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::ErrorCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get_application))
}

/// What applications can be made of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSystemResponse {
    protected_apps: ProtectedAppsSystem,
}

/// The proxy before protected applications.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedAppsSystem {
    /// Domain under which protected applications get their hosts.
    default_domain: String,
}

/// Under which domain protected applications live.
#[utoipa::path(
    get, path = "/api/systems/application", operation_id = "GetSystemApplicationConfig", tag = "Systems",
    responses(
        (status = 200, description = "The facts.", body = ApplicationSystemResponse),
        (status = 501, description = "No proxy for protected applications is configured."),
    )
)]
async fn get_application(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<ApplicationSystemResponse>, ApiError> {
    let domain = ctx.app.settings.protected_app_domain.clone();
    let default_domain = domain.ok_or(ErrorCode::ApplicationProtectedAppNotConfigured)?;
    Ok(JsonBody(ApplicationSystemResponse { protected_apps: ProtectedAppsSystem { default_domain } }))
}
