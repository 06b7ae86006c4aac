//! What third-party applications may ask people for, and the organizations people shared with them.

use portico_model::{TenantId, organization::Organization, resource::Scope};

use crate::db::{Executor, StoreError};
use crate::filter::Page;
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

/// Scopes of a resource that the user has through roles in organizations, as far as the application may ask for
/// them: ids of organizations with names of scopes.
pub async fn list_organization_resource_scopes_of_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
    resource_indicator: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let statement = sql!(
        "select distinct h.organization_id, s.name from organization_role_user_relations h
         join organization_role_resource_scope_relations g
             on g.tenant_id = h.tenant_id and g.organization_role_id = h.organization_role_id
         join application_user_consent_organization_resource_scopes c
             on c.tenant_id = g.tenant_id and c.scope_id = g.scope_id
         join scopes s on s.tenant_id = g.tenant_id and s.id = g.scope_id
         join resources r on r.tenant_id = s.tenant_id and r.id = s.resource_id
         where h.tenant_id = $1 and c.application_id = $2 and h.user_id = $3 and r.indicator = $4
         order by h.organization_id, s.name"
    );
    let rows = exec.query(statement, args![tenant, application_id, user_id, resource_indicator]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
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

/// The organizations that the user shared with the application, by id.
pub async fn page_organizations(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
    page: Page,
) -> Result<Vec<Organization>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        crate::organizations::columns!(),
        " from organizations where tenant_id = $1 and id in (
              select organization_id from application_user_consent_organizations
              where tenant_id = $1 and application_id = $2 and user_id = $3)
          order by id limit $4 offset $5"
    ));
    table::list(exec, statement, args![tenant, application_id, user_id, page.limit, page.offset]).await
}

/// How many organizations the user shared with the application.
pub async fn count_organizations(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(*) from application_user_consent_organizations
         where tenant_id = $1 and application_id = $2 and user_id = $3"
    );
    table::value(exec, statement, args![tenant, application_id, user_id]).await
}

/// Stops sharing all organizations of the user with the application but these.
pub async fn keep_organizations(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
    organization_ids: &[String],
) -> Result<(), StoreError> {
    let statement = sql!(
        "delete from application_user_consent_organizations
         where tenant_id = $1 and application_id = $2 and user_id = $3 and not (organization_id {in $4})"
    );
    exec.execute(statement, args![tenant, application_id, user_id, organization_ids]).await.map(drop)
}

/// Stops sharing an organization of the user with the application; says whether it was shared.
pub async fn remove_organization(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
    organization_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "delete from application_user_consent_organizations
         where tenant_id = $1 and application_id = $2 and user_id = $3 and organization_id = $4"
    );
    let removed = exec.execute(statement, args![tenant, application_id, user_id, organization_id]).await?;
    Ok(removed == 1)
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
