//! `/device`: what a device asks for (RFC 8628 §3.1), and the page where its user types the code (§3.3).

use crate::{
    authentication::authenticate,
    authorization::Authorization,
    changes::Changes,
    cookies::{self, Cookie},
    cors,
    device::{self, Unusable},
    environment::{Environment, RequestParameters},
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
    pipeline::{self, Endpoint},
    request::{AUTHORIZATION_PARAMETERS, AuthorizationRequest},
    response_mode::{redirect, see_other},
    session::Session,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use portico_crypto::{constant_time_eq, id::opaque_token};
use portico_http_kit::cookies::find;
use portico_identity::Ctx;
use portico_model::{
    oidc::{DEVICE_CODE_TTL_SECONDS, OidcModel},
    oidc_artifact::TokenPayload,
};
use serde::Serialize;
use std::convert::Infallible;
use tower::ServiceExt;

/// The page's path below the tenant's endpoint.
const PAGE: &str = "/device";
/// Parameters that reach the page from the address that a device shows.
const FORWARDED: &[&str] = &["user_code", "ui_locales", "organization_id"];

/// RFC 8628 §3.2.
#[derive(Serialize)]
struct DeviceAuthorization {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: i64,
}

/// Gives a device its codes.
pub async fn authorize_device(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let authenticated = authenticate(&environment, &parameters).await?;
    cors::check_origin(&environment, &authenticated.client)?;
    parameters.require_single(AUTHORIZATION_PARAMETERS)?;
    let mut request = AuthorizationRequest::new(&environment, parameters);
    pipeline::run(&mut request, Endpoint::Device).await?;
    let params = request.parameters.to_object(AUTHORIZATION_PARAMETERS);
    let (codes, payload) = device::new_codes(&environment, request.client()?.id(), params);
    let mut changes = Changes::default();
    changes.put_token(OidcModel::DeviceCode, payload);
    changes.commit(&environment.ctx, environment.now_ms).await?;
    let verification_uri = environment.ctx.tenant.url(PAGE);
    super::json(&DeviceAuthorization {
        verification_uri_complete: format!("{verification_uri}?user_code={}", codes.user_code),
        device_code: codes.device_code,
        user_code: codes.user_code,
        verification_uri,
        expires_in: DEVICE_CODE_TTL_SECONDS,
    })
}

/// Prepares the page: it gets the secret that its form must send back.
pub async fn prepare(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let mut headers = HeaderMap::new();
    let (secret, path) = (opaque_token(), form_path(&environment));
    let expires = Some(environment.now() + DEVICE_CODE_TTL_SECONDS);
    let cookie = |name, path, is_http_only| Cookie { name, value: &secret, path, expires, is_http_only };
    // One copy for the page's script to read and one that comes back with the form: another site has neither.
    cookie(cookies::DEVICE_XSRF, PAGE, false).append(&environment, &mut headers);
    cookie(cookies::DEVICE_FORM, &path, true).append(&environment, &mut headers);
    let forwarded: Vec<_> =
        FORWARDED.iter().filter_map(|name| Some((*name, parameters.get(name)?))).collect();
    Ok((headers, see_other(&page_address(&forwarded))).into_response())
}

fn form_path(environment: &Environment) -> String {
    format!("{}{PAGE}", environment.mount_path())
}

fn page_address(query: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    if query.is_empty() { PAGE.to_owned() } else { format!("{PAGE}?{query}") }
}

/// Takes the code that the user typed, and the user's word on it.
pub async fn enter(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let expected = cookies::find_signed(&environment, cookies::DEVICE_FORM);
    let sent = parameters.get("xsrf");
    if !expected.zip(sent).is_some_and(|(expected, sent)| constant_time_eq(expected, sent)) {
        return Err(OidcErrorKind::InvalidRequest.because("the form does not belong to this browser"));
    }
    let Some(typed) = parameters.get("user_code") else {
        return Ok(see_other(&page_address(&[("error", "NoCodeError")])));
    };
    let waiting = match device::find_by_user_code(&environment, typed).await? {
        Ok(waiting) => waiting,
        Err(unusable) => return Ok(told(unusable, Some(typed))),
    };
    if parameters.get("abort").is_some() {
        return abort(&environment, waiting).await;
    }
    if parameters.get("confirm").is_none() {
        let client_id = waiting.client_id.as_deref().unwrap_or_default();
        return Ok(see_other(&page_address(&[("app_id", client_id), ("user_code", typed)])));
    }
    proceed(&environment, waiting).await
}

/// Sends the browser back to the page, which says why a code cannot be used.
pub(super) fn told(unusable: Unusable, typed: Option<&str>) -> Response {
    let mut query = vec![("error", unusable.name())];
    query.extend(typed.map(|typed| ("input_code", typed)));
    see_other(&page_address(&query))
}

/// Ends the device's wait with the user's no.
///
/// # Errors
/// When the database fails.
pub async fn abort(environment: &Environment, waiting: TokenPayload) -> Result<Response, OidcError> {
    let mut changes = Changes::default();
    device::refuse(&mut changes, waiting);
    changes.commit(&environment.ctx, environment.now_ms).await?;
    Ok(see_other(&page_address(&[("error", "AbortedError")])))
}

/// Signs the user in and asks for consent, as the device's request needs it.
async fn proceed(environment: &Environment, waiting: TokenPayload) -> Result<Response, OidcError> {
    let parameters = waiting.params.as_ref().and_then(Parameters::from_object);
    let Some(parameters) = parameters else {
        return Err(OidcError::session_not_found("the stored request cannot be read"));
    };
    let mut request = AuthorizationRequest::new(environment, parameters);
    request.device = Some(waiting);
    pipeline::run(&mut request, Endpoint::Device).await?;
    let authorization = Authorization {
        request,
        session: Session::load(environment).await?,
        changes: Changes::default(),
        headers: HeaderMap::new(),
        resumed_path: None,
    };
    authorization.proceed().await
}

/// `GET /device` at the root of the tenant: the page, once the provider has prepared it.
pub async fn show(State(ctx): State<Ctx>, request: Request, page: MethodRouter<Ctx>) -> Response {
    let (mut parts, body) = request.into_parts();
    let environment = match Environment::from_request_parts(&mut parts, &ctx).await {
        Ok(environment) => environment,
        Err(error) => return error.into_response(),
    };
    if find(&environment.headers, cookies::DEVICE_XSRF).is_none_or(str::is_empty) {
        let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return redirect(StatusCode::FOUND, &format!("{}{query}", form_path(&environment)));
    }
    let shown: Result<Response, Infallible> =
        page.with_state(ctx).oneshot(Request::from_parts(parts, body)).await;
    shown.into_response()
}
