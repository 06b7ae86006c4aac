//! The OpenID provider: OAuth 2.0 (RFC 6749, RFC 9700) and OpenID Connect Core 1.0.
//!
//! An authorization request runs through the ordered checks of [`pipeline`], then [`authorization`] either starts an
//! interaction with the user or issues a code. The token endpoint looks the grant type up in [`grant`]. What a
//! request changes is collected in [`changes`] and written in one transaction. Tenant settings come from the
//! snapshot, so a request reads from the database only what is particular to it.

mod access_control;
mod assertion;
mod authentication;
mod authorization;
mod changes;
mod check;
mod claims;
mod client;
mod consent;
mod consenting;
mod cookies;
mod cors;
mod custom_claims;
mod device;
mod endpoint;
mod environment;
mod error;
mod grant;
mod html;
mod login_url;
mod parameters;
mod pipeline;
mod prompt;
mod redirect_uri;
mod request;
mod resource;
mod response_mode;
pub mod saml;
mod scope;
mod session;
mod stored_token;
mod token;

use axum::{
    Router,
    extract::{Request, State},
    middleware::from_fn,
    routing::{MethodRouter, get, post},
};
use endpoint::{
    authorization as authorization_endpoint, consent_page, device as device_endpoint, discovery::Documents,
    end_session, interaction_consent, introspection, no_store, pushed_request, resume, revocation,
    token as token_endpoint, unknown_route, user_info,
};
use environment::Environment;
use portico_http_kit::entity_tag;
use portico_identity::Ctx;

/// Everything under the issuer.
pub fn router() -> Router<Ctx> {
    public_documents()
        .merge(browser_endpoints())
        .merge(client_endpoints())
        .fallback(unknown_route)
        .method_not_allowed_fallback(unknown_route)
        .layer(from_fn(error::write_errors))
}

/// `/consent` and `/device` at the root of the tenant; `page` is shown where the user has to be asked.
pub fn root_router(page: MethodRouter<Ctx>) -> Router<Ctx> {
    let device_page = page.clone();
    let device =
        move |state: State<Ctx>, request: Request| device_endpoint::show(state, request, device_page.clone());
    let handler =
        move |state: State<Ctx>, request: Request| consent_page::consent(state, request, page.clone());
    Router::new()
        .route("/consent", get(handler))
        .route("/device", get(device))
        .layer(from_fn(error::write_errors))
}

/// The API behind the consent page.
pub fn interaction_router() -> Router<Ctx> {
    let methods =
        get(interaction_consent::show).post(interaction_consent::agree).delete(interaction_consent::refuse);
    Router::new().route("/api/interaction/consent", methods)
}

fn public_documents() -> Router<Ctx> {
    let documents = Documents::default();
    let discovery = {
        let documents = documents.clone();
        move |environment: Environment| async move { documents.discovery(&environment) }
    };
    let jwks = move |environment: Environment| async move { documents.jwks(&environment) };
    Router::new()
        .route("/.well-known/openid-configuration", preflighted(get(discovery.clone())))
        .route("/.well-known/oauth-authorization-server", preflighted(get(discovery)))
        .route("/jwks", preflighted(get(jwks)))
        .route_layer(from_fn(cors::public))
}

fn browser_endpoints() -> Router<Ctx> {
    let authorize = authorization_endpoint::authorize;
    let end_session = get(end_session::start).post(end_session::start);
    Router::new()
        .route("/session/end", end_session.layer(from_fn(entity_tag)))
        .route("/auth", get(authorize).post(authorize))
        .route("/auth/{uid}", get(resume::resume))
        .route("/device", get(device_endpoint::prepare).post(device_endpoint::enter))
        .route("/session/end/confirm", post(end_session::confirm))
        .route("/session/end/success", get(end_session::success))
        .route_layer(from_fn(no_store))
}

fn client_endpoints() -> Router<Ctx> {
    let user_info = Router::new()
        .route("/me", preflighted(get(user_info::user_info).post(user_info::user_info)))
        // Inside `no_store`: an answer that nobody keeps may still be asked about by who remembers its tag.
        .route_layer(from_fn(entity_tag))
        .route_layer(from_fn(no_store))
        .route_layer(from_fn(cors::user_info));
    let tokens = Router::new()
        .route("/token", preflighted(post(token_endpoint::exchange)))
        .route("/device/auth", preflighted(post(device_endpoint::authorize_device)))
        .route("/request", preflighted(post(pushed_request::push)))
        .route("/token/introspection", preflighted(post(introspection::introspect)))
        .route_layer(from_fn(no_store));
    let revocation = Router::new().route("/token/revocation", preflighted(post(revocation::revoke)));
    user_info.merge(tokens.merge(revocation).route_layer(from_fn(cors::client)))
}

/// Lets `OPTIONS` reach the CORS layer, which answers preflights; any other `OPTIONS` is as unknown as before.
fn preflighted(methods: MethodRouter<Ctx>) -> MethodRouter<Ctx> {
    methods.options(unknown_route)
}
