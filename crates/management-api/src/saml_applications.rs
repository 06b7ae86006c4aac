//! Applications that sign people in over SAML.

use crate::{
    application_access_control::require_rules,
    applications::get_application,
    checks::{Checks, MAX_NAME, MAX_SHORT},
    patch::{present, replace},
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{
    Ctx, applications::new_application, saml_applications as use_cases, signing_certificates,
};
use portico_model::{
    Application, ApplicationType, ErrorCode, JsonObject,
    saml::{
        NameIdFormat, SAML_CLAIMS, SamlAcsUrl, SamlApplicationConfig, SamlAttributeMapping, SamlBinding,
        SamlEncryption,
    },
};
use portico_store::{Tx, applications, saml_applications, signing_certificates::CertificateOwner};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Life of the certificate that an application starts with, in years.
const FIRST_CERTIFICATE_YEARS: i64 = 3;
/// Longest name of an attribute.
const MAX_ATTRIBUTE_NAME: usize = 256;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get, update, delete))
        .routes(routes!(metadata))
}

/// An application with its SAML settings.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SamlApplicationResponse {
    #[schema(max_length = 21)]
    tenant_id: String,
    #[schema(min_length = 1, max_length = 21)]
    id: String,
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    #[schema(required = true)]
    description: Option<String>,
    #[serde(rename = "type")]
    kind: ApplicationType,
    #[schema(value_type = Object)]
    custom_data: JsonObject,
    is_third_party: bool,
    app_level_access_control_enabled: bool,
    created_at: i64,
    #[schema(value_type = SamlAttributes)]
    attribute_mapping: SamlAttributeMapping,
    #[schema(required = true, max_length = 128)]
    entity_id: Option<String>,
    #[schema(required = true)]
    acs_url: Option<SamlAcsUrl>,
    #[schema(required = true, value_type = Option<Object>)]
    encryption: Option<SamlEncryption>,
    name_id_format: NameIdFormat,
}

/// Names of the attributes that carry a user's claims.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described only; read as a map")]
pub struct SamlAttributes {
    sub: Option<String>,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    middle_name: Option<String>,
    nickname: Option<String>,
    preferred_username: Option<String>,
    profile: Option<String>,
    picture: Option<String>,
    website: Option<String>,
    email: Option<String>,
    email_verified: Option<String>,
    gender: Option<String>,
    birthdate: Option<String>,
    zoneinfo: Option<String>,
    locale: Option<String>,
    phone_number: Option<String>,
    phone_number_verified: Option<String>,
    address: Option<String>,
    updated_at: Option<String>,
    username: Option<String>,
    created_at: Option<String>,
    custom_data: Option<String>,
    identities: Option<String>,
    sso_identities: Option<String>,
    roles: Option<String>,
    organizations: Option<String>,
    organization_data: Option<String>,
    organization_roles: Option<String>,
}

/// A new application.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SamlApplicationCreate {
    #[schema(min_length = 1, max_length = 256)]
    name: String,
    description: Option<String>,
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[schema(value_type = SamlAttributes, required = false)]
    attribute_mapping: Option<SamlAttributeMapping>,
    #[schema(max_length = 128)]
    entity_id: Option<String>,
    acs_url: Option<SamlAcsUrl>,
    #[schema(value_type = Option<Object>)]
    encryption: Option<SamlEncryption>,
    #[schema(
        nullable = false,
        required = true,
        default = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    )]
    name_id_format: Option<NameIdFormat>,
}

/// Changes to an application; values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SamlApplicationPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 256, nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    app_level_access_control_enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = SamlAttributes, required = false)]
    attribute_mapping: Option<SamlAttributeMapping>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 128)]
    entity_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SamlAcsUrl>)]
    acs_url: Option<Option<SamlAcsUrl>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    encryption: Option<Option<SamlEncryption>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name_id_format: Option<NameIdFormat>,
}

fn check_mapping(checks: &mut Checks, mapping: &SamlAttributeMapping) {
    for (claim, name) in mapping {
        let field = format!("attributeMapping.{claim}");
        let is_known = SAML_CLAIMS.contains(&claim.as_str());
        checks.require_as(is_known, &field, "unrecognized_keys", "No claim of a user has this name.");
        checks.length(&field, name, 1, MAX_ATTRIBUTE_NAME);
    }
}

fn check_encryption(checks: &mut Checks, encryption: &SamlEncryption) {
    if encryption.encrypt_assertion == Some(true) {
        let is_whole = encryption.encrypt_then_sign.is_some() && encryption.certificate.is_some();
        checks.require(is_whole, "encryption", "Encryption needs `encryptThenSign` and `certificate`.");
    }
}

fn check_acs_url(acs_url: &SamlAcsUrl) -> Result<(), ApiError> {
    if acs_url.binding != SamlBinding::Post {
        return Err(ErrorCode::ApplicationSamlAcsUrlBindingNotSupported.into());
    }
    // The page that posts the assertion runs in the browser: no other scheme may get there.
    let is_web = url::Url::parse(&acs_url.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_web { Ok(()) } else { Err(ErrorCode::ApplicationSamlAcsUrlSchemeNotSupported.into()) }
}

impl SamlApplicationCreate {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        checks.length("name", &self.name, 1, MAX_NAME);
        checks.length("entityId", self.entity_id.as_deref().unwrap_or_default(), 0, MAX_SHORT);
        self.attribute_mapping.iter().for_each(|mapping| check_mapping(&mut checks, mapping));
        self.encryption.iter().for_each(|encryption| check_encryption(&mut checks, encryption));
        checks.finish()?;
        self.acs_url.as_ref().map_or(Ok(()), check_acs_url)
    }

    fn into_application(self, ctx: &Ctx) -> (Application, SamlApplicationConfig) {
        let mut application = Application {
            description: self.description,
            custom_data: self.custom_data.unwrap_or_default(),
            ..new_application(&ctx.tenant.id, &self.name, ApplicationType::Saml, ctx.now_ms())
        };
        let callback = use_cases::callback_url(&ctx.tenant, &application.id);
        application.oidc_client_metadata.redirect_uris = vec![callback];
        let config = SamlApplicationConfig {
            tenant_id: application.tenant_id.clone(),
            application_id: application.id.clone(),
            attribute_mapping: self.attribute_mapping.unwrap_or_default(),
            entity_id: self.entity_id,
            acs_url: self.acs_url,
            encryption: self.encryption,
            name_id_format: self.name_id_format.unwrap_or(NameIdFormat::Persistent),
        };
        (application, config)
    }
}

impl SamlApplicationPatch {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.length("name", name, 1, MAX_NAME);
        }
        if let Some(Some(entity_id)) = &self.entity_id {
            checks.length("entityId", entity_id, 0, MAX_SHORT);
        }
        self.attribute_mapping.iter().for_each(|mapping| check_mapping(&mut checks, mapping));
        self.encryption.iter().flatten().for_each(|encryption| check_encryption(&mut checks, encryption));
        checks.finish()?;
        self.acs_url.iter().flatten().try_for_each(check_acs_url)
    }

    fn apply(self, application: &mut Application, config: &mut SamlApplicationConfig) {
        replace(&mut application.name, self.name);
        replace(&mut application.description, self.description);
        replace(&mut application.custom_data, self.custom_data);
        replace(&mut application.app_level_access_control_enabled, self.app_level_access_control_enabled);
        replace(&mut config.attribute_mapping, self.attribute_mapping);
        replace(&mut config.entity_id, self.entity_id);
        replace(&mut config.acs_url, self.acs_url);
        replace(&mut config.encryption, self.encryption);
        replace(&mut config.name_id_format, self.name_id_format);
    }
}

fn respond(application: Application, config: SamlApplicationConfig) -> SamlApplicationResponse {
    SamlApplicationResponse {
        tenant_id: application.tenant_id,
        id: application.id,
        name: application.name,
        description: application.description,
        kind: application.kind,
        custom_data: application.custom_data,
        is_third_party: application.is_third_party,
        app_level_access_control_enabled: application.app_level_access_control_enabled,
        created_at: application.created_at,
        attribute_mapping: config.attribute_mapping,
        entity_id: config.entity_id,
        acs_url: config.acs_url,
        encryption: config.encryption,
        name_id_format: config.name_id_format,
    }
}

/// The application of this id, which has to be one of type `SAML`.
pub async fn get_saml_application(ctx: &Ctx, id: &str) -> Result<Application, ApiError> {
    let application = get_application(ctx, id).await?;
    if application.kind != ApplicationType::Saml {
        return Err(ErrorCode::ApplicationSamlSamlApplicationOnly.into());
    }
    Ok(application)
}

async fn get_config(ctx: &Ctx, id: &str) -> Result<SamlApplicationConfig, ApiError> {
    let found = saml_applications::find_config(&ctx.app.db, &ctx.tenant.id, id).await?;
    found.ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Creates an application with a certificate to sign with.
#[utoipa::path(
    post, path = "/api/saml-applications", operation_id = "CreateSamlApplication", tag = "SAML applications",
    request_body = SamlApplicationCreate,
    responses(
        (status = 201, description = "Created.", body = SamlApplicationResponse),
        (status = 422, description = "Assertions cannot be sent that way."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<SamlApplicationCreate>,
) -> Result<impl IntoResponse, ApiError> {
    body.check()?;
    let (application, config) = body.into_application(&ctx);
    let certificate = signing_certificates::issue(&ctx, &application.id, FIRST_CERTIFICATE_YEARS, true)
        .await
        .map_err(ApiError::internal)?;
    let (tenant, stored) = (ctx.tenant.id.clone(), (application.clone(), config.clone()));
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let owner = CertificateOwner::SamlApplication;
            portico_identity::applications::insert(tx, &stored.0).await?;
            saml_applications::insert_config(tx, &tenant, &stored.1).await?;
            portico_store::signing_certificates::insert(tx, &tenant, owner, &certificate).await
        })
    })
    .await
    .map_err(ApiError::from)?;
    Ok((StatusCode::CREATED, JsonBody(respond(application, config))))
}

/// One application.
#[utoipa::path(
    get, path = "/api/saml-applications/{id}", operation_id = "GetSamlApplication", tag = "SAML applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The application.", body = SamlApplicationResponse),
        (status = 404, description = "No such application."),
        (status = 422, description = "The application is of another type."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<SamlApplicationResponse>, ApiError> {
    let application = get_saml_application(&ctx, &id).await?;
    Ok(JsonBody(respond(application, get_config(&ctx, &id).await?)))
}

/// Changes an application.
#[utoipa::path(
    patch, path = "/api/saml-applications/{id}", operation_id = "UpdateSamlApplication", tag = "SAML applications",
    params(("id" = String, Path)), request_body = SamlApplicationPatch,
    responses(
        (status = 200, description = "The changed application.", body = SamlApplicationResponse),
        (status = 404, description = "No such application."),
        (status = 422, description = "The application is of another type, or assertions cannot be sent that way."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<SamlApplicationPatch>,
) -> Result<JsonBody<SamlApplicationResponse>, ApiError> {
    body.check()?;
    get_saml_application(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    let (application, config) = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let gone = || ApiError::from(ErrorCode::EntityNotFound);
                let mut application =
                    applications::find_for_update(tx, &tenant, &id).await?.ok_or_else(gone)?;
                let mut config = saml_applications::find_config(tx, &tenant, &id).await?.ok_or_else(gone)?;
                let was_limited = application.app_level_access_control_enabled;
                body.apply(&mut application, &mut config);
                if application.app_level_access_control_enabled && !was_limited {
                    require_rules(tx, &tenant, &id).await?;
                }
                applications::update(tx, &tenant, &application).await?;
                saml_applications::update_config(tx, &tenant, &config).await?;
                Ok::<_, ApiError>((application, config))
            })
        })
        .await?;
    Ok(JsonBody(respond(application, config)))
}

/// Deletes an application with its certificates.
#[utoipa::path(
    delete, path = "/api/saml-applications/{id}", operation_id = "DeleteSamlApplication", tag = "SAML applications",
    params(("id" = String, Path)),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No such application."),
        (status = 422, description = "The application is of another type."),
    )
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    get_saml_application(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    let deleted = ctx
        .write_settings(move |tx: &Tx| Box::pin(async move { applications::delete(tx, &tenant, &id).await }))
        .await
        .map_err(ApiError::from)?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// What an application has to know of this identity provider, as SAML metadata.
#[utoipa::path(
    get, path = "/api/saml-applications/{id}/metadata",
    operation_id = "ListSamlApplicationMetadata", tag = "SAML applications",
    params(("id" = String, Path)), security(()),
    responses(
        (status = 200, description = "The metadata.", body = String, content_type = "text/xml"),
        (status = 404, description = "No such application, or no certificate is active."),
    )
)]
async fn metadata(
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let document = use_cases::metadata(&ctx, &id).await?;
    Ok(([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], document))
}
