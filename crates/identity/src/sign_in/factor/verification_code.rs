//! Proof by a code sent to an e-mail address or a phone number.

use crate::{
    email_blocklist, messages,
    sentinel::{self, Attempt},
    sign_in::{
        Flow, SignInError,
        state::{CodeRecord, VerificationRecord},
    },
    verification_code::{self as codes, Delivery, Order},
};
use portico_crypto::id;
use portico_model::{
    ErrorCode, JsonObject,
    connector::TemplateType,
    interaction::InteractionEvent,
    sentinel::SentinelAction,
    sign_in_experience::{SecondaryIdentifier, SignInIdentifier, SignInMode, SignUp},
    verification_code::{CodeChannel, CodeRecipient},
};
use portico_store::organizations;

/// Sends a code and answers the id of the proof that it completes.
///
/// The event is the one the message is about, which the person may be on the way to.
///
/// # Errors
/// `session.captcha_required`, `session.email_blocklist.*`, `connector.not_found`,
/// `request.message_rate_limited`, `connector.*`.
pub async fn send(
    flow: &mut Flow,
    recipient: CodeRecipient,
    event: InteractionEvent,
) -> Result<String, SignInError> {
    if flow.state.user_id.is_none() {
        flow.check_captcha()?;
    }
    if event == InteractionEvent::Register && recipient.channel == CodeChannel::Email {
        email_blocklist::check(&flow.settings().email_blocklist_policy, &recipient.value)?;
    }
    let template_type = template_type(flow, &recipient, event);
    let id = id::standard_id();
    let order = Order {
        proof_id: Some(id.clone()),
        delivery: delivery(flow, &recipient, event).await?,
        recipient: recipient.clone(),
        template_type,
        context: context(flow).await?,
        languages: flow.languages(),
        ip: flow.client.ip.clone(),
        events: flow.data_events().await?,
    };
    codes::send(&flow.ctx, &flow.snapshot, order).await?;
    let record = CodeRecord { id: id.clone(), identifier: recipient, template_type, verified: false };
    flow.state.set_record(VerificationRecord::of_code(record));
    Ok(id)
}

/// Checks a code and completes its proof.
///
/// # Errors
/// `session.verification_session_not_found`, `session.verification_blocked_too_many_attempts`,
/// `verification_code.*`.
pub async fn verify(
    flow: &mut Flow,
    verification_id: &str,
    recipient: &CodeRecipient,
    code: &str,
) -> Result<(), SignInError> {
    let record = flow.state.find_record(verification_id).and_then(VerificationRecord::code);
    let mut record = record
        .filter(|record| record.identifier.channel == recipient.channel)
        .ok_or(ErrorCode::SessionVerificationSessionNotFound)?
        .clone();
    let action = SentinelAction::VerificationCode;
    let policy = &flow.settings().sentinel_policy;
    let events = flow.data_events().await?;
    let kind = match recipient.channel {
        CodeChannel::Email => SignInIdentifier::Email,
        CodeChannel::Phone => SignInIdentifier::Phone,
    };
    let attempt = Attempt { action, kind, target: &recipient.value, is_success: false };
    sentinel::refuse_blocked(&flow.ctx, policy, &events, attempt).await?;
    let checked =
        codes::verify(&flow.ctx, &flow.snapshot, Some(&record.id), record.template_type, recipient, code)
            .await;
    // What broke on our side is nobody's attempt.
    if checked.as_ref().map_or_else(|error| error.code().is_some(), |()| true) {
        let attempt = Attempt { is_success: checked.is_ok(), ..attempt };
        sentinel::report(&flow.ctx, policy, &events, attempt).await?;
    }
    checked?;
    record.verified = true;
    flow.state.set_record(VerificationRecord::of_code(record));
    Ok(())
}

/// What the message may say about where the person signs in, and who they are once that is known.
async fn context(flow: &Flow) -> Result<JsonObject, SignInError> {
    let (ctx, interaction) = (&flow.ctx, &flow.interaction);
    let mut context = JsonObject::new();
    if let Some(client_id) = interaction.client_id()
        && let Some(application) = messages::about_application(ctx, &flow.snapshot, client_id).await?
    {
        context.insert("application".into(), application);
    }
    if let Some(id) = interaction.param("organization_id")
        && let Some(organization) = organizations::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?
    {
        context.insert("organization".into(), messages::about_organization(&organization));
    }
    if flow.state.user_id.is_some() {
        context.insert("user".into(), messages::about_user(&flow.user().await?));
    }
    if let Some(locales) = interaction.param("ui_locales") {
        context.insert("uiLocales".into(), locales.into());
    }
    Ok(context)
}

/// What the message says it is for.
fn template_type(flow: &Flow, recipient: &CodeRecipient, event: InteractionEvent) -> TemplateType {
    if flow.state.user_id.is_some() && !is_collected(&flow.settings().sign_up, recipient.channel) {
        return TemplateType::BindMfa;
    }
    match event {
        InteractionEvent::SignIn => TemplateType::SignIn,
        InteractionEvent::Register => TemplateType::Register,
        InteractionEvent::ForgotPassword => TemplateType::ForgotPassword,
    }
}

/// Whether signing up asks for such an address.
fn is_collected(sign_up: &SignUp, channel: CodeChannel) -> bool {
    use SecondaryIdentifier::{Email, EmailOrPhone, Phone};
    let wanted = CodeRecipient { channel, value: String::new() }.identifier().kind;
    let accepted = match channel {
        CodeChannel::Email => [Email, EmailOrPhone],
        CodeChannel::Phone => [Phone, EmailOrPhone],
    };
    let mut secondary = sign_up.secondary_identifiers.iter().flatten();
    sign_up.identifiers.contains(&wanted) || secondary.any(|item| accepted.contains(&item.identifier))
}

/// Where a code helps only somebody who has an account, nobody else gets one, and nobody learns who has.
async fn delivery(
    flow: &Flow,
    recipient: &CodeRecipient,
    event: InteractionEvent,
) -> Result<Delivery, SignInError> {
    let is_for_users_only = match event {
        InteractionEvent::ForgotPassword => true,
        InteractionEvent::SignIn => {
            flow.settings().sign_in_mode == SignInMode::SignIn && flow.state.user_id.is_none()
        }
        InteractionEvent::Register => false,
    };
    if !is_for_users_only {
        return Ok(Delivery::Open);
    }
    let is_known = flow.find_user(&recipient.identifier()).await?.is_some();
    Ok(Delivery::Discreet { is_known })
}
