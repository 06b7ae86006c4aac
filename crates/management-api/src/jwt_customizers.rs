//! Scripts that add claims to access tokens.

use crate::{checks::Checks, patch::present, script_error};
use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{
    Ctx,
    custom_claims::{self, TokenFacts},
};
use portico_model::{
    ErrorCode, JsonObject,
    script::{JwtCustomizer, JwtCustomizerKey, JwtCustomizerTokenType},
};
use portico_store::{Tx, configs};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What the keys of all these settings begin with.
const PREFIX: &str = "jwt.";

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, replace, update, delete))
        .routes(routes!(test))
}

/// A script with its key.
#[derive(Serialize, ToSchema)]
pub struct JwtCustomizerEntry {
    /// Which tokens it is for.
    #[schema(value_type = String)]
    key: JwtCustomizerKey,
    /// The script.
    value: JwtCustomizer,
}

/// Changes to a script.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JwtCustomizerPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    script: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    environment_variables: Option<BTreeMap<String, String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Option<Object>)]
    context_sample: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    block_issuance_on_error: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, value_type = Option<Object>)]
    token_sample: Option<JsonObject>,
}

/// A script to try, with what it is told.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JwtCustomizerTest {
    /// Which tokens it is for.
    #[schema(value_type = String)]
    token_type: JwtCustomizerTokenType,
    /// The script.
    script: String,
    /// What it reads as `environmentVariables`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    environment_variables: Option<BTreeMap<String, String>>,
    /// A token.
    #[schema(value_type = Object)]
    token: JsonObject,
    /// For whom it is.
    #[schema(value_type = Object)]
    context: JsonObject,
}

/// A context names a user, unless the token is a machine's.
fn check_context(kind: JwtCustomizerTokenType, field: &str, context: &JsonObject) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    if kind == JwtCustomizerTokenType::AccessToken {
        let has_user = context.get("user").is_some_and(Value::is_object);
        checks.require_as(has_user, &format!("{field}.user"), "invalid_type", "A user is needed.");
    }
    checks.finish()
}

fn check_sample(kind: JwtCustomizerTokenType, sample: Option<&JsonObject>) -> Result<(), ApiError> {
    sample.map_or(Ok(()), |sample| check_context(kind, "contextSample", sample))
}

fn missing(kind: JwtCustomizerTokenType) -> ApiError {
    let error = ApiError::new(ErrorCode::EntityNotExistsWithId);
    error.with_parameter("name", "logto_configs").with_parameter("id", kind.key().as_str())
}

/// Every script that adds claims.
#[utoipa::path(
    get, path = "/api/configs/jwt-customizer", operation_id = "ListJwtCustomizers", tag = "Configs",
    responses((status = 200, description = "The scripts.", body = Vec<JwtCustomizerEntry>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<Vec<JwtCustomizerEntry>>, ApiError> {
    let stored = configs::list(&ctx.app.db, &ctx.tenant.id, PREFIX).await?;
    let entry = |(key, value): (String, _)| Some(JwtCustomizerEntry { key: key.parse().ok()?, value });
    Ok(JsonBody(stored.into_iter().filter_map(entry).collect()))
}

/// The script for one kind of token.
#[utoipa::path(
    get, path = "/api/configs/jwt-customizer/{tokenTypePath}", operation_id = "GetJwtCustomizer", tag = "Configs",
    params(("tokenTypePath" = inline(JwtCustomizerTokenType), Path)),
    responses(
        (status = 200, description = "The script.", body = JwtCustomizer),
        (status = 404, description = "There is none."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(kind): ApiPath<JwtCustomizerTokenType>,
) -> Result<JsonBody<JwtCustomizer>, ApiError> {
    let found = configs::find(&ctx.app.db, &ctx.tenant.id, kind.key().as_str()).await?;
    found.map(JsonBody).ok_or_else(|| missing(kind))
}

/// Sets the script for one kind of token.
#[utoipa::path(
    put, path = "/api/configs/jwt-customizer/{tokenTypePath}", operation_id = "UpsertJwtCustomizer",
    tag = "Configs", params(("tokenTypePath" = inline(JwtCustomizerTokenType), Path)), request_body = JwtCustomizer,
    responses(
        (status = 200, description = "The script, which replaces another.", body = JwtCustomizer),
        (status = 201, description = "The script.", body = JwtCustomizer),
    )
)]
async fn replace(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(kind): ApiPath<JwtCustomizerTokenType>,
    ApiJson(body): ApiJson<JwtCustomizer>,
) -> Result<(StatusCode, JsonBody<JwtCustomizer>), ApiError> {
    check_sample(kind, body.context_sample.as_ref())?;
    let (tenant, value) = (ctx.tenant.id.clone(), body.clone());
    let replaced = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { configs::replace(tx, &tenant, kind.key().as_str(), &value).await })
        })
        .await?;
    Ok((if replaced { StatusCode::OK } else { StatusCode::CREATED }, JsonBody(body)))
}

/// Changes the script for one kind of token.
#[utoipa::path(
    patch, path = "/api/configs/jwt-customizer/{tokenTypePath}", operation_id = "UpdateJwtCustomizer",
    tag = "Configs", params(("tokenTypePath" = inline(JwtCustomizerTokenType), Path)), request_body = JwtCustomizerPatch,
    responses(
        (status = 200, description = "The script.", body = JwtCustomizer),
        (status = 404, description = "There is none."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(kind): ApiPath<JwtCustomizerTokenType>,
    ApiJson(body): ApiJson<JwtCustomizerPatch>,
) -> Result<JsonBody<JwtCustomizer>, ApiError> {
    check_sample(kind, body.context_sample.as_ref())?;
    let tenant = ctx.tenant.id.clone();
    let updated = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let key = kind.key().as_str();
                let stored: JwtCustomizer =
                    configs::find(tx, &tenant, key).await?.ok_or_else(|| missing(kind))?;
                let changed = JwtCustomizer {
                    script: body.script.unwrap_or(stored.script),
                    environment_variables: body.environment_variables.or(stored.environment_variables),
                    context_sample: body.context_sample.or(stored.context_sample),
                    block_issuance_on_error: body.block_issuance_on_error.or(stored.block_issuance_on_error),
                    token_sample: body.token_sample.or(stored.token_sample),
                };
                configs::set(tx, &tenant, key, &changed).await?;
                Ok::<_, ApiError>(changed)
            })
        })
        .await?;
    Ok(JsonBody(updated))
}

/// Deletes the script for one kind of token.
#[utoipa::path(
    delete, path = "/api/configs/jwt-customizer/{tokenTypePath}", operation_id = "DeleteJwtCustomizer",
    tag = "Configs", params(("tokenTypePath" = inline(JwtCustomizerTokenType), Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "There is none."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(kind): ApiPath<JwtCustomizerTokenType>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { configs::delete(tx, &tenant, kind.key().as_str()).await })
        })
        .await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Tries a script and answers the claims that it adds.
#[utoipa::path(
    post, path = "/api/configs/jwt-customizer/test", operation_id = "TestJwtCustomizer", tag = "Configs",
    request_body = JwtCustomizerTest,
    responses(
        (status = 200, description = "The claims.", body = Object),
        (status = 403, description = "The script denies access."),
        (status = 422, description = "The script fails."),
    )
)]
async fn test(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<JwtCustomizerTest>,
) -> Result<JsonBody<JsonObject>, ApiError> {
    check_context(body.token_type, "context", &body.context)?;
    let facts = TokenFacts { token: body.token, context: body.context };
    let claims = custom_claims::run(&ctx, body.script, body.environment_variables.as_ref(), facts).await;
    claims.map(JsonBody).map_err(|error| script_error::explain(ErrorCode::JwtCustomizerGeneral, &error))
}
