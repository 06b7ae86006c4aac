//! Proofs by password.

use crate::{error::done, extract::Resumed};
use axum::response::{IntoResponse, Response};
use portico_http_kit::{ApiError, ApiJson, Issue, JsonBody, invalid_input};
use portico_identity::{
    sign_in::{
        Flow, Outcome, SignInError,
        factor::{new_password_identity as new_identity, password as by_password},
    },
    username_policy,
};
use portico_model::{
    JsonObject,
    interaction::{InteractionIdentifier, VerificationType},
    sign_in_experience::SignInIdentifier,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Id of a proof.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationResponse {
    /// To be given to the identification.
    pub verification_id: String,
}

/// An identifier and its password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordRequest {
    identifier: InteractionIdentifier,
    password: String,
}

/// Proves who the person is by password.
#[utoipa::path(
    post, path = "/api/experience/verification/password", tag = "Experience",
    operation_id = "CreatePasswordVerification", request_body = PasswordRequest,
    responses((status = 200, body = VerificationResponse, description = "The verification record."), (status = 400, description = "Locked out."),
        (status = 401, description = "Suspended."), (status = 422, description = "Wrong, or expired.")),
)]
pub async fn password(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<PasswordRequest>,
) -> Result<Response, ApiError> {
    if request.password.is_empty() {
        return Err(invalid_input("body", &[Issue::at("password", "too_small", "Required")]));
    }
    let facts = identifier_facts(&request.identifier);
    let result = by_password::verify(&mut flow, request.identifier, &request.password).await;
    finish(flow, VerificationType::Password, "Submit", facts, result).await
}

/// A username and password for a new user.
#[derive(Deserialize, ToSchema)]
pub struct NewPasswordIdentityRequest {
    identifier: InteractionIdentifier,
    password: String,
}

/// Accepts a username and password for a new user.
#[utoipa::path(
    post, path = "/api/experience/verification/new-password-identity", tag = "Experience",
    operation_id = "CreateNewPasswordIdentityVerification", request_body = NewPasswordIdentityRequest,
    responses((status = 200, body = VerificationResponse, description = "The verification record."), (status = 400, description = "Not a username."),
        (status = 422, description = "Taken, or against the policies.")),
)]
pub async fn new_password_identity(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<NewPasswordIdentityRequest>,
) -> Result<Response, ApiError> {
    let identifier = &request.identifier;
    if identifier.kind != SignInIdentifier::Username {
        let issue = Issue::at("identifier.type", "invalid_literal", "Must be username.");
        return Err(invalid_input("body", &[issue]));
    }
    if let Err(violation) = username_policy::check_form(&identifier.value) {
        let issue = Issue::at("identifier.value", "invalid_string", violation.to_string());
        return Err(invalid_input("body", &[issue]));
    }
    let facts = identifier_facts(identifier);
    let result = new_identity::accept(&mut flow, request.identifier, &request.password).await;
    finish(flow, VerificationType::NewPasswordIdentity, "Submit", facts, result).await
}

fn identifier_facts(identifier: &InteractionIdentifier) -> JsonObject {
    JsonObject::from_iter([("identifier".to_owned(), json!(identifier))])
}

/// Writes a flow with a new proof back, logs the act and answers the proof's id.
pub(crate) async fn finish(
    mut flow: Flow,
    kind: VerificationType,
    step: &str,
    facts: JsonObject,
    mut result: Result<String, SignInError>,
) -> Result<Response, ApiError> {
    if result.is_ok()
        && let Err(error) = flow.save().await
    {
        result = Err(error);
    }
    let result = result.map(Outcome::Done);
    flow.audit(&format!("Verification.{kind}.{step}"), facts, &result).await;
    let verification_id = done(result?)?;
    Ok(JsonBody(VerificationResponse { verification_id }).into_response())
}
