//! Applications (OAuth clients) and their secrets.

use portico_model::{Application, ApplicationSecret, ApplicationType, TenantId};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page, Relation};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    Application, "applications", columns {
        id plain, name plain, secret plain, description plain, kind("type") text, oidc_client_metadata json,
        custom_client_metadata json, protected_app_metadata json_or_null, custom_data json,
        is_third_party plain, app_level_access_control_enabled plain, created_at plain,
    }
}

stored! {
    ApplicationSecret, "application_secrets", secret_columns {
        application_id plain, name plain, value plain, created_at plain, expires_at plain,
    }
}

/// Which applications a list shows.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// Only these types; empty means all.
    pub types: Vec<ApplicationType>,
    /// Only third-party applications, or only others.
    pub is_third_party: Option<bool>,
    /// Over id, name and description.
    pub search: Search,
    /// Only applications that have this role.
    pub role_id: Option<String>,
    /// Leave out applications that have this role.
    pub exclude_role_id: Option<String>,
    /// Only applications that are members of this organization.
    pub organization_id: Option<String>,
    /// Leave out applications that are members of this organization.
    pub exclude_organization_id: Option<String>,
}

pub(crate) const LIST: List =
    List { table: "applications", columns: columns!(), order: "t.created_at desc, t.id", counter: None };
const ROLES: Relation =
    Relation { table: "applications_roles", row: "application_id", to: "role_id", counter: None };
const ORGANIZATIONS: Relation = Relation {
    table: "organization_application_relations",
    row: "application_id",
    to: "organization_id",
    counter: None,
};
const SEARCH_FIELDS: &[Field] = &[
    Field { name: "id", column: "t.id", folded: "lower(t.id)" },
    Field { name: "name", column: "t.name", folded: "lower(t.name)" },
    Field { name: "description", column: "t.description", folded: "lower(t.description)" },
];

impl ApplicationFilter {
    pub(crate) fn build(&self, exec: &dyn Executor, tenant: &TenantId) -> Result<Filter, StoreError> {
        let mut filter = Filter::tenant(tenant);
        if !self.types.is_empty() {
            filter.and("t.type {in $n}", Arg::list(self.types.iter().map(|kind| kind.as_str())));
        }
        filter.and_some("t.is_third_party = $n", self.is_third_party);
        filter.related(&ROLES, self.role_id.as_ref());
        filter.unrelated(&ROLES, self.exclude_role_id.as_ref());
        filter.related(&ORGANIZATIONS, self.organization_id.as_ref());
        filter.unrelated(&ORGANIZATIONS, self.exclude_organization_id.as_ref());
        filter.search(&self.search, SEARCH_FIELDS, exec.kind())?;
        Ok(filter)
    }
}

/// Applications of the tenant, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &ApplicationFilter,
    page: Page,
) -> Result<Listed<Application>, StoreError> {
    LIST.page(exec, tenant, filter.build(exec, tenant)?, page).await
}

/// Names of these applications, each with its id and whether somebody else runs it.
pub async fn list_names(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<(String, String, bool)>, StoreError> {
    let statement = sql!(
        "select id, name, is_third_party from applications where tenant_id = $1 and id {in $2} order by id"
    );
    let rows = exec.query(statement, args![tenant, ids]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?, row.at(2)?))).collect()
}

/// The application of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Application>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from applications where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The applications of these ids, by id.
pub async fn list_by_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<Application>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from applications where tenant_id = $1 and id {in $2} order by id"
    ));
    table::list(exec, statement, args![tenant, ids]).await
}

/// The application of this id, locked until the transaction ends, to be changed and given to [`update`].
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Application>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from applications where tenant_id = $1 and id = $2 {lock}"));
    table::find(tx, statement, args![tenant, id]).await
}

/// Adds an application.
pub async fn insert(tx: &Tx, tenant: &TenantId, application: &Application) -> Result<(), StoreError> {
    table::insert(tx, tenant, application).await?;
    tenants::bump_version(tx, tenant).await
}

/// Replaces an application.
pub async fn update(tx: &Tx, tenant: &TenantId, application: &Application) -> Result<(), StoreError> {
    table::update(tx, tenant, application).await?;
    tenants::bump_version(tx, tenant).await
}

/// Removes an application with all that belongs to it; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from applications where tenant_id = $1 and id = $2");
    let deleted = tx.execute(statement, args![tenant, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}

/// The secrets of an application, oldest first.
pub async fn list_secrets(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<ApplicationSecret>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        secret_columns!(),
        " from application_secrets where tenant_id = $1 and application_id = $2 order by created_at, name"
    ));
    table::list(exec, statement, args![tenant, application_id]).await
}

/// Adds a secret.
pub async fn insert_secret(tx: &Tx, tenant: &TenantId, secret: &ApplicationSecret) -> Result<(), StoreError> {
    table::insert(tx, tenant, secret).await?;
    tenants::bump_version(tx, tenant).await
}

/// Renames a secret.
pub async fn rename_secret(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
    name: &str,
    new_name: &str,
) -> Result<ApplicationSecret, StoreError> {
    let statement = sql!(concat!(
        "update application_secrets set name = $4
         where tenant_id = $1 and application_id = $2 and name = $3 returning ",
        secret_columns!()
    ));
    let found = table::find(tx, statement, args![tenant, application_id, name, new_name]).await?;
    tenants::bump_version(tx, tenant).await?;
    found.ok_or(StoreError::NotFound)
}

/// Removes a secret; says whether it was there.
pub async fn delete_secret(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    let statement =
        sql!("delete from application_secrets where tenant_id = $1 and application_id = $2 and name = $3");
    let deleted = tx.execute(statement, args![tenant, application_id, name]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}

/// Whether a user is among those that an application with access control is open to: named, or through a role, an
/// organization or a role there.
pub async fn is_open_to_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    user_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "select exists (
             select 1 from application_access_control_user_relations a
             where a.tenant_id = $1 and a.application_id = $2 and a.user_id = $3
             union all
             select 1 from application_access_control_user_role_relations a
             join users_roles u on u.tenant_id = a.tenant_id and u.role_id = a.role_id
             where a.tenant_id = $1 and a.application_id = $2 and u.user_id = $3
             union all
             select 1 from application_access_control_organization_relations a
             join organization_user_relations u
                 on u.tenant_id = a.tenant_id and u.organization_id = a.organization_id
             where a.tenant_id = $1 and a.application_id = $2 and u.user_id = $3
             union all
             select 1 from application_access_control_org_role_relations a
             join organization_role_user_relations u on u.tenant_id = a.tenant_id
                 and u.organization_id = a.organization_id and u.organization_role_id = a.organization_role_id
             where a.tenant_id = $1 and a.application_id = $2 and u.user_id = $3
         ) as found"
    );
    table::value(exec, statement, args![tenant, application_id, user_id]).await
}
