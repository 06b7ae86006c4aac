//! The OpenAPI document of this API, for everybody.

use axum::{http::header, response::IntoResponse};
use portico_http_kit::ApiError;
use portico_identity::Ctx;
use std::sync::OnceLock;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(management_openapi)).routes(routes!(swagger))
}

fn document() -> Result<&'static str, ApiError> {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    if let Some(document) = DOCUMENT.get() {
        return Ok(document);
    }
    let document = crate::openapi().to_json().map_err(ApiError::internal)?;
    Ok(DOCUMENT.get_or_init(|| document))
}

fn answer() -> Result<impl IntoResponse, ApiError> {
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], document()?))
}

/// The OpenAPI document of the Management API.
#[utoipa::path(
    get, path = "/api/.well-known/management.openapi.json",
    operation_id = "GetWellKnownManagementOpenapiJson", tag = "Well-known",
    security(()),
    responses((status = 200, description = "The document.", content_type = "application/json"))
)]
async fn management_openapi() -> Result<impl IntoResponse, ApiError> {
    answer()
}

/// The OpenAPI document, at its traditional address.
#[utoipa::path(
    get, path = "/api/swagger.json", operation_id = "GetSwaggerJson", tag = "Swagger.json",
    security(()),
    responses((status = 200, description = "The document.", content_type = "application/json"))
)]
async fn swagger() -> Result<impl IntoResponse, ApiError> {
    answer()
}
