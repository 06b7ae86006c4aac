//! `GET /auth/{uid}`: the browser comes back from an interaction.

use super::{authorization::ErrorAnswer, device as device_endpoint};
use crate::{
    authorization::{Authorization, resume_path},
    changes::Changes,
    cookies::{self, Cookie},
    device,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
    pipeline::{self, Endpoint},
    request::AuthorizationRequest,
    session::Session,
};
use axum::{
    extract::Path,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use portico_crypto::constant_time_eq;
use portico_identity::{audit::AuditEntry, interaction::Interaction, sign_in::stored};
use portico_model::{JsonObject, oidc::OidcModel};
use serde_json::{Value, json};

/// Takes up the result of an interaction.
pub async fn resume(environment: Environment, Path(uid): Path<String>) -> Response {
    match load(&environment, &uid).await {
        Ok((interaction, session)) => take_up(&environment, interaction, session).await,
        Err(error) => error.into_response(),
    }
}

/// The interaction belongs to this browser and to the session it started in.
async fn load(environment: &Environment, uid: &str) -> Result<(Interaction, Session), OidcError> {
    let expired = || OidcError::session_not_found("the authorization request has expired");
    let cookie = cookies::find_signed(environment, cookies::INTERACTION_RESUME).ok_or_else(expired)?;
    if !constant_time_eq(cookie, uid) {
        return Err(OidcError::session_not_found("the interaction belongs to another window"));
    }
    let interaction = stored::find(&environment.ctx, uid).await?.ok_or_else(expired)?;
    let session = Session::load(environment).await?;
    let started_in = interaction.payload.session.as_ref().map(|session| session.uid.as_str());
    if started_in.is_some_and(|uid| uid != session.payload.uid) {
        return Err(OidcError::session_not_found("the session changed during the interaction"));
    }
    Ok((interaction, session))
}

async fn take_up(environment: &Environment, interaction: Interaction, mut session: Session) -> Response {
    let Some(parameters) = Parameters::from_object(&interaction.payload.params) else {
        return OidcError::session_not_found("the stored request cannot be read").into_response();
    };
    let mut changes = Changes::default();
    changes.remove(OidcModel::Interaction, interaction.uid.as_str());
    changes.log(end_entry(environment, &interaction));
    let path = resume_path(environment, &interaction.uid);
    let mut request = AuthorizationRequest::new(environment, parameters);
    request.result = interaction.payload.result.unwrap_or_default();
    let mut endpoint = Endpoint::Resume;
    if let Some(id) = &interaction.payload.device_code {
        endpoint = Endpoint::Device;
        match device::find(environment, id).await {
            Ok(Ok(waiting)) if result_error(&request.result).is_err() => {
                return device_endpoint::abort(environment, waiting).await.into_response();
            }
            Ok(Ok(waiting)) => request.device = Some(waiting),
            Ok(Err(unusable)) => return device_endpoint::told(unusable, None),
            Err(error) => return error.into_response(),
        }
    }
    let outcome = pipeline::run(&mut request, endpoint).await;
    let answer = ErrorAnswer::of(&request);
    if let Err(error) = outcome.and_then(|()| result_error(&request.result)) {
        return fail(environment, &answer, error, changes, &path).await;
    }
    apply_login(environment, &mut request.result, &mut session, &mut changes);
    let authorization =
        Authorization { request, session, changes, headers: HeaderMap::new(), resumed_path: Some(path) };
    authorization.proceed().await.unwrap_or_else(|error| answer.respond(error))
}

fn end_entry(environment: &Environment, interaction: &Interaction) -> AuditEntry {
    let payload = &interaction.payload;
    let login = payload.result.as_ref().and_then(|result| result.get("login"));
    let user_id = login.and_then(|login| login.get("accountId")).and_then(Value::as_str);
    let entry = AuditEntry::success("Interaction.End")
        .with("interactionId", Some(interaction.uid.as_str()))
        .with("applicationId", interaction.client_id())
        .with("sessionId", payload.session.as_ref().map(|session| session.uid.as_str()))
        .with("userId", user_id.or(interaction.session_account_id()))
        .with("params", Some(Value::Object(payload.params.clone())));
    environment.caller_of(entry)
}

/// The user, or something on the way, ended the interaction with an error.
fn result_error(result: &JsonObject) -> Result<(), OidcError> {
    match result.get("error").and_then(Value::as_str) {
        None => Ok(()),
        Some(_) => Err(OidcErrorKind::AccessDenied.because("the user ended the interaction")),
    }
}

/// Signs the user in when the interaction says so. In any case the session gets a new id: one that was known before
/// the interaction must not be worth more after it.
fn apply_login(
    environment: &Environment,
    result: &mut JsonObject,
    session: &mut Session,
    changes: &mut Changes,
) {
    let Some(Value::Object(login)) = result.get_mut("login") else { return session.rotate(changes) };
    let Some(account_id) = login.get("accountId").and_then(Value::as_str).map(str::to_owned) else {
        return session.rotate(changes);
    };
    // The time stays with the result, so that taking up a later interaction is not a later sign-in.
    let login_ts = login.get("ts").and_then(Value::as_i64).unwrap_or_else(|| environment.now());
    login.insert("ts".to_owned(), json!(login_ts));
    session.sign_in(&account_id, login_ts, changes);
}

/// Ends the interaction and tells the client why.
async fn fail(
    environment: &Environment,
    answer: &ErrorAnswer,
    error: OidcError,
    changes: Changes,
    path: &str,
) -> Response {
    if let Err(error) = changes.commit(&environment.ctx, environment.now_ms).await {
        return answer.respond(error);
    }
    let mut headers = HeaderMap::new();
    Cookie::removal(cookies::INTERACTION_RESUME, path).append(environment, &mut headers);
    (headers, answer.respond(error)).into_response()
}
