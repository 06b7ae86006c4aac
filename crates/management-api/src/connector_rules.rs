//! What may be configured, and what goes together with it.

use portico_connectors::{ConnectorError, registry::Entry};
use portico_http_kit::ApiError;
use portico_identity::Ctx;
use portico_model::{
    Connector, ErrorCode, JsonObject, TenantId,
    connector::{ConfigurableConnectorMetadata, ConnectorType},
    connector_factory::ConnectorFactory,
};
use portico_store::{Tx, connectors, sign_in_experiences};
use serde_json::{Value, json};

/// Most connectors of a tenant.
const MAX_CONNECTORS: usize = 200;

/// The failure of a connector as an answer.
pub fn explain(error: ConnectorError) -> ApiError {
    if let Some(cause) = &error.source {
        tracing::info!(code = error.code.as_str(), %cause, "connector failed");
    }
    let answer = ApiError::new(error.code);
    match error.data {
        Some(data) => {
            let description =
                data.get("errorDescription").and_then(Value::as_str).unwrap_or_default().to_owned();
            answer.with_parameter("errorDescription", description).with_data(data)
        }
        None => answer,
    }
}

/// The kind of connector with this factory id.
pub fn find_entry<'a>(ctx: &'a Ctx, factory_id: &str) -> Result<&'a Entry, ApiError> {
    let entry = ctx.app.connectors.find(factory_id).filter(|entry| !entry.factory.is_demo);
    entry.ok_or_else(|| ErrorCode::ConnectorNotFoundWithConnectorId.into())
}

/// Whether the text can be an instance id; it becomes a segment of the callback address.
pub fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The settings must be what the connector can work with.
pub fn check_config(entry: &Entry, config: &JsonObject) -> Result<(), ApiError> {
    let config = Value::Object(config.clone());
    entry.validate_config(&config).map_err(|issues| {
        let issues = issues.into_iter().map(|issue| {
            let path: Vec<&str> = issue.path.split('.').filter(|segment| !segment.is_empty()).collect();
            json!({ "code": issue.code, "path": path, "message": issue.message })
        });
        let data = json!({ "issues": issues.collect::<Vec<_>>(), "name": "ZodError" });
        ApiError::new(ErrorCode::ConnectorInvalidConfig).with_data(data)
    })
}

/// Only standard connectors take metadata, and they need a target.
pub fn check_metadata(
    factory: &ConnectorFactory,
    metadata: &ConfigurableConnectorMetadata,
) -> Result<(), ApiError> {
    let is_standard = factory.is_standard == Some(true);
    if !is_standard && *metadata != ConfigurableConnectorMetadata::default() {
        return Err(ErrorCode::ConnectorCannotOverwriteMetadataForNonStandardConnector.into());
    }
    let has_target = metadata.target.as_deref().is_some_and(|target| !target.is_empty());
    if is_standard && factory.connector_type == ConnectorType::Social && !has_target {
        return Err(ErrorCode::ConnectorShouldSpecifyTarget.into());
    }
    Ok(())
}

/// People's identities are filed under the target, so it stays.
pub fn check_metadata_change(
    factory: &ConnectorFactory,
    before: &Connector,
    after: &ConfigurableConnectorMetadata,
) -> Result<(), ApiError> {
    check_metadata(factory, after)?;
    if factory.is_standard == Some(true) && after.target != before.metadata.target {
        return Err(ErrorCode::ConnectorCanNotModifyTarget.into());
    }
    Ok(())
}

/// Keeping the provider's tokens needs a key to seal them with and a connector that can.
pub fn check_token_storage(ctx: &Ctx, factory: &ConnectorFactory) -> Result<(), ApiError> {
    if ctx.app.kek.is_none() {
        return Err(ErrorCode::RequestFeatureNotSupported.into());
    }
    if factory.is_token_storage_supported != Some(true) {
        return Err(ApiError::new(ErrorCode::ConnectorTokenStorageNotSupported).with_status(422));
    }
    Ok(())
}

/// Target of a configured connector.
fn target<'a>(connector: &'a Connector, factory: &'a ConnectorFactory) -> &'a str {
    connector.metadata.target.as_deref().unwrap_or(&factory.target)
}

/// A social connector has to be the only one of its target on its platform; of e-mail and SMS connectors there
/// is one at a time.
pub async fn insert(ctx: &Ctx, connector: Connector) -> Result<(), ApiError> {
    let (tenant, ctx_in) = (ctx.tenant.id.clone(), ctx.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let existing = connectors::list(tx, &tenant).await?;
            let factory = &find_entry(&ctx_in, &connector.connector_id)?.factory;
            if existing.len() >= MAX_CONNECTORS {
                return Err(ErrorCode::EntityCreateFailed.into());
            }
            if factory.connector_type == ConnectorType::Social {
                check_unique(&ctx_in, &existing, &connector, factory)?;
            } else {
                for other in
                    existing.iter().filter(|other| is_of_type(&ctx_in, other, factory.connector_type))
                {
                    connectors::delete(tx, &tenant, &other.id).await?;
                }
            }
            connectors::insert(tx, &tenant, &connector).await?;
            Ok::<_, ApiError>(())
        })
    })
    .await
}

fn is_of_type(ctx: &Ctx, connector: &Connector, connector_type: ConnectorType) -> bool {
    let factory = ctx.app.connectors.find_factory(&connector.connector_id);
    factory.is_some_and(|factory| factory.connector_type == connector_type)
}

fn check_unique(
    ctx: &Ctx,
    existing: &[Connector],
    connector: &Connector,
    factory: &ConnectorFactory,
) -> Result<(), ApiError> {
    let is_same_kind = |other: &&Connector| other.connector_id == connector.connector_id;
    if factory.is_standard != Some(true) && existing.iter().any(|other| is_same_kind(&other)) {
        return Err(ErrorCode::ConnectorMultipleInstancesNotSupported.into());
    }
    for other in existing {
        let Some(other_factory) = ctx.app.connectors.find_factory(&other.connector_id) else { continue };
        if other_factory.connector_type == ConnectorType::Social
            && other_factory.platform == factory.platform
            && target(other, other_factory) == target(connector, factory)
        {
            let data = json!({ "connectorId": other.id, "connectorName": other_factory.name });
            let error = ApiError::new(ErrorCode::ConnectorMultipleTargetWithSamePlatform);
            return Err(error.with_status(422).with_data(data));
        }
    }
    Ok(())
}

/// Stores a changed connector.
pub async fn save(ctx: &Ctx, connector: Connector) -> Result<(), ApiError> {
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move { connectors::update(tx, &tenant, &connector).await })
    })
    .await
    .map_err(ApiError::from)
}

/// Removes a connector, and its target from the sign-in page when no other connector has it.
pub async fn remove(ctx: &Ctx, connector: Connector) -> Result<(), ApiError> {
    let (tenant, ctx_in) = (ctx.tenant.id.clone(), ctx.clone());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if !connectors::delete(tx, &tenant, &connector.id).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            let rest = connectors::list(tx, &tenant).await?;
            adjust_sign_in_experience(tx, &tenant, &ctx_in, &rest).await
        })
    })
    .await
}

async fn adjust_sign_in_experience(
    tx: &Tx,
    tenant: &TenantId,
    ctx: &Ctx,
    rest: &[Connector],
) -> Result<(), ApiError> {
    let Some(mut settings) = sign_in_experiences::find_for_update(tx, tenant).await? else { return Ok(()) };
    let has_type = |kind| rest.iter().any(|connector| is_of_type(ctx, connector, kind));
    let expires = settings.password_expiration.enabled == Some(true);
    if expires && !has_type(ConnectorType::Email) && !has_type(ConnectorType::Sms) {
        return Err(ErrorCode::SignInExperiencesPasswordExpirationRequiresForgotPassword.into());
    }
    let before = settings.social_sign_in_connector_targets.len();
    let targets = social_targets(ctx, rest);
    settings.social_sign_in_connector_targets.retain(|target| targets.contains(target));
    if settings.social_sign_in_connector_targets.len() != before {
        sign_in_experiences::update(tx, tenant, &settings).await?;
    }
    Ok(())
}

/// Targets of the social connectors.
pub fn social_targets(ctx: &Ctx, connectors: &[Connector]) -> Vec<String> {
    let social = connectors.iter().filter_map(|connector| {
        let factory = ctx.app.connectors.find_factory(&connector.connector_id)?;
        (factory.connector_type == ConnectorType::Social).then(|| target(connector, factory).to_owned())
    });
    social.collect()
}

/// Which kinds of message connector are configured: e-mail, SMS.
pub fn message_connectors(ctx: &Ctx, connectors: &[Connector]) -> (bool, bool) {
    let has_type = |kind| connectors.iter().any(|connector| is_of_type(ctx, connector, kind));
    (has_type(ConnectorType::Email), has_type(ConnectorType::Sms))
}
