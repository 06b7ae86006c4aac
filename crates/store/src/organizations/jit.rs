//! Whom an organization takes in by itself, and as what: new users whose e-mail address is of one of its domains,
//! people who come through one of its enterprise connectors.

use portico_model::{
    SsoConnector, TenantId,
    organization::{OrganizationJitEmailDomain, OrganizationRole},
};

use super::roles;
use crate::db::{Executor, StoreError, Tx};
use crate::filter::{Filter, List, Listed, Page, Relation};
use crate::table::{self, stored};
use crate::{args, sql, sso_connectors};

stored! {
    OrganizationJitEmailDomain, "organization_jit_email_domains", columns {
        organization_id plain, email_domain plain,
    }
}

const EMAIL_DOMAINS: List = List {
    table: "organization_jit_email_domains",
    columns: columns!(),
    order: "t.email_domain",
    counter: None,
};
const ROLES: List =
    List { table: "organization_roles", columns: roles::columns!(), order: "t.id", counter: None };
const SSO_CONNECTORS: List = List {
    table: "sso_connectors",
    columns: sso_connectors::columns!(),
    order: "t.created_at desc, t.id",
    counter: None,
};
const ROLES_OF: Relation = Relation {
    table: "organization_jit_roles",
    row: "organization_role_id",
    to: "organization_id",
    counter: None,
};
const SSO_CONNECTORS_OF: Relation = Relation {
    table: "organization_jit_sso_connectors",
    row: "sso_connector_id",
    to: "organization_id",
    counter: None,
};

/// The domains whose new users join.
pub async fn list_email_domains(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    page: Page,
) -> Result<Listed<OrganizationJitEmailDomain>, StoreError> {
    let mut filter = Filter::tenant(tenant);
    filter.and("t.organization_id = $n", organization_id);
    EMAIL_DOMAINS.page(exec, tenant, filter, page).await
}

/// Adds a domain.
pub async fn add_email_domain(
    exec: &dyn Executor,
    tenant: &TenantId,
    domain: &OrganizationJitEmailDomain,
) -> Result<(), StoreError> {
    table::insert(exec, tenant, domain).await
}

/// Makes these the domains.
pub async fn replace_email_domains(
    tx: &Tx,
    tenant: &TenantId,
    organization_id: &str,
    domains: &[String],
) -> Result<(), StoreError> {
    let clear =
        sql!("delete from organization_jit_email_domains where tenant_id = $1 and organization_id = $2");
    tx.execute(clear, args![tenant, organization_id]).await?;
    let rows = domains.iter().map(|domain| args![tenant, organization_id, domain]).collect();
    let head = "insert into organization_jit_email_domains (tenant_id, organization_id, email_domain)";
    let tail = "on conflict (tenant_id, organization_id, email_domain) do nothing";
    table::insert_rows(tx, head, rows, tail).await.map(drop)
}

/// Removes a domain; says whether it was there.
pub async fn remove_email_domain(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    domain: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "delete from organization_jit_email_domains
         where tenant_id = $1 and organization_id = $2 and email_domain = $3"
    );
    Ok(exec.execute(statement, args![tenant, organization_id, domain]).await? == 1)
}

/// The roles that those who join get.
pub async fn list_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &String,
    page: Page,
) -> Result<Listed<OrganizationRole>, StoreError> {
    let mut filter = Filter::tenant(tenant);
    filter.related(&ROLES_OF, Some(organization_id));
    ROLES.page(exec, tenant, filter, page).await
}

/// Adds roles; those that are there stay.
pub async fn add_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    role_ids: &[String],
) -> Result<(), StoreError> {
    let rows = role_ids.iter().map(|role_id| args![tenant, organization_id, role_id]).collect();
    let head = "insert into organization_jit_roles (tenant_id, organization_id, organization_role_id)";
    let tail = "on conflict (tenant_id, organization_id, organization_role_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await.map(drop)
}

/// Makes these the roles.
pub async fn replace_roles(
    tx: &Tx,
    tenant: &TenantId,
    organization_id: &str,
    role_ids: &[String],
) -> Result<(), StoreError> {
    let clear = sql!("delete from organization_jit_roles where tenant_id = $1 and organization_id = $2");
    tx.execute(clear, args![tenant, organization_id]).await?;
    add_roles(tx, tenant, organization_id, role_ids).await
}

/// Removes a role; says whether it was there.
pub async fn remove_role(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    role_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "delete from organization_jit_roles
         where tenant_id = $1 and organization_id = $2 and organization_role_id = $3"
    );
    Ok(exec.execute(statement, args![tenant, organization_id, role_id]).await? == 1)
}

/// The enterprise connectors whose people join.
pub async fn list_sso_connectors(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &String,
    page: Page,
) -> Result<Listed<SsoConnector>, StoreError> {
    let mut filter = Filter::tenant(tenant);
    filter.related(&SSO_CONNECTORS_OF, Some(organization_id));
    SSO_CONNECTORS.page(exec, tenant, filter, page).await
}

/// Adds enterprise connectors; those that are there stay.
pub async fn add_sso_connectors(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    connector_ids: &[String],
) -> Result<(), StoreError> {
    let rows = connector_ids.iter().map(|id| args![tenant, organization_id, id]).collect();
    let head = "insert into organization_jit_sso_connectors (tenant_id, organization_id, sso_connector_id)";
    let tail = "on conflict (tenant_id, organization_id, sso_connector_id) do nothing";
    table::insert_rows(exec, head, rows, tail).await.map(drop)
}

/// Makes these the enterprise connectors.
pub async fn replace_sso_connectors(
    tx: &Tx,
    tenant: &TenantId,
    organization_id: &str,
    connector_ids: &[String],
) -> Result<(), StoreError> {
    let clear =
        sql!("delete from organization_jit_sso_connectors where tenant_id = $1 and organization_id = $2");
    tx.execute(clear, args![tenant, organization_id]).await?;
    add_sso_connectors(tx, tenant, organization_id, connector_ids).await
}

/// Removes an enterprise connector; says whether it was there.
pub async fn remove_sso_connector(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    connector_id: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "delete from organization_jit_sso_connectors
         where tenant_id = $1 and organization_id = $2 and sso_connector_id = $3"
    );
    Ok(exec.execute(statement, args![tenant, organization_id, connector_id]).await? == 1)
}

/// Organizations that take in new users of an e-mail domain.
pub async fn list_by_email_domain(
    exec: &dyn Executor,
    tenant: &TenantId,
    domain: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select organization_id from organization_jit_email_domains
         where tenant_id = $1 and lower(email_domain) = lower($2)"
    );
    table::list_values(exec, statement, args![tenant, domain]).await
}

/// Organizations that take in whoever comes through an enterprise connector.
pub async fn list_by_sso_connector(
    exec: &dyn Executor,
    tenant: &TenantId,
    connector_id: &str,
) -> Result<Vec<String>, StoreError> {
    let statement = sql!(
        "select organization_id from organization_jit_sso_connectors
         where tenant_id = $1 and sso_connector_id = $2"
    );
    table::list_values(exec, statement, args![tenant, connector_id]).await
}

/// Makes a user a member of these organizations, with the roles that each gives to those who join. Answers the
/// ones that are new to the user; ids that name no organization are passed over.
pub async fn join(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    organization_ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let members = sql!(
        "insert into organization_user_relations (tenant_id, organization_id, user_id)
         select tenant_id, id, $2 from organizations where tenant_id = $1 and id {in $3}
         on conflict (tenant_id, organization_id, user_id) do nothing
         returning organization_id"
    );
    let joined: Vec<String> =
        table::list_values(tx, members, args![tenant, user_id, organization_ids]).await?;
    let roles = sql!(
        "insert into organization_role_user_relations
             (tenant_id, organization_id, organization_role_id, user_id)
         select tenant_id, organization_id, organization_role_id, $2 from organization_jit_roles
         where tenant_id = $1 and organization_id {in $3} and organization_role_id in (
             select id from organization_roles where tenant_id = $1 and type = 'User')
         on conflict (tenant_id, organization_id, organization_role_id, user_id) do nothing"
    );
    tx.execute(roles, args![tenant, user_id, &joined]).await?;
    Ok(joined)
}
