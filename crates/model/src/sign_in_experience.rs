//! How people sign in and what the pages look like.

use crate::text_enum;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// Which of signing in and registering is open.
    SignInMode { SignIn = "SignIn", Register = "Register", SignInAndRegister = "SignInAndRegister" }
}

text_enum! {
    /// When people must tick that they agree to the terms.
    AgreeToTermsPolicy {
        Automatic = "Automatic",
        ManualRegistrationOnly = "ManualRegistrationOnly",
        Manual = "Manual",
    }
}

text_enum! {
    /// What a person types to say who they are.
    SignInIdentifier { Username = "username", Email = "email", Phone = "phone" }
}

text_enum! {
    /// What a sign-up may ask for besides the primary identifiers.
    SecondaryIdentifier {
        Username = "username",
        Email = "email",
        Phone = "phone",
        EmailOrPhone = "emailOrPhone",
    }
}

text_enum! {
    /// A second factor.
    MfaFactor {
        Totp = "Totp",
        WebAuthn = "WebAuthn",
        BackupCode = "BackupCode",
        EmailVerificationCode = "EmailVerificationCode",
        PhoneVerificationCode = "PhoneVerificationCode",
    }
}

text_enum! {
    /// When people are asked to enrol a second factor.
    MfaPolicy {
        UserControlled = "UserControlled",
        Mandatory = "Mandatory",
        PromptOnlyAtSignIn = "PromptOnlyAtSignIn",
        PromptAtSignInAndSignUp = "PromptAtSignInAndSignUp",
        NoPrompt = "NoPrompt",
        PromptAtSignInAndSignUpMandatory = "PromptAtSignInAndSignUpMandatory",
        PromptOnlyAtSignInMandatory = "PromptOnlyAtSignInMandatory",
    }
}

text_enum! {
    /// What membership in an organization that requires MFA means at sign-in.
    OrganizationRequiredMfaPolicy { NoPrompt = "NoPrompt", Mandatory = "Mandatory" }
}

text_enum! {
    /// How a forgotten password can be recovered.
    ForgotPasswordMethod {
        EmailVerificationCode = "EmailVerificationCode",
        PhoneVerificationCode = "PhoneVerificationCode",
    }
}

/// All sign-in settings of a tenant; one row a tenant, id `default`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "each field's type says what it is")]
pub struct SignInExperience {
    pub tenant_id: String,
    pub id: String,
    pub color: Color,
    pub branding: Branding,
    pub hide_logto_branding: bool,
    pub language_info: LanguageInfo,
    #[schema(required = true)]
    pub terms_of_use_url: Option<String>,
    #[schema(required = true)]
    pub privacy_policy_url: Option<String>,
    pub agree_to_terms_policy: AgreeToTermsPolicy,
    pub sign_in: SignIn,
    pub sign_up: SignUp,
    pub social_sign_in: SocialSignIn,
    /// Targets of the social connectors shown, in order.
    pub social_sign_in_connector_targets: Vec<String>,
    pub sign_in_mode: SignInMode,
    #[schema(required = true)]
    pub custom_css: Option<String>,
    /// Text by path.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub custom_content: IndexMap<String, String>,
    #[schema(required = true)]
    pub custom_ui_assets: Option<CustomUiAssets>,
    pub custom_ui_csp: CustomUiCsp,
    pub password_policy: PartialPasswordPolicy,
    pub mfa: Mfa,
    pub adaptive_mfa: AdaptiveMfa,
    /// Kept for data that has it; not on the wire.
    #[serde(skip)]
    pub trusted_device: TrustedDevicePolicy,
    pub single_sign_on_enabled: bool,
    #[schema(required = true)]
    pub support_email: Option<String>,
    #[schema(required = true)]
    pub support_website_url: Option<String>,
    #[schema(required = true)]
    pub unknown_session_redirect_url: Option<String>,
    pub captcha_policy: CaptchaPolicy,
    pub sentinel_policy: SentinelPolicy,
    pub email_blocklist_policy: EmailBlocklistPolicy,
    pub verification_code_policy: VerificationCodePolicy,
    /// `null`: every method a connector exists for.
    #[schema(required = true)]
    pub forgot_password_methods: Option<Vec<ForgotPasswordMethod>>,
    pub passkey_sign_in: PasskeySignIn,
    /// `null`: the whole catalogue of custom profile fields; `[]`: none.
    #[schema(required = true)]
    pub sign_up_profile_fields: Option<Vec<ProfileFieldReference>>,
    pub password_expiration: PasswordExpirationPolicy,
    pub username_policy: UsernamePolicy,
}

/// Theme colours, `#rgb` or `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct Color {
    pub primary_color: String,
    pub is_dark_mode_enabled: bool,
    pub dark_primary_color: String,
}

/// Logo URLs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct Branding {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favicon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_favicon: Option<String>,
}

/// Language of the pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LanguageInfo {
    /// Follow the browser.
    pub auto_detect: bool,
    /// Used when the browser's languages are not offered.
    pub fallback_language: String,
}

/// Ways to sign in with an identifier.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// One entry an identifier.
    pub methods: Vec<SignInMethod>,
}

/// How one identifier can be proven.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct SignInMethod {
    pub identifier: SignInIdentifier,
    pub password: bool,
    pub verification_code: bool,
    pub is_password_primary: bool,
}

/// What registering asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignUp {
    /// Primary identifiers; empty: registration only through social or enterprise sign-in.
    pub identifiers: Vec<SignInIdentifier>,
    /// Ask for a password.
    pub password: bool,
    /// Ask for proof of the identifier.
    pub verify: bool,
    /// Further identifiers to collect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_identifiers: Option<Vec<SecondarySignUpIdentifier>>,
}

/// A further identifier that a sign-up collects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct SecondarySignUpIdentifier {
    pub identifier: SecondaryIdentifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify: Option<bool>,
}

/// Social sign-in settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocialSignIn {
    /// Link to the account with the same verified e-mail address or phone number without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic_account_linking: Option<bool>,
    /// Do not ask social users for the sign-up identifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_required_identifiers: Option<bool>,
}

/// An uploaded custom UI.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct CustomUiAssets {
    pub id: String,
    pub created_at: i64,
}

/// Extra Content-Security-Policy sources of a custom UI.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are those of the CSP directives")]
pub struct CustomUiCsp {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script_src: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_src: Option<Vec<String>>,
}

/// Password rules as stored: absent parts take the defaults of [`PasswordPolicy`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "see PasswordPolicy")]
pub struct PartialPasswordPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<PartialLength>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character_types: Option<PartialCharacterTypes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects: Option<PartialRejects>,
}

/// Stored length bounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct PartialLength {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// Stored character type bound.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct PartialCharacterTypes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
}

/// Stored reject rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "see PasswordPolicy")]
pub struct PartialRejects {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pwned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repetition_and_sequence: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_info: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<String>>,
}

/// Password rules with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters, 8.
    pub length_min: u32,
    /// Most characters, 256.
    pub length_max: u32,
    /// Fewest classes out of lower case, upper case, digits, symbols; 1.
    pub character_types_min: u32,
    /// Refuse passwords known from breaches.
    pub reject_pwned: bool,
    /// Refuse passwords made of repetitions and sequences.
    pub reject_repetition_and_sequence: bool,
    /// Refuse passwords made of what is known about the user.
    pub reject_user_info: bool,
    /// Refuse passwords made of these words.
    pub reject_words: Vec<String>,
}

impl From<&PartialPasswordPolicy> for PasswordPolicy {
    fn from(partial: &PartialPasswordPolicy) -> Self {
        let length = partial.length.clone().unwrap_or_default();
        let rejects = partial.rejects.clone().unwrap_or_default();
        Self {
            length_min: length.min.unwrap_or(8),
            length_max: length.max.unwrap_or(256),
            character_types_min: partial.character_types.as_ref().and_then(|types| types.min).unwrap_or(1),
            reject_pwned: rejects.pwned.unwrap_or(true),
            reject_repetition_and_sequence: rejects.repetition_and_sequence.unwrap_or(true),
            reject_user_info: rejects.user_info.unwrap_or(true),
            reject_words: rejects.words.unwrap_or_default(),
        }
    }
}

/// Second factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct Mfa {
    #[serde(default)]
    #[schema(required = true)]
    pub factors: Vec<MfaFactor>,
    #[serde(default = "default_mfa_policy")]
    #[schema(required = true)]
    pub policy: MfaPolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_required_mfa_policy: Option<OrganizationRequiredMfaPolicy>,
}

fn default_mfa_policy() -> MfaPolicy {
    MfaPolicy::UserControlled
}

/// Asking for a second factor only when something looks unusual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct AdaptiveMfa {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Remembering devices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct TrustedDevicePolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_days: Option<u32>,
}

/// Captcha switch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct CaptchaPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Lockout after failed attempts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentinelPolicy {
    /// Failed attempts in an hour before the lockout; 100 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    /// Minutes; 60 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lockout_duration: Option<u32>,
}

/// Which e-mail addresses may register.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct EmailBlocklistPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_disposable_addresses: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_subaddressing: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_allowlist: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_blocklist: Option<Vec<String>>,
}

/// Verification code limits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationCodePolicy {
    /// Seconds, 60 to 3600; 600 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_duration: Option<u32>,
    /// Wrong tries, 1 to 100; 10 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retry_attempts: Option<u32>,
}

/// Passkeys as a first factor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct PasskeySignIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_passkey_button: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_autofill: Option<bool>,
}

/// A custom profile field by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct ProfileFieldReference {
    pub name: String,
}

/// Password expiry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct PasswordExpirationPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_period_days: Option<u32>,
    /// Epoch milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_at: Option<i64>,
}

/// What usernames may look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct UsernamePolicy {
    pub case_sensitive: bool,
    pub min_length: u32,
    pub max_length: u32,
    pub allowed_chars: AllowedUsernameCharacters,
}

/// Character classes of usernames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct AllowedUsernameCharacters {
    pub lowercase: bool,
    pub uppercase: bool,
    pub numbers: bool,
    pub underscore: bool,
}

impl Default for UsernamePolicy {
    fn default() -> Self {
        Self {
            case_sensitive: true,
            min_length: 1,
            max_length: 128,
            allowed_chars: AllowedUsernameCharacters {
                lowercase: true,
                uppercase: true,
                numbers: true,
                underscore: true,
            },
        }
    }
}
