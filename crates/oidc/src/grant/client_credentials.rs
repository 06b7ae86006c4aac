//! RFC 6749 §4.4: a machine asks for itself.

use super::{
    BEARER, Exchange, Issued, Target, Tokens, invalid_target,
    target::{self, Wish},
};
use crate::{
    custom_claims::{self, Draft},
    error::OidcError,
    parameters::words,
    resource::RequestedResource,
    scope,
    token::{self, JwtAccessToken},
};
use portico_crypto::id::opaque_token;
use portico_store::organizations::members::{self, MemberKind};

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let Exchange { environment, client, parameters } = exchange;
    let wish = Wish::of(exchange)?;
    let target = find_target(exchange, &wish).await?;
    let held = held_scopes(exchange, &target).await?;
    let scopes = scope::intersection(&words(parameters.get("scope").unwrap_or_default()), &held);
    let audience = target.audience().unwrap_or_default();
    let scope = match target {
        // Present even when it is empty: clients tell an organization's token by it.
        Target::Organization(_) => Some(scopes.join(" ")),
        _ => scope::join(&scopes),
    };
    let jti = opaque_token();
    let draft = Draft::new(&jti, Some(&audience), scope.as_deref());
    let mut extra = target.claims();
    extra.extend(custom_claims::for_machine(environment, client, &draft).await?);
    let token = JwtAccessToken {
        jti,
        subject: client.id(),
        client_id: client.id(),
        audience: &audience,
        expires_in: target.access_token_ttl(),
        scope,
        extra,
    };
    let issued = token::jwt_access_token(environment, token)?;
    Ok(Issued {
        tokens: Tokens {
            access_token: issued.value,
            expires_in: issued.expires_in,
            id_token: None,
            refresh_token: None,
            scope: issued.scope,
            token_type: BEARER,
        },
        user_id: None,
    })
}

/// The API or organization named, or the tenant's default resource.
async fn find_target(exchange: &Exchange<'_>, wish: &Wish) -> Result<Target, OidcError> {
    let environment = exchange.environment;
    let organization = match &wish.organization_id {
        Some(id) => Some(target::find_for_machine(exchange, id).await?),
        None => None,
    };
    let default = environment.snapshot.default_resource.as_deref();
    let (indicator, organization) = match (wish.resource()?, organization, default) {
        (Some(indicator), organization, _) => (indicator, organization),
        (None, Some(organization), _) => return Ok(Target::Organization(organization)),
        (None, None, Some(default)) => (default, None),
        (None, None, None) => {
            return Err(invalid_target("neither `resource` nor `organization_id` is given"));
        }
    };
    let resource = RequestedResource::get(&environment.ctx, &environment.snapshot, indicator).await?;
    Ok(Target::Api { resource, organization })
}

/// The scopes that the machine's roles give, within an organization those held there.
async fn held_scopes(exchange: &Exchange<'_>, target: &Target) -> Result<Vec<String>, OidcError> {
    let Exchange { environment, client, .. } = exchange;
    let ctx = &environment.ctx;
    let (db, tenant, kind) = (&ctx.app.db, &ctx.tenant.id, MemberKind::Application);
    Ok(match target {
        Target::Provider { .. } => Vec::new(),
        Target::Api { resource, organization: None } => {
            ctx.machine_scopes(&environment.snapshot, client.id(), &resource.indicator).await?.to_vec()
        }
        Target::Api { resource, organization: Some(organization) } => {
            let (id, indicator) = (&organization.id, &resource.indicator);
            members::list_resource_scope_names(db, tenant, id, kind, client.id(), indicator).await?
        }
        Target::Organization(organization) => {
            let held = members::list_scopes(db, tenant, &organization.id, kind, client.id()).await?;
            held.into_iter().map(|scope| scope.name).collect()
        }
    })
}
