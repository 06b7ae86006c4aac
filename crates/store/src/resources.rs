//! API resources and their scopes.

use portico_model::{
    TenantId,
    resource::{Resource, Scope},
};

use crate::db::{Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page, Relation};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    Resource, "resources", columns {
        id plain, name plain, indicator plain, is_default plain, access_token_ttl plain,
    }
}

stored! {
    Scope, "scopes", scope_columns {
        id plain, resource_id plain, name plain, description plain, created_at plain,
    }
}

const SCOPES: List =
    List { table: "scopes", columns: scope_columns!(), order: "t.created_at desc, t.id", counter: None };
const ORGANIZATION_ROLES: Relation = Relation {
    table: "organization_role_resource_scope_relations",
    row: "scope_id",
    to: "organization_role_id",
    counter: None,
};
const SCOPE_SEARCH_FIELDS: &[Field] = &[
    Field { name: "id", column: "t.id", folded: "lower(t.id)" },
    Field { name: "name", column: "t.name", folded: "lower(t.name)" },
    Field { name: "description", column: "t.description", folded: "lower(t.description)" },
];

/// Resources of the tenant, by id.
pub async fn list(exec: &dyn Executor, tenant: &TenantId, page: Page) -> Result<Vec<Resource>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from resources where tenant_id = $1 order by id limit $2 offset $3"
    ));
    table::list(exec, statement, args![tenant, page.limit, page.offset]).await
}

/// How many resources the tenant has.
pub async fn count(exec: &dyn Executor, tenant: &TenantId) -> Result<i64, StoreError> {
    table::value(exec, sql!("select count(*) from resources where tenant_id = $1"), args![tenant]).await
}

/// The resource of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Resource>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from resources where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The resources of these ids.
pub async fn list_by_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<Resource>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from resources where tenant_id = $1 and id {in $2} order by id"
    ));
    table::list(exec, statement, args![tenant, ids]).await
}

/// The resource with this indicator (RFC 8707).
pub async fn find_by_indicator(
    exec: &dyn Executor,
    tenant: &TenantId,
    indicator: &str,
) -> Result<Option<Resource>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from resources where tenant_id = $1 and indicator = $2"));
    table::find(exec, statement, args![tenant, indicator]).await
}

/// The resource used when a request names none.
pub async fn find_default(exec: &dyn Executor, tenant: &TenantId) -> Result<Option<Resource>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from resources where tenant_id = $1 and is_default"));
    table::find(exec, statement, args![tenant]).await
}

/// Adds a resource; a default one takes the place of the default before it.
pub async fn insert(tx: &Tx, tenant: &TenantId, resource: &Resource) -> Result<(), StoreError> {
    if resource.is_default {
        clear_default(tx, tenant).await?;
    }
    table::insert(tx, tenant, resource).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces a resource; a default one takes the place of the default before it.
pub async fn update(tx: &Tx, tenant: &TenantId, resource: &Resource) -> Result<(), StoreError> {
    if resource.is_default {
        clear_default(tx, tenant).await?;
    }
    table::update(tx, tenant, resource).await?;
    tenants::bump_version(tx, tenant).await
}

async fn clear_default(tx: &Tx, tenant: &TenantId) -> Result<(), StoreError> {
    let statement = sql!("update resources set is_default = false where tenant_id = $1 and is_default");
    tx.execute(statement, args![tenant]).await.map(drop)
}

/// Removes a resource with its scopes; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from resources where tenant_id = $1 and id = $2");
    let deleted = tx.execute(statement, args![tenant, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}

/// All scopes of a resource, by name.
pub async fn list_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    resource_id: &str,
) -> Result<Vec<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        scope_columns!(),
        " from scopes where tenant_id = $1 and resource_id = $2 order by name"
    ));
    table::list(exec, statement, args![tenant, resource_id]).await
}

/// All scopes of several resources, by name.
pub async fn list_scopes_of(
    exec: &dyn Executor,
    tenant: &TenantId,
    resource_ids: &[String],
) -> Result<Vec<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        scope_columns!(),
        " from scopes where tenant_id = $1 and resource_id {in $2} order by name"
    ));
    table::list(exec, statement, args![tenant, resource_ids]).await
}

/// Which scopes a list shows.
#[derive(Clone, Debug, Default)]
pub struct ScopeFilter {
    /// Over id, name and description.
    pub search: Search,
    /// Only those of this resource.
    pub resource_id: Option<String>,
    /// Only those of this organization role.
    pub organization_role_id: Option<String>,
}

/// Scopes that match the filter, newest first.
pub async fn search_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &ScopeFilter,
    page: Page,
) -> Result<Listed<Scope>, StoreError> {
    let mut condition = Filter::tenant(tenant);
    condition.and_some("t.resource_id = $n", filter.resource_id.as_ref());
    condition.related(&ORGANIZATION_ROLES, filter.organization_role_id.as_ref());
    condition.search(&filter.search, SCOPE_SEARCH_FIELDS, exec.kind())?;
    SCOPES.page(exec, tenant, condition, page).await
}

/// The scope of this id in a resource.
pub async fn find_scope(
    exec: &dyn Executor,
    tenant: &TenantId,
    resource_id: &str,
    id: &str,
) -> Result<Option<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        scope_columns!(),
        " from scopes where tenant_id = $1 and resource_id = $2 and id = $3"
    ));
    table::find(exec, statement, args![tenant, resource_id, id]).await
}

/// The scopes of these ids.
pub async fn list_scopes_by_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        scope_columns!(),
        " from scopes where tenant_id = $1 and id {in $2} order by id"
    ));
    table::list(exec, statement, args![tenant, ids]).await
}

/// Adds a scope.
pub async fn insert_scope(tx: &Tx, tenant: &TenantId, scope: &Scope) -> Result<(), StoreError> {
    table::insert(tx, tenant, scope).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces a scope.
pub async fn update_scope(tx: &Tx, tenant: &TenantId, scope: &Scope) -> Result<(), StoreError> {
    table::update(tx, tenant, scope).await?;
    tenants::bump_version(tx, tenant).await
}

/// Removes a scope; says whether it was there.
pub async fn delete_scope(
    tx: &Tx,
    tenant: &TenantId,
    resource_id: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!("delete from scopes where tenant_id = $1 and resource_id = $2 and id = $3");
    let deleted = tx.execute(statement, args![tenant, resource_id, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
