//! What can identify a user, whoever writes it. End users are held to the tenant's policies as well.

/// Whether the text is an e-mail address.
#[must_use]
pub fn is_email(text: &str) -> bool {
    email_address::EmailAddress::is_valid(text)
}

/// Whether the text is a phone number as it is stored: digits with the country code.
#[must_use]
pub fn is_phone(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text can be a username: a letter or underscore, then letters, digits and underscores.
#[must_use]
pub fn is_username(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}
