//! Codes that prove who receives mail at an address or messages at a number.
//!
//! A code belongs to one proof and one purpose, works once, lives for minutes and may be tried a few times; a
//! recipient gets only so many messages.

use crate::{
    Ctx, Snapshot,
    sign_in::{Refusal, SignInError},
};
use portico_connectors::{
    ConnectorError,
    message::{Message, MessageConnector},
};
use portico_crypto::{constant_time_eq, id, sha256_hex};
use portico_model::{
    Connector, ErrorCode, JsonObject,
    connector::{ConnectorType, TemplateType},
    phone,
    sentinel::{
        SentinelAction, SentinelActionResult, SentinelActivity, SentinelDecision, SentinelTargetType,
    },
    verification_code::{CodeChannel, CodeRecipient, Passcode},
};
use portico_store::{
    StoreError, configs, passcodes,
    sentinel_activities::{self, Target},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Digits of a code.
pub const CODE_LENGTH: usize = 6;
/// Seconds for which a code is good.
pub const LIFETIME_SECONDS_DEFAULT: u32 = 600;
/// Longest lifetime that the settings allow, in milliseconds; older codes are of no use to anybody.
const MAX_LIFETIME_MS: i64 = 3_600_000;
/// Wrong tries after which a code is worthless.
pub const MAX_TRIES_DEFAULT: u32 = 10;
/// Messages to one recipient within the window.
pub const MAX_SENDS_DEFAULT: u32 = 10;
/// Seconds of the window.
pub const SEND_WINDOW_SECONDS_DEFAULT: u32 = 600;
/// Key of the settings that replace the two.
const RATE_LIMIT_KEY: &str = "messageRateLimitOverride";
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
#[derive(Clone, Debug)]
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
    /// Address of the person who asks.
    pub ip: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RateLimitOverride {
    send_window: Option<u32>,
    max_sends_per_recipient: Option<u32>,
}

/// Makes a code and sends it.
///
/// # Errors
/// `connector.not_found` (501) without a connector of the kind, `request.message_rate_limited`, `connector.*`.
pub async fn send(ctx: &Ctx, snapshot: &Snapshot, order: Order) -> Result<(), SignInError> {
    let reservation = reserve(ctx, &order.recipient).await?;
    let code = id::numeric_code(CODE_LENGTH);
    store(ctx, &order, &code).await?;
    let sent = deliver(ctx, snapshot, order, code).await;
    if sent.is_err() {
        // Only messages that went out count.
        sentinel_activities::delete(&ctx.app.db, &ctx.tenant.id, &reservation).await?;
    }
    sent
}

async fn deliver(ctx: &Ctx, snapshot: &Snapshot, order: Order, code: String) -> Result<(), SignInError> {
    let sender = Sender::find(ctx, snapshot, order.recipient.channel)?;
    let mut payload = order.context;
    payload.insert("code".into(), json!(code));
    let message = Message {
        to: order.recipient.value,
        template_type: order.template_type,
        payload,
        template: None,
        ip: order.ip,
    };
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

/// Takes one of the recipient's messages. It is written before it is counted, so that requests that arrive at
/// once see each other.
async fn reserve(ctx: &Ctx, recipient: &CodeRecipient) -> Result<String, SignInError> {
    let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
    let limits: RateLimitOverride = configs::find(db, tenant, RATE_LIMIT_KEY).await?.unwrap_or_default();
    let max_sends = i64::from(limits.max_sends_per_recipient.unwrap_or(MAX_SENDS_DEFAULT));
    let window_ms = i64::from(limits.send_window.unwrap_or(SEND_WINDOW_SECONDS_DEFAULT)) * 1000;
    let activity = SentinelActivity {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        target_type: SentinelTargetType::User,
        target_hash: sha256_hex(canonical(recipient)),
        action: SentinelAction::VerificationCodeSend,
        action_result: SentinelActionResult::Success,
        payload: JsonObject::new(),
        decision: SentinelDecision::Allowed,
        decision_expires_at: now_ms,
        created_at: now_ms,
    };
    sentinel_activities::insert(db, tenant, &activity).await?;
    let target = Target { target_type: activity.target_type, target_hash: &activity.target_hash };
    let actions = [activity.action];
    let sent =
        sentinel_activities::count_successes_since(db, tenant, target, &actions, now_ms - window_ms).await?;
    if sent > max_sends {
        sentinel_activities::delete(db, tenant, &activity.id).await?;
        return Err(ErrorCode::RequestMessageRateLimited.into());
    }
    Ok(activity.id)
}

/// One text for every way to write a recipient.
fn canonical(recipient: &CodeRecipient) -> String {
    let value = &recipient.value;
    match recipient.channel {
        CodeChannel::Email => value.to_lowercase(),
        CodeChannel::Phone => phone::canonical(value.clone()),
    }
}

/// The tenant's connector for a channel.
struct Sender {
    app: Arc<crate::App>,
    connector: Connector,
    kind: ConnectorType,
}

impl Sender {
    fn find(ctx: &Ctx, snapshot: &Snapshot, channel: CodeChannel) -> Result<Self, SignInError> {
        let kind = match channel {
            CodeChannel::Email => ConnectorType::Email,
            CodeChannel::Phone => ConnectorType::Sms,
        };
        let app = ctx.app.clone();
        let connector = snapshot.connectors.iter().find(|connector| {
            let factory = app.connectors.find_factory(&connector.connector_id);
            factory.is_some_and(|factory| factory.connector_type == kind)
        });
        let Some(connector) = connector.cloned() else {
            let refusal = Refusal::from(ErrorCode::ConnectorNotFound).with_status(501);
            return Err(refusal
                .with_data(json!({ "type": kind }))
                .with_parameter("type", kind.as_str())
                .into());
        };
        Ok(Self { app, connector, kind })
    }

    fn behaviour(&self) -> Option<&dyn MessageConnector> {
        match self.kind {
            ConnectorType::Email => self.app.connectors.find_email(&self.connector.connector_id),
            ConnectorType::Sms => self.app.connectors.find_sms(&self.connector.connector_id),
            ConnectorType::Social => None,
        }
    }

    async fn send(&self, message: &Message) -> Result<(), ConnectorError> {
        let behaviour =
            self.behaviour().ok_or_else(|| ConnectorError::new(ErrorCode::ConnectorUnexpectedType))?;
        behaviour.send(&Value::Object(self.connector.config.clone()), message).await.map(drop)
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
