//! The tenant's scripts in the sign-in flow: one may vouch for a password that the account does not know, one may
//! stop or amend a sign-in that is otherwise complete.

use super::{
    Flow, Refusal, SignInError,
    factor::password::stored_method,
    profile::{self, check_unique},
    state::{PendingPassword, PendingProfile, VerificationRecord},
    submit,
};
use crate::{
    ScriptError, action,
    audit::AuditEntry,
    user_context, username_policy,
    users::{self, Registration},
};
use portico_crypto::PasswordHash;
use portico_model::{
    ErrorCode, JsonObject, User,
    interaction::{InteractionEvent, InteractionIdentifier},
    phone,
    script::{ActionKey, OnExecutionError},
    sign_in_experience::SignInIdentifier,
    user::UserProfile,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a script decides.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Decision {
    /// The person is new here.
    CreateUser {
        #[serde(default)]
        user: UserPatch,
        #[serde(default)]
        password_verified: bool,
    },
    /// The person is known and looks like this.
    UpdateUser {
        #[serde(default)]
        user: UserPatch,
        #[serde(default)]
        password_verified: bool,
    },
}

/// What a script says of a user; absent and `null` leave things as they are.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UserPatch {
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
    name: Option<String>,
    avatar: Option<String>,
    custom_data: Option<JsonObject>,
    profile: Option<UserProfile>,
}

impl UserPatch {
    /// The part that is new to the user, if its form is right.
    fn into_profile(self, user: Option<&User>) -> Result<PendingProfile, SignInError> {
        let differs = |new: &String, of: fn(&User) -> &Option<String>| {
            user.is_none_or(|user| of(user).as_ref() != Some(new))
        };
        let username = self.username.filter(|name| differs(name, |user| &user.username));
        let primary_email = self.primary_email.filter(|email| differs(email, |user| &user.primary_email));
        let primary_phone = self.primary_phone.map(phone::canonical);
        let primary_phone = primary_phone.filter(|phone| differs(phone, |user| &user.primary_phone));
        if let Some(username) = &username {
            username_policy::check_form(username)?;
        }
        let is_email = primary_email.as_deref().is_none_or(email_address::EmailAddress::is_valid);
        let is_phone = |phone: &String| !phone.is_empty() && phone.bytes().all(|byte| byte.is_ascii_digit());
        if !is_email || !primary_phone.as_ref().is_none_or(is_phone) {
            return Err(ErrorCode::ActionGeneral.into());
        }
        Ok(PendingProfile {
            username,
            primary_email,
            primary_phone,
            name: self.name,
            avatar: self.avatar,
            custom_data: self.custom_data,
            profile: self.profile,
            ..PendingProfile::default()
        })
    }

    /// Somebody who signs in by a name must still have it afterwards.
    fn keeps(&self, identifier: &InteractionIdentifier) -> bool {
        let said = match identifier.kind {
            SignInIdentifier::Username => self.username.clone(),
            SignInIdentifier::Email => self.primary_email.clone(),
            SignInIdentifier::Phone => self.primary_phone.clone().map(phone::canonical),
        };
        let used = match identifier.kind {
            SignInIdentifier::Phone => phone::canonical(identifier.value.clone()),
            SignInIdentifier::Username | SignInIdentifier::Email => identifier.value.clone(),
        };
        said.is_none_or(|said| said == used)
    }

    fn check_kept(&self, identifier: &InteractionIdentifier) -> Result<(), SignInError> {
        if self.keeps(identifier) { Ok(()) } else { Err(ErrorCode::ActionSignInIdentifierChanged.into()) }
    }
}

/// Asks the tenant's script about a password that is not the account's, or of somebody unknown. The answer is the
/// user whom the script vouches for, with that password from now on.
///
/// # Errors
/// `action.general`, `action.sign_in_identifier_changed`, `session.identity_conflict`, `user.*_already_in_use`.
pub(super) async fn after_failed_password(
    flow: &Flow,
    identifier: &InteractionIdentifier,
    user: Option<&User>,
    password: &str,
) -> Result<Option<User>, SignInError> {
    let key = ActionKey::PostFirstFactorVerification;
    let is_asked = flow.state.interaction_event == InteractionEvent::SignIn
        && user.is_none_or(|user| !user.is_suspended);
    if !is_asked || flow.snapshot.action(key).is_none() {
        return Ok(None);
    }
    let known = user.map(|user| {
        json!({
            "id": user.id,
            "username": user.username,
            "primaryEmail": user.primary_email,
            "primaryPhone": user.primary_phone,
            "name": user.name,
            "avatar": user.avatar,
            "customData": user.custom_data,
            "profile": user.profile,
        })
    });
    let event = json!({
        "key": key,
        "interactionEvent": "SignIn",
        "verificationType": "Password",
        "identifier": identifier,
        "user": known,
        "password": password,
    });
    let said = decide(flow, key, user.map(|user| user.id.as_str()), event).await?;
    match (said.and_then(|said| serde_json::from_value(said).ok()), user) {
        (Some(Decision::CreateUser { user, password_verified: true }), None) => {
            create(flow, identifier, user, password).await.map(Some)
        }
        (Some(Decision::UpdateUser { user: patch, password_verified: true }), Some(user)) => {
            patch.check_kept(identifier)?;
            amend(flow, user, patch, Some(hash(flow, password).await?)).await.map(Some)
        }
        (Some(Decision::CreateUser { password_verified: true, .. }), Some(_))
        | (Some(Decision::UpdateUser { password_verified: true, .. }), None) => {
            Err(Refusal::from(ErrorCode::SessionIdentityConflict).with_status(409).into())
        }
        _ => Ok(None),
    }
}

/// Asks the tenant's script about a sign-in that is otherwise complete.
///
/// # Errors
/// `action.general`, `action.sign_in_identifier_changed`, `session.verification_failed`, `user.*_already_in_use`.
pub(super) async fn after_sign_in(flow: &Flow) -> Result<(), SignInError> {
    let key = ActionKey::PostSignIn;
    let is_asked = flow.state.interaction_event == InteractionEvent::SignIn;
    if !is_asked || flow.snapshot.action(key).is_none() {
        return Ok(());
    }
    let user = flow.user().await?;
    let context = user_context::of(&flow.ctx, &user).await?;
    let event = json!({ "key": key, "interactionEvent": "SignIn", "user": context });
    let Some(said) = decide(flow, key, Some(&user.id), event).await? else { return Ok(()) };
    if said.is_null() || said.as_object().is_some_and(JsonObject::is_empty) {
        return Ok(());
    }
    let Ok(Decision::UpdateUser { user: patch, .. }) = serde_json::from_value(said) else {
        return Err(ErrorCode::SessionVerificationFailed.into());
    };
    for record in &flow.state.verification_records {
        match record {
            VerificationRecord::Password(proof) => patch.check_kept(&proof.identifier)?,
            VerificationRecord::EmailVerificationCode(proof)
            | VerificationRecord::PhoneVerificationCode(proof) => {
                patch.check_kept(&proof.identifier.identifier())?;
            }
            _ => {}
        }
    }
    amend(flow, &user, patch, None).await.map(drop)
}

/// What the script says. One that fails says nothing, or stops the sign-in: as its settings have it.
async fn decide(
    flow: &Flow,
    key: ActionKey,
    user_id: Option<&str>,
    event: Value,
) -> Result<Option<Value>, SignInError> {
    let Some(action) = flow.snapshot.action(key) else { return Ok(None) };
    let environment = action.environment_variables.as_ref();
    let result = action::run(&flow.ctx, action.script.clone(), environment, event).await;
    let name = match key {
        ActionKey::PostFirstFactorVerification => "Action.PostFirstFactorVerification",
        ActionKey::PostSignIn => "Action.PostSignIn",
    };
    let entry = match &result {
        Ok(_) => AuditEntry::success(name),
        Err(error) => AuditEntry::error(name, json!({ "message": error.to_string() })),
    };
    let entry = entry
        .with("userId", user_id)
        .with("applicationId", flow.interaction.client_id())
        .with("ip", flow.client.ip.as_deref())
        .with("userAgent", flow.client.user_agent.as_deref());
    flow.ctx.audit(entry).await;
    match result {
        Ok(said) => Ok(said),
        Err(ScriptError::AccessDenied { message }) => {
            let refusal = Refusal::from(ErrorCode::ActionGeneral).with_status(403);
            Err(refusal.with_data(json!({ "message": message })).into())
        }
        Err(_) if action.on_execution_error == Some(OnExecutionError::Allow) => Ok(None),
        // What went wrong is for the script's author, in the audit log.
        Err(_) => Err(ErrorCode::ActionGeneral.into()),
    }
}

async fn hash(flow: &Flow, password: &str) -> Result<PendingPassword, SignInError> {
    let PasswordHash { encoded, method } = flow.ctx.app.passwords.hash(password).await?;
    Ok(PendingPassword { password_encrypted: encoded, password_encryption_method: stored_method(method) })
}

async fn create(
    flow: &Flow,
    identifier: &InteractionIdentifier,
    mut patch: UserPatch,
    password: &str,
) -> Result<User, SignInError> {
    patch.check_kept(identifier)?;
    let value = Some(identifier.value.clone());
    match identifier.kind {
        SignInIdentifier::Username => patch.username = value,
        SignInIdentifier::Email => patch.primary_email = value,
        SignInIdentifier::Phone => patch.primary_phone = value,
    }
    let mut profile = patch.into_profile(None)?;
    check_unique(flow, &profile).await?;
    profile.password = Some(hash(flow, password).await?);
    let client_id = flow.interaction.client_id().map(str::to_owned);
    let events = flow.data_events().await?;
    users::register(&flow.ctx, Registration { profile, client_id, events }).await
}

async fn amend(
    flow: &Flow,
    user: &User,
    patch: UserPatch,
    password: Option<PendingPassword>,
) -> Result<User, SignInError> {
    let mut change = patch.into_profile(Some(user))?;
    check_unique(flow, &change).await?;
    change.password = password;
    let mut amended = user.clone();
    profile::apply(change.clone(), &mut amended, flow.ctx.now_ms());
    submit::update(flow, &user.id, change, |_, _| {}).await?;
    Ok(amended)
}
