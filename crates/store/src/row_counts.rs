//! How many rows there are, kept by triggers where counting would read a million of them.

use std::collections::HashMap;

use portico_model::TenantId;

use crate::db::{Db, Executor, Kind, Statement, StoreError};
use crate::{args, sql};

/// The users of a tenant.
pub(crate) const USERS: &str = "users";
/// Begins the subject of those who hold a role.
pub(crate) const ROLE: &str = "role:";
/// Begins the subject of the members of an organization.
pub(crate) const ORGANIZATION: &str = "organization:";

/// The numbers of these subjects; those without any row are left out.
pub(crate) async fn of(
    exec: &dyn Executor,
    tenant: &TenantId,
    subjects: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let statement = sql!(
        "select subject, cast(sum(number) as bigint) from row_counts
         where tenant_id = $1 and subject {in $2} group by subject"
    );
    let rows = exec.query(statement, args![tenant, subjects]).await?;
    rows.iter().map(|row| Ok((row.at(0)?, row.at(1)?))).collect()
}

/// The number of each of these things, by id, for subjects that begin alike.
pub(crate) async fn of_each(
    exec: &dyn Executor,
    tenant: &TenantId,
    prefix: &str,
    ids: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    let subjects: Vec<String> = ids.iter().map(|id| format!("{prefix}{id}")).collect();
    let counts = of(exec, tenant, &subjects).await?.into_iter();
    Ok(counts
        .filter(|(_, number)| *number > 0)
        .filter_map(|(subject, number)| Some((subject.strip_prefix(prefix)?.to_owned(), number)))
        .collect())
}

/// Adds up what PostgreSQL's triggers noted, so that reading a number stays a matter of few rows.
pub async fn fold(db: &Db, tenant: &TenantId) -> Result<(), StoreError> {
    // SQLite's triggers keep one row for each subject. Rows that others add meanwhile are not seen, and stay.
    static FOLD: Statement = Statement::new(
        "with noted as (
             delete from row_counts where tenant_id = $1 and subject in (
                 select subject from row_counts where tenant_id = $1 group by subject having count(*) > 1)
             returning subject, number)
         insert into row_counts (tenant_id, subject, number)
         select $1, subject, sum(number) from noted group by subject having sum(number) <> 0",
    );
    match db.kind() {
        Kind::Sqlite => Ok(()),
        Kind::Postgres => db.execute(&FOLD, args![tenant]).await.map(drop),
    }
}
