//! Which e-mail addresses may register.

use portico_model::{ErrorCode, sign_in_experience::EmailBlocklistPolicy};

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailRefusal {
    /// Not an address at all.
    #[error("the e-mail address is malformed")]
    Malformed,
    /// `name+tag@domain`.
    #[error("e-mail subaddressing is not allowed")]
    Subaddressing,
    /// Blocked, or not on the allow list.
    #[error("the e-mail address is not allowed")]
    NotAllowed,
}

impl EmailRefusal {
    /// The documented error.
    #[must_use]
    pub fn code(self) -> ErrorCode {
        match self {
            Self::Malformed => ErrorCode::SessionEmailBlocklistInvalidEmail,
            Self::Subaddressing => ErrorCode::SessionEmailBlocklistEmailSubaddressingNotAllowed,
            Self::NotAllowed => ErrorCode::SessionEmailBlocklistEmailNotAllowed,
        }
    }
}

/// Checks an address against the tenant's lists.
///
/// # Errors
/// The first rule broken.
pub fn check(policy: &EmailBlocklistPolicy, email: &str) -> Result<(), EmailRefusal> {
    let (local, domain) = split(email).ok_or(EmailRefusal::Malformed)?;
    if policy.block_subaddressing == Some(true) && local.contains('+') {
        return Err(EmailRefusal::Subaddressing);
    }
    let matches = |items: &[String]| items.iter().any(|item| item_matches(item, local, domain));
    if let Some(allowed) = policy.custom_allowlist.as_deref().filter(|items| !items.is_empty())
        && !matches(allowed)
    {
        return Err(EmailRefusal::NotAllowed);
    }
    if policy.custom_blocklist.as_deref().is_some_and(matches) {
        return Err(EmailRefusal::NotAllowed);
    }
    Ok(())
}

/// Local part and domain of a plausible address: `\S+@\S+\.\S+`.
fn split(email: &str) -> Option<(&str, &str)> {
    let (local, domain) = email.rsplit_once('@')?;
    let (host, top) = domain.rsplit_once('.')?;
    let is_plausible =
        ![local, host, top].iter().any(|part| part.is_empty()) && !email.contains(char::is_whitespace);
    is_plausible.then_some((local, domain))
}

/// Whether a list item (`user@domain` or `@domain`, `*` standing for any text) covers the address.
fn item_matches(item: &str, local: &str, domain: &str) -> bool {
    let Some((item_local, item_domain)) = item.rsplit_once('@') else {
        return false;
    };
    let domain = canonical_domain(domain);
    if !glob(&canonical_domain(item_domain), &domain) {
        return false;
    }
    item_local.is_empty() || glob(&canonical_local(item_local, &domain), &canonical_local(local, &domain))
}

/// Google delivers both of its domains to the same mailboxes.
fn canonical_domain(domain: &str) -> String {
    let domain = domain.to_lowercase();
    if domain == "googlemail.com" { "gmail.com".to_owned() } else { domain }
}

/// Google ignores dots in the local part.
fn canonical_local(local: &str, canonical_domain: &str) -> String {
    let local = local.to_lowercase();
    if canonical_domain == "gmail.com" { local.replace('.', "") } else { local }
}

/// Whether `text` matches `pattern`, in which `*` stands for any text. Linear backtracking to the last star
/// only, so no pattern can make it slow.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_p, star_t)) = star {
            (p, t) = (star_p + 1, star_t + 1);
            star = Some((star_p, star_t + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocking(items: &[&str]) -> EmailBlocklistPolicy {
        let items = items.iter().map(|item| (*item).to_owned()).collect();
        EmailBlocklistPolicy { custom_blocklist: Some(items), ..Default::default() }
    }

    #[test]
    fn malformed_addresses_are_refused_first() {
        for bad in ["", "a", "a@b", "@b.co", "a@.co", "a@b.", "a b@c.de"] {
            assert_eq!(check(&EmailBlocklistPolicy::default(), bad), Err(EmailRefusal::Malformed), "{bad}");
        }
        assert_eq!(check(&EmailBlocklistPolicy::default(), "a@b.co"), Ok(()));
    }

    #[test]
    fn subaddressing_is_refused_when_asked_for() {
        let policy = EmailBlocklistPolicy { block_subaddressing: Some(true), ..Default::default() };
        assert_eq!(check(&policy, "a+b@c.de"), Err(EmailRefusal::Subaddressing));
        assert_eq!(check(&EmailBlocklistPolicy::default(), "a+b@c.de"), Ok(()));
    }

    #[test]
    fn items_name_a_domain_an_address_or_a_pattern() {
        let policy = blocking(&["@spam.example", "eve@corp.example", "@*.bad.example", "bot-*@corp.example"]);
        for bad in ["x@SPAM.example", "Eve@corp.example", "x@a.bad.example", "bot-7@corp.example"] {
            assert_eq!(check(&policy, bad), Err(EmailRefusal::NotAllowed), "{bad}");
        }
        for good in ["x@notspam.example", "steve@corp.example", "x@bad.example", "robot-7@corp.example"] {
            assert_eq!(check(&policy, good), Ok(()), "{good}");
        }
    }

    #[test]
    fn both_names_and_all_dottings_of_a_google_address_are_one() {
        let policy = blocking(&["eve.smith@gmail.com"]);
        for same in ["evesmith@gmail.com", "e.v.e.smith@googlemail.com", "EveSmith@GoogleMail.com"] {
            assert_eq!(check(&policy, same), Err(EmailRefusal::NotAllowed), "{same}");
        }
    }

    #[test]
    fn the_allow_list_excludes_and_the_block_list_still_applies() {
        let policy = EmailBlocklistPolicy {
            custom_allowlist: Some(vec!["@corp.example".into()]),
            custom_blocklist: Some(vec!["eve@corp.example".into()]),
            ..Default::default()
        };
        assert_eq!(check(&policy, "ada@corp.example"), Ok(()));
        assert_eq!(check(&policy, "ada@else.example"), Err(EmailRefusal::NotAllowed));
        assert_eq!(check(&policy, "eve@corp.example"), Err(EmailRefusal::NotAllowed));
    }

    proptest! {
        #[test]
        fn a_star_matches_any_filling(head in "[a-z]{0,5}", middle in "[a-z.]{0,9}", tail in "[a-z]{0,5}") {
            let pattern = format!("{head}*{tail}");
            let text = format!("{head}{middle}{tail}");
            prop_assert!(glob(&pattern, &text));
        }

        #[test]
        fn without_a_star_only_the_same_text_matches(a in "[a-z]{0,6}", b in "[a-z]{0,6}") {
            prop_assert_eq!(glob(&a, &b), a == b);
        }
    }
}
