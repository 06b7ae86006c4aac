//! What applications of type `SAML` have beyond any other application, and the sign-ins they have asked for.

use portico_model::{
    TenantId,
    saml::{SamlApplicationConfig, SamlApplicationSession},
};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    SamlApplicationConfig, "saml_application_configs", columns {
        application_id plain, attribute_mapping json, entity_id plain, acs_url json_or_null,
        encryption json_or_null, name_id_format text,
    }
}

stored! {
    SamlApplicationSession, "saml_application_sessions", session_columns {
        id plain, application_id plain, saml_request_id plain, oidc_state plain, relay_state plain,
        raw_auth_request plain, created_at plain, expires_at plain,
    }
}

/// The SAML settings of an application.
pub async fn find_config(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Option<SamlApplicationConfig>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from saml_application_configs where tenant_id = $1 and application_id = $2"
    ));
    table::find(exec, statement, args![tenant, application_id]).await
}

/// Adds the SAML settings of an application.
pub async fn insert_config(
    tx: &Tx,
    tenant: &TenantId,
    config: &SamlApplicationConfig,
) -> Result<(), StoreError> {
    table::insert(tx, tenant, config).await
}

/// Replaces the SAML settings of an application.
pub async fn update_config(
    tx: &Tx,
    tenant: &TenantId,
    config: &SamlApplicationConfig,
) -> Result<(), StoreError> {
    table::update(tx, tenant, config).await
}

/// Keeps a sign-in that an application has asked for.
pub async fn insert_session(
    exec: &dyn Executor,
    tenant: &TenantId,
    session: &SamlApplicationSession,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, session).await
}

/// Takes a sign-in of an application out, so that it is answered once.
pub async fn take_session(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    id: &str,
) -> Result<Option<SamlApplicationSession>, StoreError> {
    let statement = sql!(concat!(
        "delete from saml_application_sessions where tenant_id = $1 and application_id = $2 and id = $3 returning ",
        session_columns!()
    ));
    table::find(exec, statement, args![tenant, application_id, id]).await
}
