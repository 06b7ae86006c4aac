//! RFC 8693: a token that stands for a user, for an access token in the user's name.

use super::{
    BEARER, Exchange, Issued, TOKEN_EXCHANGE, Target, Tokens,
    access_token::{Delegation, Source, issue_access_token},
    active_user,
    target::{self, Wish},
};
use crate::{
    access_control,
    changes::Changes,
    client::OidcClient,
    consent::{self, ScopeSet},
    error::{OidcError, OidcErrorKind},
    parameters::words,
    resource::RequestedResource,
    scope::{self, OPENID, ORGANIZATIONS_RESOURCE},
    stored_token::StoredToken,
};
use portico_crypto::jose::Validation;
use portico_identity::subject_tokens;
use portico_model::{
    JsonObject, User,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, TokenPayload},
    subject_token::SubjectToken,
};
use portico_store::personal_access_tokens;
use std::collections::BTreeMap;

/// RFC 8693 §3.
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// A token that an operator's server made to act for a user.
const IMPERSONATION_TOKEN: &str = "urn:logto:token-type:impersonation_token";
/// A token that a user made for programs of their own.
const PERSONAL_ACCESS_TOKEN: &str = "urn:logto:token-type:personal_access_token";
/// What tells the second kind from an access token, as which clients may present it too.
const IMPERSONATION_PREFIX: &str = "sub_";

/// Whom the access token is for, and why.
#[derive(Default)]
struct Subject {
    user_id: String,
    context: Option<JsonObject>,
    /// A token that is worth one exchange.
    once: Option<SubjectToken>,
}

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let Exchange { environment, client, parameters } = exchange;
    let subject = find_subject(exchange).await?;
    let actor = find_actor(exchange).await?;
    let mut token = TokenPayload {
        account_id: Some(subject.user_id),
        client_id: Some(client.id().to_owned()),
        ..TokenPayload::default()
    };
    let user = active_user(exchange, &token).await?;
    access_control::check(environment, client, &user.id).await?;
    let target = find_target(exchange, &user).await?;
    let scopes = words(parameters.get("scope").unwrap_or_default());
    let grant = new_grant(exchange, &user, &target, &scopes);
    token.grant_id = Some(grant.jti.clone());
    let delegation = Delegation { actor, context: subject.context };
    let source = Source { user: &user, token: &token, grant: &grant, gty: TOKEN_EXCHANGE, delegation };
    let mut changes = Changes::default();
    let issued = issue_access_token(exchange, &source, &target, &scopes, &mut changes).await?;
    changes.put_grant(grant);
    if let Some(once) = subject.once
        && !subject_tokens::consume(&environment.ctx, &once).await?
    {
        return Err(refused("the subject token expired or was used before"));
    }
    changes.commit(&environment.ctx, environment.now_ms).await?;
    Ok(Issued {
        tokens: Tokens {
            access_token: issued.value,
            expires_in: issued.expires_in,
            id_token: None,
            refresh_token: None,
            scope: issued.scope,
            token_type: BEARER,
        },
        user_id: Some(user.id),
    })
}

/// The client learns no more than that the grant is refused; the reason is for the log.
fn refused(reason: &'static str) -> OidcError {
    super::invalid_grant(reason)
}

async fn find_subject(exchange: &Exchange<'_>) -> Result<Subject, OidcError> {
    let presented = exchange.parameters.require("subject_token")?;
    match exchange.parameters.require("subject_token_type")? {
        IMPERSONATION_TOKEN => impersonated(exchange, presented).await,
        ACCESS_TOKEN if presented.starts_with(IMPERSONATION_PREFIX) => {
            impersonated(exchange, presented).await
        }
        ACCESS_TOKEN => holder(exchange, presented).await,
        PERSONAL_ACCESS_TOKEN => owner(exchange, presented).await,
        _ => Err(refused("unsupported subject token type")),
    }
}

async fn impersonated(exchange: &Exchange<'_>, presented: &str) -> Result<Subject, OidcError> {
    let environment = exchange.environment;
    let token = subject_tokens::find(&environment.ctx, presented)
        .await?
        .ok_or_else(|| refused("unknown subject token"))?;
    if token.expires_at <= environment.now_ms || token.consumed_at.is_some() {
        return Err(refused("the subject token expired or was used before"));
    }
    Ok(Subject { user_id: token.user_id.clone(), context: Some(token.context.clone()), once: Some(token) })
}

async fn owner(exchange: &Exchange<'_>, presented: &str) -> Result<Subject, OidcError> {
    let environment = exchange.environment;
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let token = personal_access_tokens::find_by_value(db, tenant, presented)
        .await?
        .filter(|token| token.expires_at.is_none_or(|expires_at| expires_at > environment.now_ms))
        .ok_or_else(|| refused("unknown or expired personal access token"))?;
    Ok(Subject { user_id: token.user_id, ..Subject::default() })
}

/// The user of an access token, opaque or not, that the operator's own application was given.
async fn holder(exchange: &Exchange<'_>, presented: &str) -> Result<Subject, OidcError> {
    let environment = exchange.environment;
    let stored = StoredToken::find(environment, OidcModel::AccessToken, presented).await?;
    let (user_id, client_id) = match stored {
        Some(token) if token.is_in_force() => (token.payload.account_id, token.payload.client_id),
        Some(_) => return Err(refused("the access token is no longer in force")),
        None => signed(exchange, presented)?,
    };
    let (Some(user_id), Some(client_id)) = (user_id, client_id) else {
        return Err(refused("the access token names no user or no client"));
    };
    let issued_to = OidcClient::find(&environment.ctx, &environment.snapshot, &client_id).await?;
    // A third party got it for what the user agreed to, which an exchange would widen.
    if issued_to.is_none_or(|client| client.is_third_party()) {
        return Err(refused("the access token was issued to a third party"));
    }
    Ok(Subject { user_id, ..Subject::default() })
}

/// User and client of a JWT that is one of our access tokens (RFC 9068 §4), and nothing else that we sign.
fn signed(exchange: &Exchange<'_>, presented: &str) -> Result<(Option<String>, Option<String>), OidcError> {
    let environment = exchange.environment;
    let validation =
        Validation::at(environment.now()).issuer(environment.issuer()).required_claims(["sub", "client_id"]);
    let keys = environment.snapshot.signing_keys.verifying();
    let (header, claims) = keys
        .verify_with_header(presented, &validation)
        .map_err(|_| refused("the subject token is not an access token of this provider"))?;
    if !header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt")) {
        return Err(refused("the subject token is a JWT of another kind"));
    }
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    Ok((text("sub"), text("client_id")))
}

/// RFC 8693 §2.1: the user who acts, shown by an access token that may be used for signing in.
async fn find_actor(exchange: &Exchange<'_>) -> Result<Option<String>, OidcError> {
    let Exchange { environment, parameters, .. } = exchange;
    let presented = match (parameters.get("actor_token"), parameters.get("actor_token_type")) {
        (None, None) => return Ok(None),
        (None, Some(_)) => {
            return Err(OidcErrorKind::InvalidRequest.because("actor_token_type without actor_token"));
        }
        (Some(presented), Some(ACCESS_TOKEN)) => presented,
        (Some(_), _) => return Err(refused("unsupported actor token type")),
    };
    let token = StoredToken::find(environment, OidcModel::AccessToken, presented)
        .await?
        .filter(StoredToken::is_in_force)
        .ok_or_else(|| refused("the actor token is not in force"))?;
    if !token.scopes().iter().any(|scope| scope == OPENID) {
        return Err(refused("the actor token lacks the scope openid"));
    }
    Ok(Some(active_user(exchange, &token.payload).await?.id))
}

async fn find_target(exchange: &Exchange<'_>, user: &User) -> Result<Target, OidcError> {
    let Exchange { environment, client, .. } = exchange;
    let wish = Wish::of(exchange)?;
    let organization = match &wish.organization_id {
        Some(id) => Some(target::find_for_user(environment, client, id, user).await?),
        None => None,
    };
    Ok(match (wish.resource()?, organization) {
        (Some(indicator), organization) => {
            let resource = RequestedResource::get(&environment.ctx, &environment.snapshot, indicator).await?;
            Target::Api { resource, organization }
        }
        (None, Some(organization)) => Target::Organization(organization),
        (None, None) => Target::Provider { shows_empty_scope: true },
    })
}

/// The subject token stands for the user's consent. The grant ends with the only token that rests on it.
fn new_grant(exchange: &Exchange<'_>, user: &User, target: &Target, scopes: &[String]) -> GrantPayload {
    let environment = exchange.environment;
    let mut grant = consent::new_grant(environment, exchange.client.id(), &user.id);
    grant.exp = environment.now() + target.access_token_ttl();
    let indicator = match target {
        Target::Provider { .. } => None,
        Target::Api { resource, .. } => Some(resource.indicator.clone()),
        Target::Organization(_) => Some(ORGANIZATIONS_RESOURCE.to_owned()),
    };
    let granted = match indicator {
        None => {
            let user = scopes.iter().filter(|name| scope::is_user_scope(name)).cloned().collect();
            ScopeSet { user, resources: BTreeMap::new() }
        }
        Some(indicator) => ScopeSet { user: Vec::new(), resources: [(indicator, scopes.to_vec())].into() },
    };
    consent::allow(&mut grant, &granted);
    grant
}
