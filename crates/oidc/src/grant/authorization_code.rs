//! RFC 6749 §4.1.3: a code for tokens, once.

use super::{
    BEARER, Exchange, Issued, Tokens,
    access_token::{Delegation, Source, issue_access_token},
    active_user, invalid_grant, revoke_family, target,
};
use crate::{
    changes::Changes,
    check::pkce,
    consent,
    error::{OidcError, OidcErrorKind},
    scope::{self, OPENID},
    stored_token::StoredToken,
    token::{self, Secret},
};
use portico_model::{User, oidc::OidcModel, oidc_artifact::TokenPayload};

const GTY: &str = "authorization_code";

/// The code of this client, also one that is no longer in force.
async fn find_code(exchange: &Exchange<'_>) -> Result<StoredToken, OidcError> {
    let presented = exchange.parameters.require("code")?;
    let code = StoredToken::find(exchange.environment, OidcModel::AuthorizationCode, presented)
        .await?
        .ok_or_else(|| invalid_grant("unknown code"))?;
    refuse_misuse(exchange, &code).await?;
    Ok(code)
}

/// Uses up a code without tokens: its user, and the scopes that say what may be told of them.
///
/// # Errors
/// As at the token endpoint.
pub async fn redeem_code(exchange: &Exchange<'_>) -> Result<(User, Vec<String>), OidcError> {
    let environment = exchange.environment;
    let code = find_code(exchange).await?;
    let grant =
        code.grant.as_ref().filter(|_| code.is_in_force()).ok_or_else(|| invalid_grant("code expired"))?;
    check_binding(exchange, &code.payload)?;
    let user = active_user(exchange, &code.payload).await?;
    let allowed = scope::intersection(&code.scopes(), &consent::granted_user_scopes(grant));
    let is_first = Changes::default()
        .commit_consuming(
            &environment.ctx,
            OidcModel::AuthorizationCode,
            code.payload.jti.clone(),
            environment.now_ms,
        )
        .await?;
    if !is_first {
        revoke_family(exchange, &code.payload).await?;
        return Err(invalid_grant("code redeemed concurrently"));
    }
    Ok((user, allowed))
}

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let code = find_code(exchange).await?;
    if !code.is_in_force() {
        return Err(invalid_grant("code expired"));
    }
    check_binding(exchange, &code.payload)?;
    issue_tokens(exchange, &code, OidcModel::AuthorizationCode, GTY).await
}

/// The tokens that a code of this kind is worth, once.
pub(super) async fn issue_tokens(
    exchange: &Exchange<'_>,
    code: &StoredToken,
    model: OidcModel,
    gty: &str,
) -> Result<Issued, OidcError> {
    let Exchange { environment, client, .. } = exchange;
    let grant =
        code.grant.as_ref().filter(|_| code.is_in_force()).ok_or_else(|| invalid_grant("code expired"))?;
    let user = active_user(exchange, &code.payload).await?;
    let scopes = code.scopes();
    let target = target::resolve(exchange, &code.payload, &scopes, &user).await?;
    let mut changes = Changes::default();
    let source = Source { user: &user, token: &code.payload, grant, gty, delegation: Delegation::default() };
    let access_token = issue_access_token(exchange, &source, &target, &scopes, &mut changes).await?;
    let refresh_token = client.issues_refresh_token(&scopes).then(|| {
        let secret = Secret::generate();
        changes
            .put_token(OidcModel::RefreshToken, first_refresh_token(exchange, &code.payload, gty, &secret));
        secret.value
    });
    let id_token = match scopes.iter().any(|scope| scope == OPENID) {
        true => {
            let allowed = scope::intersection(&scopes, &consent::granted_user_scopes(grant));
            Some(token::id_token(environment, client, &user, &code.payload, &allowed).await?)
        }
        false => None,
    };
    let id = code.payload.jti.clone();
    let is_first = changes.commit_consuming(&environment.ctx, model, id, environment.now_ms).await?;
    if !is_first {
        revoke_family(exchange, &code.payload).await?;
        return Err(invalid_grant("code redeemed concurrently"));
    }
    Ok(Issued {
        tokens: Tokens {
            access_token: access_token.value,
            expires_in: access_token.expires_in,
            id_token,
            refresh_token,
            scope: access_token.scope,
            token_type: BEARER,
        },
        user_id: Some(user.id),
    })
}

/// RFC 6749 §4.1.2, RFC 9700 §2.1.1: a code presented twice, or by another client, takes all that came of it along.
async fn refuse_misuse(exchange: &Exchange<'_>, code: &StoredToken) -> Result<(), OidcError> {
    let is_foreign = code.payload.client_id.as_deref() != Some(exchange.client.id());
    if is_foreign || code.consumed_at.is_some() {
        revoke_family(exchange, &code.payload).await?;
        return Err(invalid_grant("code of another client or redeemed before"));
    }
    Ok(())
}

/// RFC 6749 §4.1.3, RFC 7636 §4.6: the request comes from where the code was sent to.
fn check_binding(exchange: &Exchange<'_>, code: &TokenPayload) -> Result<(), OidcError> {
    let verifier = exchange.parameters.get("code_verifier");
    if !pkce::verifier_fits(code.code_challenge.as_deref(), verifier) {
        return Err(invalid_grant("code verifier does not fit"));
    }
    match (&code.redirect_uri, exchange.parameters.get("redirect_uri")) {
        (None, _) => Ok(()),
        (Some(_), None) => {
            Err(OidcErrorKind::InvalidRequest.because("required parameter 'redirect_uri' is missing"))
        }
        (Some(expected), Some(uri)) if expected == uri => Ok(()),
        (Some(_), Some(_)) => Err(invalid_grant("redirect URI differs")),
    }
}

fn first_refresh_token(
    exchange: &Exchange<'_>,
    code: &TokenPayload,
    gty: &str,
    secret: &Secret,
) -> TokenPayload {
    let now = exchange.environment.now();
    TokenPayload {
        kind: OidcModel::RefreshToken.as_str().to_owned(),
        jti: secret.digest.clone(),
        iat: now,
        exp: now + exchange.client.refresh_token_ttl(),
        gty: Some(gty.to_owned()),
        user_code: None,
        params: None,
        redirect_uri: None,
        code_challenge: None,
        code_challenge_method: None,
        iiat: Some(now),
        rotations: Some(0),
        ..code.clone()
    }
}
