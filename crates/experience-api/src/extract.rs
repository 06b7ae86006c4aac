//! Extractors: the interaction that the browser's cookie names, and the sign-in flow in it.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use portico_http_kit::{ApiError, ClientInfo, cookies, language::accepted_languages};
use portico_identity::{
    Ctx,
    interaction::{APP_ID_HEADER, INTERACTION_COOKIE, Interaction, uid_in_cookie},
    sign_in::{Client, Flow, stored},
};
use portico_model::ErrorCode;

/// Facts that a proxy can add, by the names that scripts know, and their headers.
const CONNECTION_FACTS: &[(&str, &str)] = &[
    ("country", "x-logto-cf-country"),
    ("city", "x-logto-cf-city"),
    ("latitude", "x-logto-cf-latitude"),
    ("longitude", "x-logto-cf-longitude"),
    ("botScore", "x-logto-cf-bot-score"),
    ("botVerified", "x-logto-cf-bot-verified"),
];
/// Longest of them, in bytes.
const MAX_CONNECTION_FACT: usize = 128;

/// A browser within an interaction; whether a sign-in has been started in it is not looked at.
pub struct Entered {
    /// The stored record.
    pub interaction: Interaction,
    /// Who asks.
    pub client: Client,
}

/// A browser within a started sign-in.
pub struct Resumed(pub Flow);

impl FromRequestParts<Ctx> for Entered {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
        let app_id = parts.headers.get(APP_ID_HEADER).and_then(|value| value.to_str().ok());
        let uid = cookies::find_signed(&parts.headers, &snapshot.cookie_keys, INTERACTION_COOKIE)
            .and_then(|value| uid_in_cookie(value, app_id))
            .ok_or_else(not_found)?;
        let interaction = stored::find(ctx, &uid).await?.ok_or_else(not_found)?;
        let Ok(ClientInfo { ip, user_agent, .. }) = ClientInfo::from_request_parts(parts, ctx).await;
        let languages = accepted_languages(&parts.headers);
        let is_trusted = ctx.app.settings.trust_proxy_header;
        let connection = if is_trusted { connection(&parts.headers) } else { Vec::new() };
        Ok(Self { interaction, client: Client { ip, user_agent, languages, connection } })
    }
}

/// What a trusted proxy says of the connection.
fn connection(headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let value = |header: &str| {
        let text = headers.get(header)?.to_str().ok()?;
        (text.len() <= MAX_CONNECTION_FACT).then(|| text.to_owned())
    };
    CONNECTION_FACTS.iter().filter_map(|(name, header)| Some((*name, value(header)?))).collect()
}

/// In the words of the OpenID provider as well, whose interaction it is.
fn not_found() -> ApiError {
    ApiError::new(ErrorCode::SessionNotFound)
        .with_member("error", "invalid_request")
        .with_member("error_description", "interaction session not found")
}

impl FromRequestParts<Ctx> for Resumed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        let Entered { interaction, client } = Entered::from_request_parts(parts, ctx).await?;
        Ok(Self(Flow::resume(ctx.clone(), interaction, client).await?))
    }
}
