//! The rows themselves.

use portico_crypto::id::{secret, standard_id};
use portico_model::account_center::{AccountCenter, AccountCenterFields, FieldControl};
use portico_model::application::{Application, ApplicationType, CustomClientMetadata, OidcClientMetadata};
use portico_model::oidc::ADMIN_CONSOLE_APPLICATION_ID;
use portico_model::resource::{Resource, Scope};
use portico_model::role::{Role, RoleType};
use portico_model::sign_in_experience::{
    AdaptiveMfa, AgreeToTermsPolicy, Branding, CaptchaPolicy, Color, CustomUiCsp, EmailBlocklistPolicy,
    LanguageInfo, Mfa, MfaFactor, MfaPolicy, OrganizationRequiredMfaPolicy, PartialPasswordPolicy,
    PasskeySignIn, PasswordExpirationPolicy, ProfileFieldReference, SentinelPolicy, SignIn, SignInExperience,
    SignInIdentifier, SignInMethod, SignInMode, SignUp, SocialSignIn, TrustedDevicePolicy, UsernamePolicy,
    VerificationCodePolicy,
};
use portico_model::{JsonObject, TenantId};

type Named = (&'static str, &'static str);

pub(super) const ME_SCOPES: &[Named] = &[("all", "Read and change one's own profile in the Console")];

pub(super) const CLOUD_SCOPES: &[Named] = &[
    ("create:tenant", "Create tenants"),
    ("manage:tenant:self", "Change and remove the tenants one is responsible for"),
    ("send:email", "Send e-mail messages through the service"),
    ("send:sms", "Send text messages through the service"),
    ("fetch:custom:jwt", "Run the tenant's token customization scripts through the service"),
    ("report:subscription:updates", "Report changes of the tenant's subscription"),
    ("create:affiliate", "Create affiliates and their codes"),
    ("manage:affiliate", "Change and remove affiliates and their codes"),
];

pub(super) const ORGANIZATION_ROLES: &[Named] = &[
    ("admin", "Manages the tenant, its data and its members"),
    ("collaborator", "Works with the tenant's data and sees its members"),
];

pub(super) const ORGANIZATION_SCOPES: &[Named] = &[
    ("read:data", "See the tenant's data"),
    ("write:data", "Create and change the tenant's data"),
    ("delete:data", "Delete the tenant's data"),
    ("read:member", "See the tenant's members"),
    ("invite:member", "Invite people to the tenant"),
    ("remove:member", "Remove members from the tenant"),
    ("update:member:role", "Change the roles of the tenant's members"),
    ("manage:tenant", "Change the tenant's own settings"),
];

pub(super) const COLLABORATOR_SCOPES: &[&str] = &["read:data", "write:data", "delete:data", "read:member"];

pub(super) fn organization_scope_id(name: &str) -> String {
    name.replace(':', "-")
}

/// The tenant is the one a row is inserted under.
fn no_tenant() -> String {
    String::new()
}

pub(super) fn resource(id: &str, name: &str, indicator: &str) -> Resource {
    Resource {
        tenant_id: no_tenant(),
        id: id.to_owned(),
        name: name.to_owned(),
        indicator: indicator.to_owned(),
        is_default: false,
        access_token_ttl: portico_model::oidc::ACCESS_TOKEN_TTL_SECONDS,
    }
}

pub(super) fn scope(resource: &Resource, name: &str, description: &str, now_ms: i64) -> Scope {
    Scope {
        tenant_id: no_tenant(),
        id: standard_id(),
        resource_id: resource.id.clone(),
        name: name.to_owned(),
        description: Some(description.to_owned()),
        created_at: now_ms,
    }
}

pub(super) fn scopes(resource: &Resource, named: &[Named], now_ms: i64) -> Vec<Scope> {
    named.iter().map(|(name, description)| scope(resource, name, description, now_ms)).collect()
}

/// Picks scopes by name.
pub(super) trait Scopes {
    fn ids_of(&self, names: &[&str]) -> Vec<String>;
}

impl Scopes for Vec<Scope> {
    fn ids_of(&self, names: &[&str]) -> Vec<String> {
        let chosen = self.iter().filter(|scope| names.contains(&scope.name.as_str()));
        chosen.map(|scope| scope.id.clone()).collect()
    }
}

pub(super) fn machine_role(id: &str, name: &str, description: &str) -> Role {
    Role {
        tenant_id: no_tenant(),
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        kind: RoleType::MachineToMachine,
        is_default: false,
    }
}

pub(super) fn user_role(name: &str, description: &str) -> Role {
    Role { kind: RoleType::User, ..machine_role(&standard_id(), name, description) }
}

fn application(id: &str, name: &str, description: &str, kind: ApplicationType, now_ms: i64) -> Application {
    Application {
        tenant_id: no_tenant(),
        id: id.to_owned(),
        name: name.to_owned(),
        secret: secret(),
        description: Some(description.to_owned()),
        kind,
        oidc_client_metadata: OidcClientMetadata::default(),
        custom_client_metadata: CustomClientMetadata::default(),
        protected_app_metadata: None,
        custom_data: JsonObject::new(),
        is_third_party: false,
        app_level_access_control_enabled: false,
        created_at: now_ms,
    }
}

/// Its redirect URIs follow from the addresses the server runs at, so none are stored.
pub(super) fn console_application(now_ms: i64) -> Application {
    let id = ADMIN_CONSOLE_APPLICATION_ID;
    application(id, "Admin Console", "Where the tenants are managed", ApplicationType::Spa, now_ms)
}

pub(super) fn management_application(target: &TenantId, now_ms: i64) -> Application {
    application(
        &format!("m-{target}"),
        &format!("Management API access for {target}"),
        &format!("Calls the Management API of tenant {target} for scripts and tools"),
        ApplicationType::MachineToMachine,
        now_ms,
    )
}

pub(super) fn cloud_service_application(now_ms: i64) -> Application {
    let description = "Lets the default tenant use the services of whoever runs it";
    let kind = ApplicationType::MachineToMachine;
    let mut service = application(&standard_id(), "Cloud Service", description, kind, now_ms);
    service.custom_client_metadata.tenant_id = Some(TenantId::DEFAULT.to_owned());
    service
}

/// Sign-in with username and password. No branding: the pages then show Portico's own neutral mark.
pub(super) fn sign_in_experience() -> SignInExperience {
    SignInExperience {
        tenant_id: no_tenant(),
        id: "default".to_owned(),
        color: Color {
            primary_color: "#6139F6".to_owned(),
            is_dark_mode_enabled: false,
            dark_primary_color: "#8768F8".to_owned(),
        },
        branding: Branding::default(),
        hide_logto_branding: false,
        language_info: LanguageInfo { auto_detect: true, fallback_language: "en".to_owned() },
        terms_of_use_url: None,
        privacy_policy_url: None,
        agree_to_terms_policy: AgreeToTermsPolicy::Automatic,
        sign_in: SignIn {
            methods: vec![SignInMethod {
                identifier: SignInIdentifier::Username,
                password: true,
                verification_code: false,
                is_password_primary: true,
            }],
        },
        sign_up: SignUp {
            identifiers: vec![SignInIdentifier::Username],
            password: true,
            verify: false,
            secondary_identifiers: None,
        },
        social_sign_in: SocialSignIn::default(),
        social_sign_in_connector_targets: Vec::new(),
        sign_in_mode: SignInMode::SignInAndRegister,
        custom_css: None,
        custom_content: Default::default(),
        custom_ui_assets: None,
        custom_ui_csp: CustomUiCsp::default(),
        password_policy: PartialPasswordPolicy::default(),
        mfa: Mfa {
            factors: Vec::new(),
            policy: MfaPolicy::UserControlled,
            organization_required_mfa_policy: None,
        },
        adaptive_mfa: AdaptiveMfa::default(),
        trusted_device: TrustedDevicePolicy::default(),
        single_sign_on_enabled: false,
        support_email: None,
        support_website_url: None,
        unknown_session_redirect_url: None,
        captcha_policy: CaptchaPolicy::default(),
        sentinel_policy: SentinelPolicy::default(),
        email_blocklist_policy: EmailBlocklistPolicy::default(),
        verification_code_policy: VerificationCodePolicy::default(),
        forgot_password_methods: Some(Vec::new()),
        passkey_sign_in: PasskeySignIn::default(),
        sign_up_profile_fields: None,
        password_expiration: PasswordExpirationPolicy::default(),
        username_policy: UsernamePolicy::default(),
    }
}

/// Only registration is open until the first administrator exists, and every second factor is offered.
pub(super) fn admin_sign_in_experience() -> SignInExperience {
    let base = sign_in_experience();
    SignInExperience {
        color: Color { is_dark_mode_enabled: true, ..base.color.clone() },
        sign_in_mode: SignInMode::Register,
        mfa: Mfa {
            factors: vec![MfaFactor::Totp, MfaFactor::WebAuthn, MfaFactor::BackupCode],
            policy: MfaPolicy::NoPrompt,
            organization_required_mfa_policy: Some(OrganizationRequiredMfaPolicy::Mandatory),
        },
        ..base
    }
}

pub(super) fn account_center() -> AccountCenter {
    AccountCenter {
        tenant_id: no_tenant(),
        id: "default".to_owned(),
        enabled: false,
        fields: AccountCenterFields::default(),
        webauthn_related_origins: Vec::new(),
        delete_account_url: None,
        custom_css: None,
        profile_fields: None,
    }
}

/// Administrators may change everything about themselves.
pub(super) fn admin_account_center() -> AccountCenter {
    let edit = Some(FieldControl::Edit);
    let fields = AccountCenterFields {
        name: edit,
        avatar: edit,
        profile: edit,
        email: edit,
        phone: edit,
        password: edit,
        username: edit,
        social: edit,
        custom_data: edit,
        mfa: edit,
        ..AccountCenterFields::default()
    };
    let shown = ["name", "avatar"].map(|name| ProfileFieldReference { name: name.to_owned() });
    AccountCenter { enabled: true, fields, profile_fields: Some(shown.to_vec()), ..account_center() }
}
