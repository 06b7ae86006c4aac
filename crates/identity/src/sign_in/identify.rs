//! From a complete proof to the user it belongs to.

use super::{
    Flow, Outcome, Refusal, SignInError,
    factor::{enterprise_sso, social::Configured},
    mfa::{mask_email, mask_phone},
    state::{EnterpriseSsoRecord, SocialIdentity, SocialRecord, VerificationRecord},
};
use portico_connectors::SocialUserInfo;
use portico_model::{
    ErrorCode, User,
    interaction::{InteractionEvent, InteractionIdentifier},
    sign_in_experience::{ForgotPasswordMethod, SignInIdentifier, SignInMethod},
    verification_code::CodeChannel,
};
use portico_store::users;
use serde_json::json;

/// Identifies the user of a proof for signing in or resetting a password.
///
/// With `link_social_identity` a social account that nobody has yet is linked to the user with the same
/// verified e-mail address or phone number.
///
/// # Errors
/// `session.invalid_interaction_type`, `session.verification_session_not_found`, `auth.forbidden`,
/// `user.sign_in_method_not_enabled`, `session.verification_failed`, `user.user_not_exist`,
/// `user.identity_not_exist`, `user.suspended`, `session.identity_conflict`.
pub async fn identify(
    flow: &mut Flow,
    verification_id: &str,
    link_social_identity: bool,
) -> Result<Outcome, SignInError> {
    if flow.state.interaction_event == InteractionEvent::Register {
        return Err(ErrorCode::SessionInvalidInteractionType.into());
    }
    let record =
        flow.state.find_record(verification_id).ok_or(ErrorCode::SessionVerificationSessionNotFound)?.clone();
    check_method(flow, &record)?;
    if flow.state.interaction_event == InteractionEvent::SignIn {
        enterprise_sso::check_address(flow, address_of(&record))?;
    }
    let (user, new_identity) = match &record {
        VerificationRecord::Password(proof) => (by_identifier(flow, &record, &proof.identifier).await?, None),
        VerificationRecord::EmailVerificationCode(proof)
        | VerificationRecord::PhoneVerificationCode(proof) => {
            (by_identifier(flow, &record, &proof.identifier.identifier()).await?, None)
        }
        VerificationRecord::Social(proof) => by_social(flow, proof, link_social_identity).await?,
        VerificationRecord::EnterpriseSso(proof) => (by_enterprise_sso(flow, proof).await?, None),
        VerificationRecord::NewPasswordIdentity(_) => return Err(ErrorCode::SessionVerificationFailed.into()),
    };
    if user.is_suspended {
        return Err(ErrorCode::UserSuspended.into());
    }
    match &flow.state.user_id {
        Some(known) if *known != user.id => return Err(ErrorCode::SessionIdentityConflict.into()),
        Some(_) => {
            flow.state.mark_enterprise_proof(verification_id);
            return Ok(Outcome::Done(()));
        }
        None => {}
    }
    flow.state.user_id = Some(user.id);
    if let VerificationRecord::EnterpriseSso(proof) = &record {
        flow.state.mark_enterprise_proof(verification_id);
        take_over(flow, proof).await?;
    }
    if let VerificationRecord::Social(proof) = &record {
        sync_profile(flow, proof)?;
    }
    if let Some(identity) = new_identity {
        flow.state.profile.social_identity = Some(identity);
    }
    Ok(Outcome::Done(()))
}

/// The e-mail address that somebody identifies themselves by; one that an enterprise provider vouches for is none.
pub(crate) fn address_of(record: &VerificationRecord) -> Option<&str> {
    let typed = |identifier: &'_ InteractionIdentifier| identifier.kind == SignInIdentifier::Email;
    match record {
        VerificationRecord::Password(proof) => {
            Some(proof.identifier.value.as_str()).filter(|_| typed(&proof.identifier))
        }
        VerificationRecord::EmailVerificationCode(proof) => Some(&proof.identifier.value),
        VerificationRecord::Social(proof) => proof.social_user_info.as_ref()?.email.as_deref(),
        VerificationRecord::NewPasswordIdentity(proof) => {
            Some(proof.identifier.value.as_str()).filter(|_| typed(&proof.identifier))
        }
        VerificationRecord::PhoneVerificationCode(_) | VerificationRecord::EnterpriseSso(_) => None,
    }
}

/// Whether the settings allow this kind of proof for this event.
fn check_method(flow: &Flow, record: &VerificationRecord) -> Result<(), SignInError> {
    let event = flow.state.interaction_event;
    flow.check_mode(event)?;
    if event == InteractionEvent::ForgotPassword {
        return check_recovery(flow, record);
    }
    let offers = |kind, is_offered: fn(&SignInMethod) -> bool| {
        flow.settings().sign_in.methods.iter().any(|method| method.identifier == kind && is_offered(method))
    };
    let is_enabled = match record {
        VerificationRecord::Password(proof) => offers(proof.identifier.kind, |method| method.password),
        VerificationRecord::EmailVerificationCode(proof)
        | VerificationRecord::PhoneVerificationCode(proof) => {
            offers(proof.identifier.identifier().kind, |method| method.verification_code)
        }
        VerificationRecord::Social(_) => true,
        VerificationRecord::EnterpriseSso(_) => flow.settings().single_sign_on_enabled,
        VerificationRecord::NewPasswordIdentity(_) => false,
    };
    if is_enabled { Ok(()) } else { Err(ErrorCode::UserSignInMethodNotEnabled.into()) }
}

/// Only a code sent to the owner resets a password, and only through a channel that the settings name; without
/// a list, through any.
fn check_recovery(flow: &Flow, record: &VerificationRecord) -> Result<(), SignInError> {
    let method = record.code().map(|proof| match proof.identifier.channel {
        CodeChannel::Email => ForgotPasswordMethod::EmailVerificationCode,
        CodeChannel::Phone => ForgotPasswordMethod::PhoneVerificationCode,
    });
    let allowed = flow.settings().forgot_password_methods.as_ref();
    let is_allowed = method.is_some_and(|method| allowed.is_none_or(|methods| methods.contains(&method)));
    if is_allowed {
        return Ok(());
    }
    Err(Refusal::from(ErrorCode::SessionNotSupportedForForgotPassword).with_status(422).into())
}

async fn by_identifier(
    flow: &Flow,
    record: &VerificationRecord,
    identifier: &InteractionIdentifier,
) -> Result<User, SignInError> {
    if !record.is_verified() {
        return Err(ErrorCode::SessionVerificationFailed.into());
    }
    let user = flow.find_user(identifier).await?;
    Ok(user.ok_or_else(|| {
        Refusal::from(ErrorCode::UserUserNotExist)
            .with_data(json!({ "identifier": identifier.value }))
            .with_parameter("identifier", identifier.value.clone())
    })?)
}

/// The owner of a social account; the identity comes along when it is still to be linked.
async fn by_social(
    flow: &Flow,
    proof: &SocialRecord,
    link: bool,
) -> Result<(User, Option<SocialIdentity>), SignInError> {
    let info = verified_info(proof)?;
    let target = Configured::find(flow, &proof.connector_id)?.target()?;
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    if let Some(user) = users::find_by_identity(db, tenant, &target, &info.id).await? {
        return Ok((user, None));
    }
    let related = find_related(flow, info).await?;
    match related {
        // One account of each provider per user: the owner's present one is not silently replaced.
        Some((user, _)) if link && !user.identities.contains_key(&target) => {
            Ok((user, Some(SocialIdentity { target, user_info: info.clone() })))
        }
        related => {
            let data = related.map_or_else(|| json!({}), |(_, masked)| json!({ "relatedUser": masked }));
            Err(Refusal::from(ErrorCode::UserIdentityNotExist).with_data(data).into())
        }
    }
}

/// The owner of an enterprise account, or the user with the e-mail address that the provider vouches for.
async fn by_enterprise_sso(flow: &Flow, proof: &EnterpriseSsoRecord) -> Result<User, SignInError> {
    let (identity, info) = proof.identity()?;
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    let owner = users::find_by_sso_identity(db, tenant, &identity.issuer, &identity.identity_id).await?;
    if let Some(owner) = owner {
        return Ok(owner);
    }
    let related = match &info.email {
        Some(email) => users::find_by_email(db, tenant, email).await?,
        None => None,
    };
    Ok(related.ok_or(ErrorCode::UserSsoIdentityNotExist)?)
}

/// Takes over what an enterprise provider says about the identified user: the account itself when it is new here,
/// name and picture where the connector says so, tokens.
async fn take_over(flow: &mut Flow, proof: &EnterpriseSsoRecord) -> Result<(), SignInError> {
    let (identity, info) = proof.identity()?;
    let (connector, _) = enterprise_sso::find(flow, &proof.connector_id)?;
    let is_synced = connector.sync_profile;
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    let owner = users::find_by_sso_identity(db, tenant, &identity.issuer, &identity.identity_id).await?;
    let pending = &mut flow.state.profile;
    match owner {
        Some(_) => pending.synced_enterprise_sso_identity = Some(identity),
        None => pending.enterprise_sso_identity = Some(identity),
    }
    pending.enterprise_sso_connector_token_set_secret = proof.account_token_set();
    if is_synced {
        pending.name = info.name.clone().or(pending.name.take());
        pending.avatar = info.avatar.clone().or(pending.avatar.take());
    }
    Ok(())
}

/// Who a complete social proof is about.
pub(crate) fn verified_info(proof: &SocialRecord) -> Result<&SocialUserInfo, SignInError> {
    Ok(proof.social_user_info.as_ref().ok_or(ErrorCode::SessionVerificationFailed)?)
}

/// The user with the same e-mail address or phone number, and how to hint at the owner. The connector passes
/// only addresses on that the provider has verified, so nobody takes an account over by typing its address
/// somewhere else.
async fn find_related(
    flow: &Flow,
    info: &SocialUserInfo,
) -> Result<Option<(User, serde_json::Value)>, SignInError> {
    let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
    if let Some(email) = &info.email
        && let Some(user) = users::find_by_email(db, tenant, email).await?
    {
        return Ok(Some((user, json!({ "type": "email", "value": mask_email(email) }))));
    }
    if let Some(phone) = &info.phone
        && let Some(user) = users::find_by_phone(db, tenant, phone).await?
    {
        return Ok(Some((user, json!({ "type": "phone", "value": mask_phone(phone) }))));
    }
    Ok(None)
}

/// Takes new tokens, and where the connector says so name and picture, over at each sign-in.
fn sync_profile(flow: &mut Flow, proof: &SocialRecord) -> Result<(), SignInError> {
    let info = verified_info(proof)?.clone();
    let configured = Configured::find(flow, &proof.connector_id)?;
    flow.state.profile.social_connector_token_set_secret = proof.account_token_set(&configured.target()?);
    if configured.connector().sync_profile {
        flow.state.profile.name = info.name.or(flow.state.profile.name.take());
        flow.state.profile.avatar = info.avatar.or(flow.state.profile.avatar.take());
    }
    Ok(())
}
