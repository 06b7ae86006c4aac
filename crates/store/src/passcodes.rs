//! Codes sent by e-mail or text message.

use portico_model::{
    TenantId,
    connector::TemplateType,
    verification_code::{CodeChannel, CodeRecipient, Passcode},
};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    Passcode, "passcodes", columns {
        id plain, interaction_jti plain, phone plain, email plain, template_type("type") text, code plain,
        consumed plain, try_count plain, created_at plain,
    }
}

/// Adds a code, and forgets what was sent to the same recipient before `forget_before_ms`. A code that belongs
/// to no proof takes the place of the earlier ones for the same purpose.
pub async fn insert(
    tx: &Tx,
    tenant: &TenantId,
    passcode: &Passcode,
    forget_before_ms: i64,
) -> Result<(), StoreError> {
    let by_email = sql!("delete from passcodes where tenant_id = $1 and email = $2 and created_at < $3");
    let by_phone = sql!("delete from passcodes where tenant_id = $1 and phone = $2 and created_at < $3");
    let same_email = sql!(
        "delete from passcodes
         where tenant_id = $1 and email = $2 and type = $3 and interaction_jti is null and consumed = false"
    );
    let same_phone = sql!(
        "delete from passcodes
         where tenant_id = $1 and phone = $2 and type = $3 and interaction_jti is null and consumed = false"
    );
    for (recipient, stale, same) in
        [(&passcode.email, by_email, same_email), (&passcode.phone, by_phone, same_phone)]
    {
        let Some(recipient) = recipient else { continue };
        tx.execute(stale, args![tenant, recipient, forget_before_ms]).await?;
        if passcode.interaction_jti.is_none() {
            tx.execute(same, args![tenant, recipient, passcode.template_type.as_str()]).await?;
        }
    }
    table::insert(tx, tenant, passcode).await
}

/// The unused code of a proof.
pub async fn find_of_proof(
    exec: &dyn Executor,
    tenant: &TenantId,
    interaction_jti: &str,
    template_type: TemplateType,
) -> Result<Option<Passcode>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from passcodes
          where tenant_id = $1 and interaction_jti = $2 and type = $3 and consumed = false
          order by created_at desc limit 1"
    ));
    table::find(exec, statement, args![tenant, interaction_jti, template_type.as_str()]).await
}

/// The unused code of a recipient that belongs to no proof.
pub async fn find_of_recipient(
    exec: &dyn Executor,
    tenant: &TenantId,
    recipient: &CodeRecipient,
    template_type: TemplateType,
) -> Result<Option<Passcode>, StoreError> {
    let by_email = sql!(concat!(
        "select ",
        columns!(),
        " from passcodes where tenant_id = $1 and email = $2 and type = $3
              and interaction_jti is null and consumed = false order by created_at desc limit 1"
    ));
    let by_phone = sql!(concat!(
        "select ",
        columns!(),
        " from passcodes where tenant_id = $1 and phone = $2 and type = $3
              and interaction_jti is null and consumed = false order by created_at desc limit 1"
    ));
    let statement = match recipient.channel {
        CodeChannel::Email => by_email,
        CodeChannel::Phone => by_phone,
    };
    table::find(exec, statement, args![tenant, &recipient.value, template_type.as_str()]).await
}

/// Counts one try of a code before it is compared; says no when all tries are used up. However many tries
/// arrive at once, no more than `max_tries` are let through.
pub async fn take_try(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
    max_tries: i64,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "update passcodes set try_count = try_count + 1
         where tenant_id = $1 and id = $2 and consumed = false and try_count < $3"
    );
    Ok(exec.execute(statement, args![tenant, id, max_tries]).await? == 1)
}

/// Uses a code up; says no when somebody else was faster.
pub async fn consume(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement =
        sql!("update passcodes set consumed = true where tenant_id = $1 and id = $2 and consumed = false");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}
