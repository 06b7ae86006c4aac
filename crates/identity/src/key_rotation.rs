//! How token signing keys follow one another.
//!
//! One key signs (`Current`). A key that is to follow is published before it signs (`Next`), so that those who keep
//! the key set for a while know it in time; the key before still verifies (`Previous`). There is at most one of each.
//! The change from `Next` to `Current` happens by the clock: what is stored is written anew only when somebody
//! changes the keys.

use portico_model::config::{OidcPrivateKey, SigningKeyStatus};

/// A rotation that the present keys do not allow.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is already waiting to take over")]
pub struct KeyWaiting;

/// The keys with their status at this time: `Next`, `Current`, `Previous`.
#[must_use]
pub fn at(mut keys: Vec<OidcPrivateKey>, rotation_at: Option<i64>, now_ms: i64) -> Vec<OidcPrivateKey> {
    for (index, key) in keys.iter_mut().enumerate() {
        // Old data has no status: the first key signs, the others only verify.
        let legacy = if index == 0 { SigningKeyStatus::Current } else { SigningKeyStatus::Previous };
        key.status = key.status.or(Some(legacy));
    }
    let is_due = rotation_at.is_some_and(|at| at <= now_ms);
    if is_due && keys.iter().any(|key| key.status == Some(SigningKeyStatus::Next)) {
        keys.retain(|key| key.status != Some(SigningKeyStatus::Previous));
        for key in &mut keys {
            key.status = match key.status {
                Some(SigningKeyStatus::Next) => Some(SigningKeyStatus::Current),
                _ => Some(SigningKeyStatus::Previous),
            };
        }
    }
    keys.sort_by_key(|key| match key.status {
        Some(SigningKeyStatus::Next) => 0,
        Some(SigningKeyStatus::Current) => 1,
        _ => 2,
    });
    keys
}

/// Lets a new key sign from now on.
///
/// # Errors
/// When another key is waiting to.
pub fn replace(keys: Vec<OidcPrivateKey>, new: OidcPrivateKey) -> Result<Vec<OidcPrivateKey>, KeyWaiting> {
    if keys.iter().any(|key| key.status == Some(SigningKeyStatus::Next)) {
        return Err(KeyWaiting);
    }
    let before = keys.into_iter().find(|key| key.status == Some(SigningKeyStatus::Current));
    let before = before.map(|key| OidcPrivateKey { status: Some(SigningKeyStatus::Previous), ..key });
    let new = OidcPrivateKey { status: Some(SigningKeyStatus::Current), ..new };
    Ok([new].into_iter().chain(before).collect())
}

/// Publishes a key that will sign later, in place of one that was waiting.
#[must_use]
pub fn stage(keys: Vec<OidcPrivateKey>, new: OidcPrivateKey) -> Vec<OidcPrivateKey> {
    let new = OidcPrivateKey { status: Some(SigningKeyStatus::Next), ..new };
    let kept = keys.into_iter().filter(|key| key.status != Some(SigningKeyStatus::Next));
    [new].into_iter().chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use SigningKeyStatus::{Current, Next, Previous};

    fn key(id: &str, status: impl Into<Option<SigningKeyStatus>>) -> OidcPrivateKey {
        OidcPrivateKey { id: id.to_owned(), value: String::new(), created_at: 0, status: status.into() }
    }

    fn summary(keys: &[OidcPrivateKey]) -> Vec<(&str, SigningKeyStatus)> {
        keys.iter().map(|key| (key.id.as_str(), key.status.unwrap())).collect()
    }

    #[test]
    fn keys_without_status_are_current_and_previous() {
        assert_eq!(
            summary(&at(vec![key("a", None), key("b", None)], None, 0)),
            [("a", Current), ("b", Previous)]
        );
    }

    #[test]
    fn the_next_key_takes_over_when_its_time_has_come() {
        let keys = || vec![key("p", Previous), key("c", Current), key("n", Next)];
        let waiting = [("n", Next), ("c", Current), ("p", Previous)];
        assert_eq!(summary(&at(keys(), Some(10), 9)), waiting);
        assert_eq!(summary(&at(keys(), None, 9)), waiting);
        assert_eq!(summary(&at(keys(), Some(10), 10)), [("n", Current), ("c", Previous)]);
        // Looking again changes nothing.
        assert_eq!(summary(&at(at(keys(), Some(10), 10), Some(10), 11)), [("n", Current), ("c", Previous)]);
    }

    #[test]
    fn a_new_key_pushes_the_oldest_out() {
        let keys = vec![key("c", Current), key("p", Previous)];
        assert_eq!(summary(&replace(keys, key("x", None)).unwrap()), [("x", Current), ("c", Previous)]);
        assert_eq!(replace(vec![key("n", Next), key("c", Current)], key("x", None)), Err(KeyWaiting));
        let staged = stage(vec![key("n", Next), key("c", Current), key("p", Previous)], key("x", None));
        assert_eq!(summary(&staged), [("x", Next), ("c", Current), ("p", Previous)]);
    }
}
