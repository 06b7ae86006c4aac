//! Settings that the Console keeps on the server.

use crate::patch::{present, replace};
use axum::extract::State;
use portico_http_kit::{ApiError, ApiJson, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{ErrorCode, config};
use portico_store::{Tx, configs};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// What the Console remembers.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminConsoleConfig {
    /// Whether somebody has set up the sign-in pages.
    #[serde(default)]
    #[schema(required = true)]
    sign_in_experience_customized: bool,
    /// Whether somebody has created an organization.
    #[serde(default)]
    #[schema(required = true)]
    organization_created: bool,
    /// A notice about moving a development tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    development_tenant_migration_notification: Option<TenantNotification>,
    /// Which notices about charges were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_charge_notification: Option<ChargeNotification>,
}

/// A notice about moving a development tenant.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantNotification {
    is_paid_tenant: bool,
    tag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<i64>,
}

/// Which notices about charges were read.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChargeNotification {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_resource: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_to_machine_app: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_member: Option<bool>,
}

/// Changes to what the Console remembers.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminConsoleConfigPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sign_in_experience_customized: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    organization_created: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    development_tenant_migration_notification: Option<TenantNotification>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    checked_charge_notification: Option<ChargeNotification>,
}

fn missing() -> ApiError {
    ApiError::new(ErrorCode::EntityNotFound)
}

/// What the Console remembers.
#[utoipa::path(
    get, path = "/api/configs/admin-console", operation_id = "GetAdminConsoleConfig", tag = "Configs",
    responses(
        (status = 200, description = "The settings.", body = AdminConsoleConfig),
        (status = 404, description = "The tenant has none."),
    )
)]
async fn get(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<AdminConsoleConfig>, ApiError> {
    let found = configs::find(&ctx.app.db, &ctx.tenant.id, config::ADMIN_CONSOLE).await?;
    found.map(JsonBody).ok_or_else(missing)
}

/// Changes what the Console remembers.
#[utoipa::path(
    patch, path = "/api/configs/admin-console", operation_id = "UpdateAdminConsoleConfig", tag = "Configs",
    request_body = AdminConsoleConfigPatch,
    responses(
        (status = 200, description = "The settings.", body = AdminConsoleConfig),
        (status = 404, description = "The tenant has none."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<AdminConsoleConfigPatch>,
) -> Result<JsonBody<AdminConsoleConfig>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let updated = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let found = configs::find::<AdminConsoleConfig>(tx, &tenant, config::ADMIN_CONSOLE).await?;
                let mut config = found.ok_or_else(missing)?;
                replace(&mut config.sign_in_experience_customized, body.sign_in_experience_customized);
                replace(&mut config.organization_created, body.organization_created);
                if let Some(notification) = body.development_tenant_migration_notification {
                    config.development_tenant_migration_notification = Some(notification);
                }
                if let Some(notification) = body.checked_charge_notification {
                    config.checked_charge_notification = Some(notification);
                }
                configs::set(tx, &tenant, config::ADMIN_CONSOLE, &config).await?;
                Ok::<_, ApiError>(config)
            })
        })
        .await?;
    Ok(JsonBody(updated))
}
