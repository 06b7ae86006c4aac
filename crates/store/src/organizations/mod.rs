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
use crate::filter::{Field, Filter, List, Listed, Page, Relation};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, row_counts, sql};

stored! {
    Organization, "organizations", columns {
        id plain, name plain, description plain, custom_data json, is_mfa_required plain, color json,
        branding json, custom_css plain, created_at plain,
    }
}

pub(crate) const LIST: List =
    List { table: "organizations", columns: columns!(), order: "t.created_at desc, t.id", counter: None };
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
    Relation { table: "organization_user_relations", row: "organization_id", to: "user_id", counter: None };
const APPLICATIONS: Relation = Relation {
    table: "organization_application_relations",
    row: "organization_id",
    to: "application_id",
    counter: None,
};

/// Organizations of the tenant, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &OrganizationFilter,
    page: Page,
) -> Result<Listed<Organization>, StoreError> {
    LIST.page(exec, tenant, filter.build(exec, tenant)?, page).await
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
    /// Some of them.
    pub faces: Vec<Face>,
}

macro_rules! face_at {
    ($place:literal) => {
        concat!(
            "select o.id as organization_id, ",
            $place,
            " as place, (
                 select m.user_id from organization_user_relations m
                 where m.tenant_id = $1 and m.organization_id = o.id
                 order by m.user_id limit 1 offset ",
            $place,
            ") as user_id
             from organizations o where o.tenant_id = $1 and o.id {in $2}"
        )
    };
}

/// The members of these organizations by organization, with up to three faces each; those without members are
/// left out.
pub async fn list_faces(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<HashMap<String, Membership>, StoreError> {
    let counts = row_counts::of_each(exec, tenant, row_counts::ORGANIZATION, ids).await?;
    let mut memberships: HashMap<String, Membership> =
        counts.into_iter().map(|(id, count)| (id, Membership { count, faces: Vec::new() })).collect();
    // Of each its first members by id, which an index holds in order.
    let statement = sql!(concat!(
        "select f.organization_id, u.id, u.avatar, u.name from (",
        face_at!("0"),
        " union all ",
        face_at!("1"),
        " union all ",
        face_at!("2"),
        ") f join users u on u.tenant_id = $1 and u.id = f.user_id order by f.organization_id, f.place"
    ));
    for row in exec.query(statement, args![tenant, ids]).await? {
        let face = Face { id: row.at(1)?, avatar: row.at(2)?, name: row.at(3)? };
        memberships.entry(row.at(0)?).or_default().faces.push(face);
    }
    Ok(memberships)
}
