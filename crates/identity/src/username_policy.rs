//! Which usernames a tenant accepts.

use portico_model::{ErrorCode, sign_in_experience::UsernamePolicy};

/// Why a username is refused, in the order in which the rules are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant is described by its message")]
pub enum UsernameViolation {
    #[error("a username is required")]
    Required,
    #[error("a username cannot start with a digit")]
    StartsWithNumber,
    #[error("a username is made of ASCII letters, digits and underscores")]
    InvalidCharset,
    #[error("the username is too short")]
    TooShort,
    #[error("the username is too long")]
    TooLong,
    #[error("upper case letters are not allowed")]
    UppercaseNotAllowed,
    #[error("lower case letters are not allowed")]
    LowercaseNotAllowed,
    #[error("digits are not allowed")]
    NumbersNotAllowed,
    #[error("underscores are not allowed")]
    UnderscoreNotAllowed,
}

impl UsernameViolation {
    /// The documented error.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Required => ErrorCode::UserUsernameRequired,
            Self::StartsWithNumber => ErrorCode::UserUsernameStartsWithNumber,
            Self::InvalidCharset => ErrorCode::UserUsernameInvalidCharsetHard,
            Self::TooShort => ErrorCode::UserUsernameTooShort,
            Self::TooLong => ErrorCode::UserUsernameTooLong,
            Self::UppercaseNotAllowed => ErrorCode::UserUsernameUppercaseNotAllowed,
            Self::LowercaseNotAllowed => ErrorCode::UserUsernameLowercaseNotAllowed,
            Self::NumbersNotAllowed => ErrorCode::UserUsernameNumbersNotAllowed,
            Self::UnderscoreNotAllowed => ErrorCode::UserUsernameUnderscoreNotAllowed,
        }
    }
}

/// Checks what every tenant demands: an ASCII letter or underscore, then letters, digits, underscores.
///
/// # Errors
/// The first rule broken.
pub fn check_form(username: &str) -> Result<(), UsernameViolation> {
    let first = username.chars().next().ok_or(UsernameViolation::Required)?;
    if first.is_ascii_digit() {
        return Err(UsernameViolation::StartsWithNumber);
    }
    if !username.chars().all(|character| character.is_ascii_alphanumeric() || character == '_') {
        return Err(UsernameViolation::InvalidCharset);
    }
    Ok(())
}

/// Checks a new username against the tenant's policy.
///
/// # Errors
/// The first rule broken.
pub fn check(policy: &UsernamePolicy, username: &str) -> Result<(), UsernameViolation> {
    check_form(username)?;
    // The form admits ASCII only, so bytes are characters.
    if username.len() < policy.min_length as usize {
        return Err(UsernameViolation::TooShort);
    }
    if username.len() > policy.max_length as usize {
        return Err(UsernameViolation::TooLong);
    }
    let allowed = &policy.allowed_chars;
    let has = |matches: fn(&char) -> bool| username.chars().any(|character| matches(&character));
    if !allowed.uppercase && has(char::is_ascii_uppercase) {
        return Err(UsernameViolation::UppercaseNotAllowed);
    }
    if !allowed.lowercase && has(char::is_ascii_lowercase) {
        return Err(UsernameViolation::LowercaseNotAllowed);
    }
    if !allowed.numbers && has(char::is_ascii_digit) {
        return Err(UsernameViolation::NumbersNotAllowed);
    }
    if !allowed.underscore && username.contains('_') {
        return Err(UsernameViolation::UnderscoreNotAllowed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_model::sign_in_experience::AllowedUsernameCharacters;
    use proptest::prelude::*;

    #[test]
    fn the_form_is_the_same_for_every_tenant() {
        assert_eq!(check_form(""), Err(UsernameViolation::Required));
        assert_eq!(check_form("1ada"), Err(UsernameViolation::StartsWithNumber));
        for bad in ["a-b", "a b", "a@b", "ä", "a\0"] {
            assert_eq!(check_form(bad), Err(UsernameViolation::InvalidCharset), "{bad}");
        }
        for good in ["a", "_", "_1", "Ada_Lovelace1815"] {
            assert_eq!(check_form(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn rules_are_applied_in_the_documented_order() {
        let none = AllowedUsernameCharacters {
            lowercase: false,
            uppercase: false,
            numbers: false,
            underscore: false,
        };
        let policy =
            UsernamePolicy { case_sensitive: true, min_length: 3, max_length: 5, allowed_chars: none };
        assert_eq!(check(&policy, "1"), Err(UsernameViolation::StartsWithNumber));
        assert_eq!(check(&policy, "aA"), Err(UsernameViolation::TooShort));
        assert_eq!(check(&policy, "aAaAaA"), Err(UsernameViolation::TooLong));
        assert_eq!(check(&policy, "aA_1"), Err(UsernameViolation::UppercaseNotAllowed));
        assert_eq!(check(&policy, "a_1"), Err(UsernameViolation::LowercaseNotAllowed));
        assert_eq!(check(&policy, "_1_"), Err(UsernameViolation::NumbersNotAllowed));
        assert_eq!(check(&policy, "___"), Err(UsernameViolation::UnderscoreNotAllowed));
    }

    proptest! {
        #[test]
        fn the_default_policy_accepts_exactly_the_form(name in "\\PC{0,20}") {
            prop_assert_eq!(check(&UsernamePolicy::default(), &name), check_form(&name));
        }
    }
}
