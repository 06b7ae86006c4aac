//! Who is on the other end of the connection, as far as it can be known.

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use portico_identity::Ctx;
use std::{convert::Infallible, net::SocketAddr};

/// Address, agent and scheme of the client.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// Address; from `X-Forwarded-For` only when the configuration trusts the proxy.
    pub ip: Option<String>,
    /// `User-Agent`, cut to [`MAX_USER_AGENT_BYTES`].
    pub user_agent: Option<String>,
    /// Whether the client's connection is TLS.
    pub is_secure: bool,
}

/// Longest user agent kept.
pub const MAX_USER_AGENT_BYTES: usize = 512;

impl FromRequestParts<Ctx> for ClientInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        let trusted = ctx.app.settings.trust_proxy_header;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        let ip = trusted.then(|| first_in_list(&parts.headers, "x-forwarded-for")).flatten().or(peer);
        let is_secure = trusted
            .then(|| first_in_list(&parts.headers, "x-forwarded-proto"))
            .flatten()
            .map_or(ctx.app.settings.is_tls, |scheme| scheme == "https");
        let user_agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|agent| agent.chars().take(MAX_USER_AGENT_BYTES).collect());
        Ok(Self { ip, user_agent, is_secure })
    }
}

fn first_in_list(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let first = value.split(',').next()?.trim();
    (!first.is_empty()).then(|| first.to_owned())
}
