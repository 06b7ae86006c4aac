//! `/session/end`: logout at the wish of a client (OpenID Connect RP-Initiated Logout 1.0).

use crate::{
    changes::Changes,
    check::id_token_hint,
    client::OidcClient,
    environment::{Environment, RequestParameters},
    error::{OidcError, OidcErrorKind},
    html,
    parameters::Parameters,
    response_mode::see_other,
    session::Session,
};
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use portico_crypto::{constant_time_eq, id::opaque_token};
use portico_identity::backchannel_logout;
use portico_model::oidc_artifact::LogoutState;
use url::Url;

const PARAMETERS: &[&str] =
    &["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint"];
/// Id of the form; scripts that drive a logout look it up by this name.
const FORM_ID: &str = "op.logoutform";

/// Asks for confirmation; the page confirms by itself, so that only a browser with the session can log out.
pub async fn start(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    parameters.require_single(PARAMETERS)?;
    let client = find_client(&environment, &parameters).await?;
    let after = parameters.get("post_logout_redirect_uri");
    check_redirect_uri(client.as_ref(), after)?;
    let mut session = Session::load(&environment).await?;
    let secret = opaque_token();
    session.payload.state = Some(LogoutState {
        secret: secret.clone(),
        client_id: client.map(|client| client.id().to_owned()),
        post_logout_redirect_uri: after.map(str::to_owned),
        state: parameters.get("state").map(str::to_owned),
    });
    let (mut changes, mut headers) = (Changes::default(), HeaderMap::new());
    session.save(&environment, &mut changes, &mut headers);
    changes.commit(&environment.ctx, environment.now_ms).await?;
    Ok((headers, confirmation_page(&environment, &secret)).into_response())
}

fn confirmation_page(environment: &Environment, secret: &str) -> Response {
    let form = format!(
        "<form id=\"{FORM_ID}\" method=\"post\" action=\"{}/session/end/confirm\">\
         <input type=\"hidden\" name=\"xsrf\" value=\"{}\"/>\
         <input type=\"hidden\" name=\"logout\" value=\"yes\"/>\
         <noscript><button>Sign out</button></noscript></form>",
        html::escape(environment.issuer()),
        html::escape(secret),
    );
    html::self_submitting_page("Signing out", &form, FORM_ID)
}

/// §2: who asks, by the ID token or by name; when both, they must agree.
async fn find_client(
    environment: &Environment,
    parameters: &Parameters,
) -> Result<Option<OidcClient>, OidcError> {
    let named = parameters.get("client_id").map(str::to_owned);
    let hinted = match parameters.get("id_token_hint") {
        Some(token) => Some(id_token_hint::verify(environment, token)?.client_id),
        None => None,
    };
    if let (Some(named), Some(hinted)) = (&named, &hinted)
        && named != hinted
    {
        return Err(OidcErrorKind::InvalidRequest.because("client_id differs from id_token_hint"));
    }
    match hinted.or(named) {
        Some(id) => OidcClient::get(&environment.ctx, &environment.snapshot, &id).await.map(Some),
        None => Ok(None),
    }
}

/// §3: only where a known client registered to go.
fn check_redirect_uri(client: Option<&OidcClient>, uri: Option<&str>) -> Result<(), OidcError> {
    let Some(uri) = uri else { return Ok(()) };
    let Some(client) = client else {
        return Err(OidcErrorKind::InvalidRequest
            .because("post_logout_redirect_uri needs client_id or id_token_hint beside it"));
    };
    if client.allows_post_logout_uri(uri) {
        return Ok(());
    }
    Err(OidcErrorKind::InvalidRequest.because("post_logout_redirect_uri is not registered for the client"))
}

/// Logs out: ends the session, and what its clients may not keep beyond it.
pub async fn confirm(
    environment: Environment,
    parameters: Result<RequestParameters, OidcError>,
) -> Result<Response, OidcError> {
    let RequestParameters(parameters) = parameters?;
    let mut session = Session::load(&environment).await?;
    let Some(state) = session.payload.state.take() else {
        return Err(OidcError::session_not_found("no logout is under way in this session"));
    };
    // Cross-site forms do not know the secret of the page.
    if !parameters.get("xsrf").is_some_and(|sent| constant_time_eq(sent, &state.secret)) {
        return Err(OidcErrorKind::InvalidRequest.because("the confirmation does not belong to this logout"));
    }
    let (mut changes, mut headers) = (Changes::default(), HeaderMap::new());
    let mut notices = Vec::new();
    if parameters.get("logout").is_some() {
        notices = backchannel_logout::notices(&environment.ctx, &environment.snapshot, &session.payload)
            .await
            .map_err(OidcError::internal)?;
        for authorization in session.payload.authorizations.values() {
            if let Some(grant_id) = &authorization.grant_id
                && authorization.persists_logout != Some(true)
            {
                changes.revoke_grant(grant_id.as_str());
            }
        }
        session.end(&environment, &mut changes, &mut headers);
    } else {
        session.save(&environment, &mut changes, &mut headers);
    }
    changes.commit(&environment.ctx, environment.now_ms).await?;
    backchannel_logout::send(&environment.ctx, notices);
    Ok((headers, see_other(&after_logout(&environment, &state))).into_response())
}

fn after_logout(environment: &Environment, logout: &LogoutState) -> String {
    let target = logout.post_logout_redirect_uri.as_deref().and_then(|uri| Url::parse(uri).ok());
    match target {
        None => format!("{}/session/end/success", environment.issuer()),
        Some(mut url) => {
            if let Some(state) = &logout.state {
                url.query_pairs_mut().append_pair("state", state);
            }
            url.into()
        }
    }
}

/// Where a logout without an address of the client ends.
pub async fn success() -> Response {
    html::text_page("Signed out", "You are signed out.")
}
