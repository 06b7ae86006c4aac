//! Organizations as far as claims and tokens need them: who is a member, with which roles and scopes.

use portico_model::{TenantId, organization::OrganizationMembership};

use crate::db::{Executor, StoreError};
use crate::{args, sql, table};

/// The user's organizations with the roles held in each, by id.
pub async fn list_memberships(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<Vec<OrganizationMembership>, StoreError> {
    let statement = sql!(
        "select o.id, o.name, o.description, r.name as role
         from organization_user_relations m
         join organizations o on o.tenant_id = m.tenant_id and o.id = m.organization_id
         left join organization_role_user_relations mr on mr.tenant_id = m.tenant_id
             and mr.organization_id = m.organization_id and mr.user_id = m.user_id
         left join organization_roles r on r.tenant_id = mr.tenant_id and r.id = mr.organization_role_id
         where m.tenant_id = $1 and m.user_id = $2
         order by o.id, r.name"
    );
    let mut memberships: Vec<OrganizationMembership> = Vec::new();
    for row in exec.query(statement, args![tenant, user_id]).await? {
        let id: String = row.get("id")?;
        let role: Option<String> = row.get("role")?;
        match memberships.last_mut() {
            Some(last) if last.id == id => last.roles.extend(role),
            _ => memberships.push(OrganizationMembership {
                id,
                name: row.get("name")?,
                description: row.get("description")?,
                roles: role.into_iter().collect(),
            }),
        }
    }
    Ok(memberships)
}

/// Whether the user is a member of the organization.
pub async fn is_member(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    user_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "select exists (select 1 from organization_user_relations
             where tenant_id = $1 and organization_id = $2 and user_id = $3) as found"
    );
    table::value(exec, statement, args![tenant, organization_id, user_id]).await
}

/// Whether the application is a member of the organization.
pub async fn is_application_member(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    application_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "select exists (select 1 from organization_application_relations
             where tenant_id = $1 and organization_id = $2 and application_id = $3) as found"
    );
    table::value(exec, statement, args![tenant, organization_id, application_id]).await
}

/// Whether a member of the organization needs a second factor; `None` when there is no such organization.
pub async fn is_mfa_required(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
) -> Result<Option<bool>, StoreError> {
    let statement = sql!("select is_mfa_required from organizations where tenant_id = $1 and id = $2");
    let row = exec.query_opt(statement, args![tenant, organization_id]).await?;
    row.map(|row| row.at(0)).transpose()
}

/// Whether any organization of the user requires a second factor.
pub async fn any_requires_mfa(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "select exists (select 1 from organization_user_relations m
             join organizations o on o.tenant_id = m.tenant_id and o.id = m.organization_id
             where m.tenant_id = $1 and m.user_id = $2 and o.is_mfa_required) as found"
    );
    table::value(exec, statement, args![tenant, user_id]).await
}

/// Names of the organization scopes a user has in an organization.
pub async fn scopes_for_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    user_id: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from organization_scopes
         where tenant_id = $1 and id in (
             select organization_scope_id from organization_role_scope_relations
             where tenant_id = $1 and organization_role_id in (
                 select organization_role_id from organization_role_user_relations
                 where tenant_id = $1 and organization_id = $2 and user_id = $3))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, organization_id, user_id]).await
}

/// Names of the organization scopes an application has in an organization.
pub async fn scopes_for_application(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    application_id: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from organization_scopes
         where tenant_id = $1 and id in (
             select organization_scope_id from organization_role_scope_relations
             where tenant_id = $1 and organization_role_id in (
                 select organization_role_id from organization_role_application_relations
                 where tenant_id = $1 and organization_id = $2 and application_id = $3))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, organization_id, application_id]).await
}

/// Names of a resource's scopes a user has through the roles held in an organization.
pub async fn resource_scopes_for_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    user_id: &str,
    resource_indicator: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from scopes
         where tenant_id = $1
             and resource_id = (select id from resources where tenant_id = $1 and indicator = $4)
             and id in (
                 select scope_id from organization_role_resource_scope_relations
                 where tenant_id = $1 and organization_role_id in (
                     select organization_role_id from organization_role_user_relations
                     where tenant_id = $1 and organization_id = $2 and user_id = $3))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, organization_id, user_id, resource_indicator]).await
}

/// Names of a resource's scopes an application has through the roles held in an organization.
pub async fn resource_scopes_for_application(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    application_id: &str,
    resource_indicator: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from scopes
         where tenant_id = $1
             and resource_id = (select id from resources where tenant_id = $1 and indicator = $4)
             and id in (
                 select scope_id from organization_role_resource_scope_relations
                 where tenant_id = $1 and organization_role_id in (
                     select organization_role_id from organization_role_application_relations
                     where tenant_id = $1 and organization_id = $2 and application_id = $3))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, organization_id, application_id, resource_indicator])
        .await
}

/// Makes users members; those who are stay.
pub async fn add_users(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    user_ids: &[String],
) -> Result<u64, StoreError> {
    let rows = user_ids.iter().map(|user_id| args![tenant, organization_id, user_id]).collect();
    let head = "insert into organization_user_relations (tenant_id, organization_id, user_id)";
    let tail = "on conflict (tenant_id, organization_id, user_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await
}

/// Gives a member roles in an organization; those already held stay.
pub async fn add_user_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    user_id: &str,
    role_ids: &[String],
) -> Result<u64, StoreError> {
    let rows = role_ids.iter().map(|role_id| args![tenant, organization_id, role_id, user_id]).collect();
    let head = "insert into organization_role_user_relations
                    (tenant_id, organization_id, organization_role_id, user_id)";
    let tail = "on conflict (tenant_id, organization_id, organization_role_id, user_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await
}

/// Gives scopes to an organization role; those it has stay.
pub async fn add_role_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    scope_ids: &[String],
) -> Result<u64, StoreError> {
    let rows = scope_ids.iter().map(|scope_id| args![tenant, role_id, scope_id]).collect();
    let head = "insert into organization_role_scope_relations
                    (tenant_id, organization_role_id, organization_scope_id)";
    let tail = "on conflict (tenant_id, organization_role_id, organization_scope_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await
}
