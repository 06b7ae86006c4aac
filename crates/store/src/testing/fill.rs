//! Many rows at once, made by the database itself: users, their roles, organizations, members and the audit log.
//! For measuring and for tests of plans, never for a database that serves.

use portico_model::TenantId;

use crate::args;
use crate::db::{Db, Kind, Statement, StoreError};

/// How much to make.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Users; every one holds the role [`EVERYBODYS_ROLE`], every thousandth [`RARE_ROLE`].
    pub users: i64,
    /// Entries of the audit log.
    pub logs: i64,
}

/// A role that every user holds.
pub const EVERYBODYS_ROLE: &str = "fill_role_all";
/// A role that few users hold.
pub const RARE_ROLE: &str = "fill_role_few";
/// The organization with the most members: a tenth of all users. Others have a hundred each.
pub const LARGEST_ORGANIZATION: &str = "fill_org_0";
/// Rows of one transaction.
const BATCH: i64 = 50_000;

/// The nth user's id: ids are met in no order, as real ones.
#[must_use]
pub fn user_id(number: i64) -> String {
    format!("u{}", 1_000_000_000 + (number * 48_271) % 999_999_937)
}

/// `n(i)`: the numbers from `$2` until before `$3`, and with them the columns of the nth user's id.
const NUMBERS: &str = "with recursive n(i) as (
    select cast($2 as bigint) union all select i + 1 from n where i + 1 < cast($3 as bigint))";
const USER_ID: &str = "'u' || cast(1000000000 + (i * 48271) % 999999937 as text)";
const APPLICATIONS: &str = "'app' || cast(i % 20 as text)";

/// Makes the rows in transactions of their own, and has the planner's statistics gathered.
pub async fn fill(db: &Db, tenant: &TenantId, size: Size) -> Result<(), StoreError> {
    let organizations = (size.users / 100).max(1);
    let roles = "insert into roles (tenant_id, id, name, description, type)
        select $1, 'fill_role_' || n.name, 'fill ' || n.name, 'fill', 'User'
        from (select 'all' as name union all select 'few') n where cast($2 as bigint) < cast($3 as bigint)";
    batches(db, tenant, roles, 0, 1).await?;
    let text = format!(
        "{NUMBERS} insert into organizations (tenant_id, id, name, created_at)
         select $1, 'fill_org_' || cast(i as text), 'Organization ' || cast(i as text), 1700000000000 + i from n"
    );
    batches(db, tenant, &text, 0, organizations).await?;
    let text = format!(
        "{NUMBERS} insert into users
             (tenant_id, id, username, primary_email, primary_phone, name, name_folded, created_at, updated_at)
         select $1, {USER_ID}, 'fill_' || cast(i as text), 'person' || cast(i as text) || '@example.com',
             cast(491500000000 + i as text), 'Person Number ' || cast(i as text),
             'person number ' || cast(i as text), 1700000000000 + i * 1000, 1700000000000 + i * 1000 from n"
    );
    batches(db, tenant, &text, 0, size.users).await?;
    let text = format!(
        "{NUMBERS} insert into users_roles (tenant_id, id, user_id, role_id)
         select $1, 'a' || cast(i as text), {USER_ID}, '{EVERYBODYS_ROLE}' from n
         union all select $1, 'b' || cast(i as text), {USER_ID}, '{RARE_ROLE}' from n where i % 1000 = 0"
    );
    batches(db, tenant, &text, 0, size.users).await?;
    let text = format!(
        "{NUMBERS} insert into organization_user_relations (tenant_id, organization_id, user_id)
         select $1, 'fill_org_' || cast(1 + i % {organizations} as text), {USER_ID} from n where 1 + i % {organizations} < {organizations}
         union all select $1, '{LARGEST_ORGANIZATION}', {USER_ID} from n where i % 10 = 0"
    );
    batches(db, tenant, &text, 0, size.users).await?;
    let text = format!(
        "{NUMBERS} insert into logs (tenant_id, id, key, payload, created_at, user_id, application_id)
         select $1, 'log' || cast(i as text), case i % 4 when 0 then 'Interaction.SignIn.Submit'
                 when 1 then 'ExchangeTokenBy.AuthorizationCode' when 2 then 'ExchangeTokenBy.RefreshToken'
                 else 'Interaction.SignIn.Verification.Password.Submit' end,
             '{{\"result\":\"Success\",\"ip\":\"192.0.2.1\",\"userAgent\":\"Mozilla/5.0\"}}', 1700000000000 + i * 100,
             'u' || cast(1000000000 + ((i % {users}) * 48271) % 999999937 as text), {APPLICATIONS} from n",
        users = size.users.max(1)
    );
    batches(db, tenant, &text, 0, size.logs).await?;
    crate::row_counts::fold(db, tenant).await?;
    // PostgreSQL needs to know which pages are visible to all before it reads an index alone.
    let tables =
        ["users", "users_roles", "organization_user_relations", "organizations", "logs", "row_counts"];
    for table in tables {
        let text = if db.kind() == Kind::Postgres {
            format!("vacuum analyze {table}")
        } else {
            "analyze".to_owned()
        };
        db.execute(&Statement::dynamic(text), args![]).await?;
        if db.kind() == Kind::Sqlite {
            break;
        }
    }
    Ok(())
}

async fn batches(db: &Db, tenant: &TenantId, text: &str, from: i64, until: i64) -> Result<(), StoreError> {
    let mut from = from;
    while from < until {
        let next = (from + BATCH).min(until);
        db.execute(&Statement::dynamic(text.to_owned()), args![tenant, from, next]).await?;
        from = next;
    }
    Ok(())
}
