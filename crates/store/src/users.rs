//! Users and the roles they hold.

use portico_model::{
    JsonObject, TenantId, User,
    phone::other_spelling,
    user::{Identities, Identity, UserSsoIdentity},
};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::filter::{Field, Filter, List, Listed, Page, Relation};
use crate::search::Search;
use crate::table::{self, stored};
use crate::{args, row_counts, sql};

stored! {
    User, "users", user_columns {
        id plain, username plain, primary_email plain, primary_phone plain, password_encrypted plain,
        password_encryption_method text_or_null, name plain, avatar plain, profile json,
        application_id plain, cimd_client_id plain, identities json, custom_data json, logto_config json,
        mfa_verifications json, is_suspended plain, is_password_expired plain, last_sign_in_at plain,
        password_updated_at plain, created_at plain, updated_at plain,
    } derived {
        // Databases fold only ASCII letters reliably; names are in every script.
        "name_folded": |user| user.name.as_ref().map(|name| name.to_lowercase()).into(),
    }
}

pub(crate) const LIST: List = List {
    table: "users",
    columns: user_columns!(),
    order: "t.created_at desc, t.id desc",
    counter: Some(row_counts::USERS),
};
const ROLES: Relation =
    Relation { table: "users_roles", row: "user_id", to: "role_id", counter: Some(row_counts::ROLE) };
const ORGANIZATIONS: Relation = Relation {
    table: "organization_user_relations",
    row: "user_id",
    to: "organization_id",
    counter: Some(row_counts::ORGANIZATION),
};
const SEARCH_FIELDS: &[Field] = &[
    Field { name: "id", column: "t.id", folded: "lower(t.id)" },
    Field { name: "primaryEmail", column: "t.primary_email", folded: "lower(t.primary_email)" },
    Field { name: "primaryPhone", column: "t.primary_phone", folded: "lower(t.primary_phone)" },
    Field { name: "username", column: "t.username", folded: "lower(t.username)" },
    Field { name: "name", column: "t.name", folded: "t.name_folded" },
];
/// Users in whose names SQLite's index finds an expression.
const SEARCH_INDEX: &str = "t.id in (select r.user_id from user_search_rows r where +r.tenant_id = $1
    and r.number in (select s.rowid from user_search s where s.user_search match $n))";

/// Which users a list shows.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Over id, e-mail address, phone number, username and name.
    pub search: Search,
    /// Only these users.
    pub ids: Option<Vec<String>>,
    /// Only users with this role.
    pub role_id: Option<String>,
    /// Leave out users who have this role.
    pub exclude_role_id: Option<String>,
    /// Only members of this organization.
    pub organization_id: Option<String>,
    /// Leave out members of this organization.
    pub exclude_organization_id: Option<String>,
    /// Only those who hold in this organization this role of it.
    pub organization_role: Option<(String, String)>,
}

impl UserFilter {
    pub(crate) fn build(&self, exec: &dyn Executor, tenant: &TenantId) -> Result<Filter, StoreError> {
        let mut filter = Filter::tenant(tenant);
        filter.and_some("t.id {in $n}", self.ids.as_ref());
        filter.related(&ROLES, self.role_id.as_ref());
        filter.unrelated(&ROLES, self.exclude_role_id.as_ref());
        filter.related(&ORGANIZATIONS, self.organization_id.as_ref());
        filter.unrelated(&ORGANIZATIONS, self.exclude_organization_id.as_ref());
        if let Some((organization_id, role_id)) = &self.organization_role {
            filter.and_pair(
                "t.id in (select x.user_id from organization_role_user_relations x
                     where x.tenant_id = $1 and x.organization_id = $n and x.organization_role_id = $m)",
                organization_id,
                role_id,
            );
        }
        filter.search_with(&self.search, SEARCH_FIELDS, Some(SEARCH_INDEX), exec.kind())?;
        Ok(filter)
    }
}

/// Users of the tenant, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &UserFilter,
    page: Page,
) -> Result<Listed<User>, StoreError> {
    LIST.page(exec, tenant, filter.build(exec, tenant)?, page).await
}

/// Whether the tenant has any user; the first one of the admin tenant becomes the administrator.
pub async fn exist(exec: &dyn Executor, tenant: &TenantId) -> Result<bool, StoreError> {
    let statement = sql!("select exists (select 1 from users where tenant_id = $1) as found");
    table::value(exec, statement, args![tenant]).await
}

/// The user of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<User>, StoreError> {
    let statement = sql!(concat!("select ", user_columns!(), " from users where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The users of these ids, by id.
pub async fn list_by_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<User>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        user_columns!(),
        " from users where tenant_id = $1 and id {in $2} order by id"
    ));
    table::list(exec, statement, args![tenant, ids]).await
}

/// The user of this id, locked until the transaction ends, to be changed and given to [`update`].
pub async fn find_for_update(tx: &Tx, tenant: &TenantId, id: &str) -> Result<Option<User>, StoreError> {
    let statement =
        sql!(concat!("select ", user_columns!(), " from users where tenant_id = $1 and id = $2 {lock}"));
    table::find(tx, statement, args![tenant, id]).await
}

/// The user with this username; without `case_sensitive`, an exact match comes before another spelling.
pub async fn find_by_username(
    exec: &dyn Executor,
    tenant: &TenantId,
    username: &str,
    case_sensitive: bool,
) -> Result<Option<User>, StoreError> {
    let statement = if case_sensitive {
        sql!(concat!("select ", user_columns!(), " from users where tenant_id = $1 and username = $2"))
    } else {
        sql!(concat!(
            "select ",
            user_columns!(),
            " from users where tenant_id = $1 and username is not null and lower(username) = lower($2)
             order by case when username = $2 then 0 else 1 end, created_at limit 1"
        ))
    };
    table::find(exec, statement, args![tenant, username]).await
}

/// The user with this e-mail address, in any spelling of case.
pub async fn find_by_email(
    exec: &dyn Executor,
    tenant: &TenantId,
    email: &str,
) -> Result<Option<User>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        user_columns!(),
        " from users where tenant_id = $1 and primary_email is not null and lower(primary_email) = lower($2)
          order by case when primary_email = $2 then 0 else 1 end, created_at limit 1"
    ));
    table::find(exec, statement, args![tenant, email]).await
}

/// The user with this phone number (digits with country code), written with or without the trunk prefix.
pub async fn find_by_phone(
    exec: &dyn Executor,
    tenant: &TenantId,
    phone: &str,
) -> Result<Option<User>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        user_columns!(),
        " from users where tenant_id = $1 and primary_phone {in $2}
          order by case when primary_phone = $3 then 0 else 1 end, created_at limit 1"
    ));
    let spellings: Vec<String> =
        [Some(phone.to_owned()), other_spelling(phone)].into_iter().flatten().collect();
    table::find(exec, statement, args![tenant, &spellings[..], phone]).await
}

/// The user with this account at a social identity provider.
pub async fn find_by_identity(
    exec: &dyn Executor,
    tenant: &TenantId,
    target: &str,
    identity_id: &str,
) -> Result<Option<User>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        user_columns!(),
        " from users where tenant_id = $1 and id = (
              select user_id from user_social_identities
              where tenant_id = $1 and target = $2 and identity_id = $3)"
    ));
    table::find(exec, statement, args![tenant, target, identity_id]).await
}

/// Adds a user.
pub async fn insert(tx: &Tx, tenant: &TenantId, user: &User) -> Result<(), StoreError> {
    table::insert(tx, tenant, user).await?;
    insert_identities(tx, tenant, &user.id, &user.identities).await
}

/// Adds many users with the same roles, with few statements.
pub async fn insert_many(
    tx: &Tx,
    tenant: &TenantId,
    users: &[User],
    role_ids: &[String],
) -> Result<(), StoreError> {
    let rows: Vec<Vec<Arg>> =
        users.iter().map(|user| table::with_tenant(tenant, user)).collect::<Result<_, StoreError>>()?;
    let head = concat!("insert into users (", user_columns!(), ", name_folded)");
    table::insert_rows(tx, head, rows, "").await?;
    let identities = users.iter().flat_map(|user| {
        let row = |(target, identity): (&String, &Identity)| {
            args![tenant, target, &identity.user_id, &user.id].to_vec()
        };
        user.identities.iter().map(row).collect::<Vec<_>>()
    });
    let head = "insert into user_social_identities (tenant_id, target, identity_id, user_id)";
    table::insert_rows(tx, head, identities.collect(), "").await?;
    let roles = users.iter().flat_map(|user| {
        let row =
            |role_id: &String| args![tenant, portico_crypto::id::standard_id(), &user.id, role_id].to_vec();
        role_ids.iter().map(row).collect::<Vec<_>>()
    });
    let head = "insert into users_roles (tenant_id, id, user_id, role_id)";
    table::insert_rows(tx, head, roles.collect(), "").await.map(drop)
}

/// What identifies a user.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the fields are those of User")]
pub struct Identifiers {
    pub id: String,
    pub username: Option<String>,
    pub primary_email: Option<String>,
    pub primary_phone: Option<String>,
    /// Target and id of social identities.
    pub identities: Vec<(String, String)>,
}

/// Identifiers of those users who have any of the ones wanted. Usernames and e-mail addresses are looked for in
/// lower case.
pub async fn find_identifiers(
    exec: &dyn Executor,
    tenant: &TenantId,
    wanted: &[Identifiers],
) -> Result<Vec<Identifiers>, StoreError> {
    let lower = |get: fn(&Identifiers) -> Option<&String>| -> Vec<String> {
        wanted.iter().filter_map(get).map(|text| text.to_lowercase()).collect()
    };
    let ids: Vec<String> = wanted.iter().map(|one| one.id.clone()).collect();
    let phones: Vec<String> = wanted.iter().filter_map(|one| one.primary_phone.clone()).collect();
    let phones: Vec<String> =
        phones.iter().cloned().chain(phones.iter().filter_map(|phone| other_spelling(phone))).collect();
    // One statement an index, so that each is a search by whole keys.
    let by_id = sql!(
        "select id, username, primary_email, primary_phone from users where tenant_id = $1 and id {in $2}"
    );
    let by_username = sql!(
        "select id, username, primary_email, primary_phone from users
         where tenant_id = $1 and username is not null and lower(username) {in $2}"
    );
    let by_email = sql!(
        "select id, username, primary_email, primary_phone from users
         where tenant_id = $1 and primary_email is not null and lower(primary_email) {in $2}"
    );
    let by_phone = sql!(
        "select id, username, primary_email, primary_phone from users
         where tenant_id = $1 and primary_phone {in $2}"
    );
    let mut found = Vec::new();
    for (statement, values) in [
        (by_id, ids),
        (by_username, lower(|one| one.username.as_ref())),
        (by_email, lower(|one| one.primary_email.as_ref())),
        (by_phone, phones),
    ] {
        for row in exec.query(statement, args![tenant, &values[..]]).await? {
            found.push(Identifiers {
                id: row.at(0)?,
                username: row.at(1)?,
                primary_email: row.at(2)?,
                primary_phone: row.at(3)?,
                identities: Vec::new(),
            });
        }
    }
    let identity_ids: Vec<String> =
        wanted.iter().flat_map(|one| one.identities.iter().map(|(_, id)| id.clone())).collect();
    let by_identity = sql!(
        "select user_id, target, identity_id from user_social_identities
         where tenant_id = $1 and target {in $2} and identity_id {in $3}"
    );
    let targets: Vec<String> =
        wanted.iter().flat_map(|one| one.identities.iter().map(|(target, _)| target.clone())).collect();
    for row in exec.query(by_identity, args![tenant, &targets[..], &identity_ids[..]]).await? {
        let identities = vec![(row.at(1)?, row.at(2)?)];
        found.push(Identifiers { id: row.at(0)?, identities, ..Identifiers::default() });
    }
    Ok(found)
}

/// Replaces a user.
pub async fn update(tx: &Tx, tenant: &TenantId, user: &User) -> Result<(), StoreError> {
    table::update(tx, tenant, user).await?;
    let statement = sql!("delete from user_social_identities where tenant_id = $1 and user_id = $2");
    tx.execute(statement, args![tenant, &user.id]).await?;
    insert_identities(tx, tenant, &user.id, &user.identities).await?;
    // Provider tokens of identities that the user no longer has.
    let stale = sql!(
        "delete from secrets where tenant_id = $1 and user_id = $2 and id in (
             select r.secret_id from secret_social_connector_relations r
             where r.tenant_id = $1 and not exists (
                 select 1 from user_social_identities i
                 where i.tenant_id = $1 and i.user_id = $2
                     and i.target = r.target and i.identity_id = r.identity_id))"
    );
    tx.execute(stale, args![tenant, &user.id]).await.map(drop)
}

async fn insert_identities(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    identities: &Identities,
) -> Result<(), StoreError> {
    let rows = identities
        .iter()
        .map(|(target, identity)| args![tenant, target, &identity.user_id, user_id])
        .collect();
    let head = "insert into user_social_identities (tenant_id, target, identity_id, user_id)";
    table::insert_rows(tx, head, rows, "").await.map(drop)
}

/// Changes a user in one go: reads the locked row, applies the change, stores it with this `updated_at`.
pub async fn modify(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
    now_ms: i64,
    change: impl FnOnce(&mut User) + Send,
) -> Result<User, StoreError> {
    let mut user = find_for_update(tx, tenant, id).await?.ok_or(StoreError::NotFound)?;
    change(&mut user);
    user.updated_at = now_ms;
    update(tx, tenant, &user).await?;
    Ok(user)
}

/// Notes a sign-in.
pub async fn update_last_sign_in(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let statement =
        sql!("update users set last_sign_in_at = $3, updated_at = $3 where tenant_id = $1 and id = $2");
    exec.execute(statement, args![tenant, id, now_ms]).await.map(drop)
}

/// Notes the application through which a user came first; later ones change nothing.
pub async fn set_first_application(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    application_id: &str,
) -> Result<(), StoreError> {
    let statement = sql!(
        "update users set application_id = $3 where tenant_id = $1 and id = $2 and application_id is null"
    );
    exec.execute(statement, args![tenant, id, application_id]).await.map(drop)
}

/// The user's identities at enterprise identity providers.
pub async fn list_sso_identities(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
) -> Result<Vec<UserSsoIdentity>, StoreError> {
    let statement = sql!(
        "select tenant_id, id, user_id, issuer, identity_id, detail, created_at, updated_at, sso_connector_id
         from user_sso_identities where tenant_id = $1 and user_id = $2 order by id"
    );
    let rows = exec.query(statement, args![tenant, user_id]).await?;
    rows.iter()
        .map(|row| {
            Ok(UserSsoIdentity {
                tenant_id: row.get("tenant_id")?,
                id: row.get("id")?,
                user_id: row.get("user_id")?,
                issuer: row.get("issuer")?,
                identity_id: row.get("identity_id")?,
                detail: row.json("detail")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
                sso_connector_id: row.get("sso_connector_id")?,
            })
        })
        .collect()
}

/// Adds an identity at an enterprise identity provider.
pub async fn insert_sso_identity(
    exec: &dyn Executor,
    tenant: &TenantId,
    identity: &UserSsoIdentity,
) -> Result<(), StoreError> {
    let statement = sql!(
        "insert into user_sso_identities
             (tenant_id, id, user_id, issuer, identity_id, detail, created_at, updated_at, sso_connector_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let arguments = args![
        tenant,
        &identity.id,
        &identity.user_id,
        &identity.issuer,
        &identity.identity_id,
        &Arg::json(&identity.detail)?,
        identity.created_at,
        identity.updated_at,
        &identity.sso_connector_id,
    ];
    exec.execute(statement, arguments).await.map(drop)
}

/// The owner of an identity at an enterprise identity provider.
pub async fn find_by_sso_identity(
    exec: &dyn Executor,
    tenant: &TenantId,
    issuer: &str,
    identity_id: &str,
) -> Result<Option<User>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        user_columns!(),
        " from users where tenant_id = $1 and id = (
             select user_id from user_sso_identities where tenant_id = $1 and issuer = $2 and identity_id = $3)"
    ));
    table::find(exec, statement, args![tenant, issuer, identity_id]).await
}

/// Replaces what the provider said about an identity of this user.
pub async fn update_sso_identity(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    (issuer, identity_id): (&str, &str),
    detail: &JsonObject,
    now_ms: i64,
) -> Result<(), StoreError> {
    let statement = sql!(
        "update user_sso_identities set detail = $5, updated_at = $6
         where tenant_id = $1 and user_id = $2 and issuer = $3 and identity_id = $4"
    );
    let arguments = args![tenant, user_id, issuer, identity_id, &Arg::json(detail)?, now_ms];
    exec.execute(statement, arguments).await.map(drop)
}

/// Removes a user with all that belongs to them; says whether they were there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from users where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}

/// Gives roles to a user; those already held stay.
pub async fn assign_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    role_ids: &[String],
) -> Result<u64, StoreError> {
    let row = |role_id: &String| args![tenant, portico_crypto::id::standard_id(), user_id, role_id];
    let head = "insert into users_roles (tenant_id, id, user_id, role_id)";
    let tail = "on conflict (tenant_id, user_id, role_id) do nothing";
    table::insert_rows(exec, head, role_ids.iter().map(row).collect(), tail).await
}

/// Gives a role to several users; those who hold it keep it.
pub async fn assign_role(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    user_ids: &[String],
) -> Result<u64, StoreError> {
    let row = |user_id: &String| args![tenant, portico_crypto::id::standard_id(), user_id, role_id];
    let head = "insert into users_roles (tenant_id, id, user_id, role_id)";
    let tail = "on conflict (tenant_id, user_id, role_id) do nothing";
    table::insert_rows(exec, head, user_ids.iter().map(row).collect(), tail).await
}

/// Which of these users hold the role.
pub async fn list_holders(
    exec: &dyn Executor,
    tenant: &TenantId,
    role_id: &str,
    user_ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let statement =
        sql!("select user_id from users_roles where tenant_id = $1 and role_id = $2 and user_id {in $3}");
    table::list_values(exec, statement, args![tenant, role_id, user_ids]).await
}

/// Makes these the roles of the user.
pub async fn replace_roles(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    role_ids: &[String],
) -> Result<(), StoreError> {
    let statement =
        sql!("delete from users_roles where tenant_id = $1 and user_id = $2 and not (role_id {in $3})");
    tx.execute(statement, args![tenant, user_id, role_ids]).await?;
    assign_roles(tx, tenant, user_id, role_ids).await.map(drop)
}

/// Takes a role from a user; says whether they had it.
pub async fn remove_role(
    exec: &dyn Executor,
    tenant: &TenantId,
    user_id: &str,
    role_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!("delete from users_roles where tenant_id = $1 and user_id = $2 and role_id = $3");
    Ok(exec.execute(statement, args![tenant, user_id, role_id]).await? == 1)
}

/// Which of these users exist.
pub async fn existing_ids(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let statement = sql!("select id from users where tenant_id = $1 and id {in $2} order by id");
    table::list_values(exec, statement, vec![Arg::from(tenant), Arg::from(ids)]).await
}

/// How many usernames exist in several spellings of case.
pub async fn count_username_case_conflicts(
    exec: &dyn Executor,
    tenant: &TenantId,
) -> Result<i64, StoreError> {
    let statement = sql!(
        "select count(*) from (
             select lower(username) as folded from users where tenant_id = $1 and username is not null
             group by lower(username) having count(*) > 1) as conflicts"
    );
    table::value(exec, statement, args![tenant]).await
}

/// Usernames that exist in several spellings of case, in lower case, with the users who have them.
pub async fn list_username_case_conflicts(
    exec: &dyn Executor,
    tenant: &TenantId,
    limit: i64,
) -> Result<Vec<(String, Vec<String>)>, StoreError> {
    let statement = sql!(
        "select u.id, lower(u.username) as folded from users u
         where u.tenant_id = $1 and lower(u.username) in (
             select lower(username) from users where tenant_id = $1 and username is not null
             group by lower(username) having count(*) > 1 order by lower(username) limit $2)
         order by lower(u.username), u.created_at, u.id"
    );
    let mut conflicts: Vec<(String, Vec<String>)> = Vec::new();
    for row in exec.query(statement, args![tenant, limit]).await? {
        let (id, folded): (String, String) = (row.at(0)?, row.at(1)?);
        match conflicts.last_mut().filter(|(last, _)| *last == folded) {
            Some((_, ids)) => ids.push(id),
            None => conflicts.push((folded, vec![id])),
        }
    }
    Ok(conflicts)
}
