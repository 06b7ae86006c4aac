//! Proof by the password of an existing user.

use crate::{
    Ctx,
    sentinel::{self, Attempt},
    sign_in::{
        Flow, SignInError, actions,
        state::{PasswordRecord, VerificationRecord},
    },
};
use portico_crypto::{PasswordError, PasswordHash, PasswordMethod, id, password::needs_upgrade};
use portico_model::{
    ErrorCode, User, interaction::InteractionIdentifier, sentinel::SentinelAction,
    sign_in_experience::PasswordExpirationPolicy, user::PasswordEncryptionMethod,
};
use portico_store::{StoreError, users};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Checks a password and answers the id of the proof.
///
/// A wrong password and an unknown person get the same answer after the same work, in [`check`]; what else is
/// wrong with an account is told only to somebody who knows its password.
///
/// # Errors
/// `session.invalid_credentials`, `session.verification_blocked_too_many_attempts`, `user.suspended`,
/// `password.expired`.
pub async fn verify(
    flow: &mut Flow,
    identifier: InteractionIdentifier,
    password: &str,
) -> Result<String, SignInError> {
    let policy = &flow.settings().sentinel_policy;
    let target = flow.canonical(&identifier);
    let events = flow.data_events().await?;
    let attempt = Attempt {
        action: SentinelAction::Password,
        kind: identifier.kind,
        target: &target,
        is_success: false,
    };
    sentinel::refuse_blocked(&flow.ctx, policy, &events, attempt).await?;
    let user = flow.find_user(&identifier).await?;
    let is_right = check(&flow.ctx, user.as_ref(), password).await?;
    let vouched_for = match is_right {
        true => Ok(None),
        false => actions::after_failed_password(flow, &identifier, user.as_ref(), password).await,
    };
    let is_success = is_right || matches!(vouched_for, Ok(Some(_)));
    let attempt = Attempt { is_success, ..attempt };
    sentinel::report(&flow.ctx, policy, &events, attempt).await?;
    let Some(user) = vouched_for?.or(user.filter(|_| is_right)) else {
        return Err(ErrorCode::SessionInvalidCredentials.into());
    };
    if user.is_suspended {
        return Err(ErrorCode::UserSuspended.into());
    }
    if is_expired(&flow.settings().password_expiration, &user, flow.ctx.now_ms()) {
        return Err(ErrorCode::PasswordExpired.into());
    }
    upgrade(&flow.ctx, &user, password).await?;
    let id = id::standard_id();
    let record = PasswordRecord { id: id.clone(), identifier, verified: true };
    flow.state.set_record(VerificationRecord::Password(record));
    Ok(id)
}

/// Whether the password is the user's; `false` after the same work when there is no such user or no password.
///
/// # Errors
/// When the hasher is overloaded.
pub async fn check(ctx: &Ctx, user: Option<&User>, password: &str) -> Result<bool, PasswordError> {
    let stored = user.and_then(|user| {
        Some((user.password_encrypted.as_deref()?, method(user.password_encryption_method?)))
    });
    match stored {
        Some((encoded, method)) => ctx.app.passwords.verify(password, encoded, method).await,
        None => ctx.app.passwords.verify_decoy(password).await.map(|()| false),
    }
}

/// The hasher's name of a stored method.
#[must_use]
pub fn method(stored: PasswordEncryptionMethod) -> PasswordMethod {
    match stored {
        PasswordEncryptionMethod::Argon2i => PasswordMethod::Argon2i,
        PasswordEncryptionMethod::Argon2id => PasswordMethod::Argon2id,
        PasswordEncryptionMethod::Argon2d => PasswordMethod::Argon2d,
        PasswordEncryptionMethod::Sha1 => PasswordMethod::Sha1,
        PasswordEncryptionMethod::Sha256 => PasswordMethod::Sha256,
        PasswordEncryptionMethod::Md5 => PasswordMethod::Md5,
        PasswordEncryptionMethod::Bcrypt => PasswordMethod::Bcrypt,
        PasswordEncryptionMethod::Legacy => PasswordMethod::Legacy,
    }
}

/// The stored name of a hasher's method.
#[must_use]
pub fn stored_method(method: PasswordMethod) -> PasswordEncryptionMethod {
    match method {
        PasswordMethod::Argon2i => PasswordEncryptionMethod::Argon2i,
        PasswordMethod::Argon2id => PasswordEncryptionMethod::Argon2id,
        PasswordMethod::Argon2d => PasswordEncryptionMethod::Argon2d,
        PasswordMethod::Sha1 => PasswordEncryptionMethod::Sha1,
        PasswordMethod::Sha256 => PasswordEncryptionMethod::Sha256,
        PasswordMethod::Md5 => PasswordEncryptionMethod::Md5,
        PasswordMethod::Bcrypt => PasswordEncryptionMethod::Bcrypt,
        PasswordMethod::Legacy => PasswordEncryptionMethod::Legacy,
    }
}

/// Whether the password must be replaced before it opens the account again.
fn is_expired(policy: &PasswordExpirationPolicy, user: &User, now_ms: i64) -> bool {
    if policy.enabled != Some(true) {
        return false;
    }
    let since = user.password_updated_at.or(policy.enabled_at).unwrap_or(user.created_at);
    let is_too_old = policy.valid_period_days.is_some_and(|days| now_ms >= since + i64::from(days) * DAY_MS);
    user.is_password_expired || is_too_old
}

/// Hashes the password anew when it is stored in an older way: this is the only moment when it is known.
async fn upgrade(ctx: &Ctx, user: &User, password: &str) -> Result<(), SignInError> {
    let (Some(encoded), Some(stored)) = (&user.password_encrypted, user.password_encryption_method) else {
        return Ok(());
    };
    if !needs_upgrade(method(stored), encoded) {
        return Ok(());
    }
    let PasswordHash { encoded: new, method } = ctx.app.passwords.hash(password).await?;
    let (tenant, user_id, old) = (ctx.tenant.id.clone(), user.id.clone(), encoded.clone());
    ctx.app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(mut user) = users::find_for_update(tx, &tenant, &user_id).await? else {
                    return Ok(());
                };
                // The password may have been changed since it was checked.
                if user.password_encrypted.as_deref() == Some(&*old) {
                    user.password_encrypted = Some(new);
                    user.password_encryption_method = Some(stored_method(method));
                    users::update(tx, &tenant, &user).await?;
                }
                Ok::<_, StoreError>(())
            })
        })
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_expires_by_age_or_by_order() {
        let mut user = User::new("default", "u".into(), 0);
        let off = PasswordExpirationPolicy::default();
        let policy = PasswordExpirationPolicy {
            enabled: Some(true),
            valid_period_days: Some(10),
            enabled_at: Some(5 * DAY_MS),
        };
        assert!(!is_expired(&off, &user, 1000 * DAY_MS));
        // Counted from the day the rule was switched on when the password's age is unknown.
        assert!(!is_expired(&policy, &user, 15 * DAY_MS - 1));
        assert!(is_expired(&policy, &user, 15 * DAY_MS));
        user.password_updated_at = Some(20 * DAY_MS);
        assert!(!is_expired(&policy, &user, 30 * DAY_MS - 1));
        assert!(is_expired(&policy, &user, 30 * DAY_MS));
        user.is_password_expired = true;
        assert!(is_expired(&policy, &user, 20 * DAY_MS));
        assert!(!is_expired(&off, &user, 20 * DAY_MS));
    }

    #[test]
    fn every_method_survives_the_round_trip() {
        for stored in PasswordEncryptionMethod::ALL {
            assert_eq!(stored_method(method(*stored)), *stored);
            assert_eq!(method(*stored).as_str(), stored.as_str());
        }
    }
}
