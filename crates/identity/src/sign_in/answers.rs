//! Answers to the questions about second factors that finishing a flow may raise.

use super::{Flow, Outcome, SignInError, mfa};
use portico_model::{
    ErrorCode, User, interaction::InteractionEvent, sign_in_experience::OrganizationRequiredMfaPolicy,
};
use portico_store::organizations;

/// What the person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Wants second factors.
    MfaEnabled,
    /// Declines to enrol one.
    MfaSkipped,
    /// Declines a further one.
    SuggestionSkipped,
    /// Declines a passkey.
    PasskeySkipped,
}

/// Keeps an answer; it is written to the user when the flow is submitted.
///
/// # Errors
/// `session.not_supported_for_forgot_password`, `session.identifier_not_found`,
/// `session.mfa.mfa_policy_not_user_controlled`.
pub async fn give(flow: &mut Flow, answer: Answer) -> Result<Outcome, SignInError> {
    if flow.state.interaction_event == InteractionEvent::ForgotPassword {
        return Err(ErrorCode::SessionNotSupportedForForgotPassword.into());
    }
    let user = flow.user().await?;
    // Otherwise whoever knows the password alone could switch the second factor off.
    if let Some(required) = flow.required_mfa(&user) {
        return Ok(Outcome::NeedsMfa(required));
    }
    if answer == Answer::MfaSkipped && !may_decline(flow, &user).await? {
        return Err(ErrorCode::SessionMfaMfaPolicyNotUserControlled.into());
    }
    let answers = &mut flow.state.mfa;
    match answer {
        Answer::MfaEnabled => answers.mfa_enabled = Some(true),
        Answer::MfaSkipped => answers.mfa_skipped = Some(true),
        Answer::SuggestionSkipped => answers.additional_binding_suggestion_skipped = Some(true),
        Answer::PasskeySkipped => answers.passkey_skipped = Some(true),
    }
    Ok(Outcome::Done(()))
}

async fn may_decline(flow: &Flow, user: &User) -> Result<bool, SignInError> {
    let settings = &flow.settings().mfa;
    if !mfa::is_skippable(settings.policy) {
        return Ok(false);
    }
    if settings.organization_required_mfa_policy != Some(OrganizationRequiredMfaPolicy::Mandatory) {
        return Ok(true);
    }
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    Ok(!organizations::claims::any_requires_mfa(db, tenant, &user.id).await?)
}
