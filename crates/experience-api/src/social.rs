//! Proofs by social identity providers.

use crate::{error::done, extract::Resumed, verification::VerificationResponse};
use axum::{
    extract::{OriginalUri, RawForm},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody};
use portico_identity::sign_in::{Flow, Outcome, SignInError, factor::social as by_social};
use portico_model::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Where the browser comes back to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUriRequest {
    /// Opaque value that comes back with the browser.
    #[serde(default)]
    pub(crate) state: String,
    /// Address registered with the provider.
    #[serde(default)]
    pub(crate) redirect_uri: String,
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUriResponse {
    pub(crate) authorization_uri: String,
    pub(crate) verification_id: String,
}

/// Begins a proof by a social identity provider.
#[utoipa::path(
    post, path = "/api/experience/verification/social/{connectorId}/authorization-uri", tag = "Experience",
    operation_id = "CreateSocialVerification", params(("connectorId" = String, Path, description = "Connector.")),
    request_body = AuthorizationUriRequest,
    responses((status = 200, body = AuthorizationUriResponse, description = "The address and the verification record."), (status = 400, description = "Something is missing."),
        (status = 404, description = "No such connector.")),
)]
pub async fn authorization_uri(
    Resumed(mut flow): Resumed,
    ApiPath(connector_id): ApiPath<String>,
    ApiJson(request): ApiJson<AuthorizationUriRequest>,
) -> Result<Response, ApiError> {
    let mut result = by_social::begin(&mut flow, &connector_id, &request.state, &request.redirect_uri).await;
    if result.is_ok()
        && let Err(error) = flow.save().await
    {
        result = Err(error);
    }
    let result = result.map(Outcome::Done);
    flow.audit("Verification.Social.Create", facts(&connector_id), &result).await;
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
    verification_id: Option<String>,
}

/// Completes a proof by a social identity provider.
#[utoipa::path(
    post, path = "/api/experience/verification/social/{connectorId}/verify", tag = "Experience",
    operation_id = "VerifySocialVerification", params(("connectorId" = String, Path, description = "Connector.")),
    request_body = VerifyRequest,
    responses((status = 200, body = VerificationResponse, description = "The verification record."), (status = 400, description = "The callback is not accepted."),
        (status = 401, description = "The provider's answer is not accepted."), (status = 404, description = "No such proof.")),
)]
pub async fn verify(
    Resumed(mut flow): Resumed,
    ApiPath(connector_id): ApiPath<String>,
    ApiJson(request): ApiJson<VerifyRequest>,
) -> Result<Response, ApiError> {
    let verification_id = request.verification_id.unwrap_or_default();
    let data = Value::Object(request.connector_data);
    let result = complete(&mut flow, &connector_id, &verification_id, &data).await.map(Outcome::Done);
    flow.audit("Verification.Social.Submit", facts(&connector_id), &result).await;
    done(result?)?;
    Ok(JsonBody(VerificationResponse { verification_id }).into_response())
}

async fn complete(flow: &mut Flow, connector_id: &str, id: &str, data: &Value) -> Result<(), SignInError> {
    by_social::complete(flow, connector_id, id, data).await?;
    flow.save().await
}

pub(crate) fn facts(connector_id: &str) -> JsonObject {
    JsonObject::from_iter([("connectorId".to_owned(), json!(connector_id))])
}

/// `POST /callback/{connectorId}`: a provider that answers by form (OAuth 2.0 Form Post Response Mode) is turned
/// into the page's address, so that the page reads one kind of callback.
pub async fn form_post_callback(OriginalUri(uri): OriginalUri, RawForm(form): RawForm) -> Response {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&form).into_owned().collect();
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let location = format!("{}?{query}", uri.path());
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
