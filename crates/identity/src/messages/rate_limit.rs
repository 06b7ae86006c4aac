//! How many messages one recipient gets.

use crate::{Ctx, events::Events, sign_in::SignInError};
use portico_crypto::{id, sha256_hex};
use portico_model::{
    ErrorCode, HookEvent, JsonObject, phone,
    sentinel::{
        SentinelAction, SentinelActionResult, SentinelActivity, SentinelDecision, SentinelTargetType,
    },
    verification_code::{CodeChannel, CodeRecipient},
};
use portico_store::{
    StoreError, configs,
    sentinel_activities::{self, Target},
};
use serde::Deserialize;

/// Messages to one recipient within the window.
pub const MAX_SENDS_DEFAULT: u32 = 10;
/// Seconds of the window.
pub const SEND_WINDOW_SECONDS_DEFAULT: u32 = 600;
/// Key of the settings that replace the two.
const RATE_LIMIT_KEY: &str = "messageRateLimitOverride";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RateLimitOverride {
    send_window: Option<u32>,
    max_sends_per_recipient: Option<u32>,
}

/// One of a recipient's messages, taken.
#[must_use]
pub struct Reservation(String);

/// Takes one of the recipient's messages of a kind. It is written before it is counted, so that requests that
/// arrive at once see each other. Webhooks learn of a refusal.
///
/// # Errors
/// `request.message_rate_limited`.
pub async fn reserve(
    ctx: &Ctx,
    recipient: &CodeRecipient,
    action: SentinelAction,
    events: Events,
) -> Result<Reservation, SignInError> {
    let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
    let limits: RateLimitOverride = configs::find(db, tenant, RATE_LIMIT_KEY).await?.unwrap_or_default();
    let max_sends = i64::from(limits.max_sends_per_recipient.unwrap_or(MAX_SENDS_DEFAULT));
    let window_ms = i64::from(limits.send_window.unwrap_or(SEND_WINDOW_SECONDS_DEFAULT)) * 1000;
    let activity = SentinelActivity {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        target_type: SentinelTargetType::User,
        target_hash: sha256_hex(canonical(recipient)),
        action,
        action_result: SentinelActionResult::Success,
        payload: JsonObject::new(),
        decision: SentinelDecision::Allowed,
        decision_expires_at: now_ms,
        created_at: now_ms,
    };
    sentinel_activities::insert(db, tenant, &activity).await?;
    let target = Target { target_type: activity.target_type, target_hash: &activity.target_hash };
    let since_ms = now_ms - window_ms;
    let sent = sentinel_activities::count_successes_since(db, tenant, target, &[action], since_ms).await?;
    let reservation = Reservation(activity.id);
    if sent > max_sends {
        refuse(ctx, recipient, action, events, reservation).await?;
        return Err(ErrorCode::RequestMessageRateLimited.into());
    }
    Ok(reservation)
}

/// Gives the message back, and tells webhooks that its recipient gets no more.
async fn refuse(
    ctx: &Ctx,
    recipient: &CodeRecipient,
    action: SentinelAction,
    events: Events,
    Reservation(id): Reservation,
) -> Result<(), SignInError> {
    let (tenant, recipient) = (ctx.tenant.id.clone(), recipient.value.clone());
    let write = ctx.app.db.write(move |tx| {
        Box::pin(async move {
            sentinel_activities::delete(tx, &tenant, &id).await?;
            let facts = [("action", action.as_str()), ("recipient", recipient.as_str())];
            let facts = || facts.into_iter().map(|(name, fact)| (name.to_owned(), fact.into())).collect();
            events.record_facts(tx, HookEvent::MessageRateLimited, facts).await
        })
    });
    Ok(write.await?)
}

/// Gives a message back that did not go out: only those that went out count.
///
/// # Errors
/// When the database fails.
pub async fn release(ctx: &Ctx, Reservation(id): Reservation) -> Result<(), StoreError> {
    sentinel_activities::delete(&ctx.app.db, &ctx.tenant.id, &id).await
}

/// One text for every way to write a recipient.
fn canonical(recipient: &CodeRecipient) -> String {
    let value = &recipient.value;
    match recipient.channel {
        CodeChannel::Email => value.to_lowercase(),
        CodeChannel::Phone => phone::canonical(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_recipient_share_their_messages() {
        let of = |channel, value: &str| canonical(&CodeRecipient { channel, value: value.into() });
        assert_eq!(of(CodeChannel::Email, "Ada@Example.COM"), "ada@example.com");
        assert_eq!(of(CodeChannel::Phone, "61412345678"), of(CodeChannel::Phone, "610412345678"));
        assert_ne!(of(CodeChannel::Phone, "61412345678"), of(CodeChannel::Phone, "61412345679"));
    }
}
