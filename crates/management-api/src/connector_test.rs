//! Trying out the settings of an e-mail or SMS connector before they are stored.

use crate::{
    checks::{Checks, is_email, is_phone},
    connector_rules as rules,
};
use axum::{extract::State, http::StatusCode};
use portico_connectors::message::MessageConnector;
use portico_http_kit::{ApiError, ApiJson, ApiPath, ManagementCaller};
use portico_identity::{
    Ctx,
    messages::{self, Letter},
};
use portico_model::{
    ErrorCode, JsonObject,
    connector::TemplateType,
    verification_code::{CodeChannel, CodeRecipient},
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The code in a message that only tries the way.
const TEST_CODE: &str = "000000";

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(send))
}

/// Where to send a message, and with which settings.
#[derive(Deserialize, ToSchema)]
pub struct ConnectorTestInput {
    /// Number to send a text message to.
    #[schema(nullable = false)]
    phone: Option<String>,
    /// Address to send an e-mail to.
    #[schema(nullable = false)]
    email: Option<String>,
    /// Settings to try; nothing is stored.
    #[schema(value_type = Object)]
    config: JsonObject,
    /// Language of the message.
    #[schema(nullable = false)]
    locale: Option<String>,
}

/// Sends a test message through a kind of connector.
#[utoipa::path(
    post, path = "/api/connectors/{factoryId}/test", operation_id = "CreateConnectorTest", tag = "Connectors",
    params(("factoryId" = String, Path)), request_body = ConnectorTestInput,
    responses((status = 204, description = "Sent."))
)]
async fn send(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ConnectorTestInput>,
) -> Result<StatusCode, ApiError> {
    let (connector, recipient) = find(&ctx, &id, &body)?;
    let mut payload = JsonObject::from_iter([("code".to_owned(), Value::from(TEST_CODE))]);
    payload.extend(body.locale.map(|locale| ("locale".to_owned(), Value::from(locale))));
    let template_type = TemplateType::Generic;
    let letter = Letter { recipient, template_type, payload, languages: Vec::new(), ip: None };
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let message = messages::write(&ctx, &snapshot, letter).await?;
    let config = Value::Object(body.config);
    connector
        .validate_config(&config)
        .map_err(portico_connectors::ConnectorError::invalid_config)
        .map_err(rules::explain)?;
    connector.send(&config, &message).await.map_err(rules::explain)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The connector, and the recipient that goes with its type.
fn find<'a>(
    ctx: &'a Ctx,
    id: &str,
    body: &ConnectorTestInput,
) -> Result<(&'a dyn MessageConnector, CodeRecipient), ApiError> {
    let mut checks = Checks::default();
    checks.require(
        body.phone.is_some() || body.email.is_some(),
        "",
        "A phone number or an e-mail address is needed.",
    );
    let is_number = body.phone.as_deref().is_none_or(is_phone);
    checks.require_as(is_number, "phone", "invalid_string", "Not a phone number.");
    let is_address = body.email.as_deref().is_none_or(is_email);
    checks.require_as(is_address, "email", "invalid_string", "Not an e-mail address.");
    checks.finish()?;
    let connectors = &ctx.app.connectors;
    if connectors.find(id).is_none() {
        return Err(ErrorCode::ConnectorNotFound.into());
    }
    let (connector, channel, to) = match (&body.phone, &body.email) {
        (Some(phone), _) => (connectors.find_sms(id), CodeChannel::Phone, phone),
        (None, Some(email)) => (connectors.find_email(id), CodeChannel::Email, email),
        (None, None) => return Err(ErrorCode::ConnectorUnexpectedType.into()),
    };
    let connector = connector.ok_or(ErrorCode::ConnectorUnexpectedType)?;
    Ok((connector, CodeRecipient { channel, value: to.clone() }))
}
