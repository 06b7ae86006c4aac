//! Subject tokens: made for an operator's server, exchanged once for an access token in the name of a user.

use crate::Ctx;
use portico_crypto::{id, sha256_hex};
use portico_model::{JsonObject, subject_token::SubjectToken};
use portico_store::{StoreError, subject_tokens};

/// Seconds for which a token can be exchanged.
pub const LIFETIME_SECONDS: i64 = 600;
/// What every token starts with.
const PREFIX: &str = "sub_";

/// Makes a token that stands for a user.
///
/// # Errors
/// [`StoreError::ForeignKeyViolation`] when there is no such user.
pub async fn create(
    ctx: &Ctx,
    user_id: String,
    context: JsonObject,
    creator_id: String,
) -> Result<String, StoreError> {
    let token = format!("{PREFIX}{}", id::standard_id());
    let now_ms = ctx.now_ms();
    let stored = SubjectToken {
        tenant_id: ctx.tenant.id.to_string(),
        id: sha256_hex(&token),
        context,
        expires_at: now_ms + LIFETIME_SECONDS * 1000,
        consumed_at: None,
        user_id,
        created_at: now_ms,
        creator_id,
    };
    subject_tokens::insert(&ctx.app.db, &ctx.tenant.id, &stored).await?;
    Ok(token)
}

/// The stored form of a token, also when it has expired or was used.
///
/// # Errors
/// When the database fails.
pub async fn find(ctx: &Ctx, token: &str) -> Result<Option<SubjectToken>, StoreError> {
    subject_tokens::find_by_id(&ctx.app.db, &ctx.tenant.id, &sha256_hex(token)).await
}

/// Uses a token up; says no when it has expired or somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn consume(ctx: &Ctx, token: &SubjectToken) -> Result<bool, StoreError> {
    subject_tokens::consume(&ctx.app.db, &ctx.tenant.id, &token.id, ctx.now_ms()).await
}
