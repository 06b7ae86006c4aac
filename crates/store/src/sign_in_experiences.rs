//! Sign-in settings; one row a tenant.

use portico_model::{SignInExperience, TenantId};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    SignInExperience, "sign_in_experiences", columns {
        id plain, color json, branding json, hide_logto_branding plain, language_info json,
        terms_of_use_url plain, privacy_policy_url plain, agree_to_terms_policy text, sign_in json,
        sign_up json, social_sign_in json, social_sign_in_connector_targets json, sign_in_mode text,
        custom_css plain, custom_content json, custom_ui_assets json_or_null, custom_ui_csp json,
        password_policy json, mfa json, adaptive_mfa json, trusted_device json, single_sign_on_enabled plain,
        support_email plain, support_website_url plain, unknown_session_redirect_url plain,
        captcha_policy json, sentinel_policy json, email_blocklist_policy json,
        verification_code_policy json, forgot_password_methods json_or_null, passkey_sign_in json,
        sign_up_profile_fields json_or_null, password_expiration json, username_policy json,
    }
}

/// The tenant's settings.
pub async fn find(exec: &dyn Executor, tenant: &TenantId) -> Result<Option<SignInExperience>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from sign_in_experiences where tenant_id = $1 and id = 'default'"
    ));
    table::find(exec, statement, args![tenant]).await
}

/// The tenant's settings, locked until the transaction ends, to be changed and given to [`update`].
pub async fn find_for_update(tx: &Tx, tenant: &TenantId) -> Result<Option<SignInExperience>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from sign_in_experiences where tenant_id = $1 and id = 'default' {lock}"
    ));
    table::find(tx, statement, args![tenant]).await
}

/// Adds the tenant's settings.
pub async fn insert(tx: &Tx, tenant: &TenantId, settings: &SignInExperience) -> Result<(), StoreError> {
    table::insert(tx, tenant, settings).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces the tenant's settings.
pub async fn update(tx: &Tx, tenant: &TenantId, settings: &SignInExperience) -> Result<(), StoreError> {
    table::update(tx, tenant, settings).await?;
    tenants::bump_version(tx, tenant).await
}
