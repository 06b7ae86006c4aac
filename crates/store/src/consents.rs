//! What third-party applications may ask people for, and the organizations people shared with them.

use portico_model::{TenantId, resource::Scope};

use crate::db::{Executor, StoreError};
use crate::{args, sql, table};

/// OpenID scopes (`profile`, `email`, …) the application may ask for.
pub async fn list_user_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select user_scope from application_user_consent_user_scopes
         where tenant_id = $1 and application_id = $2 order by user_scope"
    );
    table::list_values(exec, statement, args![tenant, application_id]).await
}

/// Scopes of API resources the application may ask for.
pub async fn list_resource_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        crate::resources::scope_columns!(),
        " from scopes where tenant_id = $1 and id in (
              select scope_id from application_user_consent_resource_scopes
              where tenant_id = $1 and application_id = $2) order by resource_id, name"
    ));
    table::list(exec, statement, args![tenant, application_id]).await
}

/// Scopes of API resources the application may ask for within an organization.
pub async fn list_organization_resource_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        crate::resources::scope_columns!(),
        " from scopes where tenant_id = $1 and id in (
              select scope_id from application_user_consent_organization_resource_scopes
              where tenant_id = $1 and application_id = $2) order by resource_id, name"
    ));
    table::list(exec, statement, args![tenant, application_id]).await
}

/// Names of organization scopes the application may ask for.
pub async fn list_organization_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select s.name from application_user_consent_organization_scopes c
         join organization_scopes s on s.tenant_id = c.tenant_id and s.id = c.organization_scope_id
         where c.tenant_id = $1 and c.application_id = $2 order by s.name"
    );
    table::list_values(exec, statement, args![tenant, application_id]).await
}

/// Ids of the organizations that the user shared with the application.
pub async fn list_organizations(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select organization_id from application_user_consent_organizations
         where tenant_id = $1 and application_id = $2 and user_id = $3 order by organization_id"
    );
    table::list_values(exec, statement, args![tenant, application_id, user_id]).await
}

/// Shares organizations of the user with the application; the user has to be a member.
pub async fn add_organizations(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
    organization_ids: &[String],
) -> Result<u64, StoreError> {
    let row = |organization_id: &String| args![tenant, application_id, organization_id, user_id];
    let head = "insert into application_user_consent_organizations
                    (tenant_id, application_id, organization_id, user_id)";
    let tail = "on conflict (tenant_id, application_id, organization_id, user_id) do nothing";
    table::insert_rows(exec, head, organization_ids.iter().map(row).collect(), tail).await
}

/// Lets the application ask for these OpenID scopes.
pub async fn add_user_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    scopes: &[String],
) -> Result<u64, StoreError> {
    let rows = scopes.iter().map(|scope| args![tenant, application_id, scope]).collect();
    let head = "insert into application_user_consent_user_scopes (tenant_id, application_id, user_scope)";
    let tail = "on conflict (tenant_id, application_id, user_scope) do nothing";
    table::insert_rows(exec, head, rows, tail).await
}

/// Lets the application ask for these scopes of API resources.
pub async fn add_resource_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    scope_ids: &[String],
) -> Result<u64, StoreError> {
    let rows = scope_ids.iter().map(|scope_id| args![tenant, application_id, scope_id]).collect();
    let head = "insert into application_user_consent_resource_scopes (tenant_id, application_id, scope_id)";
    let tail = "on conflict (tenant_id, application_id, scope_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await
}
