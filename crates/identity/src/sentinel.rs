//! Locking an identifier out after too many failed attempts.
//!
//! Every attempt leaves a row, so the count is the same for every process. An identifier is only a digest
//! there, and one that belongs to nobody is counted like any other.

use crate::{
    Ctx,
    events::Events,
    sign_in::{Refusal, SignInError},
};
use portico_crypto::{id, sha256_hex};
use portico_model::{
    ErrorCode, HookEvent, JsonObject,
    sentinel::{
        SentinelAction, SentinelActionResult, SentinelActivity, SentinelDecision, SentinelTargetType,
    },
    sign_in_experience::{SentinelPolicy, SignInIdentifier},
};
use portico_store::{
    StoreError,
    sentinel_activities::{self, Target},
};

/// How far back failures count, in milliseconds.
pub const WINDOW_MS: i64 = 60 * 60 * 1000;
/// Failed attempts within the window before the lockout.
pub const MAX_ATTEMPTS_DEFAULT: u32 = 100;
/// Minutes of lockout.
pub const LOCKOUT_MINUTES_DEFAULT: u32 = 60;
const MINUTE_MS: i64 = 60 * 1000;

/// The actions that count together with this one: trying codes does not buy more passwords.
fn pool(action: SentinelAction) -> Vec<SentinelAction> {
    use SentinelAction::{OneTimeToken, Password, VerificationCode};
    match action {
        Password | VerificationCode | OneTimeToken => vec![Password, VerificationCode, OneTimeToken],
        alone => vec![alone],
    }
}

/// One attempt to prove something.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What was tried.
    pub action: SentinelAction,
    /// What kind of identifier the target is.
    pub kind: SignInIdentifier,
    /// The identifier in its canonical spelling, or the user id for a second factor.
    pub target: &'a str,
    /// Whether the proof was right.
    pub is_success: bool,
}

/// Refuses an attempt on a blocked target before any costly work is done for it, and counts it.
///
/// # Errors
/// `session.verification_blocked_too_many_attempts`.
pub async fn refuse_blocked(
    ctx: &Ctx,
    policy: &SentinelPolicy,
    events: &Events,
    attempt: Attempt<'_>,
) -> Result<(), SignInError> {
    let target_hash = sha256_hex(attempt.target);
    let place = Target { target_type: SentinelTargetType::User, target_hash: &target_hash };
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let until =
        sentinel_activities::blocked_until(db, tenant, place, &pool(attempt.action), ctx.now_ms()).await?;
    if until.is_some() {
        report(ctx, policy, events, Attempt { is_success: false, ..attempt }).await?;
    }
    Ok(())
}

/// Records an attempt and decides whether the target is, or now becomes, blocked; a right proof is worth
/// nothing to a blocked target.
///
/// # Errors
/// `session.verification_blocked_too_many_attempts`.
pub async fn report(
    ctx: &Ctx,
    policy: &SentinelPolicy,
    events: &Events,
    attempt: Attempt<'_>,
) -> Result<(), SignInError> {
    let max_attempts = i64::from(policy.max_attempts.unwrap_or(MAX_ATTEMPTS_DEFAULT));
    let lockout_ms = i64::from(policy.lockout_duration.unwrap_or(LOCKOUT_MINUTES_DEFAULT)) * MINUTE_MS;
    let (tenant, now_ms) = (ctx.tenant.id.clone(), ctx.now_ms());
    let mut activity = SentinelActivity {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        target_type: SentinelTargetType::User,
        target_hash: sha256_hex(attempt.target),
        action: attempt.action,
        action_result: match attempt.is_success {
            true => SentinelActionResult::Success,
            false => SentinelActionResult::Failed,
        },
        payload: JsonObject::new(),
        decision: SentinelDecision::Allowed,
        decision_expires_at: now_ms,
        created_at: now_ms,
    };
    let lockout = JsonObject::from_iter([
        ("type".to_owned(), attempt.kind.as_str().into()),
        ("value".to_owned(), attempt.target.into()),
    ]);
    let events = events.clone();
    let blocked_until = ctx
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let place = Target { target_type: activity.target_type, target_hash: &activity.target_hash };
                let pool = pool(activity.action);
                let mut blocked =
                    sentinel_activities::blocked_until(tx, &tenant, place, &pool, now_ms).await?;
                if blocked.is_none() {
                    let since = now_ms - WINDOW_MS;
                    let failed =
                        sentinel_activities::count_failed_since(tx, &tenant, place, &pool, since).await?;
                    let is_failure = activity.action_result == SentinelActionResult::Failed;
                    blocked = (failed + i64::from(is_failure) >= max_attempts).then_some(now_ms + lockout_ms);
                }
                if let Some(until) = blocked {
                    activity.decision = SentinelDecision::Blocked;
                    activity.decision_expires_at = until;
                    events.record_facts(tx, HookEvent::IdentifierLockout, || lockout).await?;
                }
                sentinel_activities::insert(tx, &tenant, &activity).await?;
                Ok::<_, StoreError>(blocked)
            })
        })
        .await?;
    match blocked_until {
        None => Ok(()),
        Some(until) => Err(blocked((until - now_ms + MINUTE_MS - 1) / MINUTE_MS).into()),
    }
}

/// The refusal that says how long an identifier stays blocked.
fn blocked(minutes: i64) -> Refusal {
    Refusal::from(ErrorCode::SessionVerificationBlockedTooManyAttempts)
        .with_parameter("minutes", minutes.to_string())
}
