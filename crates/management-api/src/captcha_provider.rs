//! The captcha service of the tenant.

use crate::checks::{Checks, MAX_NAME};
use axum::{extract::State, http::StatusCode};
use portico_crypto::id::standard_id;
use portico_http_kit::{ApiError, ApiJson, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    captcha::{CaptchaConfig, CaptchaProvider},
};
use portico_store::{Tx, captcha_providers, sign_in_experiences};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest key of a service.
const MAX_KEY: usize = 1024;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get, put, delete))
}

/// The service to use.
#[derive(Deserialize, ToSchema)]
pub struct CaptchaProviderInput {
    config: CaptchaConfig,
}

fn check(config: &CaptchaConfig) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    let (CaptchaConfig::Turnstile { site_key, secret_key }
    | CaptchaConfig::RecaptchaEnterprise { site_key, secret_key, .. }) = config;
    checks.length("config.siteKey", site_key, 1, MAX_KEY);
    checks.length("config.secretKey", secret_key, 1, MAX_KEY);
    if let CaptchaConfig::RecaptchaEnterprise { project_id, domain, .. } = config {
        checks.length("config.projectId", project_id, 1, MAX_NAME);
        if let Some(domain) = domain {
            // The page loads a script from there, so it may not smuggle in a path or another scheme.
            let is_host = url::Host::parse(domain).is_ok();
            checks.require_as(is_host, "config.domain", "invalid_string", "Not a host name.");
        }
    }
    checks.finish()
}

/// The captcha service.
#[utoipa::path(
    get, path = "/api/captcha-provider", operation_id = "GetCaptchaProvider", tag = "Captcha provider",
    responses(
        (status = 200, description = "The service.", body = CaptchaProvider),
        (status = 404, description = "There is none."),
    )
)]
async fn get(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<CaptchaProvider>, ApiError> {
    let found = captcha_providers::find(&ctx.app.db, &ctx.tenant.id).await?;
    found.map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Sets the captcha service.
#[utoipa::path(
    put, path = "/api/captcha-provider", operation_id = "UpdateCaptchaProvider", tag = "Captcha provider",
    request_body = CaptchaProviderInput,
    responses((status = 200, description = "The service.", body = CaptchaProvider))
)]
async fn put(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<CaptchaProviderInput>,
) -> Result<JsonBody<CaptchaProvider>, ApiError> {
    check(&body.config)?;
    let now = ctx.now_ms();
    let provider = CaptchaProvider {
        tenant_id: ctx.tenant.id.to_string(),
        id: standard_id(),
        config: body.config,
        created_at: now,
        updated_at: now,
    };
    let tenant = ctx.tenant.id.clone();
    let stored = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { captcha_providers::put(tx, &tenant, &provider).await })
        })
        .await
        .map_err(ApiError::from)?;
    Ok(JsonBody(stored))
}

/// Removes the captcha service. Nothing is asked of people from then on, even where the policy said so.
#[utoipa::path(
    delete, path = "/api/captcha-provider", operation_id = "DeleteCaptchaProvider", tag = "Captcha provider",
    responses((status = 204, description = "Removed."), (status = 404, description = "There is none."))
)]
async fn delete(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if !captcha_providers::delete(tx, &tenant).await? {
                return Err(ApiError::new(ErrorCode::EntityNotFound));
            }
            if let Some(mut settings) = sign_in_experiences::find_for_update(tx, &tenant).await? {
                settings.captcha_policy.enabled = Some(false);
                sign_in_experiences::update(tx, &tenant, &settings).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
