//! `/api/interaction/consent`: what the consent page shows, and the user's yes or no.

use crate::{
    consenting::{Consenting, find_interaction},
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    resource::RequestedResource,
    scope::{OFFLINE_ACCESS, OPENID, ORGANIZATIONS},
};
use axum::{Json, http::HeaderMap};
use portico_http_kit::{ApiError, ApiJson};
use portico_identity::interaction::APP_ID_HEADER;
use portico_model::ErrorCode;
use portico_store::{
    consents,
    organizations::{
        self,
        members::{self, MemberKind},
    },
};
use serde::{Deserialize, Serialize};

/// What the consent page shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentInfo {
    application: ApplicationInfo,
    user: UserSummary,
    organizations: Vec<OrganizationInfo>,
    #[serde(rename = "missingOIDCScope")]
    missing_oidc_scope: Vec<String>,
    missing_resource_scopes: Vec<MissingResourceScopes>,
    redirect_uri: Option<String>,
}

#[derive(Serialize)]
struct ApplicationInfo {
    id: String,
    name: String,
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
struct OrganizationInfo {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct MissingResourceScopes {
    resource: ResourceInfo,
    scopes: Vec<ScopeInfo>,
}

#[derive(Serialize)]
struct ResourceInfo {
    id: String,
    name: String,
    indicator: String,
}

#[derive(Serialize)]
struct ScopeInfo {
    id: String,
    name: String,
    description: Option<String>,
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
    let asks_organizations = consenting.missing.user.iter().any(|scope| scope == ORGANIZATIONS);
    let organizations =
        if asks_organizations { memberships(&environment, &consenting).await? } else { Vec::new() };
    let is_shown = |scope: &&String| !matches!(scope.as_str(), OPENID | OFFLINE_ACCESS);
    let missing_oidc_scope = consenting.missing.user.iter().filter(is_shown).cloned().collect();
    let missing_resource_scopes = missing_resource_scopes(&environment, &consenting).await?;
    let application = consenting.client.application();
    let user = consenting.user;
    Ok(Json(ConsentInfo {
        application: ApplicationInfo { id: application.id.clone(), name: application.name.clone() },
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
        missing_resource_scopes,
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

async fn memberships(
    environment: &Environment,
    consenting: &Consenting,
) -> Result<Vec<OrganizationInfo>, ApiError> {
    let ctx = &environment.ctx;
    let memberships =
        organizations::claims::list_memberships(&ctx.app.db, &ctx.tenant.id, &consenting.user.id).await?;
    Ok(memberships
        .into_iter()
        .map(|membership| OrganizationInfo { id: membership.id, name: membership.name })
        .collect())
}

async fn missing_resource_scopes(
    environment: &Environment,
    consenting: &Consenting,
) -> Result<Vec<MissingResourceScopes>, ApiError> {
    let mut missing = Vec::new();
    for (indicator, names) in &consenting.missing.resources {
        let resource = RequestedResource::get(&environment.ctx, &environment.snapshot, indicator)
            .await
            .map_err(api_error)?;
        let Some(stored) = resource.stored().filter(|_| !names.is_empty()) else { continue };
        let scopes = stored
            .scopes
            .iter()
            .filter(|scope| names.contains(&scope.name))
            .map(|scope| ScopeInfo {
                id: scope.id.clone(),
                name: scope.name.clone(),
                description: scope.description.clone(),
            })
            .collect();
        let resource = &stored.resource;
        missing.push(MissingResourceScopes {
            resource: ResourceInfo {
                id: resource.id.clone(),
                name: resource.name.clone(),
                indicator: resource.indicator.clone(),
            },
            scopes,
        });
    }
    Ok(missing)
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
