//! Whether clients may introduce themselves with a metadata document (OAuth Client ID Metadata Document).

use crate::patch::{present, replace};
use axum::extract::State;
use portico_http_kit::{ApiError, ApiJson, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    config::{CIMD, CimdConfig},
};
use portico_store::{Tx, configs};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// Changes to the settings of such clients.
#[derive(Deserialize, ToSchema)]
pub struct CimdConfigPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
}

/// Settings of clients with metadata documents.
#[utoipa::path(
    get, path = "/api/configs/cimd", operation_id = "GetCimdConfig", tag = "Configs",
    responses((status = 200, description = "The settings.", body = CimdConfig))
)]
async fn get(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<CimdConfig>, ApiError> {
    Ok(JsonBody(configs::find(&ctx.app.db, &ctx.tenant.id, CIMD).await?.unwrap_or_default()))
}

/// Changes the settings of clients with metadata documents.
#[utoipa::path(
    patch, path = "/api/configs/cimd", operation_id = "UpdateCimdConfig", tag = "Configs",
    request_body = CimdConfigPatch,
    responses(
        (status = 200, description = "The settings.", body = CimdConfig),
        (status = 422, description = "Documents cannot be fetched safely."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<CimdConfigPatch>,
) -> Result<JsonBody<CimdConfig>, ApiError> {
    // Anybody may name a document, so none is fetched where the guard on addresses is off.
    let is_safe = !ctx.app.settings.outbound_allow_private || ctx.app.settings.is_integration_test;
    if body.enabled == Some(true) && !is_safe {
        let details = "Addresses of private networks are allowed, so documents cannot be fetched safely.";
        let error = ApiError::new(ErrorCode::RequestInvalidInput).with_status(422);
        return Err(error.with_parameter("details", details));
    }
    let tenant = ctx.tenant.id.clone();
    let changed = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let mut config: CimdConfig = configs::find(tx, &tenant, CIMD).await?.unwrap_or_default();
                replace(&mut config.enabled, body.enabled);
                configs::set(tx, &tenant, CIMD, &config).await?;
                Ok::<_, ApiError>(config)
            })
        })
        .await?;
    Ok(JsonBody(changed))
}
