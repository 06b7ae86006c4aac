//! Whom an organization takes in by itself: new users of e-mail domains, people who come through enterprise
//! connectors; and the roles they get.

use crate::{
    checks::{Checks, MAX_IDS, MAX_SHORT},
    document::PageParams,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, SsoConnector, TenantId,
    organization::{OrganizationJitEmailDomain, OrganizationRole},
};
use portico_store::{
    StoreError, Tx,
    organizations::{self, jit},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list_email_domains, add_email_domain, replace_email_domains))
        .routes(routes!(remove_email_domain))
        .routes(routes!(list_roles, add_roles, replace_roles))
        .routes(routes!(remove_role))
        .routes(routes!(list_sso_connectors, add_sso_connectors, replace_sso_connectors))
        .routes(routes!(remove_sso_connector))
}

/// An e-mail domain.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JitEmailDomainInput {
    #[schema(min_length = 1, max_length = 128)]
    email_domain: String,
}

/// E-mail domains.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JitEmailDomainsInput {
    email_domains: Vec<String>,
}

/// Organization roles.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JitRolesInput {
    organization_role_ids: Vec<String>,
}

/// Enterprise connectors.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JitSsoConnectorsInput {
    sso_connector_ids: Vec<String>,
}

fn check_ids(field: &str, ids: &[String]) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.ids(field, ids, 0);
    checks.finish()
}

/// An error unless there is such an organization.
async fn check_organization(ctx: &Ctx, id: &str) -> Result<(), ApiError> {
    let found = organizations::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    found.map(drop).ok_or_else(|| {
        ApiError::new(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "organization")
            .with_parameter("id", id)
    })
}

/// A replacement without anything new writes no row that could miss the organization, so it is looked for.
async fn require_organization(tx: &Tx, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
    let found = organizations::find_for_update(tx, tenant, id).await?;
    found.map(drop).ok_or(StoreError::ForeignKeyViolation)
}

fn removed(was_there: bool) -> Result<StatusCode, ApiError> {
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// E-mail domains whose new users join.
#[utoipa::path(
    get, path = "/api/organizations/{id}/jit/email-domains", operation_id = "ListOrganizationJitEmailDomains",
    tag = "Organizations", params(("id" = String, Path), PageParams),
    responses(
        (status = 200, description = "The domains.", body = Vec<OrganizationJitEmailDomain>),
        (status = 404, description = "No such organization."),
    )
)]
async fn list_email_domains(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    check_organization(&ctx, &id).await?;
    let rows = pagination.rows_or_all();
    let found = jit::list_email_domains(&ctx.app.db, &ctx.tenant.id, &id, rows).await?;
    Ok(pagination.answer_or_all(found))
}

/// Adds an e-mail domain.
#[utoipa::path(
    post, path = "/api/organizations/{id}/jit/email-domains", operation_id = "CreateOrganizationJitEmailDomain",
    tag = "Organizations", params(("id" = String, Path)), request_body = JitEmailDomainInput,
    responses(
        (status = 201, description = "The domain.", body = OrganizationJitEmailDomain),
        (status = 422, description = "It is there already, or there is no such organization."),
    )
)]
async fn add_email_domain(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JitEmailDomainInput>,
) -> Result<impl IntoResponse, ApiError> {
    let mut checks = Checks::default();
    checks.length("emailDomain", &body.email_domain, 1, MAX_SHORT);
    checks.finish()?;
    let domain = OrganizationJitEmailDomain {
        tenant_id: ctx.tenant.id.to_string(),
        organization_id: id,
        email_domain: body.email_domain,
    };
    jit::add_email_domain(&ctx.app.db, &ctx.tenant.id, &domain).await?;
    Ok((StatusCode::CREATED, JsonBody(domain)))
}

/// Makes these the e-mail domains.
#[utoipa::path(
    put, path = "/api/organizations/{id}/jit/email-domains", operation_id = "ReplaceOrganizationJitEmailDomains",
    tag = "Organizations", params(("id" = String, Path)), request_body = JitEmailDomainsInput,
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such organization."),
    )
)]
async fn replace_email_domains(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JitEmailDomainsInput>,
) -> Result<StatusCode, ApiError> {
    let mut checks = Checks::default();
    checks.count("emailDomains", body.email_domains.len(), 0, MAX_IDS);
    for (index, domain) in body.email_domains.iter().enumerate() {
        checks.length(&format!("emailDomains[{index}]"), domain, 1, MAX_SHORT);
    }
    checks.finish()?;
    let tenant = ctx.tenant.id.clone();
    let replaced = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            require_organization(tx, &tenant, &id).await?;
            jit::replace_email_domains(tx, &tenant, &id, &body.email_domains).await
        })
    });
    replaced.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes an e-mail domain.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/jit/email-domains/{emailDomain}",
    operation_id = "DeleteOrganizationJitEmailDomain", tag = "Organizations",
    params(("id" = String, Path), ("emailDomain" = String, Path)),
    responses((status = 204, description = "Removed."), (status = 404, description = "It is not there."))
)]
async fn remove_email_domain(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, domain)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    removed(jit::remove_email_domain(&ctx.app.db, &ctx.tenant.id, &id, &domain).await?)
}

/// Organization roles that those who join get.
#[utoipa::path(
    get, path = "/api/organizations/{id}/jit/roles", operation_id = "ListOrganizationJitRoles",
    tag = "Organizations", params(("id" = String, Path), PageParams),
    responses(
        (status = 200, description = "The roles.", body = Vec<OrganizationRole>),
        (status = 404, description = "No such organization."),
    )
)]
async fn list_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    check_organization(&ctx, &id).await?;
    let rows = pagination.rows_or_all();
    let found = jit::list_roles(&ctx.app.db, &ctx.tenant.id, &id, rows).await?;
    Ok(pagination.answer_or_all(found))
}

/// Adds roles; those that are there stay.
#[utoipa::path(
    post, path = "/api/organizations/{id}/jit/roles", operation_id = "CreateOrganizationJitRole",
    tag = "Organizations", params(("id" = String, Path)), request_body = JitRolesInput,
    responses(
        (status = 201, description = "Added."),
        (status = 422, description = "No such organization or role."),
    )
)]
async fn add_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JitRolesInput>,
) -> Result<StatusCode, ApiError> {
    check_ids("organizationRoleIds", &body.organization_role_ids)?;
    jit::add_roles(&ctx.app.db, &ctx.tenant.id, &id, &body.organization_role_ids).await?;
    Ok(StatusCode::CREATED)
}

/// Makes these the roles.
#[utoipa::path(
    put, path = "/api/organizations/{id}/jit/roles", operation_id = "ReplaceOrganizationJitRoles",
    tag = "Organizations", params(("id" = String, Path)), request_body = JitRolesInput,
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such organization or role."),
    )
)]
async fn replace_roles(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JitRolesInput>,
) -> Result<StatusCode, ApiError> {
    check_ids("organizationRoleIds", &body.organization_role_ids)?;
    let tenant = ctx.tenant.id.clone();
    let replaced = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            require_organization(tx, &tenant, &id).await?;
            jit::replace_roles(tx, &tenant, &id, &body.organization_role_ids).await
        })
    });
    replaced.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a role.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/jit/roles/{organizationRoleId}",
    operation_id = "DeleteOrganizationJitRole", tag = "Organizations",
    params(("id" = String, Path), ("organizationRoleId" = String, Path)),
    responses((status = 204, description = "Removed."), (status = 404, description = "It is not there."))
)]
async fn remove_role(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, role_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    removed(jit::remove_role(&ctx.app.db, &ctx.tenant.id, &id, &role_id).await?)
}

/// Enterprise connectors whose people join.
#[utoipa::path(
    get, path = "/api/organizations/{id}/jit/sso-connectors", operation_id = "ListOrganizationJitSsoConnectors",
    tag = "Organizations", params(("id" = String, Path), PageParams),
    responses(
        (status = 200, description = "The enterprise connectors.", body = Vec<SsoConnector>),
        (status = 404, description = "No such organization."),
    )
)]
async fn list_sso_connectors(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    pagination: Pagination,
) -> Result<impl IntoResponse, ApiError> {
    check_organization(&ctx, &id).await?;
    let rows = pagination.rows_or_all();
    let found = jit::list_sso_connectors(&ctx.app.db, &ctx.tenant.id, &id, rows).await?;
    Ok(pagination.answer_or_all(found))
}

/// Adds enterprise connectors; those that are there stay.
#[utoipa::path(
    post, path = "/api/organizations/{id}/jit/sso-connectors", operation_id = "CreateOrganizationJitSsoConnector",
    tag = "Organizations", params(("id" = String, Path)), request_body = JitSsoConnectorsInput,
    responses(
        (status = 201, description = "Added."),
        (status = 422, description = "No such organization or connector."),
    )
)]
async fn add_sso_connectors(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JitSsoConnectorsInput>,
) -> Result<StatusCode, ApiError> {
    check_ids("ssoConnectorIds", &body.sso_connector_ids)?;
    jit::add_sso_connectors(&ctx.app.db, &ctx.tenant.id, &id, &body.sso_connector_ids).await?;
    Ok(StatusCode::CREATED)
}

/// Makes these the enterprise connectors.
#[utoipa::path(
    put, path = "/api/organizations/{id}/jit/sso-connectors", operation_id = "ReplaceOrganizationJitSsoConnectors",
    tag = "Organizations", params(("id" = String, Path)), request_body = JitSsoConnectorsInput,
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, description = "No such organization or connector."),
    )
)]
async fn replace_sso_connectors(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JitSsoConnectorsInput>,
) -> Result<StatusCode, ApiError> {
    check_ids("ssoConnectorIds", &body.sso_connector_ids)?;
    let tenant = ctx.tenant.id.clone();
    let replaced = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            require_organization(tx, &tenant, &id).await?;
            jit::replace_sso_connectors(tx, &tenant, &id, &body.sso_connector_ids).await
        })
    });
    replaced.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes an enterprise connector.
#[utoipa::path(
    delete, path = "/api/organizations/{id}/jit/sso-connectors/{ssoConnectorId}",
    operation_id = "DeleteOrganizationJitSsoConnector", tag = "Organizations",
    params(("id" = String, Path), ("ssoConnectorId" = String, Path)),
    responses((status = 204, description = "Removed."), (status = 404, description = "It is not there."))
)]
async fn remove_sso_connector(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, sso_connector_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    removed(jit::remove_sso_connector(&ctx.app.db, &ctx.tenant.id, &id, &sso_connector_id).await?)
}
