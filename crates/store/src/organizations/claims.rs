//! Organizations as far as sign-in, claims and tokens need them.

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
