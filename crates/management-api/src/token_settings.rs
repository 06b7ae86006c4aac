//! Settings of sessions and of what ID tokens carry.

use crate::{checks::Checks, patch::present};
use axum::extract::State;
use portico_http_kit::{ApiError, ApiJson, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    config::{self, IdTokenConfig, OidcSessionConfig},
    oidc::SESSION_TTL_SECONDS,
};
use portico_store::{Tx, configs};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A year.
const MAX_SESSION_TTL_SECONDS: i64 = 31_536_000;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(get_session, update_session))
        .routes(routes!(get_id_token, set_id_token))
}

/// How long sessions last.
#[derive(Serialize, ToSchema)]
pub struct SessionSettings {
    /// Seconds.
    ttl: i64,
}

/// Changes to how long sessions last.
#[derive(Deserialize, ToSchema)]
pub struct SessionSettingsPatch {
    /// Seconds.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    ttl: Option<i64>,
}

impl From<OidcSessionConfig> for SessionSettings {
    fn from(stored: OidcSessionConfig) -> Self {
        Self { ttl: stored.ttl.unwrap_or(SESSION_TTL_SECONDS) }
    }
}

/// How long sessions last.
#[utoipa::path(
    get, path = "/api/configs/oidc/session", operation_id = "GetOidcSessionConfig", tag = "Configs",
    responses((status = 200, description = "The settings.", body = SessionSettings))
)]
async fn get_session(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<SessionSettings>, ApiError> {
    let stored: Option<OidcSessionConfig> =
        configs::find(&ctx.app.db, &ctx.tenant.id, config::OIDC_SESSION).await?;
    Ok(JsonBody(stored.unwrap_or_default().into()))
}

/// Changes how long sessions last, from the next sign-in on.
#[utoipa::path(
    patch, path = "/api/configs/oidc/session", operation_id = "UpdateOidcSessionConfig", tag = "Configs",
    request_body = SessionSettingsPatch,
    responses((status = 200, description = "The settings.", body = SessionSettings))
)]
async fn update_session(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<SessionSettingsPatch>,
) -> Result<JsonBody<SessionSettings>, ApiError> {
    let mut checks = Checks::default();
    let is_allowed = body.ttl.is_none_or(|ttl| (1..=MAX_SESSION_TTL_SECONDS).contains(&ttl));
    checks.require(is_allowed, "ttl", &format!("Between 1 and {MAX_SESSION_TTL_SECONDS}."));
    checks.finish()?;
    let tenant = ctx.tenant.id.clone();
    let saved = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let stored = configs::find::<OidcSessionConfig>(tx, &tenant, config::OIDC_SESSION).await?;
                let changed = OidcSessionConfig { ttl: body.ttl.or(stored.unwrap_or_default().ttl) };
                configs::set(tx, &tenant, config::OIDC_SESSION, &changed).await?;
                Ok::<_, ApiError>(changed)
            })
        })
        .await?;
    Ok(JsonBody(saved.into()))
}

/// Which extended claims ID tokens carry.
#[utoipa::path(
    get, path = "/api/configs/id-token", operation_id = "GetIdTokenConfig", tag = "Configs",
    responses(
        (status = 200, description = "The settings.", body = IdTokenConfig),
        (status = 404, description = "The tenant has none."),
    )
)]
async fn get_id_token(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<IdTokenConfig>, ApiError> {
    let found = configs::find(&ctx.app.db, &ctx.tenant.id, config::ID_TOKEN).await?;
    found.map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Sets which extended claims ID tokens carry.
#[utoipa::path(
    put, path = "/api/configs/id-token", operation_id = "UpsertIdTokenConfig", tag = "Configs",
    request_body = IdTokenConfig,
    responses((status = 200, description = "The settings.", body = IdTokenConfig))
)]
async fn set_id_token(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<IdTokenConfig>,
) -> Result<JsonBody<IdTokenConfig>, ApiError> {
    let (tenant, value) = (ctx.tenant.id.clone(), body.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move { configs::set(tx, &tenant, config::ID_TOKEN, &value).await })
    })
    .await?;
    Ok(JsonBody(body))
}
