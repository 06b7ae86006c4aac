//! What an access token is for: the provider itself, an API, or an organization.

use super::{Exchange, invalid_target};
use crate::{
    client::OidcClient,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    resource::{self, RequestedResource},
    scope::{OPENID, ORGANIZATION_AUDIENCE_PREFIX, ORGANIZATIONS},
};
use portico_model::{
    JsonObject, User, oidc::ACCESS_TOKEN_TTL_SECONDS, oidc_artifact::TokenPayload, organization::Organization,
};
use portico_store::{
    consents,
    organizations::{
        self,
        members::{self, MemberKind},
    },
};

/// What an access token is for.
pub enum Target {
    /// The endpoints of the provider itself.
    Provider {
        /// Whether the answer names the scopes also when there are none.
        shows_empty_scope: bool,
    },
    /// An API.
    Api {
        /// Which one.
        resource: RequestedResource,
        /// The organization in which it is used.
        organization: Option<Organization>,
    },
    /// An organization.
    Organization(Organization),
}

impl Target {
    /// The `aud` of a JWT; none when it is for the provider.
    #[must_use]
    pub fn audience(&self) -> Option<String> {
        match self {
            Self::Provider { .. } => None,
            Self::Api { resource, .. } => Some(resource.indicator.clone()),
            Self::Organization(organization) => {
                Some(format!("{ORGANIZATION_AUDIENCE_PREFIX}{}", organization.id))
            }
        }
    }

    /// Whether the answer names the scopes of an opaque token also when there are none.
    #[must_use]
    pub fn shows_empty_scope(&self) -> bool {
        matches!(self, Self::Provider { shows_empty_scope: true })
    }

    /// The organization that it is used in.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        match self {
            Self::Provider { .. } => None,
            Self::Api { organization, .. } => organization.as_ref(),
            Self::Organization(organization) => Some(organization),
        }
    }

    /// Claims that say so where the audience does not.
    #[must_use]
    pub fn claims(&self) -> JsonObject {
        let mut claims = JsonObject::new();
        if let Self::Api { organization: Some(organization), .. } = self {
            claims.insert("organization_id".to_owned(), organization.id.clone().into());
        }
        claims
    }

    /// Lifetime of the token in seconds.
    #[must_use]
    pub fn access_token_ttl(&self) -> i64 {
        match self {
            Self::Api { resource, .. } => resource.access_token_ttl(),
            Self::Provider { .. } | Self::Organization(_) => ACCESS_TOKEN_TTL_SECONDS,
        }
    }
}

/// What a request names: resources, and the organization that it wants them in.
pub struct Wish {
    /// Indicators of resources.
    pub resources: Vec<String>,
    /// Id of an organization, named by its parameter or as a resource of its own.
    pub organization_id: Option<String>,
}

impl Wish {
    /// Reads the parameters.
    ///
    /// # Errors
    /// When two organizations are named.
    pub fn of(exchange: &Exchange<'_>) -> Result<Self, OidcError> {
        let mut organization_id = exchange.parameters.get("organization_id").map(str::to_owned);
        let mut resources = Vec::new();
        for indicator in exchange.parameters.resources() {
            let Some(id) = indicator.strip_prefix(ORGANIZATION_AUDIENCE_PREFIX) else {
                resources.push(indicator);
                continue;
            };
            if organization_id.as_deref().is_some_and(|named| named != id) {
                return Err(invalid_target("one access token is for one organization"));
            }
            organization_id = Some(id.to_owned());
        }
        Ok(Self { resources, organization_id })
    }

    /// The only resource, if any.
    ///
    /// # Errors
    /// When there are several.
    pub fn resource(&self) -> Result<Option<&str>, OidcError> {
        match self.resources.as_slice() {
            [] => Ok(None),
            [indicator] => Ok(Some(indicator)),
            _ => Err(invalid_target("one access token is for one resource")),
        }
    }
}

/// What a user's token is for, which rests on `source` with these scopes (RFC 8707 §2.2). Without a resource it is for
/// the organization named, or for the user information endpoint, or for the only resource when there is nothing else
/// it could be for.
pub async fn resolve(
    exchange: &Exchange<'_>,
    source: &TokenPayload,
    scopes: &[String],
    user: &User,
) -> Result<Target, OidcError> {
    let wish = Wish::of(exchange)?;
    let granted = source.resource.as_ref().map(|resource| resource.as_slice()).unwrap_or_default();
    let organization = match &wish.organization_id {
        Some(id) => Some(organization_of_user(exchange, id, user, source).await?),
        None => None,
    };
    let provider = || Ok(Target::Provider { shows_empty_scope: false });
    let indicator = match (wish.resource()?, organization, granted) {
        (Some(indicator), organization, _) => (indicator, organization),
        (None, Some(organization), _) => return Ok(Target::Organization(organization)),
        (None, None, _) if scopes.iter().any(|scope| scope == OPENID) => return provider(),
        (None, None, []) => return provider(),
        (None, None, [only]) => (only.as_str(), None),
        _ => return Err(invalid_target("one access token is for one resource")),
    };
    let (indicator, organization) = indicator;
    let environment = exchange.environment;
    let resource = RequestedResource::get(&environment.ctx, &environment.snapshot, indicator).await?;
    if !granted.iter().any(|granted| granted == indicator) {
        return Err(resource::unknown());
    }
    Ok(Target::Api { resource, organization })
}

/// The organization, when the user's token may be used in it.
async fn organization_of_user(
    exchange: &Exchange<'_>,
    id: &str,
    user: &User,
    source: &TokenPayload,
) -> Result<Organization, OidcError> {
    let organization = find_for_user(exchange.environment, exchange.client, id, user).await?;
    let held = crate::parameters::words(source.scope.as_deref().unwrap_or_default());
    if !held.iter().any(|scope| scope == ORGANIZATIONS) {
        return Err(OidcErrorKind::InsufficientScope
            .because("the refresh token lacks the scope for organizations")
            .with_scope(ORGANIZATIONS));
    }
    Ok(organization)
}

/// The organization, when the user is a member with what it requires and shares it with the client.
///
/// # Errors
/// `access_denied` otherwise.
pub async fn find_for_user(
    environment: &Environment,
    client: &OidcClient,
    id: &str,
    user: &User,
) -> Result<Organization, OidcError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let foreign = || denied("the user does not belong to this organization");
    if !members::is_member(db, tenant, id, MemberKind::User, &user.id).await? {
        return Err(foreign());
    }
    if client.is_third_party() {
        let shared = consents::list_organizations(db, tenant, client.id(), &user.id).await?;
        if !shared.iter().any(|shared| shared == id) {
            return Err(denied("the user did not share this organization with the application"));
        }
    }
    let organization = organizations::find_by_id(db, tenant, id).await?.ok_or_else(foreign)?;
    if organization.is_mfa_required && user.mfa_verifications.is_empty() {
        return Err(denied("the organization requires a second factor, and the user has none"));
    }
    Ok(organization)
}

/// The organization, when the application is one of its machines.
///
/// # Errors
/// `access_denied` otherwise.
pub async fn find_for_machine(exchange: &Exchange<'_>, id: &str) -> Result<Organization, OidcError> {
    let ctx = &exchange.environment.ctx;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let foreign = || denied("the application does not belong to this organization");
    if !members::is_member(db, tenant, id, MemberKind::Application, exchange.client.id()).await? {
        return Err(foreign());
    }
    organizations::find_by_id(db, tenant, id).await?.ok_or_else(foreign)
}

fn denied(description: &'static str) -> OidcError {
    OidcErrorKind::AccessDenied.because(description).with_status(403)
}
