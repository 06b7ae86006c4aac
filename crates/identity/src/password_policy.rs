//! Which passwords a tenant accepts.
//!
//! The rules are pure; the one question that needs the network (is the password known from a breach?) is
//! answered by [`crate::pwned`] and given to [`check`]. A password is refused for its content only when
//! almost all of it is guessable: repetitions, keyboard walks, words, facts about the user.

use portico_model::sign_in_experience::PasswordPolicy;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Shortest repetition or sequence that counts.
const RUN_MIN: usize = 3;
/// Characters that must be unguessable for the rest not to matter.
const FREE_CHARACTERS_MIN: usize = 3;
const SYMBOLS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";
/// Neighbours on keyboards and in counting; read forwards and backwards, all lower or all upper case.
const SEQUENCES: &[&str] = &[
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik",
    "9ol",
];

/// What is known about the person who chooses the password.
#[derive(Clone, Debug, Default)]
pub struct PersonalInfo {
    /// Full name.
    pub name: Option<String>,
    /// Username.
    pub username: Option<String>,
    /// E-mail address; its local part counts.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

impl PersonalInfo {
    /// The texts that must not make up the password, lower case.
    fn phrases(&self) -> Vec<Vec<char>> {
        let mut phrases = Vec::new();
        if let Some(name) = &self.name {
            phrases.push(name.clone());
            phrases.push(name.split_whitespace().collect());
            phrases.extend(name.split_whitespace().map(str::to_owned));
        }
        phrases.extend(self.username.clone());
        phrases.extend(self.email.as_deref().and_then(|email| email.split('@').next()).map(str::to_owned));
        phrases.extend(self.phone.clone());
        phrases.iter().map(|phrase| lower(phrase)).filter(|phrase| !phrase.is_empty()).collect()
    }
}

/// One reason why a password is refused, in the form that goes on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PasswordIssue {
    /// `password_rejected.*`.
    pub code: &'static str,
    /// Values for the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpolation: Option<Map<String, Value>>,
}

impl PasswordIssue {
    fn plain(code: &'static str) -> Self {
        Self { code, interpolation: None }
    }

    fn with(code: &'static str, values: Value) -> Self {
        Self { code, interpolation: values.as_object().cloned() }
    }
}

/// Every reason to refuse the password; empty when it is acceptable.
#[must_use]
pub fn check(
    policy: &PasswordPolicy,
    password: &str,
    person: &PersonalInfo,
    is_breached: bool,
) -> Vec<PasswordIssue> {
    let characters: Vec<char> = password.chars().collect();
    let mut issues = check_form(policy, &characters);
    if policy.reject_pwned && is_breached {
        issues.push(PasswordIssue::plain("password_rejected.pwned"));
    }
    issues.extend(check_restricted(policy, &characters, person));
    issues
}

fn check_form(policy: &PasswordPolicy, password: &[char]) -> Vec<PasswordIssue> {
    let mut issues = Vec::new();
    let (min, max) = (policy.length_min, policy.length_max);
    if password.len() < min as usize {
        issues.push(PasswordIssue::with("password_rejected.too_short", json!({ "min": min })));
    } else if password.len() > max as usize {
        issues.push(PasswordIssue::with("password_rejected.too_long", json!({ "max": max })));
    }
    match character_types(password) {
        None => issues.push(PasswordIssue::plain("password_rejected.unsupported_characters")),
        Some(types) if types < policy.character_types_min => {
            let values = json!({ "min": policy.character_types_min });
            issues.push(PasswordIssue::with("password_rejected.character_types", values));
        }
        Some(_) => {}
    }
    issues
}

/// How many classes the password draws from; `None` when a character belongs to none.
fn character_types(password: &[char]) -> Option<u32> {
    let mut seen = [false; 4];
    for character in password {
        let class = match character {
            'a'..='z' => 0,
            'A'..='Z' => 1,
            '0'..='9' => 2,
            other if SYMBOLS.contains(*other) => 3,
            _ => return None,
        };
        seen[class] = true;
    }
    Some(seen.iter().map(|seen| u32::from(*seen)).sum())
}

fn check_restricted(policy: &PasswordPolicy, password: &[char], person: &PersonalInfo) -> Vec<PasswordIssue> {
    let folded: Vec<char> = password.iter().map(char::to_ascii_lowercase).collect();
    let words: Vec<(&str, Vec<char>)> = policy
        .reject_words
        .iter()
        .map(|word| (word.as_str(), lower(word)))
        .filter(|(_, folded)| !folded.is_empty())
        .collect();
    let phrases = if policy.reject_user_info { person.phrases() } else { Vec::new() };

    let mut marked = vec![false; password.len()];
    let (mut repetition, mut sequence, mut user_info) = (false, false, false);
    let mut found_words: Vec<&str> = Vec::new();
    for start in 0..password.len() {
        let mut mark = |length: usize| marked[start..start + length].fill(true);
        if policy.reject_repetition_and_sequence {
            let run = repetition_at(&password[start..]);
            if run >= RUN_MIN {
                mark(run);
                repetition = true;
            }
            let run = sequence_at(&password[start..]);
            if run >= RUN_MIN {
                mark(run);
                sequence = true;
            }
        }
        for phrase in phrases.iter().filter(|phrase| folded[start..].starts_with(phrase)) {
            mark(phrase.len());
            user_info = true;
        }
        for (word, letters) in words.iter().filter(|(_, letters)| folded[start..].starts_with(letters)) {
            mark(letters.len());
            if !found_words.contains(word) {
                found_words.push(word);
            }
        }
    }

    let guessable = marked.iter().filter(|marked| **marked).count();
    if guessable <= password.len().saturating_sub(FREE_CHARACTERS_MIN).max(1) {
        return Vec::new();
    }
    let mut issues = Vec::new();
    for (found, code) in [
        (repetition, "password_rejected.restricted.repetition"),
        (sequence, "password_rejected.restricted.sequence"),
        (user_info, "password_rejected.restricted.user_info"),
    ] {
        if found {
            issues.push(PasswordIssue::plain(code));
        }
    }
    if !found_words.is_empty() {
        let values = json!({ "words": found_words.join("\n"), "count": found_words.len() });
        issues.push(PasswordIssue::with("password_rejected.restricted.words", values));
    }
    issues
}

fn lower(text: &str) -> Vec<char> {
    text.chars().map(|character| character.to_ascii_lowercase()).collect()
}

/// Length of the run of equal characters at the start.
fn repetition_at(password: &[char]) -> usize {
    password.iter().take_while(|character| **character == password[0]).count()
}

/// Length of the longest piece of a known sequence at the start.
fn sequence_at(password: &[char]) -> usize {
    SEQUENCES.iter().map(|sequence| walk(sequence, password)).max().unwrap_or(0)
}

fn walk(sequence: &str, password: &[char]) -> usize {
    let along = |letters: Vec<char>| {
        let Some(first) = letters.iter().position(|letter| *letter == password[0]) else {
            return 0;
        };
        letters[first..].iter().zip(password).take_while(|(letter, typed)| letter == typed).count()
    };
    let upper = sequence.to_ascii_uppercase();
    along(sequence.chars().collect())
        .max(along(sequence.chars().rev().collect()))
        .max(along(upper.chars().collect()))
        .max(along(upper.chars().rev().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_model::sign_in_experience::PartialPasswordPolicy;
    use proptest::prelude::*;

    fn policy() -> PasswordPolicy {
        PasswordPolicy::from(&PartialPasswordPolicy::default())
    }

    fn codes(policy: &PasswordPolicy, password: &str, person: &PersonalInfo) -> Vec<&'static str> {
        let prefix = "password_rejected.";
        check(policy, password, person, false)
            .iter()
            .map(|issue| issue.code.strip_prefix(prefix).unwrap())
            .collect()
    }

    #[test]
    fn a_short_sequence_is_refused_for_both_reasons() {
        let issues = check(&policy(), "123456", &PersonalInfo::default(), false);
        let expected = json!([
            { "code": "password_rejected.too_short", "interpolation": { "min": 8 } },
            { "code": "password_rejected.restricted.sequence" },
        ]);
        assert_eq!(serde_json::to_value(issues).unwrap(), expected);
    }

    #[test]
    fn guessable_parts_are_tolerated_beside_enough_others() {
        let nobody = PersonalInfo::default();
        assert_eq!(codes(&policy(), "1234567890", &nobody), ["restricted.sequence"]);
        assert_eq!(codes(&policy(), "aaaaaaaa", &nobody), ["restricted.repetition"]);
        assert_eq!(codes(&policy(), "aaaa1234", &nobody), ["restricted.repetition", "restricted.sequence"]);
        // Five of eight characters are guessable; the limit is 8 − 3.
        assert_eq!(codes(&policy(), "12345xkq", &nobody), [""; 0]);
        assert_eq!(codes(&policy(), "123456kq", &nobody), ["restricted.sequence"]);
        assert_eq!(codes(&policy(), "poiuytre", &nobody), ["restricted.sequence"]);
        assert_eq!(codes(&policy(), "POIUYTRE", &nobody), ["restricted.sequence"]);
        // Changing case in the middle breaks the walk.
        assert_eq!(codes(&policy(), "qWeRtYuI", &nobody), [""; 0]);
    }

    #[test]
    fn facts_about_the_user_count_without_regard_to_case() {
        let person = PersonalInfo {
            name: Some("Ada Lovelace".into()),
            username: Some("countess_x".into()),
            email: Some("milkshop@example.com".into()),
            phone: Some("440729518364".into()),
        };
        for password in ["ADAlovelace", "Countess_X", "xMilkShop1", "440729518364", "lovelaceada"] {
            assert_eq!(codes(&policy(), password, &person), ["restricted.user_info"], "{password}");
        }
        assert_eq!(codes(&policy(), "example.com-9", &person), [""; 0]);
        let lenient = PasswordPolicy { reject_user_info: false, ..policy() };
        assert_eq!(codes(&lenient, "ADAlovelace", &person), [""; 0]);
    }

    #[test]
    fn forbidden_words_are_named() {
        let strict = PasswordPolicy { reject_words: vec!["portico".into(), "door".into()], ..policy() };
        let issues = check(&strict, "PorticoDoor1", &PersonalInfo::default(), false);
        assert_eq!(issues[0].code, "password_rejected.restricted.words");
        assert_eq!(issues[0].interpolation.as_ref().unwrap()["count"], 2);
    }

    #[test]
    fn classes_are_counted_and_other_alphabets_refused() {
        let strict = PasswordPolicy { character_types_min: 3, ..policy() };
        let nobody = PersonalInfo::default();
        assert_eq!(codes(&strict, "xkqmvbzw", &nobody), ["character_types"]);
        assert_eq!(codes(&strict, "xkqM vbzw", &nobody), [""; 0]);
        assert_eq!(codes(&strict, "xkqmvbzé", &nobody), ["unsupported_characters"]);
    }

    #[test]
    fn a_breached_password_is_refused_only_when_the_policy_says_so() {
        let nobody = PersonalInfo::default();
        assert_eq!(check(&policy(), "xkqmvbzw", &nobody, true)[0].code, "password_rejected.pwned");
        let lenient = PasswordPolicy { reject_pwned: false, ..policy() };
        assert_eq!(check(&lenient, "xkqmvbzw", &nobody, true), []);
    }

    proptest! {
        #[test]
        fn never_panics_and_is_deterministic(password in ".{0,40}", name in ".{0,12}") {
            let person = PersonalInfo { name: Some(name), ..PersonalInfo::default() };
            let once = check(&policy(), &password, &person, false);
            prop_assert_eq!(once, check(&policy(), &password, &person, false));
        }

        #[test]
        fn three_free_characters_always_save_a_password(sequence in 3usize..9, tail in "[!$%&]{3}") {
            // `!$%&` belong to no sequence; a repetition of three would be marked itself.
            prop_assume!(tail.chars().any(|character| !tail.starts_with(character)));
            let password = format!("{}{tail}", &"abcdefghijkl"[..sequence.max(5)]);
            prop_assert!(codes(&policy(), &password, &PersonalInfo::default()).is_empty());
        }

        #[test]
        fn the_length_bounds_are_exact(length in 0usize..40, min in 1u32..20, span in 0u32..20) {
            let bounds = PasswordPolicy {
                length_min: min,
                length_max: min + span,
                reject_repetition_and_sequence: false,
                ..policy()
            };
            let found = codes(&bounds, &"k".repeat(length), &PersonalInfo::default());
            prop_assert_eq!(found.contains(&"too_short"), length < min as usize);
            prop_assert_eq!(found.contains(&"too_long"), length > (min + span) as usize);
        }
    }
}
