//! Codes that prove who receives mail at an address or messages at a number.
//!
//! A code belongs to one proof and one purpose, works once, lives for minutes and may be tried a few times; a
//! recipient gets only so many messages.

use crate::{
    Ctx, Snapshot,
    events::Events,
    messages::{self, Letter, Sender},
    sign_in::SignInError,
};
use portico_crypto::{constant_time_eq, id};
use portico_model::{
    ErrorCode, JsonObject,
    connector::TemplateType,
    sentinel::SentinelAction,
    verification_code::{CodeChannel, CodeRecipient, Passcode},
};
use portico_store::{StoreError, passcodes};
use serde_json::json;
use std::time::Duration;

/// Digits of a code.
pub const CODE_LENGTH: usize = 6;
/// Seconds for which a code is good.
pub const LIFETIME_SECONDS_DEFAULT: u32 = 600;
/// Longest lifetime that the settings allow, in milliseconds; older codes are of no use to anybody.
const MAX_LIFETIME_MS: i64 = 3_600_000;
/// Wrong tries after which a code is worthless.
pub const MAX_TRIES_DEFAULT: u32 = 10;
/// How long a request takes whose duration must not tell whether a message was sent.
const EVEN_ANSWER_TIME: Duration = Duration::from_millis(150);

/// Whom a message may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The recipient, whoever it is; failures are reported.
    Open,
    /// A known user. The answer, and the time it takes, is the same for unknown recipients.
    Discreet {
        /// Whether the recipient is one.
        is_known: bool,
    },
}

/// A code to be sent.
#[derive(Clone)]
pub struct Order {
    /// What it belongs to: the id of the proof; `None` when an operator asks for it.
    pub proof_id: Option<String>,
    /// Where it goes.
    pub recipient: CodeRecipient,
    /// What it is for.
    pub template_type: TemplateType,
    /// Whom it may reach.
    pub delivery: Delivery,
    /// Facts that templates may use besides the code.
    pub context: JsonObject,
    /// Languages that the reader understands, best first.
    pub languages: Vec<String>,
    /// Address of the person who asks.
    pub ip: Option<String>,
    /// Records that the recipient gets no more messages.
    pub events: Events,
}

/// Makes a code and sends it.
///
/// # Errors
/// `connector.not_found` (501) without a connector of the kind, `request.message_rate_limited`, `connector.*`.
pub async fn send(ctx: &Ctx, snapshot: &Snapshot, order: Order) -> Result<(), SignInError> {
    let (action, events) = (SentinelAction::VerificationCodeSend, order.events.clone());
    let reservation = messages::reserve(ctx, &order.recipient, action, events).await?;
    let code = id::numeric_code(CODE_LENGTH);
    store(ctx, &order, &code).await?;
    let sent = deliver(ctx, snapshot, order, code).await;
    if sent.is_err() {
        messages::release(ctx, reservation).await?;
    }
    sent
}

async fn deliver(ctx: &Ctx, snapshot: &Snapshot, order: Order, code: String) -> Result<(), SignInError> {
    let sender = Sender::find(ctx, snapshot, order.recipient.channel)?;
    let mut payload = order.context;
    payload.insert("code".into(), json!(code));
    let letter = Letter {
        recipient: order.recipient,
        template_type: order.template_type,
        payload,
        languages: order.languages,
        ip: order.ip,
    };
    let message = messages::write(ctx, snapshot, letter).await?;
    match order.delivery {
        Delivery::Open => sender.send(&message).await?,
        Delivery::Discreet { is_known } => {
            if is_known {
                tokio::spawn(async move {
                    if let Err(error) = sender.send(&message).await {
                        tracing::warn!(code = error.code.as_str(), cause = ?error.source, "a code was not sent");
                    }
                });
            }
            tokio::time::sleep(EVEN_ANSWER_TIME).await;
        }
    }
    Ok(())
}

/// Checks a code and uses it up.
///
/// # Errors
/// `verification_code.not_found`, `verification_code.*_mismatch`, `verification_code.expired`,
/// `verification_code.exceed_max_try`.
pub async fn verify(
    ctx: &Ctx,
    snapshot: &Snapshot,
    proof_id: Option<&str>,
    template_type: TemplateType,
    recipient: &CodeRecipient,
    code: &str,
) -> Result<(), SignInError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let policy = &snapshot.sign_in_experience.verification_code_policy;
    let passcode = match proof_id {
        Some(proof_id) => passcodes::find_of_proof(db, tenant, proof_id, template_type).await?,
        None => passcodes::find_of_recipient(db, tenant, recipient, template_type).await?,
    };
    let passcode = passcode.ok_or(ErrorCode::VerificationCodeNotFound)?;
    let (sent_to, mismatch) = match recipient.channel {
        CodeChannel::Email => (&passcode.email, ErrorCode::VerificationCodeEmailMismatch),
        CodeChannel::Phone => (&passcode.phone, ErrorCode::VerificationCodePhoneMismatch),
    };
    if sent_to.as_ref() != Some(&recipient.value) {
        return Err(mismatch.into());
    }
    let lifetime_ms = i64::from(policy.expiration_duration.unwrap_or(LIFETIME_SECONDS_DEFAULT)) * 1000;
    if ctx.now_ms() >= passcode.created_at + lifetime_ms {
        return Err(ErrorCode::VerificationCodeExpired.into());
    }
    let max_tries = i64::from(policy.max_retry_attempts.unwrap_or(MAX_TRIES_DEFAULT));
    if !passcodes::take_try(db, tenant, &passcode.id, max_tries).await? {
        return Err(ErrorCode::VerificationCodeExceedMaxTry.into());
    }
    if !constant_time_eq(passcode.code.as_bytes(), code.as_bytes()) {
        return Err(ErrorCode::VerificationCodeCodeMismatch.into());
    }
    if !passcodes::consume(db, tenant, &passcode.id).await? {
        return Err(ErrorCode::VerificationCodeNotFound.into());
    }
    Ok(())
}

async fn store(ctx: &Ctx, order: &Order, code: &str) -> Result<(), StoreError> {
    let (tenant, now_ms) = (ctx.tenant.id.clone(), ctx.now_ms());
    let value = Some(order.recipient.value.clone());
    let (email, phone) = match order.recipient.channel {
        CodeChannel::Email => (value, None),
        CodeChannel::Phone => (None, value),
    };
    let passcode = Passcode {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        interaction_jti: order.proof_id.clone(),
        phone,
        email,
        template_type: order.template_type,
        code: code.to_owned(),
        consumed: false,
        try_count: 0,
        created_at: now_ms,
    };
    let forget_before_ms = now_ms - MAX_LIFETIME_MS;
    let write = ctx.app.db.write(move |tx| {
        Box::pin(async move { passcodes::insert(tx, &tenant, &passcode, forget_before_ms).await })
    });
    write.await
}
