//! SAML applications (SAML Profiles 2.0 §4.1): a request becomes an authorization request of the application's
//! OAuth client, and the code that answers it becomes a signed assertion.
//!
//! Requests need no signature: whoever sends one, the answer goes to the registered address of the registered
//! application, in the browser that brought the request.

mod attributes;

use crate::{
    claims::{Destination, claims_of},
    client::OidcClient,
    environment::{Environment, RequestParameters},
    error::{OidcError, write_errors},
    grant::{Exchange, redeem_code},
    html,
    parameters::Parameters,
    response_mode::redirect,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use portico_crypto::{constant_time_eq, id::secret};
use portico_http_kit::{ApiError, cookies};
use portico_identity::{
    Ctx,
    audit::AuditEntry,
    saml_applications::{SamlApplication, callback_url, entity_id, get, sign_in_url},
};
use portico_model::{
    ErrorCode,
    saml::{SamlAcsUrl, SamlApplicationSession},
};
use portico_saml::{AssertionEncryption, AuthnRequest, SamlError, SigningPair};
use portico_store::saml_applications;
use serde_json::Value;
use url::Url;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Binds the browser to the sign-in that an application asked for.
const SESSION_COOKIE: &str = "_logto_sp_saml_sso_session_id";
/// How long a sign-in may take.
const SESSION_SECONDS: i64 = 60 * 60;
/// Longest state of the application that is handed back to it.
const MAX_RELAY_STATE: usize = 512;
/// Largest request as the browser carries it.
const MAX_SAML_REQUEST: usize = 64 * 1024;

/// The routes of SAML applications; public, like the authorization endpoint.
pub fn router() -> Router<Ctx> {
    Router::from(routes()).layer(from_fn(write_errors))
}

/// The description of these routes.
#[must_use]
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(authenticate, authenticate_posted)).routes(routes!(callback))
}

/// How a request came.
#[derive(Clone, Copy)]
enum Arrival {
    Redirected,
    Posted,
}

/// Signs somebody in for an application: its request arrives in the query.
#[utoipa::path(
    get, path = "/api/saml/{id}/authn", operation_id = "GetSamlAuthn", tag = "SAML applications auth flow",
    params(
        ("id" = String, Path),
        ("SAMLRequest" = String, Query, min_length = 1),
        ("Signature" = Option<String>, Query),
        ("SigAlg" = Option<String>, Query),
        ("RelayState" = Option<String>, Query, max_length = 512, nullable = true),
    ),
    security(()),
    responses(
        (status = 302, description = "On to the sign-in."),
        (status = 400, description = "Not a request of this application."),
        (status = 404, description = "No such application."),
    )
)]
async fn authenticate(
    State(ctx): State<Ctx>,
    Path(id): Path<String>,
    environment: Environment,
    RequestParameters(parameters): RequestParameters,
) -> Result<Response, ApiError> {
    start(&ctx, &id, &environment, &parameters, Arrival::Redirected).await
}

/// What a form posts.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "described only; read as parameters")]
struct SamlAuthnInput {
    #[schema(rename = "SAMLRequest", min_length = 1)]
    saml_request: String,
    #[schema(rename = "RelayState", max_length = 512)]
    relay_state: Option<String>,
}

/// Signs somebody in for an application: its request arrives in a form.
#[utoipa::path(
    post, path = "/api/saml/{id}/authn", operation_id = "CreateSamlAuthn", tag = "SAML applications auth flow",
    params(("id" = String, Path)), request_body = SamlAuthnInput,
    security(()),
    responses(
        (status = 302, description = "On to the sign-in."),
        (status = 400, description = "Not a request of this application."),
        (status = 404, description = "No such application."),
    )
)]
async fn authenticate_posted(
    State(ctx): State<Ctx>,
    Path(id): Path<String>,
    environment: Environment,
    RequestParameters(parameters): RequestParameters,
) -> Result<Response, ApiError> {
    start(&ctx, &id, &environment, &parameters, Arrival::Posted).await
}

/// The address and the name of an application that can be answered.
fn addressee(application: &SamlApplication) -> Result<(&SamlAcsUrl, &str), ErrorCode> {
    let acs_url = application.config.acs_url.as_ref().ok_or(ErrorCode::ApplicationSamlAcsUrlRequired)?;
    let entity_id = application.config.entity_id.as_deref();
    Ok((acs_url, entity_id.ok_or(ErrorCode::ApplicationSamlEntityIdRequired)?))
}

/// The request, when it is one of this application to this service (SAML Core 2.0 §3.4.1).
fn read_request(
    ctx: &Ctx,
    application: &SamlApplication,
    parameters: &Parameters,
    arrival: Arrival,
) -> Result<AuthnRequest, ErrorCode> {
    let invalid = ErrorCode::ApplicationSamlInvalidSamlRequest;
    let (acs_url, entity_id) = addressee(application)?;
    let text = parameters.get("SAMLRequest").filter(|text| text.len() <= MAX_SAML_REQUEST).ok_or(invalid)?;
    let parsed = match arrival {
        Arrival::Redirected => AuthnRequest::from_redirect(text),
        Arrival::Posted => AuthnRequest::from_post(text),
    };
    let request = parsed.map_err(|error| {
        tracing::debug!(%error, "SAML request refused");
        invalid
    })?;
    if request.issuer != entity_id {
        return Err(ErrorCode::ApplicationSamlAuthRequestIssuerNotMatch);
    }
    let here = sign_in_url(&ctx.tenant, &application.application.id);
    let is_for_us = request.destination.as_ref().is_none_or(|destination| *destination == here);
    let is_registered = request.acs_url.as_ref().is_none_or(|url| *url == acs_url.url);
    if is_for_us && is_registered { Ok(request) } else { Err(invalid) }
}

async fn start(
    ctx: &Ctx,
    id: &str,
    environment: &Environment,
    parameters: &Parameters,
    arrival: Arrival,
) -> Result<Response, ApiError> {
    let application = get(ctx, id).await?;
    let request = match read_request(ctx, &application, parameters, arrival) {
        Ok(request) => request,
        Err(code) => {
            log(environment, "SamlApplication.AuthnRequest", id, Err(code)).await;
            return Err(code.into());
        }
    };
    let relay_state = parameters.get("RelayState").map(str::to_owned);
    if relay_state.as_ref().is_some_and(|state| state.chars().count() > MAX_RELAY_STATE) {
        return Err(ErrorCode::ApplicationSamlInvalidSamlRequest.into());
    }
    let state = secret();
    let session = SamlApplicationSession {
        tenant_id: ctx.tenant.id.to_string(),
        id: secret(),
        application_id: id.to_owned(),
        saml_request_id: request.id.clone(),
        oidc_state: Some(state.clone()),
        relay_state,
        raw_auth_request: request.xml.clone(),
        created_at: environment.now_ms,
        expires_at: environment.now_ms + SESSION_SECONDS * 1000,
    };
    let location = authorization_url(ctx, &application, &request, &state)?;
    let (tenant, stored) = (ctx.tenant.id.clone(), session.clone());
    ctx.app
        .db
        .write(move |tx| {
            Box::pin(async move { saml_applications::insert_session(tx, &tenant, &stored).await })
        })
        .await
        .map_err(ApiError::from)?;
    log(environment, "SamlApplication.AuthnRequest", id, Ok(None)).await;
    let mut response = redirect(StatusCode::FOUND, &location);
    set_cookie(environment, response.headers_mut(), &session.id, SESSION_SECONDS);
    Ok(response)
}

fn authorization_url(
    ctx: &Ctx,
    application: &SamlApplication,
    request: &AuthnRequest,
    state: &str,
) -> Result<String, ApiError> {
    let id = &application.application.id;
    let mut url = Url::parse(&format!("{}/auth", ctx.tenant.issuer)).map_err(ApiError::internal)?;
    url.query_pairs_mut()
        .append_pair("client_id", id)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", &callback_url(&ctx.tenant, id))
        .append_pair("scope", &attributes::scopes(&application.config).join(" "))
        .append_pair("state", state);
    // SAML Core 2.0 §3.4.1: passive wins, for nothing may be asked then.
    let prompt = match (request.is_passive, request.force_authn) {
        (true, _) => Some("none"),
        (false, true) => Some("login"),
        (false, false) => None,
    };
    if let Some(prompt) = prompt {
        url.query_pairs_mut().append_pair("prompt", prompt);
    }
    Ok(url.into())
}

/// Ends the sign-in: the answer goes to the application through the browser.
#[utoipa::path(
    get, path = "/api/saml-applications/{id}/callback",
    operation_id = "GetSamlApplicationCallback", tag = "SAML applications",
    params(
        ("id" = String, Path),
        ("code" = Option<String>, Query),
        ("state" = Option<String>, Query),
        ("redirectUri" = Option<String>, Query),
        ("error" = Option<String>, Query),
        ("error_description" = Option<String>, Query),
    ),
    security(()),
    responses(
        (status = 200, description = "A page that posts the answer.", content_type = "text/html"),
        (status = 400, description = "Not the end of a sign-in that this browser began."),
        (status = 404, description = "No such application."),
    )
)]
async fn callback(
    State(ctx): State<Ctx>,
    Path(id): Path<String>,
    environment: Environment,
    RequestParameters(parameters): RequestParameters,
) -> Result<Response, ApiError> {
    let application = get(&ctx, &id).await?;
    match finish(&environment, &application, &parameters).await {
        Ok((mut response, user_id)) => {
            log(&environment, "SamlApplication.Callback", &id, Ok(Some(&user_id))).await;
            set_cookie(&environment, response.headers_mut(), "", 0);
            Ok(response)
        }
        Err(error) => {
            if let ApiError::Documented(documented) = &error {
                log(&environment, "SamlApplication.Callback", &id, Err(documented.code)).await;
            }
            Err(error)
        }
    }
}

/// The sign-in that this browser began, taken out so that it ends once.
async fn take_session(
    environment: &Environment,
    application_id: &str,
    state: Option<&str>,
) -> Result<SamlApplicationSession, ApiError> {
    let Ctx { app, tenant } = &environment.ctx;
    let cookie = cookies::find(&environment.headers, SESSION_COOKIE).map(str::to_owned);
    let session_id = cookie.ok_or(ErrorCode::ApplicationSamlSpInitiatedSamlSsoSessionNotFoundInCookies)?;
    let (tenant, application_id) = (tenant.id.clone(), application_id.to_owned());
    let taken = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                saml_applications::take_session(tx, &tenant, &application_id, &session_id).await
            })
        })
        .await
        .map_err(ApiError::from)?;
    let session = taken
        .filter(|session| session.expires_at > environment.now_ms)
        .ok_or(ErrorCode::ApplicationSamlSpInitiatedSamlSsoSessionNotFound)?;
    let is_ours = match (&session.oidc_state, state) {
        (Some(expected), Some(state)) => constant_time_eq(expected, state),
        _ => false,
    };
    if is_ours { Ok(session) } else { Err(ErrorCode::ApplicationSamlStateMismatch.into()) }
}

async fn finish(
    environment: &Environment,
    application: &SamlApplication,
    parameters: &Parameters,
) -> Result<(Response, String), ApiError> {
    let ctx = &environment.ctx;
    let id = &application.application.id;
    let session = take_session(environment, id, parameters.get("state")).await?;
    let code = parameters.get("code").ok_or_else(|| {
        let details = parameters.get("error").unwrap_or("no code").to_owned();
        ApiError::new(ErrorCode::OidcAccessDenied).with_details(details)
    })?;
    let client = OidcClient::get(ctx, &environment.snapshot, id).await.map_err(explain)?;
    let callback = callback_url(&ctx.tenant, id);
    let redemption = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", code)
        .append_pair("redirect_uri", &callback)
        .finish();
    let redemption = Parameters::from_urlencoded(redemption.as_bytes()).map_err(explain)?;
    let exchange = Exchange { environment, client: &client, parameters: &redemption };
    let (user, scopes) = redeem_code(&exchange).await.map_err(explain)?;
    let claims = claims_of(environment, &user, &scopes, Destination::UserInfo).await.map_err(explain)?;
    let (acs_url, audience) = addressee(application)?;
    let config = &application.config;
    let answer = portico_saml::Response {
        issuer: &entity_id(&ctx.tenant, id),
        acs_url: &acs_url.url,
        audience,
        in_response_to: &session.saml_request_id,
        name_id_format: config.name_id_format,
        name_id: &attributes::name_id(config.name_id_format, &claims)?,
        attributes: &attributes::attributes(config, &claims),
        now_ms: environment.now_ms,
    };
    let document = write(application, &answer)?;
    Ok((post_page(&acs_url.url, &document, session.relay_state.as_deref()), user.id))
}

/// The signed answer, encrypted when the application wants it so: never in the clear because a certificate is wrong.
fn write(application: &SamlApplication, answer: &portico_saml::Response<'_>) -> Result<String, ApiError> {
    let pair = SigningPair {
        private_key: &application.certificate.private_key,
        certificate: &application.certificate.certificate,
    };
    let encryption = match application.config.encryption.as_ref() {
        Some(settings) if settings.encrypt_assertion == Some(true) => Some(AssertionEncryption {
            certificate: settings
                .certificate
                .as_deref()
                .ok_or(ErrorCode::ApplicationSamlCertificateRequired)?,
            then_sign: settings.encrypt_then_sign == Some(true),
        }),
        _ => None,
    };
    answer.to_xml(pair, encryption).map_err(|error| match error {
        SamlError::EncryptionCertificate => ErrorCode::ApplicationSamlInvalidCertificatePemFormat.into(),
        other => ApiError::internal(other),
    })
}

/// SAML Bindings 2.0 §3.5.4: a form that the browser posts at once.
fn post_page(acs_url: &str, document: &str, relay_state: Option<&str>) -> Response {
    let field = |name: &str, value: &str| {
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", html::escape(value))
    };
    let form = format!(
        "<form id=\"answer\" method=\"post\" action=\"{}\">{}{}</form>",
        html::escape(acs_url),
        field("SAMLResponse", &STANDARD.encode(document)),
        relay_state.map(|state| field("RelayState", state)).unwrap_or_default(),
    );
    html::self_submitting_page("Signing in", &form, "answer").into_response()
}

fn set_cookie(environment: &Environment, headers: &mut HeaderMap, value: &str, seconds: i64) {
    let cookie = cookies::SetCookie {
        name: SESSION_COOKIE,
        value,
        max_age_seconds: Some(seconds),
        is_http_only: true,
        is_secure: environment.caller.is_secure || environment.issuer().starts_with("https://"),
    };
    cookie.append(headers);
}

/// A failed redemption: the protocol's own error, which says no more than the token endpoint would.
fn explain(error: OidcError) -> ApiError {
    error.log_cause();
    ApiError::new(ErrorCode::OidcInvalidGrant).with_details(error.description().to_owned())
}

async fn log(
    environment: &Environment,
    key: &str,
    application_id: &str,
    outcome: Result<Option<&str>, ErrorCode>,
) {
    let entry = match outcome {
        Ok(user_id) => AuditEntry::success(key).with("userId", user_id),
        Err(code) => AuditEntry::error(key, Value::from(code.as_str())),
    };
    let entry = entry
        .with("applicationId", Some(application_id))
        .with("ip", environment.caller.ip.as_deref())
        .with("userAgent", environment.caller.user_agent.as_deref());
    environment.ctx.audit(entry).await;
}
