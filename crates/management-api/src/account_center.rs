//! Settings of the account pages.

use crate::{
    checks::Checks,
    patch::{none_if_empty, present, replace},
};
use axum::extract::State;
use portico_http_kit::{ApiError, ApiJson, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, TenantId,
    account_center::{AccountCenter, AccountCenterFields},
    sign_in_experience::ProfileFieldReference,
};
use portico_store::{Tx, account_centers, custom_profile_fields};
use serde::Deserialize;
use std::collections::HashSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest style sheet, in characters.
const MAX_CSS: usize = 65_536;
/// Most origins of passkeys.
const MAX_ORIGINS: usize = 100;
/// Most fields shown.
const MAX_FIELDS: usize = 200;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// Changes to the settings; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountCenterPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    fields: Option<AccountCenterFields>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    webauthn_related_origins: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    delete_account_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    custom_css: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<ProfileFieldReference>>)]
    profile_fields: Option<Option<Vec<ProfileFieldReference>>>,
}

impl AccountCenterPatch {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        if let Some(Some(url)) = self.delete_account_url.as_ref().filter(|url| url.as_deref() != Some("")) {
            checks.web_url("deleteAccountUrl", url);
        }
        if let Some(Some(css)) = &self.custom_css {
            checks.length("customCss", css, 0, MAX_CSS);
        }
        if let Some(origins) = &self.webauthn_related_origins {
            checks.count("webauthnRelatedOrigins", origins.len(), 0, MAX_ORIGINS);
        }
        if let Some(Some(fields)) = &self.profile_fields {
            checks.count("profileFields", fields.len(), 0, MAX_FIELDS);
        }
        checks.finish()?;
        let mut names = HashSet::new();
        let mut fields = self.profile_fields.iter().flatten().flatten();
        if fields.any(|field| !names.insert(field.name.as_str())) {
            let details = "A profile field is there twice.";
            return Err(ApiError::new(ErrorCode::RequestInvalidInput).with_parameter("details", details));
        }
        Ok(())
    }

    async fn apply(self, tx: &Tx, tenant: &TenantId, settings: &mut AccountCenter) -> Result<(), ApiError> {
        replace(&mut settings.enabled, self.enabled);
        replace(&mut settings.fields, self.fields);
        if let Some(origins) = self.webauthn_related_origins {
            let mut seen = HashSet::new();
            settings.webauthn_related_origins =
                origins.into_iter().filter(|origin| seen.insert(origin.clone())).collect();
        }
        replace(&mut settings.delete_account_url, self.delete_account_url.map(none_if_empty));
        replace(&mut settings.custom_css, self.custom_css);
        if let Some(mut fields) = self.profile_fields {
            if let Some(fields) = &mut fields {
                let known = custom_profile_fields::list(tx, tenant).await?;
                fields.retain(|field| known.iter().any(|known| known.name == field.name));
            }
            settings.profile_fields = fields;
        }
        Ok(())
    }
}

/// The settings of the account pages.
#[utoipa::path(
    get, path = "/api/account-center", operation_id = "GetAccountCenterSettings", tag = "Account center",
    responses((status = 200, description = "The settings.", body = AccountCenter))
)]
async fn get(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<AccountCenter>, ApiError> {
    let found = account_centers::find(&ctx.app.db, &ctx.tenant.id).await?;
    found.map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Changes the settings of the account pages.
#[utoipa::path(
    patch, path = "/api/account-center", operation_id = "UpdateAccountCenterSettings", tag = "Account center",
    request_body = AccountCenterPatch,
    responses((status = 200, description = "The settings.", body = AccountCenter))
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<AccountCenterPatch>,
) -> Result<JsonBody<AccountCenter>, ApiError> {
    body.check()?;
    let tenant = ctx.tenant.id.clone();
    let changed = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let found = account_centers::find_for_update(tx, &tenant).await?;
                let mut settings = found.ok_or(ErrorCode::EntityNotFound)?;
                body.apply(tx, &tenant, &mut settings).await?;
                account_centers::update(tx, &tenant, &settings).await?;
                Ok::<_, ApiError>(settings)
            })
        })
        .await?;
    Ok(JsonBody(changed))
}
