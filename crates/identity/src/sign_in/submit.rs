//! Finishing: everything collected is checked once more, written, and handed to the OpenID provider.

use super::{
    Flow, Outcome, SignInError, actions,
    mandatory::{self, Held},
    mfa::{self, BindingSituation, Choices},
    profile,
    register::held_by,
    state::PendingProfile,
    stored, told,
};
use crate::enterprise_identities::EnterpriseChange;
use portico_model::{
    ErrorCode, HookEvent, JsonObject, User,
    interaction::{InteractionEvent, VerificationType},
    sign_in_experience::MfaFactor,
};
use portico_store::{StoreError, organizations, users};
use serde_json::{Value, json};

/// What a finished flow leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// The person is signed in; the browser goes on here.
    SignedIn {
        /// Where the OpenID provider takes over.
        redirect_to: String,
    },
    /// The password is replaced; the person signs in with it.
    PasswordReset,
}

/// Finishes the flow.
///
/// # Errors
/// `session.captcha_required`, `session.identifier_not_found`, `user.suspended`,
/// `user.new_password_required_in_profile`, `user.*_exists_in_profile`, `user.*_already_in_use`.
pub async fn submit(flow: &mut Flow) -> Result<Outcome<Submitted>, SignInError> {
    flow.check_captcha()?;
    let user = flow.user().await?;
    // The account may have been suspended since it was identified.
    if user.is_suspended {
        return Err(ErrorCode::UserSuspended.into());
    }
    if flow.state.interaction_event == InteractionEvent::ForgotPassword {
        return reset_password(flow, &user).await.map(Outcome::Done);
    }
    if let Some(required) = flow.required_mfa(&user) {
        return Ok(Outcome::NeedsMfa(required));
    }
    profile::check_absent(&user, &flow.state.profile)?;
    profile::check_unique(flow, &flow.state.profile).await?;
    let missing = missing(flow, &user);
    if !missing.is_empty() {
        return Ok(Outcome::NeedsProfile(missing));
    }
    let choices = choices(flow, &user);
    // Second factors of people who come through their company are the company's affair.
    if !flow.state.is_by_enterprise_sso() {
        if prefers_passkey(flow, &user) {
            return Ok(Outcome::PasskeyPreferred);
        }
        if let Some(required) = required_binding(flow, &user, choices).await? {
            return Ok(Outcome::NeedsMfaBinding(required));
        }
    }
    write(flow, &user, choices).await?;
    actions::after_sign_in(flow).await?;
    finish(flow, &user.id).await.map(Outcome::Done)
}

async fn reset_password(flow: &mut Flow, user: &User) -> Result<Submitted, SignInError> {
    let password = flow.state.profile.password.clone().ok_or(ErrorCode::UserNewPasswordRequiredInProfile)?;
    let change = PendingProfile { password: Some(password), ..PendingProfile::default() };
    update(flow, &user.id, change, |_, _| {}).await?;
    flow.interaction.payload.result = Some(JsonObject::new());
    save_and_tell(flow, &user.id).await?;
    Ok(Submitted::PasswordReset)
}

fn missing(flow: &Flow, user: &User) -> Vec<portico_model::interaction::MissingProfile> {
    let settings = flow.settings();
    let verified = flow.state.verified_kinds();
    if flow.state.is_by_enterprise_sso() || flow.state.profile.enterprise_sso_identity.is_some() {
        return Vec::new();
    }
    let has_social =
        verified.contains(&VerificationType::Social) || flow.state.profile.social_identity.is_some();
    if has_social && settings.social_sign_in.skip_required_identifiers == Some(true) {
        return Vec::new();
    }
    mandatory::missing(&settings.sign_up, Held::by_user(user).or(held_by(&flow.state.profile)))
}

/// Whether the person should be asked to add a passkey.
fn prefers_passkey(flow: &Flow, user: &User) -> bool {
    let stored_skip = user.logto_config.get("passkey_sign_in").and_then(|passkey| passkey.get("skipped"));
    let is_skipped = flow.state.mfa.passkey_skipped == Some(true) || stored_skip == Some(&Value::Bool(true));
    let has_passkey = linked_factors(user).contains(&MfaFactor::WebAuthn);
    flow.settings().passkey_sign_in.enabled == Some(true) && !is_skipped && !has_passkey
}

/// The person's answers: this session's before the stored ones.
fn choices(flow: &Flow, user: &User) -> Choices {
    let stored = Choices::of(user);
    Choices {
        enabled: flow.state.mfa.mfa_enabled.or(stored.enabled),
        skipped: flow.state.mfa.mfa_skipped.unwrap_or(stored.skipped),
        ..stored
    }
}

fn linked_factors(user: &User) -> Vec<MfaFactor> {
    let kinds = user.mfa_verifications.iter().filter_map(|stored| stored.get("type")?.as_str()?.parse().ok());
    kinds.collect()
}

async fn required_binding(
    flow: &Flow,
    user: &User,
    choices: Choices,
) -> Result<Option<mfa::RequiredBinding>, StoreError> {
    let settings = &flow.settings().mfa;
    if settings.factors.is_empty() {
        return Ok(None);
    }
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    let mut linked = linked_factors(user);
    let has_backup_codes = linked.contains(&MfaFactor::BackupCode);
    if user.primary_email.is_some() || flow.state.profile.primary_email.is_some() {
        linked.push(MfaFactor::EmailVerificationCode);
    }
    if user.primary_phone.is_some() || flow.state.profile.primary_phone.is_some() {
        linked.push(MfaFactor::PhoneVerificationCode);
    }
    let situation = BindingSituation {
        event: flow.state.interaction_event,
        linked: &linked,
        has_backup_codes,
        choices,
        is_required_by_organization: organizations::claims::any_requires_mfa(db, tenant, &user.id).await?,
    };
    Ok(mfa::required_binding(settings, &situation))
}

async fn write(flow: &Flow, user: &User, choices: Choices) -> Result<(), SignInError> {
    let answers = flow.state.mfa;
    let change = flow.state.profile.clone();
    let has_answers = answers.mfa_enabled.or(answers.mfa_skipped).or(answers.passkey_skipped).is_some();
    if !has_answers && change == (PendingProfile { submitted: change.submitted, ..PendingProfile::default() })
    {
        users::update_last_sign_in(&flow.ctx.app.db, &flow.ctx.tenant.id, &user.id, flow.ctx.now_ms())
            .await?;
        return Ok(());
    }
    update(flow, &user.id, change, move |user, now_ms| {
        user.last_sign_in_at = Some(now_ms);
        if answers.mfa_enabled.or(answers.mfa_skipped).is_some() {
            remember(user, "mfa", "enabled", choices.enabled);
            remember(user, "mfa", "skipped", Some(choices.skipped));
        }
        if answers.passkey_skipped.is_some() {
            remember(user, "passkey_sign_in", "skipped", answers.passkey_skipped);
        }
    })
    .await
}

/// Sets one answer in what is kept about the user.
fn remember(user: &mut User, group: &str, name: &str, value: Option<bool>) {
    let entry = user.logto_config.entry(group).or_insert_with(|| json!({}));
    if let (Value::Object(entry), Some(value)) = (entry, value) {
        entry.insert(name.to_owned(), json!(value));
    }
}

/// Writes changes to the user.
pub(super) async fn update(
    flow: &Flow,
    user_id: &str,
    change: PendingProfile,
    more: impl FnOnce(&mut User, i64) + Send + 'static,
) -> Result<(), SignInError> {
    let (tenant, user_id, now_ms) = (flow.ctx.tenant.id.clone(), user_id.to_owned(), flow.ctx.now_ms());
    let events = flow.data_events().await?;
    let job = flow.ctx.app.db.write(move |tx| {
        Box::pin(async move {
            let mut user =
                users::find_for_update(tx, &tenant, &user_id).await?.ok_or(ErrorCode::UserUserNotExist)?;
            let tokens = change.social_connector_token_set_secret.clone();
            let enterprise = EnterpriseChange::of(&change);
            profile::apply(change, &mut user, now_ms);
            user.updated_at = now_ms;
            more(&mut user, now_ms);
            users::update(tx, &tenant, &user).await.map_err(crate::users::name_conflict)?;
            if let Some(tokens) = tokens {
                tokens.write(tx, &tenant, &user_id, now_ms).await?;
            }
            enterprise.write(tx, &tenant, &user_id, now_ms, &events).await?;
            events.record_facts(tx, HookEvent::UserDataUpdated, || told::user_facts(&user)).await?;
            Ok(())
        })
    });
    job.await
}

/// Writes the finished flow, and the event that it is.
async fn save_and_tell(flow: &Flow, user_id: &str) -> Result<(), SignInError> {
    let (events, event) = (flow.end_events().await?, told::end_of(flow.state.interaction_event));
    if !events.is_wanted(event) {
        return Ok(stored::save(&flow.ctx, &flow.interaction).await?);
    }
    let facts = flow.end_facts(user_id).await?;
    let (tenant, interaction) = (flow.ctx.tenant.id.clone(), flow.interaction.clone());
    let write = flow.ctx.app.db.write(move |tx| {
        Box::pin(async move {
            stored::write(tx, &tenant, &interaction).await?;
            events.record_facts(tx, event, || facts).await
        })
    });
    Ok(write.await?)
}

/// Tells the OpenID provider who signed in. Nothing secret stays behind.
async fn finish(flow: &mut Flow, user_id: &str) -> Result<Submitted, SignInError> {
    flow.state.clear_profile();
    let mut changes = JsonObject::new();
    changes.insert("login".into(), json!({ "accountId": user_id }));
    if let Value::Object(visible) = flow.state.sanitized() {
        changes.extend(visible);
    }
    flow.interaction.merge_result(changes);
    save_and_tell(flow, user_id).await?;
    Ok(Submitted::SignedIn { redirect_to: flow.interaction.payload.return_to.clone() })
}
