//! Connector factories: the kinds of connector that this server offers.

use axum::extract::State;
use portico_http_kit::{ApiError, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{ErrorCode, connector_factory::ConnectorFactory};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// Every kind of connector.
#[utoipa::path(
    get, path = "/api/connector-factories", operation_id = "ListConnectorFactories", tag = "Connector factories",
    responses((status = 200, description = "The factories.", body = Vec<ConnectorFactory>))
)]
async fn list(_: ManagementCaller, State(ctx): State<Ctx>) -> JsonBody<Vec<ConnectorFactory>> {
    JsonBody(ctx.app.connectors.factories().cloned().collect())
}

/// One kind of connector.
#[utoipa::path(
    get, path = "/api/connector-factories/{id}", operation_id = "GetConnectorFactory", tag = "Connector factories",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The factory.", body = ConnectorFactory),
        (status = 404, description = "No such factory."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ConnectorFactory>, ApiError> {
    let factory = ctx.app.connectors.find_factory(&id).cloned();
    factory.map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}
