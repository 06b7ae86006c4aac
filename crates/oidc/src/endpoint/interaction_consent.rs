//! `/api/interaction/consent`: what the consent page shows, and the user's yes or no.

use crate::{
    client::OidcClient,
    consenting::{Consenting, find_interaction},
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    resource::RequestedResource,
    scope::{self, OFFLINE_ACCESS, OPENID, ORGANIZATIONS, ORGANIZATIONS_RESOURCE},
};
use axum::{Json, http::HeaderMap};
use portico_http_kit::{ApiError, ApiJson};
use portico_identity::{interaction::APP_ID_HEADER, snapshot::ResourceWithScopes};
use portico_model::{
    ErrorCode,
    consent::{ConsentResource, ConsentResourceScopes, ConsentScope},
    sign_in_experience::Branding,
};
use portico_store::{
    application_sign_in_experiences,
    consent_scopes::{self, Asking},
    consents,
    organizations::{
        self,
        members::{self, MemberKind},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What the consent page shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentInfo {
    application: ApplicationInfo,
    user: UserSummary,
    organizations: Vec<OrganizationInfo>,
    #[serde(rename = "missingOIDCScope")]
    missing_oidc_scope: Vec<String>,
    missing_resource_scopes: Vec<ConsentResourceScopes>,
    redirect_uri: Option<String>,
}

/// Who asks; what a third party shows of itself comes from the operator.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationInfo {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    branding: Option<Branding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy_policy_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms_of_use_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserSummary {
    id: String,
    name: Option<String>,
    avatar: Option<String>,
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationInfo {
    id: String,
    name: String,
    missing_resource_scopes: Vec<ConsentResourceScopes>,
}

/// Scopes that are still missing.
#[derive(Default)]
struct Missing {
    /// Of the user.
    personal: Vec<ConsentResourceScopes>,
    /// Of organizations, by their ids.
    of_organizations: HashMap<String, Vec<ConsentResourceScopes>>,
    /// Whether any scope is for organizations.
    concerns_organizations: bool,
}

/// What is asked, by whom, of whom.
pub async fn show(
    environment: Result<Environment, OidcError>,
    headers: HeaderMap,
) -> Result<Json<ConsentInfo>, ApiError> {
    let environment = environment.map_err(api_error)?;
    let consenting = load(&environment, &headers).await?;
    // The address is shown to the user and used for going back, so it is verified like any redirect.
    let redirect_uri = consenting.interaction.param("redirect_uri").map(str::to_owned);
    if redirect_uri.as_deref().is_some_and(|uri| !consenting.client.allows_redirect_uri(uri)) {
        return Err(ApiError::new(ErrorCode::OidcInvalidRedirectUri));
    }
    let mut missing = missing_scopes(&environment, &consenting).await?;
    let asks_organizations =
        missing.concerns_organizations || consenting.missing.user.iter().any(|scope| scope == ORGANIZATIONS);
    let organizations = match asks_organizations {
        true => memberships(&environment, &consenting, &mut missing.of_organizations).await?,
        false => Vec::new(),
    };
    let is_shown = |scope: &&String| !matches!(scope.as_str(), OPENID | OFFLINE_ACCESS);
    let missing_oidc_scope = consenting.missing.user.iter().filter(is_shown).cloned().collect();
    let application = application_info(&environment, &consenting).await?;
    let user = consenting.user;
    Ok(Json(ConsentInfo {
        application,
        user: UserSummary {
            id: user.id,
            name: user.name,
            avatar: user.avatar,
            username: user.username,
            primary_email: user.primary_email,
            primary_phone: user.primary_phone,
        },
        organizations,
        missing_oidc_scope,
        missing_resource_scopes: missing.personal,
        redirect_uri,
    }))
}

async fn load(environment: &Environment, headers: &HeaderMap) -> Result<Consenting, ApiError> {
    let app_id = headers.get(APP_ID_HEADER).and_then(|value| value.to_str().ok());
    let interaction = find_interaction(environment, app_id)
        .await
        .map_err(api_error)?
        .filter(Consenting::asks_for_consent)
        .ok_or(ErrorCode::SessionNotFound)?;
    Consenting::load(environment, interaction).await.map_err(api_error)
}

async fn application_info(
    environment: &Environment,
    consenting: &Consenting,
) -> Result<ApplicationInfo, ApiError> {
    let ctx = &environment.ctx;
    let application = consenting.client.application();
    let info = ApplicationInfo {
        id: application.id.clone(),
        name: application.name.clone(),
        ..ApplicationInfo::default()
    };
    let found = application_sign_in_experiences::find(&ctx.app.db, &ctx.tenant.id, &application.id).await?;
    let Some(own) = found else { return Ok(info) };
    Ok(ApplicationInfo {
        branding: Some(own.branding),
        display_name: own.display_name,
        privacy_policy_url: own.privacy_policy_url,
        terms_of_use_url: own.terms_of_use_url,
        ..info
    })
}

async fn memberships(
    environment: &Environment,
    consenting: &Consenting,
    missing: &mut HashMap<String, Vec<ConsentResourceScopes>>,
) -> Result<Vec<OrganizationInfo>, ApiError> {
    let ctx = &environment.ctx;
    let memberships =
        organizations::claims::list_memberships(&ctx.app.db, &ctx.tenant.id, &consenting.user.id).await?;
    Ok(memberships
        .into_iter()
        .map(|membership| OrganizationInfo {
            missing_resource_scopes: missing.remove(&membership.id).unwrap_or_default(),
            id: membership.id,
            name: membership.name,
        })
        .collect())
}

/// What is missing, apart for the user and for each organization: a scope that only a role in an organization gives
/// is shown with that organization.
async fn missing_scopes(environment: &Environment, consenting: &Consenting) -> Result<Missing, ApiError> {
    let (ctx, client, user_id) = (&environment.ctx, &consenting.client, &consenting.user.id);
    let mut missing = Missing::default();
    for (indicator, names) in consenting.missing.resources.iter().filter(|(_, names)| !names.is_empty()) {
        let resource =
            RequestedResource::get(ctx, &environment.snapshot, indicator).await.map_err(api_error)?;
        let Some(stored) = resource.stored() else {
            missing.personal.push(organization_scopes(environment, client, names).await?);
            missing.concerns_organizations = true;
            continue;
        };
        let held = resource.scopes_for_client(ctx, client, user_id).await.map_err(api_error)?;
        missing.personal.extend(described(stored, &scope::intersection(names, &held)));
        let held = resource.organization_scopes_for_client(ctx, client, user_id).await.map_err(api_error)?;
        let mut by_organization: HashMap<String, Vec<String>> = HashMap::new();
        for (organization_id, name) in held.into_iter().filter(|(_, name)| names.contains(name)) {
            by_organization.entry(organization_id).or_default().push(name);
            missing.concerns_organizations = true;
        }
        for (organization_id, names) in by_organization {
            missing.of_organizations.entry(organization_id).or_default().extend(described(stored, &names));
        }
    }
    Ok(missing)
}

/// The scopes of these names within organizations.
async fn organization_scopes(
    environment: &Environment,
    client: &OidcClient,
    names: &[String],
) -> Result<ConsentResourceScopes, ApiError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let mut scopes =
        consent_scopes::list_organization_scopes(db, tenant, Asking::Application(client.id())).await?;
    scopes.retain(|scope| names.contains(&scope.name));
    let name = || ORGANIZATIONS_RESOURCE.to_owned();
    let resource = ConsentResource { id: name(), name: name(), indicator: name() };
    Ok(ConsentResourceScopes { resource, scopes })
}

/// The scopes of these names, unless there are none.
fn described(stored: &ResourceWithScopes, names: &[String]) -> Option<ConsentResourceScopes> {
    let scopes: Vec<ConsentScope> = stored
        .scopes
        .iter()
        .filter(|scope| names.contains(&scope.name))
        .map(|scope| ConsentScope {
            id: scope.id.clone(),
            name: scope.name.clone(),
            description: scope.description.clone(),
        })
        .collect();
    let resource = &stored.resource;
    (!scopes.is_empty()).then(|| ConsentResourceScopes {
        resource: ConsentResource {
            id: resource.id.clone(),
            name: resource.name.clone(),
            indicator: resource.indicator.clone(),
        },
        scopes,
    })
}

/// The user's yes.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRequest {
    /// Organizations that the application may act in.
    #[serde(default)]
    organization_ids: Vec<String>,
}

/// Where the browser goes on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentResponse {
    redirect_to: String,
}

/// Grants what is asked.
pub async fn agree(
    environment: Result<Environment, OidcError>,
    headers: HeaderMap,
    ApiJson(request): ApiJson<ConsentRequest>,
) -> Result<Json<ConsentResponse>, ApiError> {
    let environment = environment.map_err(api_error)?;
    let consenting = load(&environment, &headers).await?;
    share_organizations(&environment, &consenting, &request.organization_ids).await?;
    let redirect_to = consenting.grant(&environment).await.map_err(api_error)?;
    Ok(Json(ConsentResponse { redirect_to }))
}

/// Ends the request with the user's no.
pub async fn refuse(
    environment: Result<Environment, OidcError>,
    headers: HeaderMap,
) -> Result<Json<ConsentResponse>, ApiError> {
    let environment = environment.map_err(api_error)?;
    let consenting = load(&environment, &headers).await?;
    let redirect_to = consenting.refuse(&environment).await.map_err(api_error)?;
    Ok(Json(ConsentResponse { redirect_to }))
}

async fn share_organizations(
    environment: &Environment,
    consenting: &Consenting,
    organization_ids: &[String],
) -> Result<(), ApiError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    for organization_id in organization_ids {
        let user_id = &consenting.user.id;
        if !members::is_member(db, tenant, organization_id, MemberKind::User, user_id).await? {
            return Err(ApiError::new(ErrorCode::OrganizationRequireMembership));
        }
    }
    if !organization_ids.is_empty() {
        let (client_id, user_id) = (consenting.client.id(), consenting.user.id.as_str());
        consents::add_organizations(db, tenant, client_id, user_id, organization_ids).await?;
    }
    Ok(())
}

/// An error of the provider as an answer of the API.
fn api_error(error: OidcError) -> ApiError {
    if error.is_session_not_found() {
        return ApiError::new(ErrorCode::SessionNotFound);
    }
    match error.kind() {
        OidcErrorKind::AccessDenied => ApiError::new(ErrorCode::OidcAccessDenied),
        OidcErrorKind::InvalidTarget => ApiError::new(ErrorCode::OidcInvalidTarget),
        OidcErrorKind::ServerError => ApiError::internal(error),
        _ => ApiError::new(ErrorCode::OidcInvalidRequest),
    }
}
