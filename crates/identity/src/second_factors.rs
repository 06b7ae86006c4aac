//! Second factors as they are kept with a user (`users.mfa_verifications`), and how they are told of.

use portico_crypto::{id, totp::TotpSecret};
use portico_model::{ErrorCode, User, second_factor::SecondFactor, sign_in_experience::MfaFactor};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Codes in a set.
const BACKUP_CODES: usize = 10;
const BACKUP_CODE_LENGTH: usize = 10;

/// Time in epoch milliseconds as second factors note it; empty for one that no calendar has.
fn iso_time(now_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(now_ms).map(|time| format!("{time:.3}")).unwrap_or_default()
}

/// The user's second factors.
#[must_use]
pub fn list(user: &User) -> Vec<SecondFactor> {
    user.mfa_verifications.iter().filter_map(without_secrets).collect()
}

fn without_secrets(stored: &Value) -> Option<SecondFactor> {
    let text = |name: &str| stored.get(name).and_then(Value::as_str).map(str::to_owned);
    let factor = factor_of(stored)?;
    let is_passkey = factor == MfaFactor::WebAuthn;
    Some(SecondFactor {
        id: text("id")?,
        created_at: text("createdAt")?,
        last_used_at: text("lastUsedAt"),
        factor,
        agent: text("agent").filter(|_| is_passkey),
        name: text("name").filter(|_| is_passkey),
        remain_codes: (factor == MfaFactor::BackupCode).then(|| unused_codes(stored)),
    })
}

fn factor_of(stored: &Value) -> Option<MfaFactor> {
    stored.get("type")?.as_str()?.parse().ok()
}

fn unused_codes(stored: &Value) -> usize {
    let codes = stored.get("codes").and_then(Value::as_array);
    let is_unused = |code: &&Value| code.get("usedAt").is_none_or(Value::is_null);
    codes.map_or(0, |codes| codes.iter().filter(is_unused).count())
}

/// Enrols an authenticator app.
///
/// # Errors
/// `user.totp_already_in_use`.
pub fn add_totp(user: &mut User, secret: &TotpSecret, now_ms: i64) -> Result<(), ErrorCode> {
    if user.mfa_verifications.iter().any(|stored| factor_of(stored) == Some(MfaFactor::Totp)) {
        return Err(ErrorCode::UserTotpAlreadyInUse);
    }
    user.mfa_verifications.push(json!({
        "id": id::standard_id(),
        "createdAt": iso_time(now_ms),
        "type": MfaFactor::Totp,
        "key": secret.to_base32(),
    }));
    Ok(())
}

/// Ten new backup codes.
#[must_use]
pub fn generate_backup_codes() -> Vec<String> {
    (0..BACKUP_CODES).map(|_| id::backup_code()).collect()
}

/// Whether these are a set of backup codes: ten different ones of ten hexadecimal digits.
#[must_use]
pub fn are_backup_codes(codes: &[String]) -> bool {
    let is_code = |code: &String| {
        code.len() == BACKUP_CODE_LENGTH && code.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    codes.len() == BACKUP_CODES
        && codes.iter().all(is_code)
        && codes.iter().collect::<HashSet<_>>().len() == codes.len()
}

/// Enrols backup codes, in place of a set that is used up.
///
/// # Errors
/// `session.mfa.backup_code_can_not_be_alone`, `user.backup_code_already_in_use`.
pub fn add_backup_codes(user: &mut User, codes: &[String], now_ms: i64) -> Result<(), ErrorCode> {
    let is_set = |stored: &Value| factor_of(stored) == Some(MfaFactor::BackupCode);
    if user.mfa_verifications.iter().all(is_set) {
        return Err(ErrorCode::SessionMfaBackupCodeCanNotBeAlone);
    }
    if user.mfa_verifications.iter().any(|stored| is_set(stored) && unused_codes(stored) > 0) {
        return Err(ErrorCode::UserBackupCodeAlreadyInUse);
    }
    user.mfa_verifications.retain(|stored| !is_set(stored));
    let codes: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    user.mfa_verifications.push(json!({
        "id": id::standard_id(),
        "createdAt": iso_time(now_ms),
        "type": MfaFactor::BackupCode,
        "codes": codes,
    }));
    Ok(())
}

/// Forgets an enrolment; says whether it was there. Backup codes complete another factor and go with the last one.
pub fn remove(user: &mut User, enrolment_id: &str) -> bool {
    let before = user.mfa_verifications.len();
    user.mfa_verifications.retain(|stored| stored.get("id").and_then(Value::as_str) != Some(enrolment_id));
    let is_removed = user.mfa_verifications.len() < before;
    if user.mfa_verifications.iter().all(|stored| factor_of(stored) == Some(MfaFactor::BackupCode)) {
        user.mfa_verifications.clear();
    }
    is_removed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes() -> Vec<String> {
        (0..10).map(|digit| format!("{digit}123456789")).collect()
    }

    fn user() -> User {
        User::new("default", "u".into(), 0)
    }

    #[test]
    fn factors_are_told_of_without_secrets() {
        let mut user = user();
        add_totp(&mut user, &TotpSecret::generate(), 1_767_225_600_007).unwrap();
        add_backup_codes(&mut user, &codes(), 0).unwrap();
        user.mfa_verifications[1]["codes"][3]["usedAt"] = json!("2026-01-01T00:00:00.000Z");
        user.mfa_verifications.push(json!({
            "type": "WebAuthn", "id": "w", "createdAt": "x", "agent": "Firefox", "name": "Key", "publicKey": "p",
            "credentialId": "c",
        }));
        let listed = serde_json::to_value(list(&user)).unwrap();
        assert_eq!(listed[0]["createdAt"], "2026-01-01T00:00:00.007Z");
        assert_eq!(listed[0].as_object().unwrap().len(), 3);
        assert_eq!((&listed[1]["type"], &listed[1]["remainCodes"]), (&json!("BackupCode"), &json!(9)));
        assert_eq!(
            listed[2],
            json!({ "id": "w", "createdAt": "x", "type": "WebAuthn", "agent": "Firefox", "name": "Key" })
        );
    }

    #[test]
    fn backup_codes_complete_another_factor_and_go_with_the_last() {
        let mut user = user();
        assert_eq!(
            add_backup_codes(&mut user, &codes(), 0),
            Err(ErrorCode::SessionMfaBackupCodeCanNotBeAlone)
        );
        add_totp(&mut user, &TotpSecret::generate(), 0).unwrap();
        assert_eq!(add_totp(&mut user, &TotpSecret::generate(), 0), Err(ErrorCode::UserTotpAlreadyInUse));
        add_backup_codes(&mut user, &codes(), 0).unwrap();
        assert_eq!(add_backup_codes(&mut user, &codes(), 0), Err(ErrorCode::UserBackupCodeAlreadyInUse));
        for code in user.mfa_verifications[1]["codes"].as_array_mut().unwrap() {
            code["usedAt"] = json!("2026-01-01T00:00:00.000Z");
        }
        add_backup_codes(&mut user, &codes(), 0).unwrap();
        assert_eq!(user.mfa_verifications.len(), 2, "a used-up set is replaced");
        assert!(!remove(&mut user, "nope"));
        let totp = list(&user)[0].id.clone();
        assert!(remove(&mut user, &totp));
        assert!(user.mfa_verifications.is_empty());
    }

    #[test]
    fn sets_of_other_systems_are_checked() {
        assert!(are_backup_codes(&generate_backup_codes()));
        assert!(are_backup_codes(&codes()));
        assert!(!are_backup_codes(&codes()[1..]));
        for wrong in ["012345678", "012345678G", "012345678A", "1123456789"] {
            let mut codes = codes();
            codes[0] = wrong.to_owned();
            assert!(!are_backup_codes(&codes), "{wrong}");
        }
    }
}
