//! Roles of the organization template, and the scopes they allow in every organization.

use std::collections::HashMap;

use portico_model::{
    TenantId,
    organization::{Named, OrganizationRole, ResourceScopeName},
};

use super::members::MemberKind;
use crate::db::{Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    OrganizationRole, "organization_roles", columns {
        id plain, name plain, description plain, kind("type") text,
    }
}

const LIST: List = List { table: "organization_roles", columns: columns!(), order: "t.id", counter: None };
const SEARCH_FIELDS: &[Field] = &[Field { name: "name", column: "t.name", folded: "lower(t.name)" }];

/// Which roles a list shows.
#[derive(Clone, Debug, Default)]
pub struct OrganizationRoleFilter {
    /// Over the name.
    pub search: Search,
    /// Only those held by this member.
    pub held_by: Option<Member>,
}

/// A member of one organization.
#[derive(Clone, Debug)]
pub struct Member {
    /// The organization.
    pub organization_id: String,
    /// What the member is.
    pub kind: MemberKind,
    /// The user or application.
    pub id: String,
}

/// Roles of the template, by id.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &OrganizationRoleFilter,
    page: Page,
) -> Result<Listed<OrganizationRole>, StoreError> {
    let mut condition = Filter::tenant(tenant);
    if let Some(member) = &filter.held_by {
        let held = match member.kind {
            MemberKind::User => {
                "t.id in (select x.organization_role_id from organization_role_user_relations x
                     where x.tenant_id = $1 and x.organization_id = $n and x.user_id = $m)"
            }
            MemberKind::Application => {
                "t.id in (select x.organization_role_id from organization_role_application_relations x
                     where x.tenant_id = $1 and x.organization_id = $n and x.application_id = $m)"
            }
        };
        condition.and_pair(held, &member.organization_id, &member.id);
    }
    condition.search(&filter.search, SEARCH_FIELDS, exec.kind())?;
    LIST.page(exec, tenant, condition, page).await
}

/// The role of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OrganizationRole>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from organization_roles where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The role of this id, locked until the transaction ends.
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OrganizationRole>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_roles where tenant_id = $1 and id = $2 {lock}"
    ));
    table::find(tx, statement, args![tenant, id]).await
}

/// The roles of these ids, by id.
pub async fn list_by_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<OrganizationRole>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_roles where tenant_id = $1 and id {in $2} order by id"
    ));
    table::list(exec, statement, args![tenant, ids]).await
}

/// The roles of these names, by id.
pub async fn list_by_names(
    exec: &dyn Executor,
    tenant: &TenantId,
    names: &[String],
) -> Result<Vec<OrganizationRole>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_roles where tenant_id = $1 and name {in $2} order by id"
    ));
    table::list(exec, statement, args![tenant, names]).await
}

/// Adds a role.
pub async fn insert(
    exec: &dyn Executor,
    tenant: &TenantId,
    role: &OrganizationRole,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, role).await
}

/// Replaces a role.
pub async fn update(
    exec: &dyn Executor,
    tenant: &TenantId,
    role: &OrganizationRole,
) -> Result<(), StoreError> {
    table::update(exec, tenant, role).await
}

/// Removes a role; everyone who held it loses it. Says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from organization_roles where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}

/// Gives organization scopes to a role; those it has stay.
pub async fn add_scopes(
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

/// Makes these the organization scopes of a role.
pub async fn replace_scopes(
    tx: &Tx,
    tenant: &TenantId,
    role_id: &str,
    scope_ids: &[String],
) -> Result<(), StoreError> {
    let statement = sql!(
        "delete from organization_role_scope_relations
         where tenant_id = $1 and organization_role_id = $2 and not (organization_scope_id {in $3})"
    );
    tx.execute(statement, args![tenant, role_id, scope_ids]).await?;
    add_scopes(tx, tenant, role_id, scope_ids).await.map(drop)
}

/// Takes an organization scope from a role; says whether it had it.
pub async fn remove_scope(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    scope_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "delete from organization_role_scope_relations
         where tenant_id = $1 and organization_role_id = $2 and organization_scope_id = $3"
    );
    Ok(exec.execute(statement, args![tenant, role_id, scope_id]).await? == 1)
}

/// Gives scopes of API resources to a role; those it has stay.
pub async fn add_resource_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    scope_ids: &[String],
) -> Result<u64, StoreError> {
    let rows = scope_ids.iter().map(|scope_id| args![tenant, role_id, scope_id]).collect();
    let head = "insert into organization_role_resource_scope_relations
                    (tenant_id, organization_role_id, scope_id)";
    let tail = "on conflict (tenant_id, organization_role_id, scope_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await
}

/// Makes these the scopes of API resources that a role has.
pub async fn replace_resource_scopes(
    tx: &Tx,
    tenant: &TenantId,
    role_id: &str,
    scope_ids: &[String],
) -> Result<(), StoreError> {
    let statement = sql!(
        "delete from organization_role_resource_scope_relations
         where tenant_id = $1 and organization_role_id = $2 and not (scope_id {in $3})"
    );
    tx.execute(statement, args![tenant, role_id, scope_ids]).await?;
    add_resource_scopes(tx, tenant, role_id, scope_ids).await.map(drop)
}

/// Takes a scope of an API resource from a role; says whether it had it.
pub async fn remove_resource_scope(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    scope_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "delete from organization_role_resource_scope_relations
         where tenant_id = $1 and organization_role_id = $2 and scope_id = $3"
    );
    Ok(exec.execute(statement, args![tenant, role_id, scope_id]).await? == 1)
}

/// What these roles allow in organizations, by role; roles without organization scopes are left out.
pub async fn scope_names_of(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<HashMap<String, Vec<Named>>, StoreError> {
    let statement = sql!(
        "select x.organization_role_id, s.id, s.name from organization_role_scope_relations x
         join organization_scopes s on s.tenant_id = x.tenant_id and s.id = x.organization_scope_id
         where x.tenant_id = $1 and x.organization_role_id {in $2} order by s.name"
    );
    let mut names: HashMap<String, Vec<Named>> = HashMap::new();
    for row in exec.query(statement, args![tenant, role_ids]).await? {
        let name = Named { id: row.at(1)?, name: row.at(2)? };
        names.entry(row.at(0)?).or_default().push(name);
    }
    Ok(names)
}

/// What these roles allow at API resources, by role; roles without such scopes are left out.
pub async fn resource_scope_names_of(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<HashMap<String, Vec<ResourceScopeName>>, StoreError> {
    let statement = sql!(
        "select x.organization_role_id, s.id, s.name, r.id, r.name
         from organization_role_resource_scope_relations x
         join scopes s on s.tenant_id = x.tenant_id and s.id = x.scope_id
         join resources r on r.tenant_id = s.tenant_id and r.id = s.resource_id
         where x.tenant_id = $1 and x.organization_role_id {in $2} order by s.name, s.id"
    );
    let mut names: HashMap<String, Vec<ResourceScopeName>> = HashMap::new();
    for row in exec.query(statement, args![tenant, role_ids]).await? {
        let resource = Named { id: row.at(3)?, name: row.at(4)? };
        let name = ResourceScopeName { id: row.at(1)?, name: row.at(2)?, resource };
        names.entry(row.at(0)?).or_default().push(name);
    }
    Ok(names)
}
