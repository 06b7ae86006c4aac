//! Protected applications: a proxy at the edge signs people in before an unprotected site. The proxy is not part of
//! this server; an application can be protected when the configuration names the domain that the proxy serves.

use portico_http_kit::ApiError;
use portico_identity::{Ctx, custom_domains::is_label};
use portico_model::{
    Application, ErrorCode,
    application::{PageRule, ProtectedAppMetadata, ProtectedAppScope},
};
use portico_store::StoreError;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// How long a session at the proxy lasts, in seconds: 14 days.
const SESSION_SECONDS: i64 = 14 * 24 * 60 * 60;

/// What a protected application needs.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedAppCreate {
    sub_domain: String,
    origin: String,
}

/// Changes to a protected application.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProtectedAppPatch {
    #[schema(nullable = false)]
    origin: Option<String>,
    #[schema(nullable = false)]
    session_duration: Option<i64>,
    #[schema(nullable = false)]
    page_rules: Option<Vec<PageRule>>,
    #[schema(nullable = false)]
    additional_scopes: Option<Vec<ProtectedAppScope>>,
}

/// Puts a new application before its site.
pub fn protect(
    ctx: &Ctx,
    application: &mut Application,
    create: &ProtectedAppCreate,
) -> Result<(), ApiError> {
    let Some(domain) = &ctx.app.settings.protected_app_domain else {
        return Err(ErrorCode::ApplicationProtectedAppNotConfigured.into());
    };
    if !is_label(&create.sub_domain) {
        return Err(ErrorCode::ApplicationInvalidSubdomain.into());
    }
    let host = format!("{}.{domain}", create.sub_domain);
    let metadata = ProtectedAppMetadata {
        origin: check_origin(&create.origin)?,
        session_duration: SESSION_SECONDS,
        page_rules: Vec::new(),
        additional_scopes: None,
        custom_domains: None,
        host: host.clone(),
    };
    application.oidc_client_metadata.redirect_uris = vec![format!("https://{host}/callback")];
    application.oidc_client_metadata.post_logout_redirect_uris = vec![format!("https://{host}")];
    application.protected_app_metadata = Some(json!(metadata));
    Ok(())
}

/// Changes what the proxy does for an application.
pub fn change(application: &mut Application, patch: ProtectedAppPatch) -> Result<(), ApiError> {
    let stored = application.protected_app_metadata.clone();
    let Some(stored) = stored else { return Err(ErrorCode::ApplicationProtectedApplicationOnly.into()) };
    let mut metadata: ProtectedAppMetadata = serde_json::from_value(stored).map_err(ApiError::internal)?;
    if let Some(origin) = patch.origin {
        metadata.origin = check_origin(&origin)?;
    }
    metadata.session_duration = patch.session_duration.unwrap_or(metadata.session_duration);
    metadata.page_rules = patch.page_rules.unwrap_or(metadata.page_rules);
    metadata.additional_scopes = patch.additional_scopes.or(metadata.additional_scopes);
    application.protected_app_metadata = Some(json!(metadata));
    Ok(())
}

/// A refused row as an answer: two applications cannot stand behind one host.
pub fn explain(error: StoreError) -> ApiError {
    if error.is_unique_violation_of("protected_app_host") {
        return ErrorCode::ApplicationProtectedApplicationSubdomainExists.into();
    }
    if error.is_unique_violation_of("protected_app_custom_domain") {
        return ApiError::new(ErrorCode::DomainHostnameAlreadyExists).with_status(422);
    }
    error.into()
}

/// The proxy sends every request there, so it has to be a whole web address.
fn check_origin(origin: &str) -> Result<String, ApiError> {
    let is_web =
        url::Url::parse(origin).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if is_web {
        Ok(origin.to_owned())
    } else {
        Err(ErrorCode::ApplicationProtectedApplicationMisconfigured.into())
    }
}
