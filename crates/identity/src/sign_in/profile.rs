//! Filling in what an account lacks.

use super::{
    Flow, Outcome, SignInError,
    factor::{enterprise_sso, new_password_identity::hash_new, password, social::Configured},
    identify::verified_info,
    state::{PendingPassword, PendingProfile, SocialIdentity, VerificationRecord},
};
use crate::{email_blocklist, password_policy::PersonalInfo, username_policy};
use portico_model::{
    ErrorCode, JsonObject, User,
    interaction::{InteractionEvent, InteractionIdentifier},
    phone,
    sign_in_experience::SignInIdentifier,
    user::UserProfile,
    verification_code::CodeChannel,
};
use portico_store::users;
use serde_json::Value;

/// Members of a user's custom data that the server keeps for itself.
const RESERVED_CUSTOM_DATA: &[&str] =
    &["onboarding", "ossOnboarding", "guideRequests", "adminConsolePreferences", "defaultTenantId"];
const SIGN_IN_IDENTIFIERS: &[&str] = &["username", "primaryEmail", "primaryPhone", "email", "phone"];

/// Something to fill in.
#[derive(Clone)]
pub enum Addition {
    /// A username.
    Username(String),
    /// A password.
    Password(String),
    /// The e-mail address or phone number that a complete proof is about.
    Address(CodeChannel, String),
    /// The account at a provider that a complete proof is about.
    Social(String),
    /// Name, picture, standard claims and anything else.
    Extra(JsonObject),
}

/// Fills something in; it is written to the user when the flow is submitted.
///
/// # Errors
/// `session.not_supported_for_forgot_password`, `user.*_exists_in_profile`, `user.*_already_in_use`,
/// `user.username_*`, `password.rejected`, `session.verification_session_not_found`, `custom_profile_fields.*`.
pub async fn add(flow: &mut Flow, addition: Addition) -> Result<Outcome, SignInError> {
    if flow.state.interaction_event == InteractionEvent::ForgotPassword {
        return Err(ErrorCode::SessionNotSupportedForForgotPassword.into());
    }
    let user = match flow.state.user_id {
        Some(_) => Some(flow.user().await?),
        None if flow.state.interaction_event == InteractionEvent::SignIn => {
            return Err(ErrorCode::SessionIdentifierNotFound.into());
        }
        None => None,
    };
    if let Some(required) = user.as_ref().and_then(|user| flow.required_mfa(user))
        && !matches!(addition, Addition::Social(_))
    {
        return Ok(Outcome::NeedsMfa(required));
    }
    match addition {
        Addition::Username(username) => add_username(flow, user.as_ref(), username).await?,
        Addition::Password(password) => {
            if user.as_ref().is_some_and(|user| user.password_encrypted.is_some()) {
                return Err(ErrorCode::UserPasswordExistsInProfile.into());
            }
            flow.state.profile.password = Some(new_password(flow, user.as_ref(), &password).await?);
        }
        Addition::Address(channel, verification_id) => {
            add_address(flow, user.as_ref(), channel, &verification_id).await?;
        }
        Addition::Social(verification_id) => add_social(flow, user.as_ref(), &verification_id).await?,
        Addition::Extra(values) => add_extra(&mut flow.state.profile, values)?,
    }
    Ok(Outcome::Done(()))
}

/// Chooses the new password of a user who forgot the old one.
///
/// # Errors
/// `session.invalid_interaction_type`, `session.identifier_not_found`, `user.same_password`,
/// `password.rejected`.
pub async fn reset_password(flow: &mut Flow, password: &str) -> Result<Outcome, SignInError> {
    if flow.state.interaction_event != InteractionEvent::ForgotPassword {
        return Err(ErrorCode::SessionInvalidInteractionType.into());
    }
    let user = flow.user().await?;
    flow.state.profile.password = Some(new_password(flow, Some(&user), password).await?);
    Ok(Outcome::Done(()))
}

async fn add_username(flow: &mut Flow, user: Option<&User>, username: String) -> Result<(), SignInError> {
    username_policy::check(&flow.settings().username_policy, &username)?;
    if user.is_some_and(|user| user.username.is_some()) {
        return Err(ErrorCode::UserUsernameExistsInProfile.into());
    }
    let profile = PendingProfile { username: Some(username), ..PendingProfile::default() };
    check_unique(flow, &profile).await?;
    flow.state.profile.username = profile.username;
    Ok(())
}

async fn add_address(
    flow: &mut Flow,
    user: Option<&User>,
    channel: CodeChannel,
    verification_id: &str,
) -> Result<(), SignInError> {
    let proof = flow.state.find_record(verification_id).and_then(VerificationRecord::code);
    let proof = proof
        .filter(|proof| proof.identifier.channel == channel)
        .ok_or(ErrorCode::SessionVerificationSessionNotFound)?;
    let profile = proof.profile()?;
    if let Some(user) = user {
        check_absent(user, &profile)?;
    }
    if let Some(email) = &profile.primary_email {
        enterprise_sso::check_address(flow, Some(email))?;
        email_blocklist::check(&flow.settings().email_blocklist_policy, email)?;
    }
    check_unique(flow, &profile).await?;
    let pending = &mut flow.state.profile;
    pending.primary_email = profile.primary_email.or(pending.primary_email.take());
    pending.primary_phone = profile.primary_phone.or(pending.primary_phone.take());
    Ok(())
}

async fn new_password(
    flow: &Flow,
    user: Option<&User>,
    password: &str,
) -> Result<PendingPassword, SignInError> {
    let pending = &flow.state.profile;
    let stored = |of: fn(&User) -> &Option<String>| user.and_then(|user| of(user).clone());
    let person = PersonalInfo {
        name: pending.name.clone().or_else(|| stored(|user| &user.name)),
        username: pending.username.clone().or_else(|| stored(|user| &user.username)),
        email: pending.primary_email.clone().or_else(|| stored(|user| &user.primary_email)),
        phone: pending.primary_phone.clone().or_else(|| stored(|user| &user.primary_phone)),
    };
    let has_password = user.is_some_and(|user| user.password_encrypted.is_some());
    if has_password && password::check(&flow.ctx, user, password).await? {
        return Err(ErrorCode::UserSamePassword.into());
    }
    hash_new(flow, password, &person).await
}

async fn add_social(flow: &mut Flow, user: Option<&User>, verification_id: &str) -> Result<(), SignInError> {
    let Some(VerificationRecord::Social(proof)) = flow.state.find_record(verification_id) else {
        return Err(ErrorCode::SessionVerificationSessionNotFound.into());
    };
    let user_info = verified_info(proof)?.clone();
    enterprise_sso::check_address(flow, user_info.email.as_deref())?;
    let configured = Configured::find(flow, &proof.connector_id)?;
    let target = configured.target()?;
    if user.is_some_and(|user| user.identities.contains_key(&target)) {
        return Err(ErrorCode::UserSocialAccountExistsInProfile.into());
    }
    let profile = PendingProfile {
        social_connector_token_set_secret: proof.account_token_set(&target),
        name: user_info.name.clone().filter(|_| configured.connector().sync_profile),
        avatar: user_info.avatar.clone().filter(|_| configured.connector().sync_profile),
        social_identity: Some(SocialIdentity { target, user_info }),
        ..PendingProfile::default()
    };
    check_unique(flow, &profile).await?;
    let pending = &mut flow.state.profile;
    pending.name = profile.name.or(pending.name.take());
    pending.avatar = profile.avatar.or(pending.avatar.take());
    pending.social_identity = profile.social_identity;
    pending.social_connector_token_set_secret = profile.social_connector_token_set_secret;
    Ok(())
}

/// Sorts free-form fields into the user's columns.
fn add_extra(profile: &mut PendingProfile, values: JsonObject) -> Result<(), SignInError> {
    let mut claims = JsonObject::new();
    let mut custom_data = profile.custom_data.take().unwrap_or_default();
    for (key, value) in values {
        match key.as_str() {
            "preferredUsername" => return Err(ErrorCode::CustomProfileFieldsNameConflictBuiltInProp.into()),
            name if SIGN_IN_IDENTIFIERS.contains(&name) => {
                return Err(ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier.into());
            }
            name if RESERVED_CUSTOM_DATA.contains(&name) => {
                return Err(ErrorCode::CustomProfileFieldsNameConflictCustomData.into());
            }
            "name" => profile.name = text(value),
            "avatar" => profile.avatar = text(value),
            name if is_standard_claim(name) => {
                claims.insert(key, value);
            }
            _ => {
                custom_data.insert(key, value);
            }
        }
    }
    if !claims.is_empty() {
        let mut merged = serde_json::to_value(profile.profile.clone().unwrap_or_default())?;
        if let Value::Object(merged) = &mut merged {
            merged.extend(claims);
        }
        profile.profile = Some(serde_json::from_value(merged).map_err(|_| ErrorCode::GuardInvalidInput)?);
    }
    profile.custom_data = (!custom_data.is_empty()).then_some(custom_data);
    profile.submitted = Some(true);
    Ok(())
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Whether the name is a standard claim that has no column of its own.
fn is_standard_claim(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "familyName",
        "givenName",
        "middleName",
        "nickname",
        "profile",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "address",
    ];
    NAMES.contains(&name)
}

/// Refuses what another user already has.
///
/// # Errors
/// `user.*_already_in_use`.
pub(crate) async fn check_unique(flow: &Flow, profile: &PendingProfile) -> Result<(), SignInError> {
    for (kind, value, code) in [
        (SignInIdentifier::Username, &profile.username, ErrorCode::UserUsernameAlreadyInUse),
        (SignInIdentifier::Email, &profile.primary_email, ErrorCode::UserEmailAlreadyInUse),
        (SignInIdentifier::Phone, &profile.primary_phone, ErrorCode::UserPhoneAlreadyInUse),
    ] {
        if let Some(value) = value {
            let identifier = InteractionIdentifier { kind, value: value.clone() };
            if flow.find_user(&identifier).await?.is_some() {
                return Err(code.into());
            }
        }
    }
    if let Some(identity) = &profile.social_identity {
        let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
        if users::find_by_identity(db, tenant, &identity.target, &identity.user_info.id).await?.is_some() {
            return Err(ErrorCode::UserIdentityAlreadyInUse.into());
        }
    }
    if let Some(identity) = &profile.enterprise_sso_identity {
        let (db, tenant) = (&flow.ctx.app.db, &flow.ctx.tenant.id);
        let owner = users::find_by_sso_identity(db, tenant, &identity.issuer, &identity.identity_id).await?;
        if owner.is_some() {
            return Err(ErrorCode::UserIdentityAlreadyInUse.into());
        }
    }
    Ok(())
}

/// Refuses what the user already has.
///
/// # Errors
/// `user.*_exists_in_profile`.
pub(crate) fn check_absent(user: &User, profile: &PendingProfile) -> Result<(), SignInError> {
    for (new, old, code) in [
        (profile.username.is_some(), user.username.is_some(), ErrorCode::UserUsernameExistsInProfile),
        (profile.primary_email.is_some(), user.primary_email.is_some(), ErrorCode::UserEmailExistsInProfile),
        (profile.primary_phone.is_some(), user.primary_phone.is_some(), ErrorCode::UserPhoneExistsInProfile),
        (
            profile.password.is_some(),
            user.password_encrypted.is_some(),
            ErrorCode::UserPasswordExistsInProfile,
        ),
    ] {
        if new && old {
            return Err(code.into());
        }
    }
    Ok(())
}

/// Writes what was filled in to the user.
pub(crate) fn apply(profile: PendingProfile, user: &mut User, now_ms: i64) {
    fn set<T>(field: &mut Option<T>, value: Option<T>) {
        if value.is_some() {
            *field = value;
        }
    }
    set(&mut user.name, profile.name);
    set(&mut user.avatar, profile.avatar);
    set(&mut user.username, profile.username);
    set(&mut user.primary_email, profile.primary_email);
    set(&mut user.primary_phone, profile.primary_phone.map(phone::canonical));
    if let Some(password) = profile.password {
        user.password_encrypted = Some(password.password_encrypted);
        user.password_encryption_method = Some(password.password_encryption_method);
        user.password_updated_at = Some(now_ms);
        user.is_password_expired = false;
    }
    if let Some(claims) = profile.profile {
        user.profile = merge_claims(user.profile.clone(), claims);
    }
    user.custom_data.extend(profile.custom_data.unwrap_or_default());
    if let Some(identity) = profile.social_identity {
        user.identities.insert(identity.target, crate::users::social_identity(&identity.user_info));
    }
}

fn merge_claims(old: UserProfile, new: UserProfile) -> UserProfile {
    UserProfile {
        family_name: new.family_name.or(old.family_name),
        given_name: new.given_name.or(old.given_name),
        middle_name: new.middle_name.or(old.middle_name),
        nickname: new.nickname.or(old.nickname),
        preferred_username: new.preferred_username.or(old.preferred_username),
        profile: new.profile.or(old.profile),
        website: new.website.or(old.website),
        gender: new.gender.or(old.gender),
        birthdate: new.birthdate.or(old.birthdate),
        zoneinfo: new.zoneinfo.or(old.zoneinfo),
        locale: new.locale.or(old.locale),
        address: new.address.or(old.address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn extra(values: Value) -> Result<PendingProfile, SignInError> {
        let mut profile = PendingProfile::default();
        add_extra(&mut profile, values.as_object().unwrap().clone()).map(|()| profile)
    }

    #[test]
    fn extra_fields_are_sorted_into_columns() {
        let values = json!({ "name": "Ada", "nickname": "A", "address": { "country": "UK" }, "team": [1] });
        let profile = extra(values).unwrap();
        assert_eq!(profile.name.as_deref(), Some("Ada"));
        let claims = profile.profile.unwrap();
        assert_eq!(claims.nickname.as_deref(), Some("A"));
        assert_eq!(claims.address.unwrap().country.as_deref(), Some("UK"));
        assert_eq!(Value::Object(profile.custom_data.unwrap()), json!({ "team": [1] }));
        assert_eq!(profile.submitted, Some(true));
    }

    #[test]
    fn extra_fields_cannot_reach_identifiers_or_reserved_data() {
        for (key, code) in [
            ("preferredUsername", ErrorCode::CustomProfileFieldsNameConflictBuiltInProp),
            ("username", ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier),
            ("primaryEmail", ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier),
            ("adminConsolePreferences", ErrorCode::CustomProfileFieldsNameConflictCustomData),
        ] {
            assert_eq!(extra(json!({ key: "x" })).unwrap_err().code(), Some(code), "{key}");
        }
    }

    #[test]
    fn writing_keeps_what_was_not_filled_in() {
        let mut user = User::new("default", "u".into(), 0);
        user.username = Some("ada".into());
        user.custom_data = json!({ "a": 1 }).as_object().unwrap().clone();
        user.is_password_expired = true;
        apply(extra(json!({ "name": "Ada", "b": 2 })).unwrap(), &mut user, 7);
        assert_eq!(user.username.as_deref(), Some("ada"));
        assert_eq!(Value::Object(user.custom_data.clone()), json!({ "a": 1, "b": 2 }));
        assert!(user.is_password_expired);
    }
}
