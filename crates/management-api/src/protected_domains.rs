//! The custom domain of a protected application: a host of the operator's own that the proxy serves too.

use crate::applications::{change, get_application};
use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{Ctx, custom_domains};
use portico_model::{
    Application, ApplicationType, ErrorCode,
    application::ProtectedAppMetadata,
    domain::{DomainStatus, ProtectedAppDomain},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

/// A domain to add.
#[derive(Deserialize, ToSchema)]
pub struct ProtectedAppDomainCreate {
    domain: String,
}

/// The settings of a protected application. Without a proxy there are none.
fn metadata(ctx: &Ctx, application: &Application) -> Result<ProtectedAppMetadata, ApiError> {
    if ctx.app.settings.protected_app_domain.is_none() {
        return Err(ErrorCode::ApplicationProtectedAppNotConfigured.into());
    }
    match &application.protected_app_metadata {
        Some(stored) if application.kind == ApplicationType::Protected => {
            serde_json::from_value(stored.clone()).map_err(ApiError::internal)
        }
        _ => Err(ErrorCode::ApplicationProtectedApplicationOnly.into()),
    }
}

/// Whether an application still has a custom domain.
pub fn has_domain(application: &Application) -> bool {
    let domains = application.protected_app_metadata.as_ref().and_then(|stored| stored.get("customDomains"));
    domains.and_then(|domains| domains.as_array()).is_some_and(|domains| !domains.is_empty())
}

/// The addresses that the proxy uses at a host.
fn addresses(host: &str) -> (String, String) {
    (format!("https://{host}/callback"), format!("https://{host}"))
}

/// The custom domain of a protected application, with its status of this moment.
#[utoipa::path(
    get, path = "/api/applications/{id}/protected-app-metadata/custom-domains",
    operation_id = "ListApplicationProtectedAppMetadataCustomDomains", tag = "Applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The domain, or none.", body = Vec<ProtectedAppDomain>),
        (status = 400, description = "Not a protected application."),
        (status = 404, description = "No such application."),
        (status = 501, description = "No proxy for protected applications is configured."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<ProtectedAppDomain>>, ApiError> {
    let metadata = metadata(&ctx, &get_application(&ctx, &id).await?)?;
    let mut domains = metadata.custom_domains.unwrap_or_default();
    for domain in &mut domains {
        (domain.status, domain.error_message) = custom_domains::inspect(&domain.domain, &metadata.host).await;
    }
    Ok(JsonBody(domains))
}

/// Gives a protected application a custom domain; people can be sent back to it from then on.
#[utoipa::path(
    post, path = "/api/applications/{id}/protected-app-metadata/custom-domains",
    operation_id = "CreateApplicationProtectedAppMetadataCustomDomain", tag = "Applications",
    params(("id" = String, Path)), request_body = ProtectedAppDomainCreate,
    responses(
        (status = 201, description = "Added."),
        (status = 400, description = "Not a protected application, or not a domain."),
        (status = 404, description = "No such application."),
        (status = 409, description = "The domain is another application's."),
        (status = 422, description = "There is one already, or the domain cannot be used."),
        (status = 501, description = "No proxy for protected applications is configured."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ProtectedAppDomainCreate>,
) -> Result<StatusCode, ApiError> {
    let host = body.domain.to_ascii_lowercase();
    let surroundings = ctx.clone();
    change(&ctx, id, move |application| add(&surroundings, application, host)).await?;
    Ok(StatusCode::CREATED)
}

fn add(ctx: &Ctx, application: &mut Application, host: String) -> Result<(), ApiError> {
    let mut metadata = metadata(ctx, application)?;
    let proxied = ctx.app.settings.protected_app_domain.as_deref().unwrap_or_default();
    let is_under_proxy = !proxied.is_empty() && (host == proxied || host.ends_with(&format!(".{proxied}")));
    if !custom_domains::is_custom_domain(&host) || is_under_proxy {
        return Err(ApiError::new(ErrorCode::DomainDomainIsNotAllowed).with_status(422));
    }
    let domains = metadata.custom_domains.get_or_insert_default();
    if !domains.is_empty() {
        return Err(ErrorCode::DomainLimitToOneDomain.into());
    }
    let (callback, home) = addresses(&host);
    domains.push(ProtectedAppDomain {
        dns_records: custom_domains::records(&host, &metadata.host),
        domain: host,
        status: DomainStatus::PendingVerification,
        error_message: None,
        cloudflare_data: None,
    });
    application.oidc_client_metadata.redirect_uris.push(callback);
    application.oidc_client_metadata.post_logout_redirect_uris.push(home);
    application.protected_app_metadata = Some(json!(metadata));
    Ok(())
}

/// Takes its custom domain from a protected application.
#[utoipa::path(
    delete, path = "/api/applications/{id}/protected-app-metadata/custom-domains/{domain}",
    operation_id = "DeleteApplicationProtectedAppMetadataCustomDomain", tag = "Applications",
    params(("id" = String, Path), ("domain" = String, Path)),
    responses(
        (status = 204, description = "Taken."),
        (status = 400, description = "Not a protected application."),
        (status = 404, description = "No such application, or not its domain."),
        (status = 501, description = "No proxy for protected applications is configured."),
    )
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, domain)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let surroundings = ctx.clone();
    change(&ctx, id, move |application| remove(&surroundings, application, &domain)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn remove(ctx: &Ctx, application: &mut Application, host: &str) -> Result<(), ApiError> {
    let mut metadata = metadata(ctx, application)?;
    let domains = metadata.custom_domains.get_or_insert_default();
    let before = domains.len();
    domains.retain(|domain| domain.domain != host);
    if domains.len() == before {
        return Err(ErrorCode::ApplicationCustomDomainNotFound.into());
    }
    let (callback, home) = addresses(host);
    application.oidc_client_metadata.redirect_uris.retain(|uri| *uri != callback);
    application.oidc_client_metadata.post_logout_redirect_uris.retain(|uri| *uri != home);
    application.protected_app_metadata = Some(json!(metadata));
    Ok(())
}
