//! The OpenAPI document of this API, for everybody.

use axum::Extension;
use portico_http_kit::JsonBody;
use portico_identity::Ctx;
use serde_json::Value;
use std::sync::LazyLock;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(management_openapi)).routes(routes!(swagger))
}

/// The document to serve; put into the router by a layer, because it also describes routes of other crates.
#[derive(Clone)]
pub struct OpenApiDocument(pub &'static LazyLock<Value>);

/// The OpenAPI document of the Management API.
#[utoipa::path(
    get, path = "/api/.well-known/management.openapi.json",
    operation_id = "GetWellKnownManagementOpenapiJson", tag = "Well-known",
    security(()),
    responses((status = 200, description = "The document.", content_type = "application/json"))
)]
async fn management_openapi(Extension(document): Extension<OpenApiDocument>) -> JsonBody<&'static Value> {
    JsonBody(document.0)
}

/// The OpenAPI document, at its traditional address.
#[utoipa::path(
    get, path = "/api/swagger.json", operation_id = "GetSwaggerJson", tag = "Swagger.json",
    security(()),
    responses((status = 200, description = "The document.", content_type = "application/json"))
)]
async fn swagger(Extension(document): Extension<OpenApiDocument>) -> JsonBody<&'static Value> {
    JsonBody(document.0)
}
