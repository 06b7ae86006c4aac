//! E-mail templates: one row for each purpose and language.

use portico_model::{
    TenantId,
    connector::TemplateType,
    email_template::{EmailTemplate, EmailTemplateDetails},
};

use crate::db::{Arg, Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    EmailTemplate, "email_templates", columns {
        id plain, language_tag plain, template_type text, details json, created_at plain,
    }
}

/// Which templates are meant; what is not given does not narrow.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "plain names")]
pub struct EmailTemplateFilter {
    pub language_tag: Option<String>,
    pub template_type: Option<TemplateType>,
}

impl EmailTemplateFilter {
    fn arguments(&self, tenant: &TenantId) -> Vec<Arg> {
        args![tenant, &self.language_tag, self.template_type.map(TemplateType::as_str)]
    }
}

/// The templates, by language and purpose.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &EmailTemplateFilter,
) -> Result<Vec<EmailTemplate>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from email_templates where tenant_id = $1
              and language_tag = coalesce($2, language_tag) and template_type = coalesce($3, template_type)
          order by lower(language_tag), template_type"
    ));
    table::list(exec, statement, filter.arguments(tenant)).await
}

/// The template of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<EmailTemplate>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from email_templates where tenant_id = $1 and id = $2"));
    table::find(exec, statement, args![tenant, id]).await
}

/// The template of this id, locked until the transaction ends.
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<EmailTemplate>, StoreError> {
    let statement =
        sql!(concat!("select ", columns!(), " from email_templates where tenant_id = $1 and id = $2 {lock}"));
    table::find(tx, statement, args![tenant, id]).await
}

/// Adds templates; where there is one for the purpose and language, it keeps its id and says something else.
/// No two of them may be for the same purpose and language.
pub async fn upsert(tx: &Tx, tenant: &TenantId, templates: &[EmailTemplate]) -> Result<(), StoreError> {
    let row = |template: &EmailTemplate| -> Result<Vec<Arg>, StoreError> {
        let EmailTemplate { id, language_tag, template_type, details, created_at, .. } = template;
        let details = Arg::json(details)?;
        Ok(args![tenant, id, language_tag, template_type.as_str(), &details, *created_at])
    };
    let rows = templates.iter().map(row).collect::<Result<_, _>>()?;
    let head =
        "insert into email_templates (tenant_id, id, language_tag, template_type, details, created_at)";
    let tail =
        "on conflict (tenant_id, language_tag, template_type) do update set details = excluded.details";
    table::insert_rows(tx, head, rows, tail).await.map(drop)
}

/// Makes a template say something else.
pub async fn update_details(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
    details: &EmailTemplateDetails,
) -> Result<(), StoreError> {
    let statement = sql!("update email_templates set details = $3 where tenant_id = $1 and id = $2");
    let details = Arg::json(details)?;
    tx.execute(statement, args![tenant, id, &details]).await.map(drop)
}

/// Removes a template; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from email_templates where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}

/// Removes the templates that are meant; says how many there were.
pub async fn delete_all(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &EmailTemplateFilter,
) -> Result<u64, StoreError> {
    let statement = sql!(
        "delete from email_templates where tenant_id = $1
         and language_tag = coalesce($2, language_tag) and template_type = coalesce($3, template_type)"
    );
    exec.execute(statement, filter.arguments(tenant)).await
}
