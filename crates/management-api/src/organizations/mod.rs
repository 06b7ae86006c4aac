//! Organizations: customer companies or teams, their members, and the template of roles and scopes they share.

mod applications;
mod members;
mod memberships;
mod role_scopes;
mod roles;
mod scopes;
mod user_roles;
mod users;

use crate::{
    checks::{Checks, MAX_NAME, MAX_SHORT},
    document::PageParams,
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_crypto::id::short_id;
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, HookEvent, JsonObject,
    organization::{Organization, PartialColor},
    sign_in_experience::Branding,
};
use portico_store::{
    Tx,
    organizations::{self, Membership, OrganizationFilter},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest style sheet.
const MAX_CSS: usize = 128 * 1024;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .merge(applications::router())
        .merge(memberships::router())
        .merge(role_scopes::router())
        .merge(roles::router())
        .merge(scopes::router())
        .merge(user_roles::router())
        .merge(users::router())
}

/// An organization, in a list with the newest of its members when they are asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationResponse {
    #[serde(flatten)]
    organization: Organization,
    #[serde(skip_serializing_if = "Option::is_none")]
    users_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    featured_users: Option<Vec<OrganizationFace>>,
}

/// A member as a face in a list.
#[derive(Serialize, ToSchema)]
pub struct OrganizationFace {
    id: String,
    #[schema(required = true)]
    avatar: Option<String>,
    #[schema(required = true)]
    name: Option<String>,
}

/// A new organization.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationCreate {
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    description: Option<String>,
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[schema(nullable = false)]
    is_mfa_required: Option<bool>,
    #[schema(nullable = false)]
    color: Option<PartialColor>,
    #[schema(nullable = false)]
    branding: Option<Branding>,
    custom_css: Option<String>,
}

/// Changes to an organization; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 128)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    is_mfa_required: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    color: Option<PartialColor>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    branding: Option<Branding>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    custom_css: Option<Option<String>>,
}

/// What the columns can hold, and addresses that pages can show.
fn check(organization: &Organization) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    checks.length("name", &organization.name, 1, MAX_SHORT);
    if let Some(description) = &organization.description {
        checks.length("description", description, 0, MAX_NAME);
    }
    if let Some(css) = &organization.custom_css {
        checks.length("customCss", css, 0, MAX_CSS);
    }
    let branding = &organization.branding;
    for (field, value) in [
        ("branding.logoUrl", &branding.logo_url),
        ("branding.darkLogoUrl", &branding.dark_logo_url),
        ("branding.favicon", &branding.favicon),
        ("branding.darkFavicon", &branding.dark_favicon),
    ] {
        if let Some(url) = value {
            checks.link(field, url);
        }
    }
    let color = &organization.color;
    for (field, value) in
        [("color.primaryColor", &color.primary_color), ("color.darkPrimaryColor", &color.dark_primary_color)]
    {
        if let Some(value) = value {
            checks.hex_color(field, value);
        }
    }
    checks.finish()
}

/// The organization of this id.
async fn get_organization(ctx: &Ctx, id: &str) -> Result<Organization, ApiError> {
    let found = organizations::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    found.ok_or_else(|| not_found(id))
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "organization")
        .with_parameter("id", id)
}

fn summarize(organization: Organization, membership: Option<Membership>) -> OrganizationResponse {
    let Some(Membership { count, faces }) = membership else {
        return OrganizationResponse { organization, users_count: None, featured_users: None };
    };
    let faces = faces.into_iter();
    let faces = faces.map(|face| OrganizationFace { id: face.id, avatar: face.avatar, name: face.name });
    OrganizationResponse { users_count: Some(count), featured_users: Some(faces.collect()), organization }
}

/// Organizations of the tenant, newest first.
#[utoipa::path(
    get, path = "/api/organizations", operation_id = "ListOrganizations", tag = "Organizations",
    params(
        ("q" = Option<String>, Query, description = "Only those with this text in id or name."),
        ("showFeatured" = Option<String>, Query, description = "With the newest members of each."),
        PageParams
    ),
    responses((status = 200, description = "The organizations.", body = Vec<OrganizationResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let filter = OrganizationFilter { search: query.containing("q"), ..Default::default() };
    let is_featured = query.flag("showFeatured");
    let found = organizations::list(db, tenant, &filter, pagination.rows()).await?;
    let mut memberships = match is_featured {
        true => {
            let ids: Vec<String> = found.items.iter().map(|organization| organization.id.clone()).collect();
            Some(organizations::list_faces(db, tenant, &ids).await?)
        }
        false => None,
    };
    Ok(pagination.answer(found.map(|organization| {
        let membership = memberships.as_mut().map(|all| all.remove(&organization.id).unwrap_or_default());
        summarize(organization, membership)
    })))
}

/// Creates an organization.
#[utoipa::path(
    post, path = "/api/organizations", operation_id = "CreateOrganization", tag = "Organizations",
    request_body = inline(OrganizationCreate),
    responses((status = 201, description = "Created.", body = Organization))
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let organization = Organization {
        tenant_id: ctx.tenant.id.to_string(),
        id: short_id(),
        name: body.name,
        description: body.description,
        custom_data: body.custom_data.unwrap_or_default(),
        is_mfa_required: body.is_mfa_required.unwrap_or_default(),
        color: body.color.unwrap_or_default(),
        branding: body.branding.unwrap_or_default(),
        custom_css: body.custom_css,
        created_at: ctx.now_ms(),
    };
    check(&organization)?;
    let (tenant, stored) = (ctx.tenant.id.clone(), organization.clone());
    let created = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            organizations::insert(tx, &tenant, &stored).await?;
            events.record(tx, HookEvent::OrganizationCreated, 201, &stored).await
        })
    });
    created.await.map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(organization)))
}

/// One organization.
#[utoipa::path(
    get, path = "/api/organizations/{id}", operation_id = "GetOrganization", tag = "Organizations",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The organization.", body = Organization),
        (status = 404, description = "No such organization."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Organization>, ApiError> {
    get_organization(&ctx, &id).await.map(JsonBody)
}

/// Changes an organization.
#[utoipa::path(
    patch, path = "/api/organizations/{id}", operation_id = "UpdateOrganization", tag = "Organizations",
    params(("id" = String, Path)), request_body = OrganizationPatch,
    responses(
        (status = 200, description = "The organization.", body = Organization),
        (status = 404, description = "No such organization."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationPatch>,
) -> Result<JsonBody<Organization>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let changed = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let found = organizations::find_for_update(tx, &tenant, &id).await?;
            let mut organization = found.ok_or_else(|| not_found(&id))?;
            replace(&mut organization.name, body.name);
            replace(&mut organization.description, body.description);
            replace(&mut organization.custom_data, body.custom_data);
            replace(&mut organization.is_mfa_required, body.is_mfa_required);
            replace(&mut organization.color, body.color);
            replace(&mut organization.branding, body.branding);
            replace(&mut organization.custom_css, body.custom_css);
            check(&organization)?;
            organizations::update(tx, &tenant, &organization).await?;
            events.record(tx, HookEvent::OrganizationDataUpdated, 200, &organization).await?;
            Ok::<_, ApiError>(organization)
        })
    });
    Ok(JsonBody(changed.await?))
}

/// Deletes an organization with its memberships.
#[utoipa::path(
    delete, path = "/api/organizations/{id}", operation_id = "DeleteOrganization", tag = "Organizations",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such organization."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            if !organizations::delete(tx, &tenant, &id).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            events.record(tx, HookEvent::OrganizationDeleted, 204, &()).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    deleted.await
}
