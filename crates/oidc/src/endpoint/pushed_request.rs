//! `POST /request`: pushed authorization requests (RFC 9126).
//!
//! The client sends its authorization request straight to the server and gets a name for it, which the browser brings
//! along in place of the parameters: nobody on the way reads or changes them.

use crate::{
    authentication::authenticate,
    cors,
    environment::{Environment, RequestParameters},
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
    pipeline::{self, Endpoint},
    request::{AUTHORIZATION_PARAMETERS, AuthorizationRequest},
};
use axum::{http::StatusCode, response::Response};
use portico_crypto::{id::opaque_token, sha256_hex};
use portico_model::{JsonObject, oidc::OidcModel};
use portico_store::oidc_artifacts;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// RFC 9126 §2.2: what every name begins with.
const NAME_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// The browser follows at once.
const LIFETIME_SECONDS: i64 = 60;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PushedRequest {
    client_id: String,
    params: JsonObject,
}

/// Takes a request in, checked as if the browser had brought it (RFC 9126 §2.1).
pub async fn push(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let client = authenticate(&environment, &parameters).await?.client;
    cors::check_origin(&environment, &client)?;
    if parameters.get("request_uri").is_some() {
        return Err(OidcErrorKind::InvalidRequest.because("a pushed request cannot name another one"));
    }
    let parameters = parameters.with("client_id", client.id());
    let mut request = AuthorizationRequest::new(&environment, parameters);
    pipeline::run(&mut request, Endpoint::Authorization).await?;
    let name = opaque_token();
    let payload = PushedRequest {
        client_id: client.id().to_owned(),
        params: request.parameters.to_object(AUTHORIZATION_PARAMETERS),
    };
    let ctx = &environment.ctx;
    oidc_artifacts::upsert(
        &ctx.app.db,
        &ctx.tenant.id,
        OidcModel::PushedAuthorizationRequest,
        &sha256_hex(&name),
        &payload,
        environment.now_ms + LIFETIME_SECONDS * 1000,
    )
    .await?;
    let body = json!({ "expires_in": LIFETIME_SECONDS, "request_uri": format!("{NAME_PREFIX}{name}") });
    let mut response = super::json(&body)?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// The request that the browser brings: its parameters, or those it names (RFC 9126 §4). A name serves once.
///
/// # Errors
/// `invalid_request_uri`, shown and never redirected, when the name is unknown, used, or of another client.
pub async fn resolve(environment: &Environment, parameters: Parameters) -> Result<Parameters, OidcError> {
    let Some(name) = parameters.get("request_uri").and_then(|uri| uri.strip_prefix(NAME_PREFIX)) else {
        return Ok(parameters);
    };
    let invalid =
        || OidcErrorKind::InvalidRequestUri.because("request_uri is unknown, expired or was used").shown();
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let (model, id) = (OidcModel::PushedAuthorizationRequest, sha256_hex(name));
    let found = oidc_artifacts::find::<PushedRequest>(db, tenant, model, &id).await?.ok_or_else(invalid)?;
    let client_id = parameters.require("client_id").map_err(OidcError::shown)?;
    if found.expires_at <= environment.now_ms || found.payload.client_id != client_id {
        return Err(invalid());
    }
    if !oidc_artifacts::consume(db, tenant, model, &id, environment.now_ms).await? {
        return Err(invalid());
    }
    // Whatever else stands in the address is not from the client (RFC 9101 §6.3).
    Parameters::from_object(&found.payload.params).ok_or_else(invalid)
}
