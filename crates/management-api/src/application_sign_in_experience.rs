//! How pages look for one application, and how a third party presents itself at consent.

use crate::{
    applications::{get_application, not_found},
    checks::{Checks, MAX_NAME},
    patch::{none_if_empty, present, replace},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, application_sign_in_experience::ApplicationSignInExperience, organization::PartialColor,
    sign_in_experience::Branding,
};
use portico_store::{Tx, application_sign_in_experiences as experiences, applications};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest style sheet, in characters.
const MAX_CSS: usize = 65_536;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// What an application has of its own. What is left out stays as it was; an empty text means none.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSignInExperienceInput {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    color: Option<PartialColor>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    branding: Option<Branding>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    custom_css: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    display_name: Option<Option<String>>,
    #[serde(deserialize_with = "required")]
    #[schema(required = true)]
    terms_of_use_url: Option<String>,
    #[serde(deserialize_with = "required")]
    #[schema(required = true)]
    privacy_policy_url: Option<String>,
}

/// `null` is a value, but it has to be there.
fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

impl ApplicationSignInExperienceInput {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        if let Some(color) = &self.color {
            for (field, value) in [
                ("color.primaryColor", &color.primary_color),
                ("color.darkPrimaryColor", &color.dark_primary_color),
            ] {
                if let Some(value) = value {
                    checks.hex_color(field, value);
                }
            }
        }
        let branding = self.branding.clone().unwrap_or_default();
        for (field, value) in [
            ("branding.logoUrl", &branding.logo_url),
            ("branding.darkLogoUrl", &branding.dark_logo_url),
            ("branding.favicon", &branding.favicon),
            ("branding.darkFavicon", &branding.dark_favicon),
            ("termsOfUseUrl", &self.terms_of_use_url),
            ("privacyPolicyUrl", &self.privacy_policy_url),
        ] {
            let is_page = field.ends_with("Url") && !field.starts_with("branding");
            if let Some(url) = value.as_ref().filter(|url| !(is_page && url.is_empty())) {
                checks.link(field, url);
            }
        }
        if let Some(Some(name)) = &self.display_name {
            checks.length("displayName", name, 0, MAX_NAME);
        }
        if let Some(Some(css)) = &self.custom_css {
            checks.length("customCss", css, 0, MAX_CSS);
        }
        checks.finish()
    }

    fn apply(self, settings: &mut ApplicationSignInExperience) {
        replace(&mut settings.color, self.color);
        replace(&mut settings.branding, self.branding);
        replace(&mut settings.custom_css, self.custom_css.map(none_if_empty));
        replace(&mut settings.display_name, self.display_name.map(none_if_empty));
        settings.terms_of_use_url = none_if_empty(self.terms_of_use_url);
        settings.privacy_policy_url = none_if_empty(self.privacy_policy_url);
    }
}

/// What an application has of its own.
#[utoipa::path(
    get, path = "/api/applications/{applicationId}/sign-in-experience",
    operation_id = "GetApplicationSignInExperience", tag = "Applications",
    params(("applicationId" = String, Path)),
    responses(
        (status = 200, description = "The settings.", body = ApplicationSignInExperience),
        (status = 404, description = "No such application, or it has nothing of its own."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ApplicationSignInExperience>, ApiError> {
    get_application(&ctx, &id).await?;
    let found = experiences::find(&ctx.app.db, &ctx.tenant.id, &id).await?;
    found.map(JsonBody).ok_or_else(|| {
        ApiError::new(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "application sign-in experience")
            .with_parameter("id", &id)
    })
}

/// Sets what an application has of its own.
#[utoipa::path(
    put, path = "/api/applications/{applicationId}/sign-in-experience",
    operation_id = "ReplaceApplicationSignInExperience", tag = "Applications",
    params(("applicationId" = String, Path)), request_body = ApplicationSignInExperienceInput,
    responses(
        (status = 200, description = "Changed.", body = ApplicationSignInExperience),
        (status = 201, description = "Set for the first time.", body = ApplicationSignInExperience),
        (status = 404, description = "No such application."),
        (status = 422, description = "The settings cannot be stored."),
    )
)]
async fn put(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ApplicationSignInExperienceInput>,
) -> Result<impl IntoResponse, ApiError> {
    body.check()?;
    let tenant = ctx.tenant.id.clone();
    let (status, settings) = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                // The application's row stands for its settings, so that two first requests follow each other.
                applications::find_for_update(tx, &tenant, &id).await?.ok_or_else(|| not_found(&id))?;
                let found = experiences::find(tx, &tenant, &id).await?;
                let is_new = found.is_none();
                let mut settings = found.unwrap_or_else(|| ApplicationSignInExperience {
                    tenant_id: tenant.to_string(),
                    application_id: id,
                    color: PartialColor::default(),
                    branding: Branding::default(),
                    custom_css: None,
                    terms_of_use_url: None,
                    privacy_policy_url: None,
                    display_name: None,
                });
                body.apply(&mut settings);
                if is_new {
                    experiences::insert(tx, &tenant, &settings).await?;
                    return Ok::<_, ApiError>((StatusCode::CREATED, settings));
                }
                experiences::update(tx, &tenant, &settings).await?;
                Ok((StatusCode::OK, settings))
            })
        })
        .await?;
    Ok((status, JsonBody(settings)))
}
