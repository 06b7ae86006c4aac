//! RFC 6749 §6, RFC 9700 §4.14: new tokens for a refresh token, which rotates.

use super::{
    BEARER, Exchange, Issued, Tokens,
    access_token::{Delegation, Source, issue_access_token},
    active_user, invalid_grant, revoke_family, target,
};
use crate::{
    access_control,
    changes::Changes,
    consent,
    error::{OidcError, OidcErrorKind},
    parameters::words,
    scope::{self, OPENID},
    stored_token::StoredToken,
    token::{self, Secret},
};
use portico_model::{oidc::OidcModel, oidc_artifact::TokenPayload};

const GTY: &str = "refresh_token";
/// A rotated token is honoured once more within this time: two tabs of one application, or an answer lost on the
/// way, are no theft. Counted from the first use, so it cannot be drawn out.
const REUSE_INTERVAL_MS: i64 = 3000;

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let Exchange { environment, client, parameters } = exchange;
    let presented = parameters.require("refresh_token")?;
    let stored = StoredToken::find(environment, OidcModel::RefreshToken, presented)
        .await?
        .ok_or_else(|| invalid_grant("unknown refresh token"))?;
    if stored.payload.client_id.as_deref() != Some(client.id()) {
        revoke_family(exchange, &stored.payload).await?;
        return Err(invalid_grant("refresh token of another client"));
    }
    let grant =
        stored.grant.as_ref().filter(|_| stored.is_in_force()).ok_or_else(|| invalid_grant("expired"))?;
    let scopes = requested_scopes(exchange, &stored)?;
    if stored.consumed_at.is_some_and(|used_at| environment.now_ms - used_at > REUSE_INTERVAL_MS) {
        revoke_family(exchange, &stored.payload).await?;
        return Err(invalid_grant("refresh token used before"));
    }
    let user = active_user(exchange, &stored.payload).await?;
    access_control::check(environment, client, &user.id).await?;
    let target = target::resolve(exchange, &stored.payload, &scopes, &user).await?;
    let mut changes = Changes::default();
    let gty = stored.payload.gty.as_deref().map_or_else(|| GTY.to_owned(), with_refresh);
    let source =
        Source { user: &user, token: &stored.payload, grant, gty: &gty, delegation: Delegation::default() };
    let access_token = issue_access_token(exchange, &source, &target, &scopes, &mut changes).await?;
    let id_token = match scopes.iter().any(|scope| scope == OPENID) {
        true => {
            let allowed = scope::intersection(&scopes, &consent::granted_user_scopes(grant));
            Some(token::id_token(environment, client, &user, &stored.payload, &allowed).await?)
        }
        false => None,
    };
    let refresh_token = replace(exchange, &stored, presented, changes).await?;
    Ok(Issued {
        tokens: Tokens {
            access_token: access_token.value,
            expires_in: access_token.expires_in,
            id_token,
            refresh_token: Some(refresh_token),
            scope: access_token.scope,
            token_type: BEARER,
        },
        user_id: Some(user.id),
    })
}

/// RFC 6749 §6: no scope that the refresh token lacks.
fn requested_scopes(exchange: &Exchange<'_>, stored: &StoredToken) -> Result<Vec<String>, OidcError> {
    let held = stored.scopes();
    let Some(requested) = exchange.parameters.get("scope").map(words) else { return Ok(held) };
    match requested.iter().find(|scope| !held.contains(scope)) {
        Some(scope) => Err(OidcErrorKind::InvalidScope
            .because("the refresh token lacks a requested scope")
            .with_scope(scope)),
        None => Ok(requested),
    }
}

/// Writes the new tokens, and a new refresh token where it is time for one. The answer is the refresh token to use
/// from now on.
async fn replace(
    exchange: &Exchange<'_>,
    stored: &StoredToken,
    presented: &str,
    mut changes: Changes,
) -> Result<String, OidcError> {
    let Exchange { environment, client, .. } = exchange;
    let (ctx, now_ms) = (&environment.ctx, environment.now_ms);
    let token = &stored.payload;
    let is_reused = stored.consumed_at.is_some();
    let first_issued = token.iiat.unwrap_or(token.iat);
    if !is_reused && !client.rotates(first_issued, token.iat, token.exp, environment.now()) {
        changes.commit(ctx, now_ms).await?;
        return Ok(presented.to_owned());
    }
    let secret = Secret::generate();
    changes.put_token(OidcModel::RefreshToken, successor(exchange, token, &secret));
    if !is_reused {
        changes.consume(OidcModel::RefreshToken, token.jti.as_str());
    }
    changes.commit(ctx, now_ms).await?;
    Ok(secret.value)
}

fn successor(exchange: &Exchange<'_>, token: &TokenPayload, secret: &Secret) -> TokenPayload {
    let now = exchange.environment.now();
    let exp = if exchange.client.keeps_refresh_token_end() {
        token.exp
    } else {
        now + exchange.client.refresh_token_ttl()
    };
    TokenPayload {
        jti: secret.digest.clone(),
        iat: now,
        exp,
        iiat: Some(token.iiat.unwrap_or(token.iat)),
        rotations: Some(token.rotations.unwrap_or(0) + 1),
        gty: token.gty.as_deref().map(with_refresh),
        ..token.clone()
    }
}

fn with_refresh(gty: &str) -> String {
    if gty.split(' ').any(|word| word == GTY) { gty.to_owned() } else { format!("{gty} {GTY}") }
}
