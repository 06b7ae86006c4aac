//! Which sign-in settings go together.

use crate::connector_rules;
use portico_http_kit::{ApiError, Phrases};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, SignInExperience, TenantId,
    connector::ConnectorType,
    sign_in_experience::{
        EmailBlocklistPolicy, ForgotPasswordMethod, Mfa, MfaFactor, MfaPolicy, SecondaryIdentifier, SignIn,
        SignInIdentifier, SignUp,
    },
};
use portico_store::{StoreError, Tx, connectors, custom_phrases, custom_profile_fields};
use serde_json::json;
use std::collections::HashSet;

/// Groups of settings that a request changes.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "plain names")]
pub struct Touched {
    pub language: bool,
    pub social_targets: bool,
    pub sign_up: bool,
    pub sign_in: bool,
    pub mfa: bool,
    pub adaptive_mfa: bool,
    pub email_blocklist: bool,
    pub forgot_password: bool,
    pub password_expiration: bool,
    pub profile_fields: bool,
}

/// What the settings depend on.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// An e-mail connector is configured.
    pub has_email: bool,
    /// An SMS connector is configured.
    pub has_sms: bool,
    /// Targets of the social connectors.
    pub social_targets: Vec<String>,
    /// Languages that the tenant has texts of its own in.
    pub languages: Vec<String>,
    /// Names of the profile fields.
    pub profile_fields: Vec<String>,
}

impl Surroundings {
    /// What the tenant's other settings make possible.
    pub async fn read(ctx: &Ctx, tx: &Tx, tenant: &TenantId) -> Result<Self, StoreError> {
        let configured = connectors::list(tx, tenant).await?;
        let (has_email, has_sms) = connector_rules::message_connectors(ctx, &configured);
        let phrases = custom_phrases::list(tx, tenant).await?;
        let fields = custom_profile_fields::list(tx, tenant).await?;
        Ok(Self {
            has_email,
            has_sms,
            social_targets: connector_rules::social_targets(ctx, &configured),
            languages: phrases.into_iter().map(|phrase| phrase.language_tag).collect(),
            profile_fields: fields.into_iter().map(|field| field.name).collect(),
        })
    }
}

/// Values that follow from the others.
pub fn adjust(
    before: &SignInExperience,
    after: &mut SignInExperience,
    touched: Touched,
    surroundings: &Surroundings,
    now_ms: i64,
) {
    if touched.social_targets {
        let mut seen = HashSet::new();
        let targets = &surroundings.social_targets;
        after
            .social_sign_in_connector_targets
            .retain(|target| targets.contains(target) && seen.insert(target.clone()));
    }
    if touched.profile_fields
        && let Some(fields) = &mut after.sign_up_profile_fields
    {
        fields.retain(|field| surroundings.profile_fields.contains(&field.name));
    }
    if touched.mfa && after.mfa.factors.is_empty() && !touched.adaptive_mfa {
        after.adaptive_mfa.enabled = after.adaptive_mfa.enabled.map(|_| false);
    }
    if touched.password_expiration && after.password_expiration.enabled == Some(true) {
        let was_enabled = before.password_expiration.enabled == Some(true);
        let since = before.password_expiration.enabled_at.filter(|_| was_enabled);
        after.password_expiration.enabled_at = Some(since.unwrap_or(now_ms));
    }
}

/// Refuses settings that would lock people out or contradict each other.
pub fn check(
    before: &SignInExperience,
    after: &SignInExperience,
    touched: Touched,
    surroundings: &Surroundings,
) -> Result<(), ApiError> {
    if touched.language {
        check_language(&after.language_info.fallback_language, surroundings)?;
    }
    if touched.profile_fields {
        check_profile_fields(after)?;
    }
    if touched.sign_up {
        check_sign_up(&after.sign_up, surroundings)?;
    }
    // Scripts change the two halves one after the other: what is only on its way is not refused.
    if touched.sign_in {
        check_sign_in(&after.sign_in, &after.sign_up, surroundings)?;
    }
    if touched.mfa {
        check_factors(&after.mfa)?;
    }
    if touched.mfa || touched.sign_in {
        check_factor_overlap(&after.sign_in, &after.mfa, touched.mfa)?;
    }
    if touched.mfa || touched.adaptive_mfa {
        check_adaptive(after)?;
    }
    if touched.email_blocklist {
        check_blocklist(&after.email_blocklist_policy)?;
    }
    if touched.forgot_password {
        check_forgot_password(after, surroundings)?;
    }
    if touched.password_expiration
        || (touched.forgot_password && before.password_expiration.enabled == Some(true))
    {
        check_expiration(after, surroundings)?;
    }
    Ok(())
}

fn check_language(tag: &str, surroundings: &Surroundings) -> Result<(), ApiError> {
    if Phrases::tags().any(|known| known == tag) || surroundings.languages.iter().any(|known| known == tag) {
        return Ok(());
    }
    let error = ApiError::new(ErrorCode::SignInExperiencesUnsupportedDefaultLanguage);
    Err(error.with_parameter("language", tag))
}

fn check_profile_fields(settings: &SignInExperience) -> Result<(), ApiError> {
    let mut seen = HashSet::new();
    if settings.sign_up_profile_fields.iter().flatten().all(|field| seen.insert(&field.name)) {
        return Ok(());
    }
    let details = "A profile field is named twice.";
    Err(ApiError::new(ErrorCode::RequestInvalidInput)
        .with_parameter("details", details)
        .with_details(details))
}

fn needs_connector(connector_type: ConnectorType) -> ApiError {
    let name = connector_type.as_str();
    ApiError::new(ErrorCode::SignInExperiencesEnabledConnectorNotFound)
        .with_parameter("type", name)
        .with_data(json!({ "type": name }))
}

fn require_connector(identifier: SecondaryIdentifier, surroundings: &Surroundings) -> Result<(), ApiError> {
    use SecondaryIdentifier as Id;
    if matches!(identifier, Id::Email | Id::EmailOrPhone) && !surroundings.has_email {
        return Err(needs_connector(ConnectorType::Email));
    }
    if matches!(identifier, Id::Phone | Id::EmailOrPhone) && !surroundings.has_sms {
        return Err(needs_connector(ConnectorType::Sms));
    }
    Ok(())
}

const fn as_secondary(identifier: SignInIdentifier) -> SecondaryIdentifier {
    match identifier {
        SignInIdentifier::Username => SecondaryIdentifier::Username,
        SignInIdentifier::Email => SecondaryIdentifier::Email,
        SignInIdentifier::Phone => SecondaryIdentifier::Phone,
    }
}

fn check_sign_up(sign_up: &SignUp, surroundings: &Surroundings) -> Result<(), ApiError> {
    let secondary = sign_up.secondary_identifiers.iter().flatten().map(|entry| entry.identifier);
    let all: Vec<SecondaryIdentifier> =
        sign_up.identifiers.iter().map(|identifier| as_secondary(*identifier)).chain(secondary).collect();
    for identifier in &all {
        require_connector(*identifier, surroundings)?;
    }
    if sign_up.identifiers.is_empty() && !all.is_empty() {
        return Err(ErrorCode::SignInExperiencesMissingSignUpIdentifiers.into());
    }
    let mut seen = HashSet::new();
    if !all.iter().all(|identifier| seen.insert(*identifier)) {
        return Err(ErrorCode::SignInExperiencesDuplicatedSignUpIdentifiers.into());
    }
    let is_message = |identifier: &SignInIdentifier| *identifier != SignInIdentifier::Username;
    if sign_up.identifiers.iter().any(is_message) && !sign_up.password && !sign_up.verify {
        return Err(ErrorCode::SignInExperiencesPasswordlessRequiresVerify.into());
    }
    Ok(())
}

fn check_sign_in(sign_in: &SignIn, sign_up: &SignUp, surroundings: &Surroundings) -> Result<(), ApiError> {
    for method in &sign_in.methods {
        if !method.password && !method.verification_code {
            return Err(ErrorCode::SignInExperiencesAtLeastOneAuthenticationFactor.into());
        }
        if method.verification_code {
            require_connector(as_secondary(method.identifier), surroundings)?;
        }
    }
    if sign_up.password {
        return Ok(());
    }
    for method in sign_in.methods.iter().filter(|method| sign_up.identifiers.contains(&method.identifier)) {
        if method.identifier != SignInIdentifier::Username && !method.verification_code {
            return Err(ErrorCode::SignInExperiencesCodeSignInMustBeEnabled.into());
        }
    }
    Ok(())
}

fn check_factors(mfa: &Mfa) -> Result<(), ApiError> {
    if mfa.factors == [MfaFactor::BackupCode] {
        return Err(ErrorCode::SignInExperiencesBackupCodeCannotBeEnabledAlone.into());
    }
    let mut seen = HashSet::new();
    if !mfa.factors.iter().all(|factor| seen.insert(*factor)) {
        return Err(ErrorCode::SignInExperiencesDuplicatedMfaFactors.into());
    }
    Ok(())
}

/// A code by the same channel proves nothing a second time.
fn check_factor_overlap(sign_in: &SignIn, mfa: &Mfa, changes_mfa: bool) -> Result<(), ApiError> {
    use ErrorCode as Code;
    for (identifier, factor, for_mfa, for_sign_in) in [
        (
            SignInIdentifier::Email,
            MfaFactor::EmailVerificationCode,
            Code::SignInExperiencesEmailVerificationCodeCannotBeUsedForMfa,
            Code::SignInExperiencesEmailVerificationCodeCannotBeUsedForSignIn,
        ),
        (
            SignInIdentifier::Phone,
            MfaFactor::PhoneVerificationCode,
            Code::SignInExperiencesPhoneVerificationCodeCannotBeUsedForMfa,
            Code::SignInExperiencesPhoneVerificationCodeCannotBeUsedForSignIn,
        ),
    ] {
        let signs_in =
            sign_in.methods.iter().any(|method| method.identifier == identifier && method.verification_code);
        if signs_in && mfa.factors.contains(&factor) {
            return Err(if changes_mfa { for_mfa } else { for_sign_in }.into());
        }
    }
    Ok(())
}

fn check_adaptive(settings: &SignInExperience) -> Result<(), ApiError> {
    let policy = settings.mfa.policy;
    if settings.adaptive_mfa.enabled == Some(true) {
        if settings.mfa.factors.is_empty() {
            return Err(ErrorCode::SignInExperiencesAdaptiveMfaRequiresMfa.into());
        }
        if !is_adaptive_policy(policy) {
            return Err(ErrorCode::SignInExperiencesAdaptiveMfaRequiresNonSkippablePolicy.into());
        }
        return Ok(());
    }
    if is_adaptive_policy(policy) {
        return Err(ErrorCode::SignInExperiencesNonAdaptiveMfaRequiresSkippablePolicy.into());
    }
    Ok(())
}

/// Enrolling without a way to skip goes with a second factor that is asked for now and then, and only with it.
const fn is_adaptive_policy(policy: MfaPolicy) -> bool {
    matches!(policy, MfaPolicy::PromptAtSignInAndSignUpMandatory | MfaPolicy::PromptOnlyAtSignInMandatory)
}

fn check_blocklist(policy: &EmailBlocklistPolicy) -> Result<(), ApiError> {
    let entries = policy.custom_allowlist.iter().chain(&policy.custom_blocklist).flatten();
    let bad: Vec<&str> = entries.map(String::as_str).filter(|entry| !is_address_or_domain(entry)).collect();
    if bad.is_empty() {
        return Ok(());
    }
    let error = ApiError::new(ErrorCode::SignInExperiencesInvalidCustomEmailBlocklistFormat);
    Err(error.with_parameter("items", bad.join(", ")).with_data(json!({ "items": bad })))
}

/// `name@example.com`, or `@example.com` for everyone there.
fn is_address_or_domain(entry: &str) -> bool {
    let Some((local, domain)) = entry.rsplit_once('@') else { return false };
    let is_domain = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
    is_domain && !entry.contains(char::is_whitespace) && !local.contains('@')
}

fn check_forgot_password(settings: &SignInExperience, surroundings: &Surroundings) -> Result<(), ApiError> {
    for method in settings.forgot_password_methods.iter().flatten() {
        let is_possible = match method {
            ForgotPasswordMethod::EmailVerificationCode => surroundings.has_email,
            ForgotPasswordMethod::PhoneVerificationCode => surroundings.has_sms,
        };
        if !is_possible {
            let error = ApiError::new(ErrorCode::SignInExperiencesForgotPasswordMethodRequiresConnector);
            return Err(error
                .with_parameter("method", method.as_str())
                .with_data(json!({ "method": method })));
        }
    }
    Ok(())
}

fn check_expiration(settings: &SignInExperience, surroundings: &Surroundings) -> Result<(), ApiError> {
    if settings.password_expiration.enabled != Some(true) {
        return Ok(());
    }
    if settings.password_expiration.valid_period_days.is_none_or(|days| days == 0) {
        return Err(ErrorCode::SignInExperiencesPasswordExpirationInvalidPeriodDays.into());
    }
    let can_recover = match &settings.forgot_password_methods {
        None => surroundings.has_email || surroundings.has_sms,
        Some(methods) => !methods.is_empty(),
    };
    if can_recover {
        Ok(())
    } else {
        Err(ErrorCode::SignInExperiencesPasswordExpirationRequiresForgotPassword.into())
    }
}
