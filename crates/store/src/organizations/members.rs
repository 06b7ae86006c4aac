//! Members of organizations and the roles they hold there. Users and applications are kept in tables of the same
//! shape, so one text serves both.

use std::collections::HashMap;

use portico_model::{
    TenantId,
    organization::{Named, OrganizationScope},
};

use super::scopes;
use crate::db::{Executor, StoreError, Tx};
use crate::{args, sql, table};

/// What can be a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A person.
    User,
    /// A machine-to-machine application.
    Application,
}

/// One piece of a statement: a literal, or a name that differs by kind.
macro_rules! piece {
    (User members) => {
        "organization_user_relations"
    };
    (User held) => {
        "organization_role_user_relations"
    };
    (User member_id) => {
        "user_id"
    };
    (Application members) => {
        "organization_application_relations"
    };
    (Application held) => {
        "organization_role_application_relations"
    };
    (Application member_id) => {
        "application_id"
    };
    ($kind:ident $text:literal) => {
        $text
    };
}

/// The statement for a kind of member, from texts and the names `members` (the table of memberships), `held` (the
/// table of roles held) and `member_id` (the column of both). Columns in brackets are selected.
macro_rules! member_sql {
    ($kind:expr, [$($columns:tt)+] $($piece:tt)+) => {
        match $kind {
            MemberKind::User => sql!(concat!("select ", $($columns)+!(), $(piece!(User $piece)),+)),
            MemberKind::Application => {
                sql!(concat!("select ", $($columns)+!(), $(piece!(Application $piece)),+))
            }
        }
    };
    ($kind:expr, $($piece:tt)+) => {
        match $kind {
            MemberKind::User => sql!(concat!($(piece!(User $piece)),+)),
            MemberKind::Application => sql!(concat!($(piece!(Application $piece)),+)),
        }
    };
}

/// Whether this is a member of the organization.
pub async fn is_member(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    id: &str,
) -> Result<bool, StoreError> {
    let statement = member_sql!(
        kind, "select exists (select 1 from " members
        " where tenant_id = $1 and organization_id = $2 and " member_id " = $3) as found"
    );
    table::value(exec, statement, args![tenant, organization_id, id]).await
}

/// In how many of these organizations the user is a member.
pub async fn count_organizations_of_user(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    organization_ids: &[String],
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(*) from organization_user_relations
         where tenant_id = $1 and user_id = $2 and organization_id {in $3}"
    );
    table::value(exec, statement, args![tenant, user_id, organization_ids]).await
}

/// Which of these are members of the organization.
pub async fn existing_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let statement = member_sql!(
        kind, "select " member_id " from " members
        " where tenant_id = $1 and organization_id = $2 and " member_id " {in $3}"
    );
    table::list_values(exec, statement, args![tenant, organization_id, ids]).await
}

/// All members of a kind.
pub async fn list_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
) -> Result<Vec<String>, StoreError> {
    let statement = member_sql!(
        kind, "select " member_id " from " members " where tenant_id = $1 and organization_id = $2"
    );
    table::list_values(exec, statement, args![tenant, organization_id]).await
}

/// Makes these members; those who are stay. The answer is who is new.
pub async fn add(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let known = existing_ids(exec, tenant, organization_id, kind, ids).await?;
    let mut added: Vec<String> = ids.iter().filter(|id| !known.contains(id)).cloned().collect();
    added.sort_unstable();
    added.dedup();
    let rows = added.iter().map(|id| args![tenant, organization_id, id]).collect();
    let (head, tail) = match kind {
        MemberKind::User => (
            "insert into organization_user_relations (tenant_id, organization_id, user_id)",
            "on conflict (tenant_id, organization_id, user_id) do nothing",
        ),
        MemberKind::Application => (
            "insert into organization_application_relations (tenant_id, organization_id, application_id)",
            "on conflict (tenant_id, organization_id, application_id) do nothing",
        ),
    };
    table::insert_rows(exec, head, rows, tail).await?;
    Ok(added)
}

/// Who came and who went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MembershipChange {
    /// New members.
    pub added: Vec<String>,
    /// Former members.
    pub removed: Vec<String>,
}

/// Makes these the members of a kind; those who stay keep their roles.
pub async fn replace(
    tx: &Tx,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    ids: &[String],
) -> Result<MembershipChange, StoreError> {
    let statement = member_sql!(
        kind, "delete from " members
        " where tenant_id = $1 and organization_id = $2 and not (" member_id " {in $3}) returning " member_id
    );
    let removed = table::list_values(tx, statement, args![tenant, organization_id, ids]).await?;
    let added = add(tx, tenant, organization_id, kind, ids).await?;
    Ok(MembershipChange { added, removed })
}

/// Ends a membership with the roles held through it; says whether there was one.
pub async fn remove(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    id: &str,
) -> Result<bool, StoreError> {
    let statement = member_sql!(
        kind, "delete from " members " where tenant_id = $1 and organization_id = $2 and " member_id " = $3"
    );
    Ok(exec.execute(statement, args![tenant, organization_id, id]).await? == 1)
}

/// Gives every one of these members every one of these roles; those already held stay.
pub async fn add_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    ids: &[String],
    role_ids: &[String],
) -> Result<u64, StoreError> {
    let pairs = ids.iter().flat_map(|id| role_ids.iter().map(move |role_id| (id, role_id)));
    let rows = pairs.map(|(id, role_id)| args![tenant, organization_id, role_id, id]).collect();
    let (head, tail) = match kind {
        MemberKind::User => (
            "insert into organization_role_user_relations
                 (tenant_id, organization_id, organization_role_id, user_id)",
            "on conflict (tenant_id, organization_id, organization_role_id, user_id) do nothing",
        ),
        MemberKind::Application => (
            "insert into organization_role_application_relations
                 (tenant_id, organization_id, organization_role_id, application_id)",
            "on conflict (tenant_id, organization_id, organization_role_id, application_id) do nothing",
        ),
    };
    table::insert_rows(exec, head, rows, tail).await
}

/// Makes these the roles of a member.
pub async fn replace_roles(
    tx: &Tx,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    id: &String,
    role_ids: &[String],
) -> Result<(), StoreError> {
    let statement = member_sql!(
        kind, "delete from " held " where tenant_id = $1 and organization_id = $2 and " member_id
        " = $3 and not (organization_role_id {in $4})"
    );
    tx.execute(statement, args![tenant, organization_id, id, role_ids]).await?;
    add_roles(tx, tenant, organization_id, kind, std::slice::from_ref(id), role_ids).await.map(drop)
}

/// Takes a role from a member; says whether it was held.
pub async fn remove_role(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    id: &str,
    role_id: &str,
) -> Result<bool, StoreError> {
    let statement = member_sql!(
        kind, "delete from " held " where tenant_id = $1 and organization_id = $2 and " member_id
        " = $3 and organization_role_id = $4"
    );
    Ok(exec.execute(statement, args![tenant, organization_id, id, role_id]).await? == 1)
}

/// Names of the roles that these members hold in an organization, by member; members without roles are left out.
pub async fn role_names_of(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    ids: &[String],
) -> Result<HashMap<String, Vec<Named>>, StoreError> {
    let statement = member_sql!(
        kind, "select h." member_id ", r.id, r.name from " held " h
            join organization_roles r on r.tenant_id = h.tenant_id and r.id = h.organization_role_id
            where h.tenant_id = $1 and h.organization_id = $2 and h." member_id " {in $3} order by r.name"
    );
    grouped(exec, statement, args![tenant, organization_id, ids]).await
}

/// Names of the roles that a member holds in these organizations, by organization; those without roles are left out.
pub async fn role_names_in(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_ids: &[String],
    kind: MemberKind,
    id: &str,
) -> Result<HashMap<String, Vec<Named>>, StoreError> {
    let statement = member_sql!(
        kind, "select h.organization_id, r.id, r.name from " held " h
            join organization_roles r on r.tenant_id = h.tenant_id and r.id = h.organization_role_id
            where h.tenant_id = $1 and h.organization_id {in $2} and h." member_id " = $3 order by r.name"
    );
    grouped(exec, statement, args![tenant, organization_ids, id]).await
}

/// The organization scopes a member has through the roles held, by name.
pub async fn list_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    id: &str,
) -> Result<Vec<OrganizationScope>, StoreError> {
    let statement = member_sql!(
        kind, [scopes::columns] " from organization_scopes where tenant_id = $1 and id in (
             select organization_scope_id from organization_role_scope_relations
             where tenant_id = $1 and organization_role_id in (
                 select organization_role_id from " held
        " where tenant_id = $1 and organization_id = $2 and " member_id " = $3)) order by name"
    );
    table::list(exec, statement, args![tenant, organization_id, id]).await
}

/// Names of a resource's scopes that a member has through the roles held, in order.
pub async fn list_resource_scope_names(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    kind: MemberKind,
    id: &str,
    resource_indicator: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = member_sql!(
        kind, "select name from scopes where tenant_id = $1
             and resource_id = (select id from resources where tenant_id = $1 and indicator = $4)
             and id in (
                 select scope_id from organization_role_resource_scope_relations
                 where tenant_id = $1 and organization_role_id in (
                     select organization_role_id from " held
        " where tenant_id = $1 and organization_id = $2 and " member_id " = $3)) order by name"
    );
    table::list_values(exec, statement, args![tenant, organization_id, id, resource_indicator]).await
}

async fn grouped(
    exec: &dyn Executor,
    statement: &'static crate::Statement,
    arguments: Vec<crate::Arg>,
) -> Result<HashMap<String, Vec<Named>>, StoreError> {
    let mut names: HashMap<String, Vec<Named>> = HashMap::new();
    for row in exec.query(statement, arguments).await? {
        let name = Named { id: row.at(1)?, name: row.at(2)? };
        names.entry(row.at(0)?).or_default().push(name);
    }
    Ok(names)
}
