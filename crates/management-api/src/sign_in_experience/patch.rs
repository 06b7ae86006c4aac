//! Changes to the sign-in experience, and the rules on single fields.

use super::rules::Touched;
use crate::{
    checks::{Checks, is_email},
    patch::{none_if_empty, present, replace},
};
use indexmap::IndexMap;
use portico_http_kit::ApiError;
use portico_model::{
    ErrorCode, SignInExperience,
    sign_in_experience::{
        AdaptiveMfa, AgreeToTermsPolicy, Branding, CaptchaPolicy, Color, CustomUiAssets, CustomUiCsp,
        EmailBlocklistPolicy, ForgotPasswordMethod, LanguageInfo, Mfa, PartialPasswordPolicy, PasskeySignIn,
        PasswordExpirationPolicy, ProfileFieldReference, SentinelPolicy, SignIn, SignInMode, SignUp,
        SocialSignIn, UsernamePolicy, VerificationCodePolicy,
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Longest custom style sheet and custom text, in characters.
const MAX_CUSTOM_TEXT: usize = 65_536;
/// Most entries of a list.
const MAX_LIST: usize = 1000;

/// Changes to the sign-in experience; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInExperiencePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    color: Option<Color>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    branding: Option<Branding>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    hide_logto_branding: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    language_info: Option<LanguageInfo>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    terms_of_use_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    privacy_policy_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    agree_to_terms_policy: Option<AgreeToTermsPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sign_in: Option<SignIn>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sign_up: Option<SignUp>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    social_sign_in: Option<SocialSignIn>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    social_sign_in_connector_targets: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sign_in_mode: Option<SignInMode>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    custom_css: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>, nullable = false)]
    custom_content: Option<IndexMap<String, String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CustomUiAssets>)]
    custom_ui_assets: Option<Option<CustomUiAssets>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    custom_ui_csp: Option<CustomUiCsp>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    password_policy: Option<PartialPasswordPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    mfa: Option<Mfa>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    adaptive_mfa: Option<AdaptiveMfa>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    single_sign_on_enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    support_email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    support_website_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    unknown_session_redirect_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    captcha_policy: Option<CaptchaPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    sentinel_policy: Option<SentinelPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    email_blocklist_policy: Option<EmailBlocklistPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    verification_code_policy: Option<VerificationCodePolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<ForgotPasswordMethod>>)]
    forgot_password_methods: Option<Option<Vec<ForgotPasswordMethod>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    passkey_sign_in: Option<PasskeySignIn>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<ProfileFieldReference>>)]
    sign_up_profile_fields: Option<Option<Vec<ProfileFieldReference>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    password_expiration: Option<PasswordExpirationPolicy>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    username_policy: Option<UsernamePolicy>,
}

impl SignInExperiencePatch {
    /// Checks each field by itself.
    pub fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        self.check_appearance(&mut checks);
        self.check_addresses(&mut checks);
        self.check_policies(&mut checks);
        checks.finish()?;
        if self.hide_logto_branding == Some(true) {
            return Err(unavailable("hideLogtoBranding"));
        }
        let has_sources = |csp: &CustomUiCsp| {
            [&csp.script_src, &csp.connect_src].into_iter().flatten().any(|sources| !sources.is_empty())
        };
        if self.custom_ui_csp.as_ref().is_some_and(has_sources) {
            return Err(unavailable("customUiCsp"));
        }
        Ok(())
    }

    fn check_appearance(&self, checks: &mut Checks) {
        if let Some(color) = &self.color {
            for (field, value) in [
                ("color.primaryColor", &color.primary_color),
                ("color.darkPrimaryColor", &color.dark_primary_color),
            ] {
                checks.hex_color(field, value);
            }
        }
        if let Some(branding) = &self.branding {
            for (field, value) in [
                ("branding.logoUrl", &branding.logo_url),
                ("branding.darkLogoUrl", &branding.dark_logo_url),
                ("branding.favicon", &branding.favicon),
                ("branding.darkFavicon", &branding.dark_favicon),
            ] {
                if let Some(url) = value {
                    checks.link(field, url);
                }
            }
        }
        if let Some(Some(css)) = &self.custom_css {
            checks.length("customCss", css, 0, MAX_CUSTOM_TEXT);
        }
        if let Some(content) = &self.custom_content {
            checks.count("customContent", content.len(), 0, MAX_LIST);
        }
        if let Some(targets) = &self.social_sign_in_connector_targets {
            checks.count("socialSignInConnectorTargets", targets.len(), 0, MAX_LIST);
        }
    }

    fn check_addresses(&self, checks: &mut Checks) {
        for (field, value) in [
            ("termsOfUseUrl", &self.terms_of_use_url),
            ("privacyPolicyUrl", &self.privacy_policy_url),
            ("supportWebsiteUrl", &self.support_website_url),
            ("unknownSessionRedirectUrl", &self.unknown_session_redirect_url),
        ] {
            if let Some(Some(url)) = value
                && !url.is_empty()
            {
                checks.link(field, url);
            }
        }
        if let Some(Some(email)) = &self.support_email {
            let is_valid = email.is_empty() || is_email(email);
            checks.require_as(is_valid, "supportEmail", "invalid_string", "Not an e-mail address.");
        }
    }

    fn check_policies(&self, checks: &mut Checks) {
        if let Some(policy) = &self.password_policy {
            let length = policy.length.clone().unwrap_or_default();
            let (min, max) = (length.min.unwrap_or(1), length.max.unwrap_or(256));
            checks.require(
                min >= 1 && max >= min,
                "passwordPolicy.length",
                "min must be at least 1, max at least min.",
            );
            let types = policy.character_types.as_ref().and_then(|types| types.min).unwrap_or(1);
            checks.require((1..=4).contains(&types), "passwordPolicy.characterTypes.min", "Between 1 and 4.");
        }
        if let Some(policy) = &self.verification_code_policy {
            let expiration = policy.expiration_duration.unwrap_or(600);
            checks.require(
                (60..=3600).contains(&expiration),
                "verificationCodePolicy.expirationDuration",
                "Between 60 and 3600 seconds.",
            );
            let attempts = policy.max_retry_attempts.unwrap_or(10);
            checks.require(
                (1..=100).contains(&attempts),
                "verificationCodePolicy.maxRetryAttempts",
                "Between 1 and 100.",
            );
        }
        if let Some(policy) = &self.username_policy {
            let (min, max) = (policy.min_length, policy.max_length);
            let is_range = (1..=128).contains(&min) && (1..=128).contains(&max) && min <= max;
            checks.require(
                is_range,
                "usernamePolicy",
                "Lengths are between 1 and 128, minLength at most maxLength.",
            );
            let allowed = &policy.allowed_chars;
            let can_start = allowed.lowercase || allowed.uppercase || allowed.underscore;
            checks.require(
                can_start,
                "usernamePolicy.allowedChars",
                "A username cannot consist of digits only.",
            );
        }
        if let Some(policy) = &self.sentinel_policy {
            let is_positive = |value: Option<u32>| value.is_none_or(|value| value >= 1);
            checks.require(is_positive(policy.max_attempts), "sentinelPolicy.maxAttempts", "At least 1.");
            checks.require(
                is_positive(policy.lockout_duration),
                "sentinelPolicy.lockoutDuration",
                "At least 1.",
            );
        }
    }

    /// Which groups of rules this change can break.
    pub fn touched(&self) -> Touched {
        Touched {
            language: self.language_info.is_some(),
            social_targets: self.social_sign_in_connector_targets.is_some(),
            sign_up: self.sign_up.is_some(),
            sign_in: self.sign_in.is_some(),
            mfa: self.mfa.is_some(),
            adaptive_mfa: self.adaptive_mfa.is_some(),
            email_blocklist: self.email_blocklist_policy.is_some(),
            forgot_password: self.forgot_password_methods.is_some(),
            profile_fields: self.sign_up_profile_fields.is_some(),
            password_expiration: self.password_expiration.is_some(),
        }
    }

    /// Writes the changes into the settings.
    pub fn apply(self, settings: &mut SignInExperience) {
        replace(&mut settings.color, self.color);
        replace(&mut settings.branding, self.branding);
        replace(&mut settings.hide_logto_branding, self.hide_logto_branding);
        replace(&mut settings.language_info, self.language_info);
        replace(&mut settings.terms_of_use_url, self.terms_of_use_url.map(none_if_empty));
        replace(&mut settings.privacy_policy_url, self.privacy_policy_url.map(none_if_empty));
        replace(&mut settings.agree_to_terms_policy, self.agree_to_terms_policy);
        replace(&mut settings.sign_in, self.sign_in);
        replace(&mut settings.sign_up, self.sign_up);
        replace(&mut settings.social_sign_in, self.social_sign_in);
        replace(&mut settings.social_sign_in_connector_targets, self.social_sign_in_connector_targets);
        replace(&mut settings.sign_in_mode, self.sign_in_mode);
        replace(&mut settings.custom_css, self.custom_css);
        replace(&mut settings.custom_content, self.custom_content);
        replace(&mut settings.custom_ui_assets, self.custom_ui_assets);
        replace(&mut settings.custom_ui_csp, self.custom_ui_csp.map(without_empty));
        replace(&mut settings.password_policy, self.password_policy);
        replace(&mut settings.mfa, self.mfa);
        replace(&mut settings.adaptive_mfa, self.adaptive_mfa);
        replace(&mut settings.single_sign_on_enabled, self.single_sign_on_enabled);
        replace(&mut settings.support_email, self.support_email.map(none_if_empty));
        replace(&mut settings.support_website_url, self.support_website_url.map(none_if_empty));
        replace(
            &mut settings.unknown_session_redirect_url,
            self.unknown_session_redirect_url.map(none_if_empty),
        );
        replace(&mut settings.captcha_policy, self.captcha_policy);
        replace(&mut settings.sentinel_policy, self.sentinel_policy);
        replace(&mut settings.email_blocklist_policy, self.email_blocklist_policy);
        replace(&mut settings.verification_code_policy, self.verification_code_policy);
        replace(&mut settings.forgot_password_methods, self.forgot_password_methods);
        replace(&mut settings.passkey_sign_in, self.passkey_sign_in);
        replace(&mut settings.sign_up_profile_fields, self.sign_up_profile_fields);
        replace(&mut settings.password_expiration, self.password_expiration);
        replace(&mut settings.username_policy, self.username_policy);
    }
}

/// An empty list of sources allows nothing, as an absent one does.
fn without_empty(csp: CustomUiCsp) -> CustomUiCsp {
    let kept = |sources: Option<Vec<String>>| sources.filter(|sources| !sources.is_empty());
    CustomUiCsp { script_src: kept(csp.script_src), connect_src: kept(csp.connect_src) }
}

fn unavailable(field: &str) -> ApiError {
    let details = format!("{field} is not available here.");
    ApiError::new(ErrorCode::RequestInvalidInput)
        .with_parameter("details", details.clone())
        .with_details(details)
}
