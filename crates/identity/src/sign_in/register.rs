//! From a complete proof to a new user.

use super::{
    Flow, Outcome, SignInError,
    factor::{enterprise_sso, social::Configured},
    identify::{address_of, verified_info},
    mandatory::{self, Held},
    profile,
    state::{EnterpriseSsoRecord, PendingProfile, SocialIdentity, SocialRecord, VerificationRecord},
};
use crate::{
    email_blocklist,
    users::{self, Registration},
};
use portico_model::{ErrorCode, interaction::InteractionEvent};
use portico_store::users as stored;

/// Creates the user whom a proof, and what was filled in since, describe.
///
/// # Errors
/// `session.invalid_interaction_type`, `session.verification_session_not_found`, `session.verification_failed`,
/// `auth.forbidden`, `session.captcha_required`, `user.*_already_in_use`, `session.email_blocklist.*`.
pub async fn register(flow: &mut Flow, verification_id: Option<&str>) -> Result<Outcome, SignInError> {
    if flow.state.interaction_event != InteractionEvent::Register {
        return Err(ErrorCode::SessionInvalidInteractionType.into());
    }
    if let Some(id) = verification_id {
        let record = flow.state.find_record(id).ok_or(ErrorCode::SessionVerificationSessionNotFound)?.clone();
        enterprise_sso::check_address(flow, address_of(&record))?;
        let described = describe(flow, &record).await?;
        if let Some(email) = &described.primary_email {
            email_blocklist::check(&flow.settings().email_blocklist_policy, email)?;
        }
        profile::check_unique(flow, &described).await?;
        merge(&mut flow.state.profile, described);
    }
    flow.check_mode(InteractionEvent::Register)?;
    flow.check_captcha()?;
    let missing = missing(flow);
    if !missing.is_empty() {
        return Ok(Outcome::NeedsProfile(missing));
    }
    let registration = Registration {
        profile: flow.state.profile.clone(),
        client_id: flow.interaction.client_id().map(str::to_owned),
        events: flow.data_events().await?,
    };
    let user = users::register(&flow.ctx, registration).await?;
    flow.state.user_id = Some(user.id);
    if let Some(id) = verification_id {
        flow.state.mark_enterprise_proof(id);
    }
    flow.state.clear_profile();
    Ok(Outcome::Done(()))
}

/// What the sign-up settings still ask for.
fn missing(flow: &Flow) -> Vec<portico_model::interaction::MissingProfile> {
    let settings = flow.settings();
    let profile = &flow.state.profile;
    if profile.enterprise_sso_identity.is_some() {
        return Vec::new();
    }
    let is_excused =
        profile.social_identity.is_some() && settings.social_sign_in.skip_required_identifiers == Some(true);
    if is_excused { Vec::new() } else { mandatory::missing(&settings.sign_up, held_by(profile)) }
}

/// What the pending profile holds.
pub(crate) fn held_by(profile: &PendingProfile) -> Held {
    Held {
        username: profile.username.is_some(),
        email: profile.primary_email.is_some(),
        phone: profile.primary_phone.is_some(),
        password: profile.password.is_some()
            || profile.social_identity.is_some()
            || profile.enterprise_sso_identity.is_some(),
    }
}

/// The profile of the new user whom a proof describes.
async fn describe(flow: &Flow, record: &VerificationRecord) -> Result<PendingProfile, SignInError> {
    match record {
        VerificationRecord::NewPasswordIdentity(proof) => Ok(PendingProfile {
            username: Some(proof.identifier.value.clone()),
            password: Some(proof.password.clone().ok_or(ErrorCode::SessionVerificationFailed)?),
            ..PendingProfile::default()
        }),
        VerificationRecord::EmailVerificationCode(proof)
        | VerificationRecord::PhoneVerificationCode(proof) => Ok(proof.profile()?),
        VerificationRecord::Social(proof) => describe_social(flow, proof).await,
        VerificationRecord::EnterpriseSso(proof) => describe_enterprise(flow, proof),
        VerificationRecord::Password(_) => Err(ErrorCode::SessionVerificationFailed.into()),
    }
}

/// Name and picture, and the verified addresses as far as no other user has them.
async fn describe_social(flow: &Flow, proof: &SocialRecord) -> Result<PendingProfile, SignInError> {
    let info = verified_info(proof)?.clone();
    let target = Configured::find(flow, &proof.connector_id)?.target()?;
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    let primary_email = match &info.email {
        Some(email) if stored::find_by_email(db, tenant, email).await?.is_none() => Some(email.clone()),
        _ => None,
    };
    let primary_phone = match &info.phone {
        Some(phone) if stored::find_by_phone(db, tenant, phone).await?.is_none() => Some(phone.clone()),
        _ => None,
    };
    Ok(PendingProfile {
        name: info.name.clone(),
        avatar: info.avatar.clone(),
        primary_email,
        primary_phone,
        social_connector_token_set_secret: proof.account_token_set(&target),
        social_identity: Some(SocialIdentity { target, user_info: info }),
        ..PendingProfile::default()
    })
}

fn describe_enterprise(flow: &Flow, proof: &EnterpriseSsoRecord) -> Result<PendingProfile, SignInError> {
    if !flow.settings().single_sign_on_enabled {
        return Err(ErrorCode::UserSignInMethodNotEnabled.into());
    }
    let (identity, info) = proof.identity()?;
    Ok(PendingProfile {
        name: info.name.clone(),
        avatar: info.avatar.clone(),
        primary_email: info.email.clone(),
        primary_phone: info.phone.clone(),
        enterprise_sso_connector_token_set_secret: proof.account_token_set(),
        enterprise_sso_identity: Some(identity),
        ..PendingProfile::default()
    })
}

fn merge(profile: &mut PendingProfile, new: PendingProfile) {
    fn take<T>(old: &mut Option<T>, new: Option<T>) {
        if new.is_some() {
            *old = new;
        }
    }
    take(&mut profile.name, new.name);
    take(&mut profile.avatar, new.avatar);
    take(&mut profile.username, new.username);
    take(&mut profile.primary_email, new.primary_email);
    take(&mut profile.primary_phone, new.primary_phone);
    take(&mut profile.password, new.password);
    take(&mut profile.social_identity, new.social_identity);
    take(&mut profile.enterprise_sso_identity, new.enterprise_sso_identity);
    take(
        &mut profile.enterprise_sso_connector_token_set_secret,
        new.enterprise_sso_connector_token_set_secret,
    );
    take(&mut profile.social_connector_token_set_secret, new.social_connector_token_set_secret);
}
