//! `GET` and `POST /me`: the user information endpoint (OpenID Connect Core §5.3).

use crate::{
    claims::{self, Destination},
    client::OidcClient,
    consent, cors,
    environment::{Environment, RequestParameters},
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
    scope::{self, OPENID},
    stored_token::StoredToken,
};
use axum::{
    http::{Method, header},
    response::Response,
};

/// What the scopes of an access token say about its user.
pub async fn user_info(
    method: Method,
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    // RFC 6750 §2.3: a token in a query ends up in logs, so only the header and a posted form count.
    let parameters = if method == Method::POST { parameters?.0 } else { Parameters::default() };
    let presented = presented_token(&environment, &parameters)?;
    let invalid = || {
        OidcErrorKind::InvalidToken
            .because("the access token is not valid")
            .with_challenge("Bearer", environment.issuer())
    };
    let (token, user) = StoredToken::find_with_user(&environment, presented).await?.ok_or_else(invalid)?;
    let grant = token.grant.as_ref().filter(|_| token.is_in_force()).ok_or_else(invalid)?;
    let ctx = &environment.ctx;
    let client = OidcClient::find(ctx, &environment.snapshot, &grant.client_id).await?.ok_or_else(invalid)?;
    cors::check_origin(&environment, &client)?;
    let scopes = scope::intersection(&token.scopes(), &consent::granted_user_scopes(grant));
    if !scopes.iter().any(|scope| scope == OPENID) {
        return Err(OidcErrorKind::InsufficientScope
            .because("the access token lacks the scope openid")
            .with_scope(OPENID)
            .with_challenge("Bearer", environment.issuer()));
    }
    let user = user.filter(|user| !user.is_suspended).ok_or_else(invalid)?;
    super::json(&claims::claims_of(&environment, &user, &scopes, Destination::UserInfo).await?)
}

/// RFC 6750 §2: in the header, or in a posted form; not in both.
fn presented_token<'r>(
    environment: &'r Environment,
    parameters: &'r Parameters,
) -> Result<&'r str, OidcError> {
    let in_header = environment.header(&header::AUTHORIZATION).map(|header| {
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" }
    });
    match (in_header, parameters.get("access_token")) {
        (Some(_), Some(_)) => {
            Err(OidcErrorKind::InvalidRequest.because("the access token was sent in two ways"))
        }
        (Some(""), None) => {
            Err(OidcErrorKind::InvalidRequest.because("the authorization header holds no bearer token"))
        }
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(OidcErrorKind::InvalidToken
            .because("an access token is needed")
            .with_bare_challenge("Bearer", environment.issuer())),
    }
}
