//! Words of the sign-in flow that the wire, the store and the rules share.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What a person came to do.
    InteractionEvent { SignIn = "SignIn", Register = "Register", ForgotPassword = "ForgotPassword" }
}

text_enum! {
    /// What an account still lacks before its owner may sign in.
    MissingProfile {
        Username = "username",
        Email = "email",
        Phone = "phone",
        EmailOrPhone = "emailOrPhone",
        Password = "password",
        ExtraProfile = "extraProfile",
    }
}

text_enum! {
    /// Kinds of proof that a sign-in collects.
    VerificationType {
        Password = "Password",
        EmailVerificationCode = "EmailVerificationCode",
        PhoneVerificationCode = "PhoneVerificationCode",
        MfaEmailVerificationCode = "MfaEmailVerificationCode",
        MfaPhoneVerificationCode = "MfaPhoneVerificationCode",
        Social = "Social",
        EnterpriseSso = "EnterpriseSso",
        Totp = "Totp",
        WebAuthn = "WebAuthn",
        SignInPasskey = "SignInPasskey",
        BackupCode = "BackupCode",
        NewPasswordIdentity = "NewPasswordIdentity",
        OneTimeToken = "OneTimeToken",
    }
}

/// What a person typed to say who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InteractionIdentifier {
    /// Kind of identifier.
    #[serde(rename = "type")]
    pub kind: crate::sign_in_experience::SignInIdentifier,
    /// As typed.
    pub value: String,
}
