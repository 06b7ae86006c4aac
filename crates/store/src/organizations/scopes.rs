//! Scopes of the organization template: what roles can allow in every organization.

use portico_model::{TenantId, organization::OrganizationScope};

use crate::db::{Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page, Relation};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    OrganizationScope, "organization_scopes", columns { id plain, name plain, description plain, }
}

const LIST: List = List { table: "organization_scopes", columns: columns!(), order: "t.id", counter: None };
const SEARCH_FIELDS: &[Field] = &[Field { name: "name", column: "t.name", folded: "lower(t.name)" }];

const ROLES: Relation = Relation {
    table: "organization_role_scope_relations",
    row: "organization_scope_id",
    to: "organization_role_id",
    counter: None,
};

/// Which scopes a list shows.
#[derive(Clone, Debug, Default)]
pub struct OrganizationScopeFilter {
    /// Over the name.
    pub search: Search,
    /// Only those of this role.
    pub role_id: Option<String>,
}

/// Scopes of the template, by id.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &OrganizationScopeFilter,
    page: Page,
) -> Result<Listed<OrganizationScope>, StoreError> {
    let mut condition = Filter::tenant(tenant);
    condition.related(&ROLES, filter.role_id.as_ref());
    condition.search(&filter.search, SEARCH_FIELDS, exec.kind())?;
    LIST.page(exec, tenant, condition, page).await
}

/// Names of all scopes of the template, in order.
pub async fn list_names(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<String>, StoreError> {
    let statement = sql!("select name from organization_scopes where tenant_id = $1 order by name");
    table::list_values(exec, statement, args![tenant]).await
}

/// The scope of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OrganizationScope>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from organization_scopes where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The scope of this id, locked until the transaction ends.
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OrganizationScope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_scopes where tenant_id = $1 and id = $2 {lock}"
    ));
    table::find(tx, statement, args![tenant, id]).await
}

/// Adds a scope.
pub async fn insert(
    exec: &dyn Executor,
    tenant: &TenantId,
    scope: &OrganizationScope,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, scope).await
}

/// Replaces a scope.
pub async fn update(
    exec: &dyn Executor,
    tenant: &TenantId,
    scope: &OrganizationScope,
) -> Result<(), StoreError> {
    table::update(exec, tenant, scope).await
}

/// Removes a scope; roles lose it. Says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from organization_scopes where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}
