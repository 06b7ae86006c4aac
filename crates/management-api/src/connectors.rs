//! Connectors: configured links to other people's servers.

use crate::{
    checks::Checks,
    connector_rules as rules,
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{Ctx, social_link};
use portico_model::{
    Connector, ErrorCode, JsonObject,
    connector::{ConfigurableConnectorMetadata, ConnectorPlatform, ConnectorType},
    connector_factory::{ConnectorFactory, ConnectorFormItem},
};
use portico_store::connectors;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(authorization_uri))
}

/// A configured connector with its factory's description.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorResponse {
    id: String,
    sync_profile: bool,
    enable_token_storage: bool,
    #[schema(value_type = Object)]
    config: JsonObject,
    metadata: ConfigurableConnectorMetadata,
    connector_id: String,
    target: String,
    #[schema(value_type = Object)]
    name: Value,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    description: Value,
    logo: String,
    #[schema(required = true)]
    logo_dark: Option<String>,
    readme: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    config_template: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form_items: Option<Vec<ConnectorFormItem>>,
    #[schema(required = true)]
    platform: Option<ConnectorPlatform>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_standard: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_token_storage_supported: Option<bool>,
    #[serde(rename = "type")]
    connector_type: ConnectorType,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_demo: Option<bool>,
}

impl ConnectorResponse {
    fn new(connector: Connector, factory: &ConnectorFactory) -> Self {
        let metadata = connector.metadata;
        Self {
            id: connector.id,
            sync_profile: connector.sync_profile,
            enable_token_storage: connector.enable_token_storage,
            config: connector.config,
            connector_id: connector.connector_id,
            target: metadata.target.clone().unwrap_or_else(|| factory.target.clone()),
            name: metadata.name.clone().map_or_else(|| serde_json::json!(factory.name), Value::Object),
            description: serde_json::json!(factory.description),
            logo: metadata.logo.clone().unwrap_or_else(|| factory.logo.clone()),
            logo_dark: metadata.logo_dark.clone().or_else(|| factory.logo_dark.clone()),
            readme: factory.readme.clone(),
            config_template: factory.config_template.clone(),
            form_items: factory.form_items.clone(),
            platform: factory.platform,
            is_standard: factory.is_standard,
            is_token_storage_supported: factory.is_token_storage_supported,
            connector_type: factory.connector_type,
            is_demo: factory.is_demo.then_some(true),
            metadata,
        }
    }

    fn of(ctx: &Ctx, connector: Connector) -> Result<Self, ApiError> {
        let factory = ctx.app.connectors.find_factory(&connector.connector_id);
        Ok(Self::new(connector.clone(), factory.ok_or_else(|| not_found(&connector.id))?))
    }
}

/// A new connector.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorCreate {
    /// Instance id; generated when absent.
    #[schema(nullable = false)]
    id: Option<String>,
    /// Factory id.
    connector_id: String,
    #[schema(value_type = Object, required = false)]
    config: Option<JsonObject>,
    #[schema(nullable = false)]
    metadata: Option<ConfigurableConnectorMetadata>,
    #[schema(nullable = false)]
    sync_profile: Option<bool>,
    #[schema(nullable = false)]
    enable_token_storage: Option<bool>,
}

/// Changes to a connector; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    config: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    metadata: Option<ConfigurableConnectorMetadata>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sync_profile: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enable_token_storage: Option<bool>,
}

/// Where a social sign-in is to come back to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUriInput {
    state: String,
    redirect_uri: String,
}

/// Where a social sign-in begins.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUriResponse {
    redirect_to: String,
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "connector")
        .with_parameter("id", id)
}

async fn get_connector(ctx: &Ctx, id: &str) -> Result<Connector, ApiError> {
    connectors::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?.ok_or_else(|| not_found(id))
}

/// Connectors of the tenant.
#[utoipa::path(
    get, path = "/api/connectors", operation_id = "ListConnectors", tag = "Connectors",
    params(("target" = Option<String>, Query, description = "Only those of this identity provider.")),
    responses((status = 200, description = "The connectors.", body = Vec<ConnectorResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    query: QueryPairs,
) -> Result<JsonBody<Vec<ConnectorResponse>>, ApiError> {
    let found = connectors::list(&ctx.app.db, &ctx.tenant.id).await?;
    let target = query.get("target");
    // A factory that this build lacks leaves its connectors unusable; they are not shown.
    let known = found.into_iter().filter_map(|connector| {
        let factory = ctx.app.connectors.find_factory(&connector.connector_id)?;
        Some(ConnectorResponse::new(connector, factory))
    });
    Ok(JsonBody(known.filter(|connector| target.is_none_or(|target| connector.target == target)).collect()))
}

/// Adds a connector; an e-mail or SMS connector takes the place of the one before it.
#[utoipa::path(
    post, path = "/api/connectors", operation_id = "CreateConnector", tag = "Connectors",
    request_body = ConnectorCreate,
    responses(
        (status = 200, description = "The connector.", body = ConnectorResponse),
        (status = 422, description = "The kind of connector is unknown, or there can be no second one."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<ConnectorCreate>,
) -> Result<JsonBody<ConnectorResponse>, ApiError> {
    let entry = rules::find_entry(&ctx, &body.connector_id)?;
    if let Some(id) = &body.id {
        let mut checks = Checks::default();
        checks.length("id", id, 1, 128);
        checks.require(rules::is_id(id), "id", "Only letters, digits, hyphens and underscores are allowed.");
        checks.finish()?;
    }
    if let Some(config) = &body.config {
        rules::check_config(entry, config)?;
    }
    let metadata = body.metadata.unwrap_or_default();
    rules::check_metadata(&entry.factory, &metadata)?;
    if body.enable_token_storage == Some(true) {
        rules::check_token_storage(&ctx, &entry.factory)?;
    }
    let connector = Connector {
        tenant_id: ctx.tenant.id.to_string(),
        id: body.id.unwrap_or_else(portico_crypto::id::short_id),
        sync_profile: body.sync_profile.unwrap_or(false),
        enable_token_storage: body.enable_token_storage.unwrap_or(false),
        connector_id: body.connector_id,
        config: body.config.unwrap_or_default(),
        metadata,
        created_at: ctx.now_ms(),
    };
    rules::insert(&ctx, connector.clone()).await?;
    ConnectorResponse::of(&ctx, connector).map(JsonBody)
}

/// One connector.
#[utoipa::path(
    get, path = "/api/connectors/{id}", operation_id = "GetConnector", tag = "Connectors",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The connector.", body = ConnectorResponse),
        (status = 404, description = "No such connector."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ConnectorResponse>, ApiError> {
    let connector = get_connector(&ctx, &id).await?;
    ConnectorResponse::of(&ctx, connector).map(JsonBody)
}

/// Changes a connector.
#[utoipa::path(
    patch, path = "/api/connectors/{id}", operation_id = "UpdateConnector", tag = "Connectors",
    params(("id" = String, Path)), request_body = ConnectorPatch,
    responses(
        (status = 200, description = "The connector.", body = ConnectorResponse),
        (status = 404, description = "No such connector."),
        (status = 422, description = "Not possible for this kind of connector."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ConnectorPatch>,
) -> Result<JsonBody<ConnectorResponse>, ApiError> {
    let mut connector = get_connector(&ctx, &id).await?;
    let entry = rules::find_entry(&ctx, &connector.connector_id)?;
    if let Some(config) = &body.config {
        rules::check_config(entry, config)?;
    }
    if let Some(metadata) = &body.metadata {
        rules::check_metadata_change(&entry.factory, &connector, metadata)?;
    }
    if body.sync_profile == Some(true) && entry.factory.connector_type != ConnectorType::Social {
        return Err(ErrorCode::ConnectorInvalidTypeForSyncingProfile.into());
    }
    if body.enable_token_storage == Some(true) {
        rules::check_token_storage(&ctx, &entry.factory)?;
    }
    replace(&mut connector.config, body.config);
    replace(&mut connector.metadata, body.metadata);
    replace(&mut connector.sync_profile, body.sync_profile);
    replace(&mut connector.enable_token_storage, body.enable_token_storage);
    rules::save(&ctx, connector.clone()).await?;
    ConnectorResponse::of(&ctx, connector).map(JsonBody)
}

/// Deletes a connector; a social one leaves the sign-in page.
#[utoipa::path(
    delete, path = "/api/connectors/{id}", operation_id = "DeleteConnector", tag = "Connectors",
    params(("id" = String, Path)),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No such connector."),
        (status = 422, description = "People could no longer recover their passwords."),
    )
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    rules::remove(&ctx, get_connector(&ctx, &id).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where to send a browser to sign in with a social connector.
#[utoipa::path(
    post, path = "/api/connectors/{connectorId}/authorization-uri",
    operation_id = "CreateConnectorAuthorizationUri", tag = "Connectors",
    params(("connectorId" = String, Path)), request_body = AuthorizationUriInput,
    responses(
        (status = 200, description = "The address.", body = AuthorizationUriResponse),
        (status = 404, description = "No such connector."),
    )
)]
async fn authorization_uri(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<AuthorizationUriInput>,
) -> Result<JsonBody<AuthorizationUriResponse>, ApiError> {
    get_connector(&ctx, &id).await?;
    let uri = social_link::begin(&ctx, &id, &body.state, &body.redirect_uri).await?;
    Ok(JsonBody(AuthorizationUriResponse { redirect_to: uri.to_string() }))
}
