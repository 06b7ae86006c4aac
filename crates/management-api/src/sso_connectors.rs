//! Enterprise connectors: identity providers of whole companies.

use crate::{
    checks::{Checks, MAX_SHORT},
    document::PageParams,
    patch::{present, replace},
    sso_connector_rules as rules,
    sso_connector_signing_keys::signs_requests,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::future::join_all;
use portico_connectors::sso;
use portico_crypto::id::short_id;
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, JsonObject, SsoConnector,
    sso_connector::{SsoBranding, SsoProviderName, SsoProviderType},
};
use portico_store::{
    Tx,
    signing_certificates::{self, CertificateOwner},
    sso_connectors,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list_providers))
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
}

/// A kind of enterprise identity provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoProviderResponse {
    provider_name: SsoProviderName,
    provider_type: SsoProviderType,
    logo: String,
    logo_dark: String,
    description: String,
    name: String,
}

/// A connector with what is known of its identity provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorResponse {
    #[serde(flatten)]
    connector: SsoConnector,
    name: String,
    provider_type: SsoProviderType,
    provider_logo: String,
    provider_logo_dark: String,
    /// What the provider says about itself; absent when it cannot be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    provider_config: Option<Value>,
}

/// A new connector.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorCreate {
    #[schema(min_length = 1, max_length = 128)]
    provider_name: String,
    #[schema(min_length = 1, max_length = 128)]
    connector_name: String,
    #[schema(value_type = Object, required = false)]
    config: Option<JsonObject>,
    #[schema(nullable = false)]
    domains: Option<Vec<String>>,
    #[schema(nullable = false)]
    branding: Option<SsoBranding>,
    #[schema(nullable = false)]
    sync_profile: Option<bool>,
    #[schema(nullable = false)]
    enable_token_storage: Option<bool>,
}

/// Changes to a connector; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 128)]
    connector_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    config: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    domains: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    branding: Option<SsoBranding>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sync_profile: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enable_token_storage: Option<bool>,
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "sso connector")
        .with_parameter("id", id)
}

/// The connector of this id and its kind; one of a kind that this version lacks is not there.
pub async fn get_connector(ctx: &Ctx, id: &str) -> Result<(SsoConnector, SsoProviderName), ApiError> {
    let found = sso_connectors::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    let found = found.and_then(|connector| connector.provider().map(|name| (connector, name)));
    found.ok_or_else(|| not_found(id))
}

fn respond(
    connector: SsoConnector,
    name: SsoProviderName,
    provider_config: Option<Value>,
) -> SsoConnectorResponse {
    let provider = sso::provider(name);
    SsoConnectorResponse {
        connector,
        name: provider.name.to_owned(),
        provider_type: provider.provider_type,
        provider_logo: provider.logo.clone(),
        provider_logo_dark: provider.logo_dark.clone(),
        provider_config,
    }
}

/// Asks the identity provider about itself; a provider that does not answer leaves the connector as it is.
async fn describe(ctx: &Ctx, connector: SsoConnector, name: SsoProviderName) -> SsoConnectorResponse {
    let config = rules::describe(ctx, name, &connector).await.ok();
    respond(connector, name, config)
}

/// Most enterprise connectors of a tenant.
const MAX_CONNECTORS: usize = 1000;

/// The kinds of identity provider.
#[utoipa::path(
    get, path = "/api/sso-connector-providers", operation_id = "ListSsoConnectorProviders",
    tag = "SSO connector providers",
    responses((status = 200, description = "The providers.", body = Vec<SsoProviderResponse>))
)]
async fn list_providers(_: ManagementCaller) -> JsonBody<&'static [sso::SsoProvider]> {
    JsonBody(sso::providers())
}

/// Enterprise connectors of the tenant, newest first.
#[utoipa::path(
    get, path = "/api/sso-connectors", operation_id = "ListSsoConnectors", tag = "SSO connectors",
    params(PageParams),
    responses((status = 200, description = "The connectors.", body = Vec<SsoConnectorResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
) -> Result<Response, ApiError> {
    let found = sso_connectors::list(&ctx.app.db, &ctx.tenant.id).await?;
    let known: Vec<_> = found
        .into_iter()
        .filter_map(|connector| connector.provider().map(|name| (connector, name)))
        .collect();
    let total = i64::try_from(known.len()).map_err(ApiError::internal)?;
    let (skip, take) = match pagination.is_absent {
        true => (0, usize::MAX),
        false => {
            ((pagination.page as usize - 1) * pagination.page_size as usize, pagination.page_size as usize)
        }
    };
    let page = known.into_iter().skip(skip).take(take);
    let answers = JsonBody(join_all(page.map(|(connector, name)| describe(&ctx, connector, name))).await);
    Ok(match pagination.is_absent {
        true => answers.into_response(),
        false => (pagination.headers(total), answers).into_response(),
    })
}

/// An enterprise connector.
#[utoipa::path(
    get, path = "/api/sso-connectors/{id}", operation_id = "GetSsoConnector", tag = "SSO connectors",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The connector.", body = SsoConnectorResponse),
        (status = 404, description = "No such connector."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<SsoConnectorResponse>, ApiError> {
    let (connector, name) = get_connector(&ctx, &id).await?;
    Ok(JsonBody(describe(&ctx, connector, name).await))
}

/// Adds an enterprise connector. Without settings it waits for them and is not offered to anybody.
#[utoipa::path(
    post, path = "/api/sso-connectors", operation_id = "CreateSsoConnector", tag = "SSO connectors",
    request_body = SsoConnectorCreate,
    responses(
        (status = 200, description = "The connector.", body = SsoConnector),
        (status = 409, description = "The name is taken."),
        (status = 422, description = "The provider or a domain is not possible."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<SsoConnectorCreate>,
) -> Result<JsonBody<SsoConnector>, ApiError> {
    let mut checks = Checks::default();
    checks.length("providerName", &body.provider_name, 1, MAX_SHORT);
    checks.length("connectorName", &body.connector_name, 1, MAX_SHORT);
    checks.finish()?;
    let name: SsoProviderName = body
        .provider_name
        .parse()
        .map_err(|_| ApiError::new(ErrorCode::ConnectorNotFound).with_status(422))?;
    if body.enable_token_storage == Some(true) {
        rules::check_token_storage(&ctx, name)?;
    }
    let mut connector = SsoConnector {
        tenant_id: ctx.tenant.id.to_string(),
        id: short_id(),
        provider_name: body.provider_name,
        connector_name: body.connector_name,
        config: JsonObject::new(),
        domains: rules::check_domains(body.domains.unwrap_or_default())?,
        branding: body.branding.unwrap_or_default(),
        sync_profile: body.sync_profile.unwrap_or_default(),
        enable_token_storage: body.enable_token_storage.unwrap_or_default(),
        created_at: ctx.now_ms(),
    };
    if let Some(config) = body.config {
        connector.config = rules::check_config(name, &config)?;
        // A new connector has no certificate to sign with.
        if signs_requests(&connector) {
            return Err(ErrorCode::SingleSignOnActiveSigningKeyRequired.into());
        }
        rules::describe(&ctx, name, &connector).await?;
    }
    let (tenant, saved) = (ctx.tenant.id.clone(), connector.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if sso_connectors::list(tx, &tenant).await?.len() >= MAX_CONNECTORS {
                return Err(ErrorCode::EntityCreateFailed.into());
            }
            sso_connectors::insert(tx, &tenant, &saved).await.map_err(rules::explain)
        })
    })
    .await?;
    Ok(JsonBody(connector))
}

/// Changes an enterprise connector.
#[utoipa::path(
    patch, path = "/api/sso-connectors/{id}", operation_id = "UpdateSsoConnector", tag = "SSO connectors",
    params(("id" = String, Path)), request_body = SsoConnectorPatch,
    responses(
        (status = 200, description = "The connector.", body = SsoConnectorResponse),
        (status = 404, description = "No such connector."),
        (status = 409, description = "The name is taken."),
        (status = 422, description = "A domain is not possible."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<SsoConnectorPatch>,
) -> Result<JsonBody<SsoConnectorResponse>, ApiError> {
    let (mut connector, name) = get_connector(&ctx, &id).await?;
    if let Some(text) = &body.connector_name {
        let mut checks = Checks::default();
        checks.length("connectorName", text, 1, MAX_SHORT);
        checks.finish()?;
    }
    if body.enable_token_storage == Some(true) {
        rules::check_token_storage(&ctx, name)?;
    }
    if let Some(domains) = body.domains {
        connector.domains = rules::check_domains(domains)?;
    }
    let forgets_tokens = body.enable_token_storage == Some(false);
    replace(&mut connector.connector_name, body.connector_name);
    replace(&mut connector.branding, body.branding);
    replace(&mut connector.sync_profile, body.sync_profile);
    replace(&mut connector.enable_token_storage, body.enable_token_storage);
    let mut provider_config = None;
    if let Some(config) = body.config {
        connector.config = rules::check_config(name, &config)?;
        provider_config = Some(rules::describe(&ctx, name, &connector).await?);
    }
    let (tenant, saved) = (ctx.tenant.id.clone(), connector.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if forgets_tokens {
                sso_connectors::delete_tokens(tx, &tenant, &saved.id).await?;
            }
            sso_connectors::find_for_update(tx, &tenant, &saved.id).await?;
            if signs_requests(&saved) {
                let owner = CertificateOwner::SsoConnector;
                let active = signing_certificates::find_active(tx, &tenant, owner, &saved.id).await?;
                active.ok_or_else(|| ApiError::from(ErrorCode::SingleSignOnActiveSigningKeyRequired))?;
            }
            sso_connectors::update(tx, &tenant, &saved).await.map_err(rules::explain)
        })
    })
    .await?;
    Ok(JsonBody(match provider_config {
        Some(config) => respond(connector, name, Some(config)),
        None => describe(&ctx, connector, name).await,
    }))
}

/// Deletes an enterprise connector with the identities that came through it.
#[utoipa::path(
    delete, path = "/api/sso-connectors/{id}", operation_id = "DeleteSsoConnector", tag = "SSO connectors",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such connector."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let deleted = sso_connectors::delete(tx, &tenant, &id).await?;
            if deleted { Ok(()) } else { Err(ApiError::from(ErrorCode::EntityNotFound)) }
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
