//! A username and password for a user who is to be created.

use crate::{
    password_policy::PersonalInfo,
    sign_in::{
        Flow, SignInError,
        factor::password::stored_method,
        state::{NewPasswordIdentityRecord, PendingPassword, VerificationRecord},
    },
    username_policy,
};
use portico_crypto::id;
use portico_model::{ErrorCode, interaction::InteractionIdentifier};

/// Accepts a new username and password and answers the id of the proof.
///
/// # Errors
/// `user.username_*`, `user.username_already_in_use`, `password.rejected`.
pub async fn accept(
    flow: &mut Flow,
    identifier: InteractionIdentifier,
    password: &str,
) -> Result<String, SignInError> {
    username_policy::check(&flow.settings().username_policy, &identifier.value)?;
    if flow.find_user(&identifier).await?.is_some() {
        return Err(ErrorCode::UserUsernameAlreadyInUse.into());
    }
    let person = PersonalInfo { username: Some(identifier.value.clone()), ..PersonalInfo::default() };
    let password = hash_new(flow, password, &person).await?;
    let id = id::standard_id();
    let record = NewPasswordIdentityRecord { id: id.clone(), identifier, password: Some(password) };
    flow.state.set_record(VerificationRecord::NewPasswordIdentity(record));
    Ok(id)
}

/// Hashes a new password that the tenant's policy accepts.
///
/// # Errors
/// `password.rejected`.
pub(crate) async fn hash_new(
    flow: &Flow,
    password: &str,
    person: &PersonalInfo,
) -> Result<PendingPassword, SignInError> {
    let issues =
        crate::pwned::check_password(&flow.ctx, &flow.settings().password_policy, password, person).await;
    if !issues.is_empty() {
        return Err(SignInError::password_rejected(&issues));
    }
    let hash = flow.ctx.app.passwords.hash(password).await?;
    Ok(PendingPassword {
        password_encrypted: hash.encoded,
        password_encryption_method: stored_method(hash.method),
    })
}
