//! Scripts that decide about sign-ins.

use crate::{patch::present, script_error};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{Ctx, action};
use portico_model::{
    ErrorCode,
    script::{Action, ActionKey, OnExecutionError},
};
use portico_store::{Tx, configs};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What the keys of all these settings begin with.
const PREFIX: &str = "action.";

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, replace, update, delete))
        .routes(routes!(test))
}

/// A script with its key.
#[derive(Serialize, ToSchema)]
pub struct ActionEntry {
    /// Where it runs.
    key: ActionKey,
    /// The script.
    value: Action,
}

/// Changes to a script.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActionPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    script: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    environment_variables: Option<BTreeMap<String, String>>,
    #[serde(default, deserialize_with = "present")]
    context_sample: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    on_execution_error: Option<OnExecutionError>,
}

/// A script to try, with the event that it hears of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionTest {
    /// The script.
    script: String,
    /// Where it is to run.
    #[allow(dead_code, reason = "checked by being read; every script is called in the same way")]
    action_type: ActionKey,
    /// The event; any JSON.
    #[serde(deserialize_with = "Value::deserialize")]
    #[schema(nullable)]
    event: Value,
    /// What it reads as `environmentVariables`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    environment_variables: Option<BTreeMap<String, String>>,
}

fn missing(key: ActionKey) -> ApiError {
    let error = ApiError::new(ErrorCode::EntityNotExistsWithId);
    error.with_parameter("name", "logto_configs").with_parameter("id", key.as_str())
}

/// Every script that decides about sign-ins.
#[utoipa::path(
    get, path = "/api/configs/actions", operation_id = "ListActions", tag = "Configs",
    responses((status = 200, description = "The scripts.", body = Vec<ActionEntry>))
)]
async fn list(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<Vec<ActionEntry>>, ApiError> {
    let stored = configs::list(&ctx.app.db, &ctx.tenant.id, PREFIX).await?;
    let entry = |(key, value): (String, _)| Some(ActionEntry { key: key.parse().ok()?, value });
    Ok(JsonBody(stored.into_iter().filter_map(entry).collect()))
}

/// The script for one place.
#[utoipa::path(
    get, path = "/api/configs/actions/{actionType}", operation_id = "GetAction", tag = "Configs",
    params(("actionType" = ActionKey, Path)),
    responses(
        (status = 200, description = "The script.", body = Action),
        (status = 404, description = "There is none."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(key): ApiPath<ActionKey>,
) -> Result<JsonBody<Action>, ApiError> {
    let found = configs::find(&ctx.app.db, &ctx.tenant.id, key.as_str()).await?;
    found.map(JsonBody).ok_or_else(|| missing(key))
}

/// Sets the script for one place.
#[utoipa::path(
    put, path = "/api/configs/actions/{actionType}", operation_id = "UpsertAction", tag = "Configs",
    params(("actionType" = ActionKey, Path)), request_body = Action,
    responses(
        (status = 200, description = "The script, which replaces another.", body = Action),
        (status = 201, description = "The script.", body = Action),
    )
)]
async fn replace(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(key): ApiPath<ActionKey>,
    ApiJson(body): ApiJson<Action>,
) -> Result<(StatusCode, JsonBody<Action>), ApiError> {
    let (tenant, value) = (ctx.tenant.id.clone(), body.clone());
    let replaced = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { configs::replace(tx, &tenant, key.as_str(), &value).await })
        })
        .await?;
    Ok((if replaced { StatusCode::OK } else { StatusCode::CREATED }, JsonBody(body)))
}

/// Changes the script for one place.
#[utoipa::path(
    patch, path = "/api/configs/actions/{actionType}", operation_id = "UpdateAction", tag = "Configs",
    params(("actionType" = ActionKey, Path)), request_body = ActionPatch,
    responses(
        (status = 200, description = "The script.", body = Action),
        (status = 404, description = "There is none."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(key): ApiPath<ActionKey>,
    ApiJson(body): ApiJson<ActionPatch>,
) -> Result<JsonBody<Action>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let updated = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let stored: Action =
                    configs::find(tx, &tenant, key.as_str()).await?.ok_or_else(|| missing(key))?;
                let changed = Action {
                    script: body.script.unwrap_or(stored.script),
                    environment_variables: body.environment_variables.or(stored.environment_variables),
                    context_sample: body.context_sample.or(stored.context_sample),
                    enabled: body.enabled.or(stored.enabled),
                    on_execution_error: body.on_execution_error.or(stored.on_execution_error),
                };
                configs::set(tx, &tenant, key.as_str(), &changed).await?;
                Ok::<_, ApiError>(changed)
            })
        })
        .await?;
    Ok(JsonBody(updated))
}

/// Deletes the script for one place.
#[utoipa::path(
    delete, path = "/api/configs/actions/{actionType}", operation_id = "DeleteAction", tag = "Configs",
    params(("actionType" = ActionKey, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "There is none."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(key): ApiPath<ActionKey>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { configs::delete(tx, &tenant, key.as_str()).await })
        })
        .await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Tries a script and answers what it says to the event.
#[utoipa::path(
    post, path = "/api/configs/actions/test", operation_id = "TestAction", tag = "Configs",
    request_body = ActionTest,
    responses(
        (status = 200, description = "What the script says.", body = Option<Value>),
        (status = 204, description = "The script says nothing."),
        (status = 403, description = "The script denies access."),
        (status = 422, description = "The script fails."),
    )
)]
async fn test(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<ActionTest>,
) -> Result<Response, ApiError> {
    let result = action::run(&ctx, body.script, body.environment_variables.as_ref(), body.event).await;
    match result.map_err(|error| script_error::explain(ErrorCode::ActionGeneral, &error))? {
        Some(value) => Ok(JsonBody(value).into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}
