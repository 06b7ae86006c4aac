//! When a second factor must be shown, and when one must be enrolled. Pure: settings and user in, verdict out.

use portico_model::{
    JsonObject, User,
    interaction::{InteractionEvent, VerificationType},
    sign_in_experience::{AdaptiveMfa, Mfa, MfaFactor, MfaPolicy, OrganizationRequiredMfaPolicy},
};
use serde_json::{Value, json};

/// The person must prove a second factor before going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredVerification {
    /// Factors that this user can show, preferred first.
    pub available_factors: Vec<MfaFactor>,
    /// Where codes would be sent, masked.
    pub masked_identifiers: JsonObject,
}

/// The person must, or may, enrol a second factor before going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequiredBinding {
    /// Some factor must be enrolled.
    Missing {
        /// Factors to choose from.
        available_factors: Vec<MfaFactor>,
        /// Whether the person may decline.
        is_skippable: bool,
    },
    /// The person is asked whether to use a second factor at all.
    Suggested {
        /// Factors to choose from.
        available_factors: Vec<MfaFactor>,
    },
    /// Another factor is enrolled and backup codes must complete it.
    BackupCodes,
}

/// The person's stored answers about second factors (`logtoConfig.mfa`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Whether the person wants second factors; `None`: never asked.
    pub enabled: Option<bool>,
    /// Declined to enrol.
    pub skipped: bool,
    /// Does not want to be asked at sign-in.
    pub skip_at_sign_in: bool,
}

impl Choices {
    /// As stored with the user.
    #[must_use]
    pub fn of(user: &User) -> Self {
        let flag =
            |name: &str| user.logto_config.get("mfa").and_then(|mfa| mfa.get(name)).and_then(Value::as_bool);
        Self {
            enabled: flag("enabled"),
            skipped: flag("skipped") == Some(true),
            skip_at_sign_in: flag("skipMfaOnSignIn") == Some(true),
        }
    }
}

/// Whether people may decline under the policy.
#[must_use]
pub fn is_skippable(policy: MfaPolicy) -> bool {
    !matches!(
        policy,
        MfaPolicy::Mandatory
            | MfaPolicy::PromptAtSignInAndSignUpMandatory
            | MfaPolicy::PromptOnlyAtSignInMandatory
    )
}

/// The second factors this user can show under the settings: passkeys first, then the most recently used,
/// backup codes last.
#[must_use]
pub fn enabled_factors(mfa: &Mfa, user: &User) -> Vec<MfaFactor> {
    let mut factors: Vec<(u8, i64, MfaFactor)> = Vec::new();
    for stored in &user.mfa_verifications {
        let Some(factor) = factor_of(stored) else { continue };
        let is_usable = factor != MfaFactor::BackupCode || has_unused_code(stored);
        if is_usable && mfa.factors.contains(&factor) {
            factors.push((rank(factor), -last_used_at(stored), factor));
        }
    }
    for (factor, address) in [
        (MfaFactor::PhoneVerificationCode, &user.primary_phone),
        (MfaFactor::EmailVerificationCode, &user.primary_email),
    ] {
        if address.is_some() && mfa.factors.contains(&factor) {
            factors.push((rank(factor), 0, factor));
        }
    }
    factors.sort_by_key(|(rank, used, _)| (*rank, *used));
    let mut ordered = Vec::new();
    for (_, _, factor) in factors {
        if !ordered.contains(&factor) {
            ordered.push(factor);
        }
    }
    ordered
}

fn rank(factor: MfaFactor) -> u8 {
    match factor {
        MfaFactor::WebAuthn => 0,
        MfaFactor::Totp | MfaFactor::EmailVerificationCode | MfaFactor::PhoneVerificationCode => 1,
        MfaFactor::BackupCode => 2,
    }
}

fn factor_of(stored: &Value) -> Option<MfaFactor> {
    stored.get("type")?.as_str()?.parse().ok()
}

fn last_used_at(stored: &Value) -> i64 {
    match stored.get("lastUsedAt") {
        Some(Value::Number(at)) => at.as_i64().unwrap_or(0),
        Some(Value::String(at)) => parse_iso_digits(at),
        _ => 0,
    }
}

/// ISO 8601 in UTC sorts as its digits do.
fn parse_iso_digits(at: &str) -> i64 {
    let digits: String = at.chars().filter(char::is_ascii_digit).take(17).collect();
    digits.parse().unwrap_or(0)
}

fn has_unused_code(stored: &Value) -> bool {
    stored
        .get("codes")
        .and_then(Value::as_array)
        .is_some_and(|codes| codes.iter().any(|code| code.get("usedAt").is_none_or(Value::is_null)))
}

/// The factor that a verified record of this kind proves.
#[must_use]
pub fn factor_proven_by(kind: VerificationType) -> Option<MfaFactor> {
    match kind {
        VerificationType::Totp => Some(MfaFactor::Totp),
        VerificationType::WebAuthn => Some(MfaFactor::WebAuthn),
        VerificationType::BackupCode => Some(MfaFactor::BackupCode),
        VerificationType::MfaEmailVerificationCode => Some(MfaFactor::EmailVerificationCode),
        VerificationType::MfaPhoneVerificationCode => Some(MfaFactor::PhoneVerificationCode),
        _ => None,
    }
}

/// Whether the user must show a second factor, given the kinds of proof already verified.
#[must_use]
pub fn required_verification(
    mfa: &Mfa,
    adaptive: &AdaptiveMfa,
    user: &User,
    verified: &[VerificationType],
) -> Option<RequiredVerification> {
    if verified
        .iter()
        .any(|kind| matches!(kind, VerificationType::EnterpriseSso | VerificationType::SignInPasskey))
    {
        return None;
    }
    let available_factors = enabled_factors(mfa, user);
    if available_factors.is_empty() {
        return None;
    }
    let choices = Choices::of(user);
    // Adaptive rules weigh how unusual the attempt looks; without a judgement every attempt counts as unusual.
    let is_adaptive = adaptive.enabled == Some(true);
    let has_declined = choices.enabled == Some(false) || choices.skip_at_sign_in;
    if !is_adaptive && has_declined && is_skippable(mfa.policy) {
        return None;
    }
    let is_proven = verified
        .iter()
        .filter_map(|kind| factor_proven_by(*kind))
        .any(|factor| available_factors.contains(&factor));
    (!is_proven).then(|| RequiredVerification {
        available_factors,
        masked_identifiers: masked_identifiers(mfa, user),
    })
}

fn masked_identifiers(mfa: &Mfa, user: &User) -> JsonObject {
    let mut masked = JsonObject::new();
    for (factor, value) in [
        (MfaFactor::EmailVerificationCode, user.primary_email.as_deref().map(mask_email)),
        (MfaFactor::PhoneVerificationCode, user.primary_phone.as_deref().map(mask_phone)),
    ] {
        if let Some(value) = value.filter(|_| mfa.factors.contains(&factor)) {
            masked.insert(factor.as_str().to_owned(), json!(value));
        }
    }
    masked
}

/// An e-mail address of which its owner recognizes the start.
#[must_use]
pub fn mask_email(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let shown: String =
        if local.chars().count() > 4 { local.chars().take(4).collect() } else { String::new() };
    format!("{shown}****@{domain}")
}

/// A phone number of which its owner recognizes the end.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    let hidden = phone.chars().count().saturating_sub(4);
    format!("****{}", phone.chars().skip(hidden).collect::<String>())
}

/// What the enrolment rules look at besides the settings.
#[derive(Clone, Debug)]
pub struct BindingSituation<'a> {
    /// Signing in or registering.
    pub event: InteractionEvent,
    /// Factors stored with the user or about to be.
    pub linked: &'a [MfaFactor],
    /// Whether backup codes are among them, used up or not.
    pub has_backup_codes: bool,
    /// The person's answers, this session's before the stored ones.
    pub choices: Choices,
    /// Whether an organization of the user demands second factors.
    pub is_required_by_organization: bool,
}

/// What must be enrolled before going on, and whether the legacy user must be marked as wanting factors.
#[must_use]
pub fn required_binding(mfa: &Mfa, situation: &BindingSituation<'_>) -> Option<RequiredBinding> {
    if mfa.factors.is_empty() {
        return None;
    }
    let by_organization = situation.is_required_by_organization
        && mfa.organization_required_mfa_policy == Some(OrganizationRequiredMfaPolicy::Mandatory);
    let skippable = is_skippable(mfa.policy) && !by_organization;
    let is_sign_up = situation.event == InteractionEvent::Register;
    let only_at_sign_in =
        matches!(mfa.policy, MfaPolicy::PromptOnlyAtSignIn | MfaPolicy::PromptOnlyAtSignInMandatory);
    if is_sign_up && only_at_sign_in {
        return None;
    }
    let never_prompts = mfa.policy == MfaPolicy::NoPrompt && !by_organization;
    if never_prompts || (skippable && situation.choices.skipped) {
        return None;
    }
    let has_factor = situation
        .linked
        .iter()
        .any(|factor| *factor != MfaFactor::BackupCode && mfa.factors.contains(factor));
    let wants_factors = situation.choices.enabled.unwrap_or(has_factor);
    let available_factors = bindable(mfa, situation.linked);
    if skippable && !wants_factors {
        return Some(RequiredBinding::Suggested { available_factors });
    }
    if !has_factor {
        return Some(RequiredBinding::Missing { available_factors, is_skippable: skippable });
    }
    let wants_codes = mfa.factors.contains(&MfaFactor::BackupCode) && !situation.has_backup_codes;
    wants_codes.then_some(RequiredBinding::BackupCodes)
}

/// Factors still to be enrolled, in the order in which they are offered; backup codes only complete another.
fn bindable(mfa: &Mfa, linked: &[MfaFactor]) -> Vec<MfaFactor> {
    [MfaFactor::WebAuthn, MfaFactor::Totp, MfaFactor::PhoneVerificationCode, MfaFactor::EmailVerificationCode]
        .into_iter()
        .filter(|factor| mfa.factors.contains(factor) && !linked.contains(factor))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mfa(policy: MfaPolicy, factors: &[MfaFactor]) -> Mfa {
        Mfa { factors: factors.to_vec(), policy, organization_required_mfa_policy: None }
    }

    fn user(verifications: Value) -> User {
        let mut user = User::new("default", "u".into(), 0);
        user.mfa_verifications = verifications.as_array().unwrap().clone();
        user
    }

    const BOTH: &[MfaFactor] = &[MfaFactor::Totp, MfaFactor::BackupCode];

    fn required(mfa: &Mfa, user: &User, verified: &[VerificationType]) -> Option<Vec<MfaFactor>> {
        required_verification(mfa, &AdaptiveMfa::default(), user, verified)
            .map(|needed| needed.available_factors)
    }

    #[test]
    fn factors_count_only_while_configured_and_usable() {
        let user = user(json!([
            { "type": "Totp", "lastUsedAt": "2026-01-02T00:00:00.000Z" },
            { "type": "BackupCode", "codes": [{ "code": "a", "usedAt": "2026-01-01T00:00:00.000Z" }] },
            { "type": "WebAuthn" },
            { "type": "SomethingNew" },
        ]));
        let all = mfa(MfaPolicy::Mandatory, MfaFactor::ALL);
        assert_eq!(enabled_factors(&all, &user), [MfaFactor::WebAuthn, MfaFactor::Totp]);
        assert_eq!(enabled_factors(&mfa(MfaPolicy::Mandatory, &[]), &user), []);
    }

    #[test]
    fn addresses_are_factors_without_enrolment_and_come_masked() {
        let mut user = user(json!([]));
        user.primary_email = Some("lovelace@example.com".into());
        user.primary_phone = Some("441234567890".into());
        let settings = mfa(MfaPolicy::UserControlled, MfaFactor::ALL);
        let needed = required_verification(&settings, &AdaptiveMfa::default(), &user, &[]).unwrap();
        let expected = json!({
            "EmailVerificationCode": "love****@example.com",
            "PhoneVerificationCode": "****7890",
        });
        assert_eq!(Value::Object(needed.masked_identifiers), expected);
        assert_eq!(mask_email("ada@example.com"), "****@example.com");
    }

    #[test]
    fn an_enrolled_factor_is_demanded_until_it_is_shown() {
        let user = user(json!([{ "type": "Totp" }]));
        for policy in MfaPolicy::ALL {
            let settings = mfa(*policy, BOTH);
            assert_eq!(required(&settings, &user, &[]), Some(vec![MfaFactor::Totp]), "{policy}");
            assert_eq!(
                required(&settings, &user, &[VerificationType::Password]),
                Some(vec![MfaFactor::Totp])
            );
            assert_eq!(required(&settings, &user, &[VerificationType::Totp]), None);
            // A factor the user does not have proves nothing.
            assert!(required(&settings, &user, &[VerificationType::WebAuthn]).is_some());
            assert_eq!(required(&settings, &user, &[VerificationType::EnterpriseSso]), None);
        }
    }

    #[test]
    fn declining_counts_only_where_the_policy_lets_people_decline() {
        for choice in ["skipMfaOnSignIn", "enabled"] {
            let mut user = user(json!([{ "type": "Totp" }]));
            let value = choice != "enabled";
            user.logto_config = json!({ "mfa": { choice: value } }).as_object().unwrap().clone();
            for policy in MfaPolicy::ALL {
                let is_demanded = required(&mfa(*policy, BOTH), &user, &[]).is_some();
                assert_eq!(is_demanded, !is_skippable(*policy), "{choice} {policy}");
            }
            // Adaptive sign-in overrides the choice.
            let adaptive = AdaptiveMfa { enabled: Some(true) };
            let settings = mfa(MfaPolicy::UserControlled, BOTH);
            assert!(required_verification(&settings, &adaptive, &user, &[]).is_some());
        }
    }

    fn situation(event: InteractionEvent, linked: &[MfaFactor], choices: Choices) -> BindingSituation<'_> {
        BindingSituation {
            event,
            linked,
            has_backup_codes: false,
            choices,
            is_required_by_organization: false,
        }
    }

    #[test]
    fn enrolment_is_demanded_suggested_or_left_alone_by_policy() {
        let fresh =
            situation(InteractionEvent::SignIn, &[], Choices { enabled: Some(false), ..Choices::default() });
        let totp = || vec![MfaFactor::Totp];
        assert_eq!(required_binding(&mfa(MfaPolicy::Mandatory, &[]), &fresh), None);
        assert_eq!(required_binding(&mfa(MfaPolicy::NoPrompt, BOTH), &fresh), None);
        assert_eq!(
            required_binding(&mfa(MfaPolicy::Mandatory, BOTH), &fresh),
            Some(RequiredBinding::Missing { available_factors: totp(), is_skippable: false })
        );
        assert_eq!(
            required_binding(&mfa(MfaPolicy::UserControlled, BOTH), &fresh),
            Some(RequiredBinding::Suggested { available_factors: totp() })
        );
        let skipped =
            situation(InteractionEvent::SignIn, &[], Choices { skipped: true, ..Choices::default() });
        assert_eq!(required_binding(&mfa(MfaPolicy::UserControlled, BOTH), &skipped), None);
        assert!(required_binding(&mfa(MfaPolicy::Mandatory, BOTH), &skipped).is_some());
        let registering = situation(InteractionEvent::Register, &[], Choices::default());
        assert_eq!(required_binding(&mfa(MfaPolicy::PromptOnlyAtSignIn, BOTH), &registering), None);
    }

    #[test]
    fn backup_codes_complete_another_factor() {
        let linked = [MfaFactor::Totp];
        let enrolled = situation(
            InteractionEvent::SignIn,
            &linked,
            Choices { enabled: Some(true), ..Choices::default() },
        );
        assert_eq!(
            required_binding(&mfa(MfaPolicy::Mandatory, BOTH), &enrolled),
            Some(RequiredBinding::BackupCodes)
        );
        let complete = BindingSituation { has_backup_codes: true, ..enrolled };
        assert_eq!(required_binding(&mfa(MfaPolicy::Mandatory, BOTH), &complete), None);
    }

    #[test]
    fn an_organization_can_take_the_choice_away() {
        let settings = Mfa {
            organization_required_mfa_policy: Some(OrganizationRequiredMfaPolicy::Mandatory),
            ..mfa(MfaPolicy::NoPrompt, BOTH)
        };
        let member = BindingSituation {
            is_required_by_organization: true,
            ..situation(InteractionEvent::SignIn, &[], Choices { skipped: true, ..Choices::default() })
        };
        let expected =
            RequiredBinding::Missing { available_factors: vec![MfaFactor::Totp], is_skippable: false };
        assert_eq!(required_binding(&settings, &member), Some(expected));
    }
}
