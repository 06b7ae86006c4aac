//! How sign-in pages look for one application or one organization, where that differs from the tenant.

use portico_model::{JsonObject, TenantId};

use crate::db::{Executor, Row, Statement, StoreError};
use crate::{args, sql};

/// What differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Appearance {
    /// Theme colours.
    pub color: JsonObject,
    /// Logo URLs.
    pub branding: JsonObject,
    /// Style sheet.
    pub custom_css: Option<String>,
}

/// Of a first-party application: a third party must not dress the pages that ask for passwords.
pub async fn find_of_application(
    exec: &dyn Executor,
    tenant: &TenantId,
    application_id: &str,
) -> Result<Option<Appearance>, StoreError> {
    let statement = sql!(
        "select s.color, s.branding, s.custom_css from application_sign_in_experiences s
         join applications a on a.tenant_id = s.tenant_id and a.id = s.application_id
         where s.tenant_id = $1 and s.application_id = $2 and not a.is_third_party"
    );
    find(exec, statement, tenant, application_id).await
}

/// Of an organization.
pub async fn find_of_organization(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
) -> Result<Option<Appearance>, StoreError> {
    let statement =
        sql!("select color, branding, custom_css from organizations where tenant_id = $1 and id = $2");
    find(exec, statement, tenant, organization_id).await
}

async fn find(
    exec: &dyn Executor,
    statement: &Statement,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Appearance>, StoreError> {
    let from_row = |row: Row| {
        Ok(Appearance {
            color: row.json("color")?,
            branding: row.json("branding")?,
            custom_css: row.get("custom_css")?,
        })
    };
    exec.query_opt(statement, args![tenant, id]).await?.map(from_row).transpose()
}
