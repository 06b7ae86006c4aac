//! A tenant's own texts of the sign-in pages; one row a language.

use portico_model::{CustomPhrase, TenantId};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql, tenants};

stored! {
    CustomPhrase, "custom_phrases", columns { id plain, language_tag plain, translation json }
}

/// All texts of the tenant, by language.
pub async fn list(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<CustomPhrase>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from custom_phrases where tenant_id = $1 order by lower(language_tag)"
    ));
    table::list(exec, statement, args![tenant]).await
}

/// The texts of a language.
pub async fn find(
    exec: &dyn Executor,
    tenant: &TenantId,
    language_tag: &str,
) -> Result<Option<CustomPhrase>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from custom_phrases where tenant_id = $1 and language_tag = $2"
    ));
    table::find(exec, statement, args![tenant, language_tag]).await
}

/// Sets the texts of a language; a language that has some keeps its id, which is answered.
pub async fn upsert(tx: &Tx, tenant: &TenantId, phrase: &CustomPhrase) -> Result<CustomPhrase, StoreError> {
    let statement = sql!(
        "insert into custom_phrases (tenant_id, id, language_tag, translation) values ($1, $2, $3, $4)
         on conflict (tenant_id, language_tag) do update set translation = excluded.translation"
    );
    let translation = crate::db::Arg::json(&phrase.translation)?;
    tx.execute(statement, args![tenant, &phrase.id, &phrase.language_tag, &translation]).await?;
    tenants::bump_version(tx, tenant).await?;
    find(tx, tenant, &phrase.language_tag).await?.ok_or(StoreError::NotFound)
}

/// Removes the texts of a language; says whether there were any.
pub async fn delete(tx: &Tx, tenant: &TenantId, language_tag: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from custom_phrases where tenant_id = $1 and language_tag = $2");
    let deleted = tx.execute(statement, args![tenant, language_tag]).await?;
    tenants::bump_version(tx, tenant).await?;
    Ok(deleted == 1)
}
