//! `POST /token`: the token endpoint (RFC 6749 §3.2).

use crate::{
    authentication::{AuthenticatedClient, authenticate},
    cors,
    environment::{Environment, RequestParameters},
    error::{OidcError, OidcErrorKind},
    grant::{Exchange, Grant, Issued, REGISTRY},
    parameters::Parameters,
};
use axum::response::Response;
use portico_identity::audit::AuditEntry;
use serde_json::{Value, json};

/// Parameters that mean the same in every grant and must not repeat.
const COMMON_PARAMETERS: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "device_code",
    "organization_id",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
];

/// Exchanges a grant for tokens.
pub async fn exchange(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let authenticated = authenticate(&environment, &parameters).await?;
    cors::check_origin(&environment, &authenticated.client)?;
    parameters.require_single(COMMON_PARAMETERS)?;
    let grant = find_grant(&authenticated, &parameters)?;
    let exchange =
        Exchange { environment: &environment, client: &authenticated.client, parameters: &parameters };
    let outcome = (grant.exchange)(&exchange).await;
    environment.ctx.audit(audit_entry(&environment, &authenticated, grant, &parameters, &outcome)).await;
    super::json(&outcome?.tokens)
}

fn find_grant(
    authenticated: &AuthenticatedClient,
    parameters: &Parameters,
) -> Result<&'static Grant, OidcError> {
    let name = parameters.require("grant_type")?;
    let unsupported = || OidcErrorKind::UnsupportedGrantType.because("the grant_type is not supported");
    let grant = REGISTRY.iter().find(|grant| grant.name == name).ok_or_else(unsupported)?;
    if !authenticated.client.allows(grant.kind) {
        return Err(OidcErrorKind::UnauthorizedClient.because("the client may not use this grant_type"));
    }
    Ok(grant)
}

/// What happened, without anything secret.
fn audit_entry(
    environment: &Environment,
    authenticated: &AuthenticatedClient,
    grant: &Grant,
    parameters: &Parameters,
    outcome: &Result<Issued, OidcError>,
) -> AuditEntry {
    let key = format!("ExchangeTokenBy.{}", grant.audit_name);
    let entry = match outcome {
        Ok(issued) => {
            let tokens = &issued.tokens;
            let kinds = [
                Some("AccessToken"),
                tokens.refresh_token.as_ref().map(|_| "RefreshToken"),
                tokens.id_token.as_ref().map(|_| "IdToken"),
            ];
            AuditEntry::success(key)
                .with("userId", issued.user_id.clone())
                .with("scope", tokens.scope.clone())
                .with("tokenTypes", Some(kinds.into_iter().flatten().map(Value::from).collect::<Vec<_>>()))
        }
        Err(error) => AuditEntry::error(
            key,
            json!({ "code": format!("oidc.{}", error.kind().as_str()), "message": error.description() }),
        ),
    };
    let secret = authenticated.secret_name.as_deref().map(|name| json!({ "name": name }));
    let resources = parameters.resources();
    let params = json!({ "grant_type": grant.name, "resource": resources, "scope": parameters.get("scope") });
    entry
        .with("applicationId", Some(authenticated.client.id()))
        .with("applicationSecret", secret)
        .with("params", Some(params))
        .with("ip", environment.caller.ip.clone())
        .with("userAgent", environment.caller.user_agent.clone())
}
