//! Filling in what an account lacks.

use crate::{error::done, extract::Resumed};
use axum::http::StatusCode;
use portico_http_kit::{ApiError, ApiJson, Issue, invalid_input};
use portico_identity::sign_in::{
    Flow, Outcome, SignInError,
    profile::{self, Addition},
};
use portico_model::{JsonObject, verification_code::CodeChannel};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Something to fill in.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum AddRequest {
    /// A username.
    Username {
        /// The username.
        value: String,
    },
    /// A password.
    Password {
        /// The password.
        value: String,
    },
    /// A verified e-mail address.
    #[serde(rename_all = "camelCase")]
    Email {
        /// Id of the proof.
        verification_id: String,
    },
    /// A verified phone number.
    #[serde(rename_all = "camelCase")]
    Phone {
        /// Id of the proof.
        verification_id: String,
    },
    /// A social account.
    #[serde(rename_all = "camelCase")]
    Social {
        /// Id of the proof.
        verification_id: String,
    },
    /// Name, picture, standard claims and anything else.
    ExtraProfile {
        /// Values by field name.
        #[schema(value_type = Object)]
        values: JsonObject,
    },
}

/// Fills something in; it is written when the flow is submitted.
#[utoipa::path(
    post, path = "/api/experience/profile", tag = "Experience", operation_id = "AddUserProfile",
    request_body = AddRequest,
    responses((status = 204, description = "Kept."), (status = 400, description = "Not possible from here."),
        (status = 403, description = "A second factor is needed."), (status = 404, description = "No such proof."),
        (status = 422, description = "Taken, or against the policies.")),
)]
pub async fn add(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<AddRequest>,
) -> Result<StatusCode, ApiError> {
    let (kind, addition) = match request {
        AddRequest::Username { value } => ("username", Addition::Username(value)),
        AddRequest::Password { value } => ("password", Addition::Password(value)),
        AddRequest::Email { verification_id } => {
            ("email", Addition::Address(CodeChannel::Email, verification_id))
        }
        AddRequest::Phone { verification_id } => {
            ("phone", Addition::Address(CodeChannel::Phone, verification_id))
        }
        AddRequest::Social { verification_id } => ("social", Addition::Social(verification_id)),
        AddRequest::ExtraProfile { values } => {
            if let Some(key) = values.keys().find(|key| !is_field_name(key)) {
                let issue = Issue::at(&format!("values.{key}"), "invalid_string", "Invalid");
                return Err(invalid_input("body", &[issue]));
            }
            ("extraProfile", Addition::Extra(values))
        }
    };
    let result = profile::add(&mut flow, addition).await;
    finish(flow, kind, result).await
}

/// A new password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordRequest {
    password: String,
}

/// Chooses the new password of a user who forgot the old one.
#[utoipa::path(
    put, path = "/api/experience/profile/password", tag = "Experience", operation_id = "ResetUserPassword",
    request_body = PasswordRequest,
    responses((status = 204, description = "Kept."), (status = 400, description = "Not possible from here."),
        (status = 404, description = "Nobody was identified."), (status = 422, description = "Against the policy.")),
)]
pub async fn reset_password(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<PasswordRequest>,
) -> Result<StatusCode, ApiError> {
    let result = profile::reset_password(&mut flow, &request.password).await;
    finish(flow, "password", result).await
}

fn is_field_name(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|character| character.is_ascii_alphanumeric())
}

async fn finish(
    mut flow: Flow,
    kind: &str,
    mut result: Result<Outcome, SignInError>,
) -> Result<StatusCode, ApiError> {
    if matches!(result, Ok(Outcome::Done(())))
        && let Err(error) = flow.save().await
    {
        result = Err(error);
    }
    let facts = JsonObject::from_iter([("type".to_owned(), json!(kind))]);
    flow.audit("Profile.Update", facts, &result).await;
    done(result?)?;
    Ok(StatusCode::NO_CONTENT)
}
