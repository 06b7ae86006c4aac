//! What third parties may ask people for: one list for each application, and one for all clients that introduce
//! themselves with a metadata document.
//!
//! The eight tables differ in their names only, so their statements are made from the two enums here.

use portico_model::{
    TenantId,
    consent::{
        ConsentResource, ConsentResourceScopes, ConsentScope, ConsentScopeKind, ConsentScopes, UserScope,
    },
};

use crate::db::{Arg, Executor, Row, Statement, StoreError};
use crate::table::{self, EnumText};
use crate::{args, sql};

/// Whose list it is.
#[derive(Clone, Copy, Debug)]
pub enum Asking<'a> {
    /// An application's.
    Application(&'a str),
    /// That of all clients with metadata documents.
    MetadataDocuments,
}

/// A table and its column of scopes.
struct Place {
    table: &'static str,
    column: &'static str,
}

impl Asking<'_> {
    const fn place(self, kind: ConsentScopeKind) -> Place {
        use ConsentScopeKind as Kind;
        let table = match (self, kind) {
            (Self::Application(_), Kind::User) => "application_user_consent_user_scopes",
            (Self::Application(_), Kind::Organization) => "application_user_consent_organization_scopes",
            (Self::Application(_), Kind::Resource) => "application_user_consent_resource_scopes",
            (Self::Application(_), Kind::OrganizationResource) => {
                "application_user_consent_organization_resource_scopes"
            }
            (Self::MetadataDocuments, Kind::User) => "cimd_user_scopes",
            (Self::MetadataDocuments, Kind::Organization) => "cimd_organization_scopes",
            (Self::MetadataDocuments, Kind::Resource) => "cimd_resource_scopes",
            (Self::MetadataDocuments, Kind::OrganizationResource) => "cimd_organization_resource_scopes",
        };
        let column = match kind {
            Kind::User => "user_scope",
            Kind::Organization => "organization_scope_id",
            Kind::Resource | Kind::OrganizationResource => "scope_id",
        };
        Place { table, column }
    }

    /// The condition that picks this list's rows of a table called `c`, and its arguments; `$1` is the tenant.
    fn rows(self, tenant: &TenantId) -> (&'static str, Vec<Arg>) {
        match self {
            Self::Application(id) => ("c.tenant_id = $1 and c.application_id = $2", args![tenant, id]),
            Self::MetadataDocuments => ("c.tenant_id = $1", args![tenant]),
        }
    }
}

/// Everything that may be asked for.
pub async fn find(
    exec: &dyn Executor,
    tenant: &TenantId,
    asking: Asking<'_>,
) -> Result<ConsentScopes, StoreError> {
    use ConsentScopeKind as Kind;
    Ok(ConsentScopes {
        organization_scopes: list_organization_scopes(exec, tenant, asking).await?,
        resource_scopes: list_resource_scopes(exec, tenant, asking, Kind::Resource).await?,
        organization_resource_scopes: list_resource_scopes(exec, tenant, asking, Kind::OrganizationResource)
            .await?,
        user_scopes: list_user_scopes(exec, tenant, asking).await?,
    })
}

async fn list_user_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    asking: Asking<'_>,
) -> Result<Vec<UserScope>, StoreError> {
    let Place { table, column } = asking.place(ConsentScopeKind::User);
    let (condition, arguments) = asking.rows(tenant);
    let text = format!("select c.{column} from {table} c where {condition} order by c.{column}");
    let found = table::list_values::<EnumText<_>>(exec, &Statement::dynamic(text), arguments).await?;
    Ok(found.into_iter().map(|scope| scope.0).collect())
}

/// Scopes within organizations that may be asked for.
pub async fn list_organization_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    asking: Asking<'_>,
) -> Result<Vec<ConsentScope>, StoreError> {
    let Place { table, column } = asking.place(ConsentScopeKind::Organization);
    let (condition, arguments) = asking.rows(tenant);
    let text = format!(
        "select s.id, s.name, s.description from {table} c
         join organization_scopes s on s.tenant_id = c.tenant_id and s.id = c.{column}
         where {condition} order by s.name"
    );
    exec.query(&Statement::dynamic(text), arguments).await?.iter().map(scope).collect()
}

fn scope(row: &Row) -> Result<ConsentScope, StoreError> {
    Ok(ConsentScope { id: row.get("id")?, name: row.get("name")?, description: row.get("description")? })
}

async fn list_resource_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    asking: Asking<'_>,
    kind: ConsentScopeKind,
) -> Result<Vec<ConsentResourceScopes>, StoreError> {
    let Place { table, column } = asking.place(kind);
    let (condition, arguments) = asking.rows(tenant);
    let text = format!(
        "select s.id, s.name, s.description, r.id as resource_id, r.name as resource_name, r.indicator
         from {table} c
         join scopes s on s.tenant_id = c.tenant_id and s.id = c.{column}
         join resources r on r.tenant_id = s.tenant_id and r.id = s.resource_id
         where {condition} order by r.id, s.name"
    );
    let mut groups: Vec<ConsentResourceScopes> = Vec::new();
    for row in exec.query(&Statement::dynamic(text), arguments).await? {
        let resource_id: String = row.get("resource_id")?;
        match groups.last_mut() {
            Some(last) if last.resource.id == resource_id => last.scopes.push(scope(&row)?),
            _ => groups.push(ConsentResourceScopes {
                resource: ConsentResource {
                    id: resource_id,
                    name: row.get("resource_name")?,
                    indicator: row.get("indicator")?,
                },
                scopes: vec![scope(&row)?],
            }),
        }
    }
    Ok(groups)
}

/// Adds scopes to a list, by id or for people's own data by name; those it has stay.
pub async fn add(
    exec: &dyn Executor,
    tenant: &TenantId,
    asking: Asking<'_>,
    kind: ConsentScopeKind,
    scopes: &[String],
) -> Result<(), StoreError> {
    let Place { table, column } = asking.place(kind);
    let (key, ids) = match asking {
        Asking::Application(id) => ("tenant_id, application_id", args![tenant, id]),
        Asking::MetadataDocuments => ("tenant_id", args![tenant]),
    };
    let row = |scope: &String| ids.iter().cloned().chain([Arg::from(scope)]).collect();
    let head = format!("insert into {table} ({key}, {column})");
    let tail = format!("on conflict ({key}, {column}) do nothing");
    table::insert_rows(exec, &head, scopes.iter().map(row).collect(), &tail).await.map(drop)
}

/// Takes a scope off a list; says whether it was there.
pub async fn remove(
    exec: &dyn Executor,
    tenant: &TenantId,
    asking: Asking<'_>,
    kind: ConsentScopeKind,
    scope: &str,
) -> Result<bool, StoreError> {
    let Place { table, column } = asking.place(kind);
    let (condition, mut arguments) = asking.rows(tenant);
    arguments.push(Arg::from(scope));
    let place = arguments.len();
    let text = format!("delete from {table} as c where {condition} and c.{column} = ${place}");
    Ok(exec.execute(&Statement::dynamic(text), arguments).await? == 1)
}

/// How many of these organization scopes there are.
pub async fn count_organization_scopes(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<i64, StoreError> {
    let statement = sql!("select count(*) from organization_scopes where tenant_id = $1 and id {in $2}");
    table::value(exec, statement, args![tenant, ids]).await
}
