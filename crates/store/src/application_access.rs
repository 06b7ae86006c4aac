//! Those to whom applications with access control are open.

use portico_model::{
    TenantId,
    application_access::{ApplicationAccess, OrganizationRoleRule},
};

use crate::db::{Executor, StoreError, Tx};
use crate::{args, sql, table};

/// Those to whom the application is open, by id.
pub async fn find(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<ApplicationAccess, StoreError> {
    let users = sql!(
        "select user_id from application_access_control_user_relations
         where tenant_id = $1 and application_id = $2 order by user_id"
    );
    let roles = sql!(
        "select role_id from application_access_control_user_role_relations
         where tenant_id = $1 and application_id = $2 order by role_id"
    );
    let organizations = sql!(
        "select organization_id from application_access_control_organization_relations
         where tenant_id = $1 and application_id = $2 order by organization_id"
    );
    let of_application = || args![tenant, application_id];
    Ok(ApplicationAccess {
        user_ids: table::list_values(exec, users, of_application()).await?,
        user_role_ids: table::list_values(exec, roles, of_application()).await?,
        organization_ids: table::list_values(exec, organizations, of_application()).await?,
        organization_role_rules: list_rules(exec, tenant, application_id).await?,
    })
}

async fn list_rules(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<OrganizationRoleRule>, StoreError> {
    let statement = sql!(
        "select organization_id, organization_role_id from application_access_control_org_role_relations
         where tenant_id = $1 and application_id = $2 order by organization_id, organization_role_id"
    );
    let mut rules: Vec<OrganizationRoleRule> = Vec::new();
    for row in exec.query(statement, args![tenant, application_id]).await? {
        let (organization_id, role_id): (String, String) = (row.at(0)?, row.at(1)?);
        match rules.last_mut() {
            Some(last) if last.organization_id == organization_id => {
                last.organization_role_ids.push(role_id);
            }
            _ => rules.push(OrganizationRoleRule { organization_id, organization_role_ids: vec![role_id] }),
        }
    }
    Ok(rules)
}

/// Opens the application to these and nobody else.
pub async fn replace(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
    access: &ApplicationAccess,
) -> Result<(), StoreError> {
    for statement in [
        sql!(
            "delete from application_access_control_user_relations where tenant_id = $1 and application_id = $2"
        ),
        sql!(
            "delete from application_access_control_user_role_relations
             where tenant_id = $1 and application_id = $2"
        ),
        sql!(
            "delete from application_access_control_organization_relations
             where tenant_id = $1 and application_id = $2"
        ),
        sql!(
            "delete from application_access_control_org_role_relations
             where tenant_id = $1 and application_id = $2"
        ),
    ] {
        tx.execute(statement, args![tenant, application_id]).await?;
    }
    for (head, ids) in [
        (
            "insert into application_access_control_user_relations (tenant_id, application_id, user_id)",
            &access.user_ids,
        ),
        (
            "insert into application_access_control_user_role_relations (tenant_id, application_id, role_id)",
            &access.user_role_ids,
        ),
        (
            "insert into application_access_control_organization_relations
                 (tenant_id, application_id, organization_id)",
            &access.organization_ids,
        ),
    ] {
        let rows = ids.iter().map(|id| args![tenant, application_id, id]).collect();
        table::insert_rows(tx, head, rows, "").await?;
    }
    let rows = access.organization_role_rules.iter().flat_map(|rule| {
        let organization_id = &rule.organization_id;
        let row = move |role_id: &String| args![tenant, application_id, organization_id, role_id];
        rule.organization_role_ids.iter().map(row)
    });
    let head = "insert into application_access_control_org_role_relations
                    (tenant_id, application_id, organization_id, organization_role_id)";
    table::insert_rows(tx, head, rows.collect(), "").await.map(drop)
}

/// Whether any of these roles, or of these organization roles, is not for people.
pub async fn any_role_of_machines(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
    organization_role_ids: &[String],
) -> Result<bool, StoreError> {
    let statement = sql!(
        "select exists (
             select 1 from roles where tenant_id = $1 and type <> 'User' and id {in $2}
             union all
             select 1 from organization_roles where tenant_id = $1 and type <> 'User' and id {in $3}
         ) as found"
    );
    table::value(exec, statement, args![tenant, role_ids, organization_role_ids]).await
}
