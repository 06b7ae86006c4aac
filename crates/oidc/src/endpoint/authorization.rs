//! `GET` and `POST /auth`: the authorization endpoint (RFC 6749 §3.1).

use super::pushed_request;
use crate::{
    authorization::Authorization,
    changes::Changes,
    environment::{Environment, RequestParameters},
    error::OidcError,
    pipeline::{self, Endpoint},
    request::AuthorizationRequest,
    session::Session,
};
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};

/// A new authorization request.
pub async fn authorize(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Response {
    let parameters = match parameters {
        Ok(RequestParameters(parameters)) => pushed_request::resolve(&environment, parameters).await,
        Err(error) => Err(error),
    };
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(error) => return error.with_echo(None, environment.issuer()).into_response(),
    };
    let mut request = AuthorizationRequest::new(&environment, parameters);
    if let Err(error) = pipeline::run(&mut request, Endpoint::Authorization).await {
        return ErrorAnswer::of(&request).respond(error);
    }
    let answer = ErrorAnswer::of(&request);
    let session = match Session::load(&environment).await {
        Ok(session) => session,
        Err(error) => return answer.respond(error),
    };
    let authorization = Authorization {
        request,
        session,
        changes: Changes::default(),
        headers: HeaderMap::new(),
        resumed_path: None,
    };
    authorization.proceed().await.unwrap_or_else(|error| answer.respond(error))
}

/// Where and how an error of this request is told.
pub(super) struct ErrorAnswer {
    redirect: Option<crate::request::Redirect>,
    state: Option<String>,
    issuer: String,
}

impl ErrorAnswer {
    pub(super) fn of(request: &AuthorizationRequest<'_>) -> Self {
        Self {
            redirect: request.redirect.clone(),
            state: request.parameters.get("state").map(str::to_owned),
            issuer: request.environment.issuer().to_owned(),
        }
    }

    /// RFC 6749 §4.1.2.1: to the client when its address is verified, else to whoever looks at the browser.
    pub(super) fn respond(&self, error: OidcError) -> Response {
        match &self.redirect {
            Some(redirect) if error.is_redirectable() => {
                error.log_cause();
                let mut answer =
                    vec![("error", error.kind().as_str()), ("error_description", error.description())];
                answer.extend(error.scope().map(|scope| ("scope", scope)));
                answer.extend(self.state.as_deref().map(|state| ("state", state)));
                answer.push(("iss", &self.issuer));
                redirect.mode.respond(&redirect.uri, &answer)
            }
            _ => error.with_echo(self.state.as_deref(), &self.issuer).into_response(),
        }
    }
}
