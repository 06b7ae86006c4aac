//! Starting a flow, identifying its user, finishing it.

use crate::{
    error::done,
    extract::{Entered, Resumed},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use portico_http_kit::{ApiError, ApiJson, ApiQuery, Issue, JsonBody, invalid_input};
use portico_identity::{
    Ctx,
    sign_in::{Flow, Outcome, SignInError, identify as identifying, register, submit as submitting},
    sign_in_settings::sso_connectors_for,
};
use portico_model::{ErrorCode, JsonObject, interaction::InteractionEvent};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the person came to do.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartRequest {
    interaction_event: InteractionEvent,
    /// Answer of the captcha widget.
    captcha_token: Option<String>,
}

/// Starts a flow, or starts it over.
#[utoipa::path(
    put, path = "/api/experience", tag = "Experience", operation_id = "InitInteraction",
    request_body = StartRequest,
    responses((status = 204, description = "Started."), (status = 400, description = "No interaction is under way."),
        (status = 422, description = "The captcha was not accepted.")),
)]
pub async fn start(
    State(ctx): State<Ctx>,
    entered: Entered,
    ApiJson(request): ApiJson<StartRequest>,
) -> Result<StatusCode, ApiError> {
    let mut flow = Flow::start(ctx, entered.interaction, request.interaction_event, entered.client).await?;
    // No captcha service is configured, so no token can be right.
    let result = match request.captcha_token {
        Some(_) => Err(SignInError::from(ErrorCode::SessionCaptchaFailed)),
        None => flow.save().await.map(Outcome::Done),
    };
    flow.audit("Create", JsonObject::new(), &result).await;
    done(result?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another thing the person came to do.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SwitchRequest {
    interaction_event: InteractionEvent,
}

/// Switches between signing in and registering.
#[utoipa::path(
    put, path = "/api/experience/interaction-event", tag = "Experience", operation_id = "UpdateInteractionEvent",
    request_body = SwitchRequest,
    responses((status = 204, description = "Switched."), (status = 400, description = "Not possible from here."),
        (status = 403, description = "The sign-in settings do not allow it.")),
)]
pub async fn switch_event(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<SwitchRequest>,
) -> Result<StatusCode, ApiError> {
    let left = flow.state.interaction_event;
    let mut result = flow.switch_event(request.interaction_event);
    if result.is_ok() {
        result = flow.save().await;
    }
    let result = result.map(Outcome::Done);
    flow.audit_under(left, "Update", JsonObject::new(), &result).await;
    done(result?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The proof of who the person is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifyRequest {
    /// Id of the proof; may be absent when registering with what was filled in.
    verification_id: Option<String>,
    /// Link the social account to the user with the same verified address.
    #[serde(default)]
    link_social_identity: bool,
}

/// Identifies the user, or creates the new one.
#[utoipa::path(
    post, path = "/api/experience/identification", tag = "Experience", operation_id = "IdentifyUser",
    request_body = IdentifyRequest,
    responses((status = 201, description = "The user was created."), (status = 204, description = "Identified."),
        (status = 400, description = "Not possible from here."), (status = 401, description = "Suspended."),
        (status = 403, description = "The sign-in settings do not allow it."),
        (status = 404, description = "No such proof or user."), (status = 409, description = "Another user was identified before."),
        (status = 422, description = "The proof is not accepted, or something is missing.")),
)]
pub async fn identify(
    Resumed(mut flow): Resumed,
    ApiJson(request): ApiJson<IdentifyRequest>,
) -> Result<Response, ApiError> {
    let is_registering = flow.state.interaction_event == InteractionEvent::Register;
    let mut result = match (request.verification_id.as_deref(), is_registering) {
        (id, true) => register::register(&mut flow, id).await,
        (Some(id), false) => identifying::identify(&mut flow, id, request.link_social_identity).await,
        (None, false) => {
            let issue = Issue::at("verificationId", "invalid_type", "Required");
            return Err(invalid_input("body", &[issue]));
        }
    };
    // What was filled in is kept also when something is still missing.
    if result.is_ok()
        && let Err(error) = flow.save().await
    {
        result = Err(error);
    }
    flow.audit("Identifier.Submit", JsonObject::new(), &result).await;
    done(result?)?;
    Ok(if is_registering {
        (StatusCode::CREATED, "Created").into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    })
}

/// Where the browser goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmitResponse {
    redirect_to: String,
}

/// Finishes the flow.
#[utoipa::path(
    post, path = "/api/experience/submit", tag = "Experience", operation_id = "SubmitInteraction",
    responses((status = 200, body = SubmitResponse, description = "Finished; without a body after a password reset."),
        (status = 400, description = "Not possible from here."), (status = 403, description = "A second factor is needed."),
        (status = 404, description = "Nobody was identified."), (status = 422, description = "Something is missing.")),
)]
pub async fn submit(Resumed(mut flow): Resumed) -> Result<Response, ApiError> {
    let result = submitting::submit(&mut flow).await;
    flow.audit("Submit", JsonObject::new(), &result).await;
    Ok(match done(result?)? {
        submitting::Submitted::SignedIn { redirect_to } => {
            JsonBody(SubmitResponse { redirect_to }).into_response()
        }
        submitting::Submitted::PasswordReset => StatusCode::OK.into_response(),
    })
}

/// Shows the flow without its secrets.
#[utoipa::path(
    get, path = "/api/experience/interaction", tag = "Experience", operation_id = "GetInteraction",
    responses((status = 200, body = Object, description = "What was collected so far.")),
)]
pub async fn show(Resumed(flow): Resumed) -> Response {
    JsonBody(flow.state.sanitized()).into_response()
}

/// The address somebody signs in with.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SsoConnectorsQuery {
    email: String,
}

/// Enterprise connectors for an e-mail domain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoConnectorsResponse {
    connector_ids: Vec<String>,
}

/// Names the enterprise connectors in charge of an e-mail address.
#[utoipa::path(
    get, path = "/api/experience/sso-connectors", tag = "Experience", operation_id = "GetEnabledSsoConnectors",
    params(SsoConnectorsQuery),
    responses((status = 200, body = SsoConnectorsResponse, description = "The connectors."), (status = 400, description = "Not an e-mail address.")),
)]
pub async fn sso_connectors(
    _entered: Entered,
    State(ctx): State<Ctx>,
    ApiQuery(query): ApiQuery<SsoConnectorsQuery>,
) -> Result<Response, ApiError> {
    let is_address = query.email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !query.email.contains(char::is_whitespace)
    });
    if !is_address {
        return Err(invalid_input("query", &[Issue::at("email", "invalid_string", "Invalid")]));
    }
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    let connector_ids = sso_connectors_for(&snapshot, &query.email);
    Ok(JsonBody(SsoConnectorsResponse { connector_ids }).into_response())
}
