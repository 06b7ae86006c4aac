//! What third parties may ask people for, application by application, and for all clients with metadata documents.

use crate::{applications::get_application, checks::Checks};
use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, TenantId,
    consent::{ConsentScopeKind, ConsentScopes, UserScope},
};
use portico_store::{
    Tx,
    consent_scopes::{self, Asking},
    resources,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list_of_application, add_to_application))
        .routes(routes!(remove_from_application))
        .routes(routes!(list_of_documents, add_to_documents))
        .routes(routes!(remove_from_documents))
}

/// Scopes to add, by id.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentScopesInput {
    #[schema(nullable = false)]
    organization_scopes: Option<Vec<String>>,
    #[schema(nullable = false)]
    resource_scopes: Option<Vec<String>>,
    #[schema(nullable = false)]
    organization_resource_scopes: Option<Vec<String>>,
    /// By name.
    #[schema(nullable = false)]
    user_scopes: Option<Vec<UserScope>>,
}

impl ConsentScopesInput {
    /// The scopes of each kind.
    fn into_lists(self) -> Result<[(ConsentScopeKind, Vec<String>); 4], ApiError> {
        let names = self.user_scopes.unwrap_or_default();
        let lists = [
            (ConsentScopeKind::Organization, "organizationScopes", self.organization_scopes),
            (ConsentScopeKind::Resource, "resourceScopes", self.resource_scopes),
            (
                ConsentScopeKind::OrganizationResource,
                "organizationResourceScopes",
                self.organization_resource_scopes,
            ),
            (
                ConsentScopeKind::User,
                "userScopes",
                Some(names.into_iter().map(|name| name.as_str().to_owned()).collect()),
            ),
        ];
        let mut checks = Checks::default();
        let lists = lists.map(|(kind, field, ids)| {
            let ids = ids.unwrap_or_default();
            checks.ids(field, &ids, 0);
            let distinct: BTreeSet<String> = ids.into_iter().collect();
            (kind, distinct.into_iter().collect::<Vec<_>>())
        });
        checks.finish()?;
        Ok(lists)
    }
}

fn unknown() -> ApiError {
    ErrorCode::ApplicationUserConsentScopesNotFound.into()
}

/// Every scope has to exist, and nobody can give away the Management API.
async fn check(
    tx: &Tx,
    tenant: &TenantId,
    kind: ConsentScopeKind,
    scopes: &[String],
) -> Result<(), ApiError> {
    if scopes.is_empty() || kind == ConsentScopeKind::User {
        return Ok(());
    }
    if kind == ConsentScopeKind::Organization {
        let known = consent_scopes::count_organization_scopes(tx, tenant, scopes).await?;
        return if usize::try_from(known) == Ok(scopes.len()) { Ok(()) } else { Err(unknown()) };
    }
    let known = resources::list_scopes_by_ids(tx, tenant, scopes).await?;
    if known.len() != scopes.len() {
        return Err(unknown());
    }
    let indicator = tenant.management_api_indicator();
    let management = resources::find_by_indicator(tx, tenant, &indicator).await?;
    if management.is_some_and(|resource| known.iter().any(|scope| scope.resource_id == resource.id)) {
        return Err(ErrorCode::ApplicationConsentManagementApiScopesNotAllowed.into());
    }
    Ok(())
}

async fn add(ctx: &Ctx, application_id: Option<String>, body: ConsentScopesInput) -> Result<(), ApiError> {
    let lists = body.into_lists()?;
    let tenant = ctx.tenant.id.clone();
    let write = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let asking = application_id.as_deref().map_or(Asking::MetadataDocuments, Asking::Application);
            for (kind, scopes) in &lists {
                check(tx, &tenant, *kind, scopes).await?;
                consent_scopes::add(tx, &tenant, asking, *kind, scopes).await?;
            }
            Ok::<_, ApiError>(())
        })
    });
    write.await
}

async fn remove(
    ctx: &Ctx,
    asking: Asking<'_>,
    kind: ConsentScopeKind,
    scope: &str,
) -> Result<StatusCode, ApiError> {
    if consent_scopes::remove(&ctx.app.db, &ctx.tenant.id, asking, kind, scope).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ErrorCode::EntityNotFound.into())
    }
}

/// What an application may ask people for.
#[utoipa::path(
    get, path = "/api/applications/{applicationId}/user-consent-scopes",
    operation_id = "ListApplicationUserConsentScopes", tag = "Applications",
    params(("applicationId" = String, Path)),
    responses(
        (status = 200, description = "The scopes.", body = ConsentScopes),
        (status = 404, description = "No such application."),
    )
)]
async fn list_of_application(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ConsentScopes>, ApiError> {
    get_application(&ctx, &id).await?;
    let found = consent_scopes::find(&ctx.app.db, &ctx.tenant.id, Asking::Application(&id)).await?;
    Ok(JsonBody(found))
}

/// Lets a third party's application ask people for more.
#[utoipa::path(
    post, path = "/api/applications/{applicationId}/user-consent-scopes",
    operation_id = "CreateApplicationUserConsentScope", tag = "Applications",
    params(("applicationId" = String, Path)), request_body = ConsentScopesInput,
    responses(
        (status = 201, description = "Added."),
        (status = 404, description = "No such application."),
        (status = 422, description = "No such scope, or not an application of a third party."),
    )
)]
async fn add_to_application(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ConsentScopesInput>,
) -> Result<StatusCode, ApiError> {
    if !get_application(&ctx, &id).await?.is_third_party {
        return Err(ErrorCode::ApplicationThirdPartyApplicationOnly.into());
    }
    add(&ctx, Some(id), body).await?;
    Ok(StatusCode::CREATED)
}

/// Takes a scope from what an application may ask people for.
#[utoipa::path(
    delete, path = "/api/applications/{applicationId}/user-consent-scopes/{scopeType}/{scopeId}",
    operation_id = "DeleteApplicationUserConsentScope", tag = "Applications",
    params(
        ("applicationId" = String, Path),
        ("scopeType" = inline(ConsentScopeKind), Path, description = "Kind of scope."),
        ("scopeId" = String, Path)
    ),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "No such application, or it may not ask for the scope."),
    )
)]
async fn remove_from_application(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, kind, scope)): ApiPath<(String, ConsentScopeKind, String)>,
) -> Result<StatusCode, ApiError> {
    get_application(&ctx, &id).await?;
    remove(&ctx, Asking::Application(&id), kind, &scope).await
}

/// What clients with metadata documents may ask people for.
#[utoipa::path(
    get, path = "/api/cimd/user-consent-scopes", operation_id = "ListCimdUserConsentScopes", tag = "CIMD",
    responses((status = 200, description = "The scopes.", body = ConsentScopes))
)]
async fn list_of_documents(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<ConsentScopes>, ApiError> {
    let found = consent_scopes::find(&ctx.app.db, &ctx.tenant.id, Asking::MetadataDocuments).await?;
    Ok(JsonBody(found))
}

/// Lets clients with metadata documents ask people for more.
#[utoipa::path(
    post, path = "/api/cimd/user-consent-scopes", operation_id = "AssignCimdUserConsentScopes", tag = "CIMD",
    request_body = ConsentScopesInput,
    responses(
        (status = 201, description = "Added."),
        (status = 422, description = "No such scope."),
    )
)]
async fn add_to_documents(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<ConsentScopesInput>,
) -> Result<StatusCode, ApiError> {
    add(&ctx, None, body).await?;
    Ok(StatusCode::CREATED)
}

/// Takes a scope from what clients with metadata documents may ask people for.
#[utoipa::path(
    delete, path = "/api/cimd/user-consent-scopes/{scopeType}/{scopeId}",
    operation_id = "DeleteCimdUserConsentScope", tag = "CIMD",
    params(
        ("scopeType" = inline(ConsentScopeKind), Path, description = "Kind of scope."),
        ("scopeId" = String, Path)
    ),
    responses(
        (status = 204, description = "Taken."),
        (status = 404, description = "They may not ask for the scope."),
    )
)]
async fn remove_from_documents(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((kind, scope)): ApiPath<(ConsentScopeKind, String)>,
) -> Result<StatusCode, ApiError> {
    remove(&ctx, Asking::MetadataDocuments, kind, &scope).await
}
