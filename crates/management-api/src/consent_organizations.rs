//! The organizations that a user shares with a third party's application.

use crate::{applications::get_application, checks::Checks, document::PageParams};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{ErrorCode, TenantId, organization::Organization};
use portico_store::{Page, Tx, consents, organizations::members, users};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, replace, add)).routes(routes!(remove))
}

/// Organizations by id.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentOrganizationsInput {
    organization_ids: Vec<String>,
}

/// The shared organizations.
#[derive(Serialize, ToSchema)]
pub struct ConsentOrganizationsResponse {
    organizations: Vec<Organization>,
}

impl ConsentOrganizationsInput {
    fn into_ids(self) -> Result<Vec<String>, ApiError> {
        let mut checks = Checks::default();
        checks.ids("organizationIds", &self.organization_ids, 0);
        checks.finish()?;
        let distinct: BTreeSet<String> = self.organization_ids.into_iter().collect();
        Ok(distinct.into_iter().collect())
    }
}

/// Only third parties have to be given anything, and only by somebody who exists.
async fn check(ctx: &Ctx, application_id: &str, user_id: &str) -> Result<(), ApiError> {
    if !get_application(ctx, application_id).await?.is_third_party {
        return Err(ErrorCode::ApplicationThirdPartyApplicationOnly.into());
    }
    let user = users::find_by_id(&ctx.app.db, &ctx.tenant.id, user_id).await?;
    user.map(drop).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Nobody can share an organization of others.
async fn require_memberships(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    ids: &[String],
) -> Result<(), ApiError> {
    let held = members::count_organizations_of_user(tx, tenant, user_id, ids).await?;
    if usize::try_from(held) == Ok(ids.len()) {
        Ok(())
    } else {
        Err(ErrorCode::OrganizationRequireMembership.into())
    }
}

/// Organizations that the user shares with the application.
#[utoipa::path(
    get, path = "/api/applications/{id}/users/{userId}/consent-organizations",
    operation_id = "ListApplicationUserConsentOrganizations", tag = "Applications",
    params(("id" = String, Path), ("userId" = String, Path), PageParams),
    responses(
        (status = 200, description = "The organizations.", body = ConsentOrganizationsResponse),
        (status = 404, description = "No such application or user."),
        (status = 422, description = "Not an application of a third party."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id)): ApiPath<(String, String)>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    check(&ctx, &id, &user_id).await?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let page = Page { limit: pagination.limit(), offset: pagination.offset() };
    let organizations = consents::page_organizations(db, tenant, &id, &user_id, page).await?;
    let total = consents::count_organizations(db, tenant, &id, &user_id).await?;
    Ok((pagination.headers(total), JsonBody(ConsentOrganizationsResponse { organizations })))
}

/// Makes these the organizations that the user shares with the application.
#[utoipa::path(
    put, path = "/api/applications/{id}/users/{userId}/consent-organizations",
    operation_id = "ReplaceApplicationUserConsentOrganizations", tag = "Applications",
    params(("id" = String, Path), ("userId" = String, Path)), request_body = ConsentOrganizationsInput,
    responses(
        (status = 204, description = "Shared."),
        (status = 404, description = "No such application or user."),
        (status = 422, description = "Not an application of a third party, or the user is no member."),
    )
)]
async fn replace(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<ConsentOrganizationsInput>,
) -> Result<StatusCode, ApiError> {
    let organization_ids = body.into_ids()?;
    check(&ctx, &id, &user_id).await?;
    let tenant = ctx.tenant.id.clone();
    let write = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            require_memberships(tx, &tenant, &user_id, &organization_ids).await?;
            consents::keep_organizations(tx, &tenant, &id, &user_id, &organization_ids).await?;
            consents::add_organizations(tx, &tenant, &id, &user_id, &organization_ids).await?;
            Ok::<_, ApiError>(())
        })
    });
    write.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shares further organizations of the user with the application.
#[utoipa::path(
    post, path = "/api/applications/{id}/users/{userId}/consent-organizations",
    operation_id = "CreateApplicationUserConsentOrganization", tag = "Applications",
    params(("id" = String, Path), ("userId" = String, Path)), request_body = ConsentOrganizationsInput,
    responses(
        (status = 201, description = "Shared."),
        (status = 404, description = "No such application or user."),
        (status = 422, description = "Not an application of a third party, or the user is no member."),
    )
)]
async fn add(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<ConsentOrganizationsInput>,
) -> Result<StatusCode, ApiError> {
    let organization_ids = body.into_ids()?;
    check(&ctx, &id, &user_id).await?;
    let tenant = ctx.tenant.id.clone();
    let write = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            require_memberships(tx, &tenant, &user_id, &organization_ids).await?;
            consents::add_organizations(tx, &tenant, &id, &user_id, &organization_ids).await?;
            Ok::<_, ApiError>(())
        })
    });
    write.await?;
    Ok(StatusCode::CREATED)
}

/// Stops sharing an organization of the user with the application.
#[utoipa::path(
    delete, path = "/api/applications/{id}/users/{userId}/consent-organizations/{organizationId}",
    operation_id = "DeleteApplicationUserConsentOrganization", tag = "Applications",
    params(("id" = String, Path), ("userId" = String, Path), ("organizationId" = String, Path)),
    responses(
        (status = 204, description = "No longer shared."),
        (status = 404, description = "No such application or user, or the organization is not shared."),
        (status = 422, description = "Not an application of a third party."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, user_id, organization_id)): ApiPath<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    check(&ctx, &id, &user_id).await?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    if consents::remove_organization(db, tenant, &id, &user_id, &organization_id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ErrorCode::EntityNotFound.into())
    }
}
