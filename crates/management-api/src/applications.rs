//! Applications: the OAuth clients of the tenant.

use crate::{
    application_access_control::require_rules,
    application_rules as rules,
    checks::{Checks, MAX_NAME},
    document::{PageParams, SearchParams},
    patch::{present, replace},
    protected_applications::{self as protected, ProtectedAppCreate, ProtectedAppPatch},
    protected_domains,
    query::QueryPairs,
    search,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination};
use portico_identity::{
    Ctx,
    applications::{built_in_application, internal_secret, new_application},
};
use portico_model::{
    Application, ApplicationType, CustomClientMetadata, ErrorCode, JsonObject, OidcClientMetadata,
};
use portico_store::{
    Tx,
    applications::{self, ApplicationFilter},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Prefix of secrets that only the server knows.
pub const INTERNAL_SECRET_PREFIX: &str = "#internal:";
pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(update_custom_data))
        .routes(routes!(delete_legacy_secret))
}

/// An application as the API sends it.
#[derive(Serialize, ToSchema)]
pub struct ApplicationResponse {
    #[serde(flatten)]
    application: Application,
    /// Secret of an application that was created before secrets had names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(deprecated)]
    secret: Option<String>,
}

impl From<Application> for ApplicationResponse {
    fn from(mut application: Application) -> Self {
        if application.kind == ApplicationType::Saml {
            application.oidc_client_metadata = OidcClientMetadata::default();
            application.custom_client_metadata = CustomClientMetadata::default();
        }
        let secret = std::mem::take(&mut application.secret);
        let is_legacy = !secret.is_empty() && !secret.starts_with(INTERNAL_SECRET_PREFIX);
        Self { application, secret: is_legacy.then_some(secret) }
    }
}

/// One application, and whether it may use the Management API.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationWithAdminResponse {
    #[serde(flatten)]
    application: ApplicationResponse,
    /// Whether the application holds the role that opens the Management API.
    is_admin: bool,
}

/// A new application.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationCreate {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: ApplicationType,
    #[schema(nullable = false)]
    oidc_client_metadata: Option<OidcClientMetadata>,
    #[schema(nullable = false)]
    custom_client_metadata: Option<CustomClientMetadata>,
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[schema(nullable = false)]
    is_third_party: Option<bool>,
    #[schema(nullable = false)]
    protected_app_metadata: Option<ProtectedAppCreate>,
}

impl ApplicationCreate {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.length("name", &self.name, 1, MAX_NAME);
        if let Some(metadata) = &self.oidc_client_metadata {
            rules::check_oidc_metadata(&mut checks, metadata);
        }
        let custom = self.custom_client_metadata.clone().unwrap_or_default();
        rules::check_custom_metadata(&mut checks, &custom);
        checks.finish()?;
        rules::check_kind(self.kind, self.is_third_party.unwrap_or(false), &custom)?;
        if self.kind == ApplicationType::Protected && self.protected_app_metadata.is_none() {
            return Err(ErrorCode::ApplicationProtectedAppMetadataIsRequired.into());
        }
        Ok(())
    }

    fn into_application(self, ctx: &Ctx) -> Result<Application, ApiError> {
        let protection = self.protected_app_metadata.filter(|_| self.kind == ApplicationType::Protected);
        let mut application = Application {
            description: self.description,
            oidc_client_metadata: self.oidc_client_metadata.unwrap_or_default(),
            custom_client_metadata: self.custom_client_metadata.unwrap_or_default(),
            custom_data: self.custom_data.unwrap_or_default(),
            is_third_party: self.is_third_party.unwrap_or(false),
            ..new_application(&ctx.tenant.id, &self.name, self.kind, ctx.now_ms())
        };
        if let Some(protection) = protection {
            protected::protect(ctx, &mut application, &protection)?;
        }
        Ok(application)
    }
}

/// Changes to an application; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 256, nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    oidc_client_metadata: Option<OidcClientMetadata>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    custom_client_metadata: Option<CustomClientMetadata>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    app_level_access_control_enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ProtectedAppPatch>)]
    protected_app_metadata: Option<Option<ProtectedAppPatch>>,
    /// Gives or takes the role that opens the Management API.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    is_admin: Option<bool>,
}

impl ApplicationPatch {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.length("name", name, 1, MAX_NAME);
        }
        if let Some(metadata) = &self.oidc_client_metadata {
            rules::check_oidc_metadata(&mut checks, metadata);
        }
        if let Some(metadata) = &self.custom_client_metadata {
            rules::check_custom_metadata(&mut checks, metadata);
        }
        checks.finish()
    }

    fn apply(self, application: &mut Application) -> Result<(), ApiError> {
        if application.kind == ApplicationType::Saml {
            return Err(ErrorCode::ApplicationSamlUseSamlAppApi.into());
        }
        if let Some(Some(protection)) = self.protected_app_metadata {
            protected::change(application, protection)?;
        }
        if let Some(metadata) = self.custom_client_metadata {
            rules::check_device_flow(&application.custom_client_metadata, &metadata)?;
            rules::check_token_exchange(application.is_third_party, &metadata)?;
            application.custom_client_metadata = metadata;
        }
        replace(&mut application.name, self.name);
        replace(&mut application.description, self.description);
        replace(&mut application.oidc_client_metadata, self.oidc_client_metadata);
        replace(&mut application.custom_data, self.custom_data);
        replace(&mut application.app_level_access_control_enabled, self.app_level_access_control_enabled);
        Ok(())
    }
}

/// The answer for an application that is not there, or is another tenant's.
pub fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "application")
        .with_parameter("id", id)
}

/// The application of this id, built-in ones too.
async fn get_visible(ctx: &Ctx, id: &str) -> Result<Application, ApiError> {
    match built_in_application(ctx, id) {
        Some(application) => Ok(application),
        None => get_application(ctx, id).await,
    }
}

/// The application of this id.
pub async fn get_application(ctx: &Ctx, id: &str) -> Result<Application, ApiError> {
    applications::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?.ok_or_else(|| not_found(id))
}

/// Changes an application in one transaction.
pub async fn change(
    ctx: &Ctx,
    id: String,
    apply: impl FnOnce(&mut Application) -> Result<(), ApiError> + Send + 'static,
) -> Result<Application, ApiError> {
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let found = applications::find_for_update(tx, &tenant, &id).await?;
            let mut application = found.ok_or_else(|| not_found(&id))?;
            let was_limited = application.app_level_access_control_enabled;
            apply(&mut application)?;
            if application.app_level_access_control_enabled && !was_limited {
                require_rules(tx, &tenant, &id).await?;
            }
            applications::update(tx, &tenant, &application).await.map_err(protected::explain)?;
            Ok(application)
        })
    })
    .await
}

fn filter(query: &QueryPairs) -> Result<ApplicationFilter, ApiError> {
    let exclude_role_id = query.get("excludeRoleId").map(str::to_owned);
    let exclude_organization_id = query.get("excludeOrganizationId").map(str::to_owned);
    if exclude_role_id.is_some() && exclude_organization_id.is_some() {
        let details = "Only one of excludeRoleId and excludeOrganizationId can be given.";
        return Err(ApiError::new(ErrorCode::RequestInvalidInput).with_details(details));
    }
    Ok(ApplicationFilter {
        types: query.parse_each("types")?,
        is_third_party: query.optional_flag("isThirdParty")?,
        search: search::parse(query, &["id", "name", "description"])?,
        exclude_role_id,
        exclude_organization_id,
        ..Default::default()
    })
}

/// Applications of the tenant, newest first.
#[utoipa::path(
    get, path = "/api/applications", operation_id = "ListApplications", tag = "Applications",
    params(
        ("types" = Option<Vec<ApplicationType>>, Query, description = "Only these types."),
        ("excludeRoleId" = Option<String>, Query, description = "Leave out those that have this role."),
        ("excludeOrganizationId" = Option<String>, Query, description = "Leave out members of this organization."),
        ("isThirdParty" = Option<bool>, Query, description = "Only third-party applications, or only others."),
        PageParams, SearchParams
    ),
    responses((status = 200, description = "Applications.", body = Vec<ApplicationResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let filter = filter(&query)?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = applications::list(db, tenant, &filter, pagination.rows_or_all()).await?;
    Ok(pagination.answer_or_all(found.map(ApplicationResponse::from)))
}

/// Creates an application; confidential ones get a secret.
#[utoipa::path(
    post, path = "/api/applications", operation_id = "CreateApplication", tag = "Applications",
    request_body = ApplicationCreate,
    responses(
        (status = 200, description = "Created.", body = ApplicationResponse),
        (status = 422, description = "Settings that this type of application cannot have."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<ApplicationCreate>,
) -> Result<JsonBody<ApplicationResponse>, ApiError> {
    body.check()?;
    let application = body.into_application(&ctx)?;
    let stored = application.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move { portico_identity::applications::insert(tx, &stored).await })
    })
    .await
    .map_err(protected::explain)?;
    Ok(JsonBody(application.into()))
}

/// One application.
#[utoipa::path(
    get, path = "/api/applications/{id}", operation_id = "GetApplication", tag = "Applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The application.", body = ApplicationWithAdminResponse),
        (status = 404, description = "No such application."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ApplicationWithAdminResponse>, ApiError> {
    let application = get_visible(&ctx, &id).await?;
    let is_admin = crate::application_roles::is_admin(&ctx, &id).await?;
    Ok(JsonBody(ApplicationWithAdminResponse { application: application.into(), is_admin }))
}

/// Changes an application.
#[utoipa::path(
    patch, path = "/api/applications/{id}", operation_id = "UpdateApplication", tag = "Applications",
    params(("id" = String, Path)), request_body = ApplicationPatch,
    responses(
        (status = 200, description = "The changed application.", body = ApplicationResponse),
        (status = 404, description = "No such application."),
        (status = 422, description = "Settings that this type of application cannot have."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ApplicationPatch>,
) -> Result<JsonBody<ApplicationResponse>, ApiError> {
    body.check()?;
    let is_admin = body.is_admin;
    let application = change(&ctx, id, move |application| body.apply(application)).await?;
    if let Some(is_admin) = is_admin {
        crate::application_roles::set_admin(&ctx, &application.id, is_admin).await?;
    }
    Ok(JsonBody(application.into()))
}

/// Deletes an application with its secrets and tokens.
#[utoipa::path(
    delete, path = "/api/applications/{id}", operation_id = "DeleteApplication", tag = "Applications",
    params(("id" = String, Path)),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No such application."),
    )
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let application = get_application(&ctx, &id).await?;
    if application.kind == ApplicationType::Saml {
        return Err(ErrorCode::ApplicationSamlUseSamlAppApi.into());
    }
    if protected_domains::has_domain(&application) {
        return Err(ErrorCode::ApplicationShouldDeleteCustomDomainsFirst.into());
    }
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| Box::pin(async move { applications::delete(tx, &tenant, &id).await }))
        .await
        .map_err(ApiError::from)?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Merges into an application's custom data.
#[utoipa::path(
    patch, path = "/api/applications/{applicationId}/custom-data",
    operation_id = "UpdateApplicationCustomData", tag = "Applications",
    params(("applicationId" = String, Path)), request_body = Object,
    responses(
        (status = 200, description = "The custom data.", body = Object),
        (status = 404, description = "No such application."),
    )
)]
async fn update_custom_data(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<JsonObject>,
) -> Result<JsonBody<JsonObject>, ApiError> {
    let application = change(&ctx, id, move |application| {
        application.custom_data.extend(body);
        Ok(())
    })
    .await?;
    Ok(JsonBody(application.custom_data))
}

/// Replaces the secret of an application that was created before secrets had names.
#[utoipa::path(
    delete, path = "/api/applications/{id}/legacy-secret",
    operation_id = "DeleteApplicationLegacySecret", tag = "Applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The application.", body = ApplicationResponse),
        (status = 404, description = "No such application."),
    )
)]
async fn delete_legacy_secret(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ApplicationResponse>, ApiError> {
    let application = change(&ctx, id, |application| {
        if application.secret.starts_with(INTERNAL_SECRET_PREFIX) {
            return Err(ErrorCode::ApplicationNoLegacySecretFound.into());
        }
        application.secret = internal_secret();
        Ok(())
    })
    .await?;
    Ok(JsonBody(application.into()))
}
