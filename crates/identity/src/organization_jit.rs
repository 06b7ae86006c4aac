//! Memberships that come by themselves: with the domain of an e-mail address, with an enterprise connector, with
//! the link that somebody was sent.

use portico_model::{TenantId, User};
use portico_store::{StoreError, Tx, organizations::jit};

/// Makes a new user a member of the organizations that take in people of the domain of their e-mail address.
/// Answers which those are.
///
/// # Errors
/// When the database fails.
pub async fn join_by_email(tx: &Tx, tenant: &TenantId, user: &User) -> Result<Vec<String>, StoreError> {
    let domain = user.primary_email.as_deref().and_then(|email| email.rsplit_once('@'));
    let Some((_, domain)) = domain else { return Ok(Vec::new()) };
    let organization_ids = jit::list_by_email_domain(tx, tenant, domain).await?;
    join(tx, tenant, &user.id, &organization_ids).await
}

/// Makes a user a member of the organizations that take in whoever comes through an enterprise connector.
/// Answers the ones that are new to the user.
///
/// # Errors
/// When the database fails.
pub async fn join_by_sso_connector(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    connector_id: &str,
) -> Result<Vec<String>, StoreError> {
    let organization_ids = jit::list_by_sso_connector(tx, tenant, connector_id).await?;
    join(tx, tenant, user_id, &organization_ids).await
}

/// Makes a user a member of these organizations, with the roles that each gives to those who join. Answers the
/// ones that are new to the user.
///
/// # Errors
/// When the database fails.
pub async fn join(
    tx: &Tx,
    tenant: &TenantId,
    user_id: &str,
    organization_ids: &[String],
) -> Result<Vec<String>, StoreError> {
    if organization_ids.is_empty() {
        return Ok(Vec::new());
    }
    jit::join(tx, tenant, user_id, organization_ids).await
}
