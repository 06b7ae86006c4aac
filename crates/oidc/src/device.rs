//! Signing in on a device without browser or keyboard (RFC 8628): the codes, and what becomes of them.
//!
//! The device gets a long secret, the user types a short one; the store knows digests of both. The user's browser
//! goes through the same checks, sign-in and consent as any other; only the answer goes to the device.

use crate::{changes::Changes, environment::Environment, error::OidcError, error::OidcErrorKind, token};
use portico_crypto::id::user_code;
use portico_model::{
    JsonObject,
    oidc::{DEVICE_CODE_TTL_SECONDS, OidcModel},
    oidc_artifact::TokenPayload,
};
use portico_store::oidc_artifacts;
use serde_json::{Value, json};

/// Shortest time between two questions of a device (RFC 8628 §3.5: five seconds, here with some slack for its clock).
const MIN_INTERVAL_MS: i64 = 4500;
/// Member of a note that says when a device last asked.
const POLLED_AT: &str = "polledAt";

/// A pair of codes.
pub struct Codes {
    /// What the device polls with.
    pub device_code: String,
    /// What the user types, in two groups.
    pub user_code: String,
}

/// Makes codes for a request.
#[must_use]
pub fn new_codes(environment: &Environment, client_id: &str, params: JsonObject) -> (Codes, TokenPayload) {
    let secret = token::Secret::generate();
    let user_code = user_code();
    let payload = TokenPayload {
        kind: OidcModel::DeviceCode.as_str().to_owned(),
        jti: secret.digest,
        iat: environment.now(),
        exp: environment.now() + DEVICE_CODE_TTL_SECONDS,
        client_id: Some(client_id.to_owned()),
        user_code: Some(user_code_digest(&user_code)),
        params: Some(params),
        ..TokenPayload::default()
    };
    (Codes { device_code: secret.value, user_code }, payload)
}

/// People type codes in lower case, with or without the dash (RFC 8628 §6.1).
fn user_code_digest(typed: &str) -> String {
    let letters: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    token::digest(&letters)
}

/// Why a code cannot be used; the names are those that the page knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// There is none like it.
    NotFound,
    /// It came too late.
    Expired,
    /// Someone agreed or refused before.
    AlreadyUsed,
}

impl Unusable {
    /// The name in the page's address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "NotFoundError",
            Self::Expired => "ExpiredError",
            Self::AlreadyUsed => "AlreadyUsedError",
        }
    }
}

fn usable(
    environment: &Environment,
    found: Option<oidc_artifacts::Artifact<TokenPayload>>,
) -> Result<TokenPayload, Unusable> {
    let found = found.ok_or(Unusable::NotFound)?;
    if found.expires_at <= environment.now_ms {
        return Err(Unusable::Expired);
    }
    let payload = found.payload;
    match found.consumed_at.is_some() || payload.account_id.is_some() || payload.error.is_some() {
        true => Err(Unusable::AlreadyUsed),
        false => Ok(payload),
    }
}

/// The waiting device whose code a user typed.
///
/// # Errors
/// When the database fails.
pub async fn find_by_user_code(
    environment: &Environment,
    typed: &str,
) -> Result<Result<TokenPayload, Unusable>, OidcError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let digest = user_code_digest(typed);
    let found = oidc_artifacts::find_by_user_code(db, tenant, OidcModel::DeviceCode, &digest).await?;
    Ok(usable(environment, found))
}

/// The waiting device that an interaction is for.
///
/// # Errors
/// When the database fails.
pub async fn find(environment: &Environment, id: &str) -> Result<Result<TokenPayload, Unusable>, OidcError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    let found = oidc_artifacts::find(db, tenant, OidcModel::DeviceCode, id).await?;
    Ok(usable(environment, found))
}

/// Lets the device know that the user refused.
pub fn refuse(changes: &mut Changes, waiting: TokenPayload) {
    let error = Some(OidcErrorKind::AccessDenied.as_str().to_owned());
    changes.put_token(OidcModel::DeviceCode, TokenPayload { error, ..waiting });
}

/// RFC 8628 §3.5: a device that asks too often hears so. The time is noted apart from the code, so that a question
/// never undoes what the user does at the same moment.
///
/// # Errors
/// `slow_down`.
pub async fn slow_down(environment: &Environment, code: &TokenPayload) -> Result<(), OidcError> {
    let (db, tenant, now_ms) = (&environment.ctx.app.db, &environment.ctx.tenant.id, environment.now_ms);
    let (model, id) = (OidcModel::ReplayDetection, format!("device:{}", code.jti));
    let noted = oidc_artifacts::find::<Value>(db, tenant, model, &id).await?;
    let note = json!({ POLLED_AT: now_ms });
    oidc_artifacts::upsert(db, tenant, model, &id, &note, code.exp * 1000).await?;
    let last = noted.and_then(|noted| noted.payload.get(POLLED_AT).and_then(Value::as_i64));
    match last {
        Some(last) if now_ms - last < MIN_INTERVAL_MS => {
            Err(OidcErrorKind::SlowDown.because("the device asks too often"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_in_any_case_and_without_its_dash() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk "] {
            assert_eq!(user_code_digest(typed), token::digest("BCDFGHJK"), "{typed}");
        }
        assert_ne!(user_code_digest("BCDF-GHJL"), token::digest("BCDFGHJK"));
    }
}
