//! Creating applications.

use crate::Ctx;
use portico_crypto::id;
use portico_model::{
    Application, ApplicationSecret, ApplicationType, CustomClientMetadata, JsonObject, OidcClientMetadata,
    TenantId, oidc,
};
use portico_store::{StoreError, Tx, applications, roles};

/// Name of the secret that a new confidential application starts with.
pub const DEFAULT_SECRET_NAME: &str = "Default secret";
/// Name of the seeded role that opens the Management API to machines.
pub const MANAGEMENT_API_ROLE: &str = "Logto Management API access";

/// An application of this type with nothing but a name.
#[must_use]
pub fn new_application(tenant: &TenantId, name: &str, kind: ApplicationType, now_ms: i64) -> Application {
    Application {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        name: name.to_owned(),
        secret: internal_secret(),
        description: None,
        kind,
        oidc_client_metadata: OidcClientMetadata::default(),
        custom_client_metadata: CustomClientMetadata::default(),
        protected_app_metadata: None,
        custom_data: JsonObject::new(),
        is_third_party: false,
        app_level_access_control_enabled: false,
        created_at: now_ms,
    }
}

/// Clients that every tenant has without a row.
#[must_use]
pub fn built_in_application(ctx: &Ctx, id: &str) -> Option<Application> {
    let url = |path: &str| ctx.tenant.url(path);
    let (name, kind, uri) = match id {
        oidc::DEMO_APP_APPLICATION_ID => ("Live Preview", ApplicationType::Spa, Some(url("/demo-app"))),
        oidc::ACCOUNT_CENTER_APPLICATION_ID => {
            ("Account center", ApplicationType::Spa, Some(url("/account")))
        }
        oidc::DEVICE_DEMO_APP_APPLICATION_ID => ("Device flow preview", ApplicationType::Native, None),
        _ => return None,
    };
    let uris: Vec<String> = uri.into_iter().collect();
    Some(Application {
        tenant_id: ctx.tenant.id.to_string(),
        id: id.to_owned(),
        name: name.to_owned(),
        secret: String::new(),
        description: None,
        kind,
        oidc_client_metadata: OidcClientMetadata {
            redirect_uris: uris.clone(),
            post_logout_redirect_uris: uris,
            ..OidcClientMetadata::default()
        },
        custom_client_metadata: CustomClientMetadata {
            always_issue_refresh_token: (id == oidc::ACCOUNT_CENTER_APPLICATION_ID).then_some(true),
            is_device_flow: (kind == ApplicationType::Native).then_some(true),
            ..CustomClientMetadata::default()
        },
        protected_app_metadata: None,
        custom_data: JsonObject::new(),
        is_third_party: false,
        app_level_access_control_enabled: false,
        created_at: 0,
    })
}

/// A secret that no client can present: the prefix marks it as the server's own.
#[must_use]
pub fn internal_secret() -> String {
    format!("#internal:{}", id::secret())
}

/// Stores an application, with its first secret when its type has secrets.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, application: &Application) -> Result<Option<ApplicationSecret>, StoreError> {
    let tenant = TenantId::new(&application.tenant_id);
    applications::insert(tx, &tenant, application).await?;
    if !application.kind.is_confidential() {
        return Ok(None);
    }
    let secret = ApplicationSecret {
        tenant_id: application.tenant_id.clone(),
        application_id: application.id.clone(),
        name: DEFAULT_SECRET_NAME.to_owned(),
        value: id::secret(),
        created_at: application.created_at,
        expires_at: None,
    };
    applications::insert_secret(tx, &tenant, &secret).await?;
    Ok(Some(secret))
}

/// Opens the Management API to a machine-to-machine application.
///
/// # Errors
/// [`StoreError::NotFound`] when the seeded role has been deleted.
pub async fn grant_management_api(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
) -> Result<(), StoreError> {
    let names = [MANAGEMENT_API_ROLE.to_owned()];
    let role = roles::list_by_names(tx, tenant, &names).await?.pop().ok_or(StoreError::NotFound)?;
    roles::assign_to_application(tx, tenant, application_id, &[role.id]).await.map(drop)
}
