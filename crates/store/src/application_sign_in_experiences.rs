//! How pages look for single applications.

use portico_model::{TenantId, application_sign_in_experience::ApplicationSignInExperience};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    ApplicationSignInExperience, "application_sign_in_experiences", columns {
        application_id plain, color json, branding json, custom_css plain, terms_of_use_url plain,
        privacy_policy_url plain, display_name plain,
    }
}

/// What an application has of its own.
pub async fn find(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Option<ApplicationSignInExperience>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from application_sign_in_experiences where tenant_id = $1 and application_id = $2"
    ));
    table::find(exec, statement, args![tenant, application_id]).await
}

/// Adds what an application has of its own.
pub async fn insert(
    tx: &Tx,
    tenant: &TenantId,
    settings: &ApplicationSignInExperience,
) -> Result<(), StoreError> {
    table::insert(tx, tenant, settings).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces what an application has of its own.
pub async fn update(
    tx: &Tx,
    tenant: &TenantId,
    settings: &ApplicationSignInExperience,
) -> Result<(), StoreError> {
    table::update(tx, tenant, settings).await?;
    tenants::bump_version(tx, tenant).await
}
