//! One-time tokens: proofs by what a link carries that was sent to an e-mail address.

use crate::{
    Ctx,
    sign_in::{Refusal, SignInError},
};
use portico_crypto::id;
use portico_model::{
    ErrorCode,
    interaction::InteractionEvent,
    one_time_token::{OneTimeToken, OneTimeTokenContext, OneTimeTokenStatus},
};
use portico_store::{StoreError, one_time_tokens};

/// Seconds for which a token is good when nothing else is said.
pub const LIFETIME_SECONDS_DEFAULT: i64 = 600;

/// Makes a token for the owner of an address.
///
/// # Errors
/// When the database fails.
pub async fn create(
    ctx: &Ctx,
    email: String,
    context: OneTimeTokenContext,
    lifetime_seconds: i64,
) -> Result<OneTimeToken, StoreError> {
    let (tenant, now_ms) = (ctx.tenant.id.clone(), ctx.now_ms());
    let token = OneTimeToken {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        email,
        token: id::secret(),
        context,
        status: OneTimeTokenStatus::Active,
        created_at: now_ms,
        expires_at: now_ms + lifetime_seconds * 1000,
    };
    let stored = token.clone();
    let write = ctx
        .app
        .db
        .write(move |tx| Box::pin(async move { one_time_tokens::insert(tx, &tenant, &stored).await }));
    write.await?;
    Ok(token)
}

/// Whether a token proves that its bearer owns the address. Leaves it as it is, unless its time is over, which
/// is then written down. `event` is what the bearer is about to do.
///
/// # Errors
/// In this order: `one_time_token.token_not_found`, `.email_mismatch`, `.token_expired`, `.token_consumed`,
/// `.token_revoked`, `.interaction_event_mismatch`.
pub async fn check(
    ctx: &Ctx,
    token: &str,
    email: &str,
    event: Option<InteractionEvent>,
) -> Result<OneTimeToken, SignInError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = one_time_tokens::find_by_token(db, tenant, token)
        .await?
        .ok_or_else(|| Refusal::from(ErrorCode::OneTimeTokenTokenNotFound).with_parameter("token", token))?;
    if found.email.to_lowercase() != email.to_lowercase() {
        return Err(ErrorCode::OneTimeTokenEmailMismatch.into());
    }
    let was_active = found.status == OneTimeTokenStatus::Active;
    let found = found.at(ctx.now_ms());
    let refusal = match found.status {
        OneTimeTokenStatus::Active => None,
        OneTimeTokenStatus::Expired => Some(ErrorCode::OneTimeTokenTokenExpired),
        OneTimeTokenStatus::Consumed => Some(ErrorCode::OneTimeTokenTokenConsumed),
        OneTimeTokenStatus::Revoked => Some(ErrorCode::OneTimeTokenTokenRevoked),
    };
    if let Some(refusal) = refusal {
        if was_active {
            let (from, to) = (OneTimeTokenStatus::Active, OneTimeTokenStatus::Expired);
            one_time_tokens::change_status(db, tenant, &found.id, from, to).await?;
        }
        return Err(refusal.into());
    }
    let is_for = found.context.interaction_event;
    if event.is_some_and(|event| is_for.is_some_and(|is_for| is_for != event)) {
        return Err(ErrorCode::OneTimeTokenInteractionEventMismatch.into());
    }
    Ok(found)
}

/// The same as [`check`], and uses the token up. Of two who bring it at once, one is refused.
///
/// # Errors
/// Those of [`check`].
pub async fn consume(
    ctx: &Ctx,
    token: &str,
    email: &str,
    event: Option<InteractionEvent>,
) -> Result<OneTimeToken, SignInError> {
    let found = check(ctx, token, email, event).await?;
    let (from, to) = (OneTimeTokenStatus::Active, OneTimeTokenStatus::Consumed);
    if !one_time_tokens::change_status(&ctx.app.db, &ctx.tenant.id, &found.id, from, to).await? {
        return Err(ErrorCode::OneTimeTokenTokenConsumed.into());
    }
    Ok(OneTimeToken { status: to, ..found })
}
