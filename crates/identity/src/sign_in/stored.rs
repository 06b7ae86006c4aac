//! Reading and writing the stored interaction.

use crate::{Ctx, interaction::Interaction};
use portico_model::{TenantId, oidc::OidcModel, oidc_artifact::InteractionPayload};
use portico_store::{Executor, StoreError, oidc_artifacts};

/// The interaction of this uid; `None` when there is none or it has expired.
///
/// # Errors
/// When the database fails.
pub async fn find(ctx: &Ctx, uid: &str) -> Result<Option<Interaction>, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = oidc_artifacts::find::<InteractionPayload>(db, tenant, OidcModel::Interaction, uid).await?;
    Ok(found
        .filter(|artifact| artifact.expires_at > ctx.now_ms())
        .map(|artifact| Interaction { uid: artifact.id, payload: artifact.payload }))
}

/// Writes an interaction back; its lifetime stays what it is.
///
/// # Errors
/// When the database fails.
pub async fn save(ctx: &Ctx, interaction: &Interaction) -> Result<(), StoreError> {
    write(&ctx.app.db, &ctx.tenant.id, interaction).await
}

/// The same within a transaction.
pub(crate) async fn write(
    exec: &dyn Executor,
    tenant: &TenantId,
    interaction: &Interaction,
) -> Result<(), StoreError> {
    let Interaction { uid, payload } = interaction;
    let expires_at_ms = payload.exp * 1000;
    oidc_artifacts::upsert(exec, tenant, OidcModel::Interaction, uid, payload, expires_at_ms).await
}
