//! `GET /consent`: an application of the operator's own needs nobody's consent; for others the page asks.

use crate::{
    consenting::{Consenting, find_interaction},
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    response_mode::redirect,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use portico_identity::{Ctx, interaction::APP_ID_PARAMETER};
use std::convert::Infallible;
use tower::ServiceExt;

/// Sends the browser on where nothing has to be asked, and shows `page` otherwise.
pub async fn consent(State(ctx): State<Ctx>, request: Request, page: MethodRouter<Ctx>) -> Response {
    let (mut parts, body) = request.into_parts();
    let environment = match Environment::from_request_parts(&mut parts, &ctx).await {
        Ok(environment) => environment,
        Err(error) => return error.into_response(),
    };
    let app_id = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == APP_ID_PARAMETER)
        .map(|(_, value)| value.into_owned());
    match automatic_answer(&environment, app_id.as_deref()).await {
        Ok(Some(response)) => response,
        Ok(None) => {
            let shown: Result<Response, Infallible> =
                page.with_state(ctx).oneshot(Request::from_parts(parts, body)).await;
            shown.into_response()
        }
        Err(error) => error.into_response(),
    }
}

async fn automatic_answer(
    environment: &Environment,
    app_id: Option<&str>,
) -> Result<Option<Response>, OidcError> {
    let unknown_session = || redirect(StatusCode::FOUND, &environment.ctx.tenant.url("/unknown-session"));
    let Some(interaction) = find_interaction(environment, app_id).await? else {
        return Ok(Some(unknown_session()));
    };
    if !Consenting::asks_for_consent(&interaction) {
        return Err(OidcError::session_not_found("the interaction does not ask for consent"));
    }
    let consenting = match Consenting::load(environment, interaction).await {
        Ok(consenting) => consenting,
        // The page tells the user, who can sign in with another account there.
        Err(error) if error.kind() == OidcErrorKind::AccessDenied => return Ok(None),
        Err(error) => return Err(error),
    };
    if consenting.client.is_third_party() {
        return Ok(None);
    }
    let return_to = consenting.grant(environment).await?;
    Ok(Some(redirect(StatusCode::FOUND, &return_to)))
}
