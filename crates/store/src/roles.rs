//! Roles, what they allow, and who holds them.

use portico_model::{
    ApplicationType, TenantId,
    resource::Scope,
    role::{Role, RoleType},
};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page, Relation};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, row_counts, sql, tenants};

stored! {
    Role, "roles", columns {
        id plain, name plain, description plain, kind("type") text, is_default plain,
    }
}

pub(crate) const LIST: List = List { table: "roles", columns: columns!(), order: "t.id", counter: None };
const USERS: Relation = Relation { table: "users_roles", row: "role_id", to: "user_id", counter: None };
const APPLICATIONS: Relation =
    Relation { table: "applications_roles", row: "role_id", to: "application_id", counter: None };
const SEARCH_FIELDS: &[Field] = &[
    Field { name: "id", column: "t.id", folded: "lower(t.id)" },
    Field { name: "name", column: "t.name", folded: "lower(t.name)" },
    Field { name: "description", column: "t.description", folded: "lower(t.description)" },
];

/// Which roles a list shows.
#[derive(Clone, Debug, Default)]
pub struct RoleFilter {
    /// Only roles for users, or only for machines.
    pub kind: Option<RoleType>,
    /// Over id, name and description.
    pub search: Search,
    /// Only roles this user holds.
    pub user_id: Option<String>,
    /// Leave out roles this user holds.
    pub exclude_user_id: Option<String>,
    /// Only roles this application holds.
    pub application_id: Option<String>,
    /// Leave out roles this application holds.
    pub exclude_application_id: Option<String>,
    /// Leave out roles whose names the server keeps to itself (`#internal:`).
    pub exclude_internal: bool,
}

impl RoleFilter {
    pub(crate) fn build(&self, exec: &dyn Executor, tenant: &TenantId) -> Result<Filter, StoreError> {
        let mut filter = Filter::tenant(tenant);
        filter.and_some("t.type = $n", self.kind.map(|kind| kind.as_str()));
        filter.and_some("t.name not like $n", self.exclude_internal.then_some("#internal:%"));
        filter.related(&USERS, self.user_id.as_ref());
        filter.unrelated(&USERS, self.exclude_user_id.as_ref());
        filter.related(&APPLICATIONS, self.application_id.as_ref());
        filter.unrelated(&APPLICATIONS, self.exclude_application_id.as_ref());
        filter.search(&self.search, SEARCH_FIELDS, exec.kind())?;
        Ok(filter)
    }
}

/// Roles of the tenant, by id.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &RoleFilter,
    page: Page,
) -> Result<Listed<Role>, StoreError> {
    LIST.page(exec, tenant, filter.build(exec, tenant)?, page).await
}

/// The role of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Role>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from roles where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The role with this name.
pub async fn find_by_name(
    exec: &dyn Executor,
    tenant: &TenantId,
    name: &str,
) -> Result<Option<Role>, StoreError> {
    let statement = sql!(concat!("select ", columns!(), " from roles where tenant_id = $1 and name = $2"));
    table::find(exec, statement, args![tenant, name]).await
}

/// The roles of these ids, by id.
pub async fn list_by_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<Role>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from roles where tenant_id = $1 and id {in $2} order by id"));
    table::list(exec, statement, args![tenant, ids]).await
}

/// The roles of these names, by id.
pub async fn list_by_names(
    exec: &dyn Executor,
    tenant: &TenantId,
    names: &[String],
) -> Result<Vec<Role>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from roles where tenant_id = $1 and name {in $2} order by id"));
    table::list(exec, statement, args![tenant, names]).await
}

/// The roles every new user gets.
pub async fn list_default(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<Role>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from roles where tenant_id = $1 and is_default and type = 'User' order by id"
    ));
    table::list(exec, statement, args![tenant]).await
}

/// The roles a user holds, by id.
pub async fn list_for_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<Vec<Role>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from roles where tenant_id = $1 and id in (
              select role_id from users_roles where tenant_id = $1 and user_id = $2) order by id"
    ));
    table::list(exec, statement, args![tenant, user_id]).await
}

/// The roles an application holds, by id.
pub async fn list_for_application(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Vec<Role>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from roles where tenant_id = $1 and id in (
              select role_id from applications_roles where tenant_id = $1 and application_id = $2) order by id"
    ));
    table::list(exec, statement, args![tenant, application_id]).await
}

/// Adds a role.
pub async fn insert(exec: &dyn Executor, tenant: &TenantId, role: &Role) -> Result<(), StoreError> {
    table::insert(exec, tenant, role).await
}

/// Replaces a role.
pub async fn update(exec: &dyn Executor, tenant: &TenantId, role: &Role) -> Result<(), StoreError> {
    table::update(exec, tenant, role).await
}

/// Removes a role; says whether it was there.
pub async fn delete(tx: &Tx, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from roles where tenant_id = $1 and id = $2");
    let deleted = tx.execute(statement, args![tenant, id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}

/// Names of the resource's scopes that the user has through roles.
pub async fn scopes_for_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    resource_indicator: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from scopes
         where tenant_id = $1
             and resource_id = (select id from resources where tenant_id = $1 and indicator = $3)
             and id in (
                 select scope_id from roles_scopes where tenant_id = $1 and role_id in (
                     select role_id from users_roles where tenant_id = $1 and user_id = $2))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, user_id, resource_indicator]).await
}

/// Names of the resource's scopes that the user has through roles, also those held in organizations.
pub async fn all_scopes_for_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    resource_indicator: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from scopes
         where tenant_id = $1
             and resource_id = (select id from resources where tenant_id = $1 and indicator = $3)
             and (id in (
                 select scope_id from roles_scopes where tenant_id = $1 and role_id in (
                     select role_id from users_roles where tenant_id = $1 and user_id = $2))
             or id in (
                 select scope_id from organization_role_resource_scope_relations
                 where tenant_id = $1 and organization_role_id in (
                     select organization_role_id from organization_role_user_relations
                     where tenant_id = $1 and user_id = $2)))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, user_id, resource_indicator]).await
}

/// Names of the resource's scopes that the application has through roles.
pub async fn scopes_for_application(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
    resource_indicator: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select name from scopes
         where tenant_id = $1
             and resource_id = (select id from resources where tenant_id = $1 and indicator = $3)
             and id in (
                 select scope_id from roles_scopes where tenant_id = $1 and role_id in (
                     select role_id from applications_roles where tenant_id = $1 and application_id = $2))
         order by name"
    );
    table::list_values(exec, statement, args![tenant, application_id, resource_indicator]).await
}

/// Gives roles to an application; those already held stay.
pub async fn assign_to_application(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
    role_ids: &[String],
) -> Result<u64, StoreError> {
    let row = |role_id: &String| args![tenant, portico_crypto::id::standard_id(), application_id, role_id];
    let head = "insert into applications_roles (tenant_id, id, application_id, role_id)";
    let tail = "on conflict (tenant_id, application_id, role_id) do nothing";
    let added = table::insert_rows(tx, head, role_ids.iter().map(row).collect(), tail).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(added)
}

/// Gives a role to applications; those that have it keep it.
pub async fn assign_to_applications(
    tx: &Tx,
    tenant: &TenantId,
    role_id: &str,
    application_ids: &[String],
) -> Result<u64, StoreError> {
    let row =
        |application_id: &String| args![tenant, portico_crypto::id::standard_id(), application_id, role_id];
    let head = "insert into applications_roles (tenant_id, id, application_id, role_id)";
    let tail = "on conflict (tenant_id, application_id, role_id) do nothing";
    let added = table::insert_rows(tx, head, application_ids.iter().map(row).collect(), tail).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(added)
}

/// Which of these applications hold the role.
pub async fn list_application_holders(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    application_ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select application_id from applications_roles
         where tenant_id = $1 and role_id = $2 and application_id {in $3}"
    );
    table::list_values(exec, statement, args![tenant, role_id, application_ids]).await
}

/// Makes these the roles of the application.
pub async fn replace_for_application(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
    role_ids: &[String],
) -> Result<(), StoreError> {
    let statement = sql!(
        "delete from applications_roles where tenant_id = $1 and application_id = $2 and not (role_id {in $3})"
    );
    tx.execute(statement, args![tenant, application_id, role_ids]).await?;
    assign_to_application(tx, tenant, application_id, role_ids).await.map(drop)
}

/// Takes a role from an application; says whether it had it.
pub async fn remove_from_application(
    tx: &Tx,
    tenant: &TenantId,
    application_id: &str,
    role_id: &str,
) -> Result<bool, StoreError> {
    let statement =
        sql!("delete from applications_roles where tenant_id = $1 and application_id = $2 and role_id = $3");
    let removed = tx.execute(statement, args![tenant, application_id, role_id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(removed == 1)
}

/// The scopes of a role, by name.
pub async fn list_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
) -> Result<Vec<Scope>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        crate::resources::scope_columns!(),
        " from scopes where tenant_id = $1 and id in (
              select scope_id from roles_scopes where tenant_id = $1 and role_id = $2) order by name, id"
    ));
    table::list(exec, statement, args![tenant, role_id]).await
}

/// Ids of the scopes of several roles: role and scope, in no order.
pub async fn list_scope_ids_of(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    let statement =
        sql!("select role_id, scope_id from roles_scopes where tenant_id = $1 and role_id {in $2}");
    let rows = exec.query(statement, args![tenant, role_ids]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
}

/// Adds scopes to a role; those it has stay.
pub async fn assign_scopes(
    tx: &Tx,
    tenant: &TenantId,
    role_id: &str,
    scope_ids: &[String],
) -> Result<u64, StoreError> {
    let row = |scope_id: &String| args![tenant, portico_crypto::id::standard_id(), role_id, scope_id];
    let head = "insert into roles_scopes (tenant_id, id, role_id, scope_id)";
    let tail = "on conflict (tenant_id, role_id, scope_id) do nothing";
    let added = table::insert_rows(tx, head, scope_ids.iter().map(row).collect(), tail).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(added)
}

/// Takes a scope from a role; says whether it had it.
pub async fn remove_scope(
    tx: &Tx,
    tenant: &TenantId,
    role_id: &str,
    scope_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!("delete from roles_scopes where tenant_id = $1 and role_id = $2 and scope_id = $3");
    let removed = tx.execute(statement, args![tenant, role_id, scope_id]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(removed == 1)
}

/// How many users hold each of these roles; roles nobody holds are left out.
pub async fn count_users(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    row_counts::of_each(exec, tenant, row_counts::ROLE, role_ids).await
}

/// How many applications hold each of these roles; roles none holds are left out.
pub async fn count_applications(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    let statement = sql!(
        "select role_id, count(*) from applications_roles
         where tenant_id = $1 and role_id {in $2} group by role_id"
    );
    counts(exec, statement, tenant, role_ids).await
}

async fn counts(
    exec: &dyn Executor,
    statement: &'static crate::Statement,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = exec.query(statement, vec![Arg::from(tenant), Arg::from(ids)]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
}

/// A few of those who hold a role, each with the role's id; the first three by id, which an index holds in order.
macro_rules! first_holders {
    ($columns:literal, $table:literal, $held:literal, $holder:literal) => {
        sql!(concat!(
            "select f.role_id, ", $columns, " from (",
            first_holders!(@place "0", $held, $holder), " union all ",
            first_holders!(@place "1", $held, $holder), " union all ",
            first_holders!(@place "2", $held, $holder),
            ") f join ", $table, " h on h.tenant_id = $1 and h.id = f.holder_id order by f.role_id, f.place"
        ))
    };
    (@place $place:literal, $held:literal, $holder:literal) => {
        concat!(
            "select r.id as role_id, ", $place, " as place, (
                 select x.", $holder, " from ", $held, " x where x.tenant_id = $1 and x.role_id = r.id
                 order by x.", $holder, " limit 1 offset ", $place, ") as holder_id
             from roles r where r.tenant_id = $1 and r.id {in $2}"
        )
    };
}

/// A user as a face in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeaturedUser {
    /// A role the user holds.
    pub role_id: String,
    /// The user.
    pub id: String,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Display name.
    pub name: Option<String>,
}

/// Up to three users who hold each of these roles.
pub async fn list_featured_users(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<Vec<FeaturedUser>, StoreError> {
    let statement = first_holders!("h.id, h.avatar, h.name", "users", "users_roles", "user_id");
    let rows = exec.query(statement, args![tenant, role_ids]).await?;
    let read = |row: &crate::Row| {
        Ok(FeaturedUser { role_id: row.at(0)?, id: row.at(1)?, avatar: row.at(2)?, name: row.at(3)? })
    };
    rows.iter().map(read).collect()
}

/// An application as an icon in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeaturedApplication {
    /// A role the application holds.
    pub role_id: String,
    /// The application.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What kind of application it is.
    pub kind: ApplicationType,
}

/// Up to three applications that hold each of these roles.
pub async fn list_featured_applications(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_ids: &[String],
) -> Result<Vec<FeaturedApplication>, StoreError> {
    let statement =
        first_holders!("h.id, h.name, h.type", "applications", "applications_roles", "application_id");
    let rows = exec.query(statement, args![tenant, role_ids]).await?;
    let read = |row: &crate::Row| {
        let kind = row.at::<table::EnumText<ApplicationType>>(3)?.0;
        Ok(FeaturedApplication { role_id: row.at(0)?, id: row.at(1)?, name: row.at(2)?, kind })
    };
    rows.iter().map(read).collect()
}
