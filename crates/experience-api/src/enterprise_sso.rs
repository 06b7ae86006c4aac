//! Proofs by enterprise identity providers.

use crate::{
    error::done,
    extract::Resumed,
    social::{AuthorizationUriRequest, AuthorizationUriResponse, facts},
    verification::VerificationResponse,
};
use axum::response::{IntoResponse, Response};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody};
use portico_identity::sign_in::{Flow, Outcome, SignInError, factor::enterprise_sso as by_enterprise};
use portico_model::JsonObject;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Begins a proof by an enterprise identity provider.
#[utoipa::path(
    post, path = "/api/experience/verification/sso/{connectorId}/authorization-uri", tag = "Experience",
    operation_id = "CreateEnterpriseSsoVerification",
    params(("connectorId" = String, Path, description = "Connector.")),
    request_body = AuthorizationUriRequest,
    responses((status = 200, body = AuthorizationUriResponse, description = "The address and the verification record."),
        (status = 400, description = "Something is missing."), (status = 404, description = "No such connector."),
        (status = 500, description = "The connector's settings are of no use.")),
)]
pub async fn authorization_uri(
    Resumed(mut flow): Resumed,
    ApiPath(connector_id): ApiPath<String>,
    ApiJson(request): ApiJson<AuthorizationUriRequest>,
) -> Result<Response, ApiError> {
    let mut result =
        by_enterprise::begin(&mut flow, &connector_id, &request.state, &request.redirect_uri).await;
    if result.is_ok()
        && let Err(error) = flow.save().await
    {
        result = Err(error);
    }
    let result = result.map(Outcome::Done);
    flow.audit("Verification.EnterpriseSso.Create", facts(&connector_id), &result).await;
    let begun = done(result?)?;
    let response = AuthorizationUriResponse {
        authorization_uri: begun.authorization_uri,
        verification_id: begun.verification_id,
    };
    Ok(JsonBody(response).into_response())
}

/// What the provider sent back.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyRequest {
    /// Parameters of the callback.
    #[schema(value_type = Object)]
    connector_data: JsonObject,
    /// Id of the proof that was begun.
    verification_id: String,
}

/// Completes a proof by an enterprise identity provider.
#[utoipa::path(
    post, path = "/api/experience/verification/sso/{connectorId}/verify", tag = "Experience",
    operation_id = "VerifyEnterpriseSsoVerification",
    params(("connectorId" = String, Path, description = "Connector.")),
    request_body = inline(VerifyRequest),
    responses((status = 200, body = VerificationResponse, description = "The verification record."),
        (status = 400, description = "The callback is not accepted."),
        (status = 401, description = "The provider's answer is not accepted."),
        (status = 404, description = "No such proof."),
        (status = 500, description = "The connector's settings are of no use.")),
)]
pub async fn verify(
    Resumed(mut flow): Resumed,
    ApiPath(connector_id): ApiPath<String>,
    ApiJson(request): ApiJson<VerifyRequest>,
) -> Result<Response, ApiError> {
    let VerifyRequest { connector_data, verification_id } = request;
    let data = Value::Object(connector_data);
    let result = complete(&mut flow, &connector_id, &verification_id, &data).await.map(Outcome::Done);
    flow.audit("Verification.EnterpriseSso.Submit", facts(&connector_id), &result).await;
    done(result?)?;
    Ok(JsonBody(VerificationResponse { verification_id }).into_response())
}

async fn complete(flow: &mut Flow, connector_id: &str, id: &str, data: &Value) -> Result<(), SignInError> {
    by_enterprise::complete(flow, connector_id, id, data).await?;
    flow.save().await
}
