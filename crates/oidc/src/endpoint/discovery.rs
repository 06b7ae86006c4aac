//! Discovery (OpenID Connect Discovery §3, RFC 8414) and the key set (RFC 7517): documents that change only with the
//! tenant's settings, so they are made once for each version of these.

use crate::{
    assertion::SIGNING_ALGORITHMS, check::response::SUPPORTED_TYPES, environment::Environment,
    error::OidcError, scope,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portico_crypto::sha256;
use portico_identity::{Ctx, Snapshot};
use serde_json::{Value, json};
use std::sync::{Arc, PoisonError, RwLock};

const DISCOVERY_TYPE: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const JWKS_TYPE: HeaderValue = HeaderValue::from_static("application/jwk-set+json; charset=utf-8");
/// Clients ask again each time, so a rotated key is known at once; the tag keeps that cheap.
const JWKS_CACHING: HeaderValue = HeaderValue::from_static("no-cache, max-age=0, must-revalidate");

/// Cache of the documents of the tenant that a router serves.
#[derive(Clone, Default)]
pub struct Documents(Arc<RwLock<Option<Arc<Made>>>>);

struct Made {
    version: i64,
    signing_key: String,
    issuer: String,
    discovery: Document,
    jwks: Document,
}

struct Document {
    body: Bytes,
    tag: HeaderValue,
}

impl Document {
    fn new(body: String) -> Result<Self, OidcError> {
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256(&body)[..18]));
        let tag = HeaderValue::from_str(&tag).map_err(OidcError::internal)?;
        Ok(Self { body: Bytes::from(body), tag })
    }

    /// The document, or 304 when the client has it (RFC 9110 §13.1.2).
    fn respond(&self, headers: &HeaderMap, content_type: HeaderValue) -> Response {
        let is_known =
            headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(
                |value| {
                    value.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == self.tag)
                },
            );
        if is_known {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, self.tag.clone())]).into_response();
        }
        let fields = [(header::CONTENT_TYPE, content_type), (header::ETAG, self.tag.clone())];
        (fields, Body::from(self.body.clone())).into_response()
    }
}

impl Documents {
    fn get(&self, ctx: &Ctx, snapshot: &Snapshot) -> Result<Arc<Made>, OidcError> {
        let cached = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        // A key that was waiting takes over without a new version.
        let signing_key = snapshot.signing_keys.current().kid();
        let is_current = |made: &Arc<Made>| {
            made.version == snapshot.version
                && made.signing_key == signing_key
                && made.issuer == ctx.tenant.issuer
        };
        if let Some(made) = cached.filter(is_current) {
            return Ok(made);
        }
        let made = Arc::new(Made {
            version: snapshot.version,
            signing_key: signing_key.to_owned(),
            issuer: ctx.tenant.issuer.clone(),
            discovery: Document::new(discovery_document(ctx, snapshot).to_string())?,
            jwks: Document::new(snapshot.signing_keys.jwks_json().to_owned())?,
        });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        Ok(made)
    }

    /// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
    ///
    /// # Errors
    /// When the document cannot be made.
    pub fn discovery(&self, environment: &Environment) -> Result<Response, OidcError> {
        let made = self.get(&environment.ctx, &environment.snapshot)?;
        Ok(made.discovery.respond(&environment.headers, DISCOVERY_TYPE))
    }

    /// `GET /jwks`.
    ///
    /// # Errors
    /// When the document cannot be made.
    pub fn jwks(&self, environment: &Environment) -> Result<Response, OidcError> {
        let made = self.get(&environment.ctx, &environment.snapshot)?;
        let mut response = made.jwks.respond(&environment.headers, JWKS_TYPE);
        response.headers_mut().insert(header::CACHE_CONTROL, JWKS_CACHING);
        Ok(response)
    }
}

/// The members and their order are what clients of this protocol family have always seen, down to endpoints and
/// grant types that are still to come.
fn discovery_document(ctx: &Ctx, snapshot: &Snapshot) -> Value {
    let url = |path: &str| format!("{}{path}", ctx.tenant.issuer);
    json!({
        "authorization_endpoint": url("/auth"),
        "device_authorization_endpoint": url("/device/auth"),
        "claims_parameter_supported": false,
        "claims_supported": scope::supported_claims().collect::<Vec<_>>(),
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": url("/session/end"),
        "grant_types_supported": [
            "implicit",
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "issuer": ctx.tenant.issuer,
        "jwks_uri": url("/jwks"),
        "authorization_response_iss_parameter_supported": true,
        "response_modes_supported": ["form_post", "fragment", "query"],
        "response_types_supported": SUPPORTED_TYPES,
        "scopes_supported": scope::ALL.iter().map(|scope| scope.name).collect::<Vec<_>>(),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_jwt", "client_secret_post", "private_key_jwt", "none",
        ],
        "token_endpoint_auth_signing_alg_values_supported": SIGNING_ALGORITHMS,
        "token_endpoint": url("/token"),
        "id_token_signing_alg_values_supported": snapshot.signing_keys.algorithms(),
        "pushed_authorization_request_endpoint": url("/request"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": url("/me"),
        "introspection_endpoint": url("/token/introspection"),
        "revocation_endpoint": url("/token/revocation"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "claim_types_supported": ["normal"],
    })
}
