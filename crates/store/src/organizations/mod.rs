//! Organizations: customer companies or teams. This file keeps the organizations themselves; `members` who belongs
//! to them and the roles held there, `roles` and `scopes` the template that all organizations share, `claims` what
//! sign-in and tokens ask of all that, `jit` whom an organization takes in by itself.

pub mod claims;
pub mod jit;
pub mod members;
pub mod roles;
pub mod scopes;

use std::collections::HashMap;

use portico_model::{TenantId, organization::Organization};

use crate::db::{Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page, Relation, Search};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    Organization, "organizations", columns {
        id plain, name plain, description plain, custom_data json, is_mfa_required plain, color json,
        branding json, custom_css plain, created_at plain,
    }
}

pub(crate) const LIST: List =
    List { table: "organizations", columns: columns!(), order: "t.created_at desc, t.id" };
const SEARCH_FIELDS: &[Field] = &[
    Field { name: "id", column: "t.id", folded: "lower(t.id)" },
    Field { name: "name", column: "t.name", folded: "lower(t.name)" },
];

/// Which organizations a list shows.
#[derive(Clone, Debug, Default)]
pub struct OrganizationFilter {
    /// Over id and name.
    pub search: Search,
    /// Only those with this user as member.
    pub user_id: Option<String>,
    /// Only those with this application as member.
    pub application_id: Option<String>,
}

impl OrganizationFilter {
    pub(crate) fn build(&self, exec: &dyn Executor, tenant: &TenantId) -> Result<Filter, StoreError> {
        let mut filter = Filter::tenant(tenant);
        filter.related(&USERS, self.user_id.as_ref());
        filter.related(&APPLICATIONS, self.application_id.as_ref());
        filter.search(&self.search, SEARCH_FIELDS, exec.kind())?;
        Ok(filter)
    }
}

const USERS: Relation =
    Relation { table: "organization_user_relations", row: "organization_id", to: "user_id" };
const APPLICATIONS: Relation =
    Relation { table: "organization_application_relations", row: "organization_id", to: "application_id" };

/// Organizations of the tenant, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &OrganizationFilter,
    page: Page,
) -> Result<Listed<Organization>, StoreError> {
    LIST.page(exec, filter.build(exec, tenant)?, page).await
}

/// The organization of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Organization>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from organizations where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The organization of this id, locked until the transaction ends.
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Organization>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from organizations where tenant_id = $1 and id = $2 {lock}"));
    table::find(tx, statement, args![tenant, id]).await
}

/// Adds an organization.
pub async fn insert(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization: &Organization,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, organization).await
}

/// Replaces an organization.
pub async fn update(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization: &Organization,
) -> Result<(), StoreError> {
    table::update(exec, tenant, organization).await
}

/// Removes an organization with its memberships; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from organizations where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}

/// What a list shows of a member.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "plain names")]
pub struct Face {
    pub id: String,
    pub avatar: Option<String>,
    pub name: Option<String>,
}

/// The members of an organization, as far as a list shows them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Membership {
    /// How many there are.
    pub count: i64,
    /// The newest.
    pub faces: Vec<Face>,
}

/// The members of these organizations by organization, at most `limit` faces each; those without members are
/// left out.
pub async fn list_faces(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
    limit: i64,
) -> Result<HashMap<String, Membership>, StoreError> {
    let statement = sql!(
        "select organization_id, members, id, avatar, name from (
             select m.organization_id, u.id, u.avatar, u.name,
                    count(*) over (partition by m.organization_id) as members,
                    row_number() over (partition by m.organization_id order by u.created_at desc, u.id) as place
             from organization_user_relations m
             join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
             where m.tenant_id = $1 and m.organization_id {in $2}) as ranked
         where place <= $3 order by organization_id, place"
    );
    let mut memberships: HashMap<String, Membership> = HashMap::new();
    for row in exec.query(statement, args![tenant, ids, limit]).await? {
        let membership = memberships.entry(row.get("organization_id")?).or_default();
        membership.count = row.get("members")?;
        membership.faces.push(Face {
            id: row.get("id")?,
            avatar: row.get("avatar")?,
            name: row.get("name")?,
        });
    }
    Ok(memberships)
}
