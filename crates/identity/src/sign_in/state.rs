//! What a sign-in has collected so far: the part of the stored interaction that belongs to the sign-in flow.
//!
//! The serde form is what is stored. [`State::sanitized`] is what the person's browser may see of it.

use crate::token_sets::{AccountTokenSet, EnterpriseAccountTokenSet, SealedTokenSet};
use portico_connectors::{
    social::{ConnectorSession, SocialUserInfo},
    sso::SsoUserInfo,
};
use portico_model::{
    ErrorCode, JsonObject,
    connector::TemplateType,
    interaction::{InteractionEvent, InteractionIdentifier, VerificationType},
    user::UserProfile,
    verification_code::{CodeChannel, CodeRecipient},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Most entries that `signInContext` keeps.
pub const MAX_CONTEXT_ENTRIES: usize = 16;

/// Everything the sign-in flow remembers between two requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// What the person came to do.
    pub interaction_event: InteractionEvent,
    /// The identified or just created user. Always written: what is stored is merged over what was there.
    #[serde(default)]
    pub user_id: Option<String>,
    /// What will be written to the user at the end.
    #[serde(default)]
    pub profile: PendingProfile,
    /// At most one per kind.
    #[serde(default)]
    pub verification_records: Vec<VerificationRecord>,
    /// Answers about second factors given in this session.
    #[serde(default)]
    pub mfa: PendingMfa,
    /// Facts about the client.
    #[serde(default)]
    pub sign_in_context: JsonObject,
    /// Captcha.
    #[serde(default)]
    pub captcha: Captcha,
}

/// Answer to the captcha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain names")]
pub struct Captcha {
    pub verified: bool,
    pub skipped: bool,
}

/// Answers about second factors given in this session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct PendingMfa {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_skipped: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_binding_suggestion_skipped: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey_skipped: Option<bool>,
}

/// What will be written to the user at the end.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are those of User")]
pub struct PendingProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_phone: Option<String>,
    #[serde(flatten)]
    pub password: Option<PendingPassword>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<UserProfile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social_identity: Option<SocialIdentity>,
    /// Tokens of the social account, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social_connector_token_set_secret: Option<AccountTokenSet>,
    /// An account at an enterprise identity provider that is new here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_sso_identity: Option<EnterpriseIdentity>,
    /// News of an account that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synced_enterprise_sso_identity: Option<EnterpriseIdentity>,
    /// Tokens of the enterprise account, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_sso_connector_token_set_secret: Option<EnterpriseAccountTokenSet>,
    /// The person has been asked for the extra profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<bool>,
}

impl std::fmt::Debug for PendingProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PendingProfile").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A hashed password that no user has yet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingPassword {
    /// Digest.
    pub password_encrypted: String,
    /// How it was made.
    pub password_encryption_method: portico_model::user::PasswordEncryptionMethod,
}

impl std::fmt::Debug for PendingPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingPassword")
    }
}

/// An account at a social identity provider that no user has yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocialIdentity {
    /// Key among the user's identities.
    pub target: String,
    /// Who the provider says it is.
    pub user_info: SocialUserInfo,
}

/// An account at an enterprise identity provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct EnterpriseIdentity {
    pub identity_id: String,
    pub sso_connector_id: String,
    pub issuer: String,
    /// What the provider says about its owner.
    pub detail: JsonObject,
}

/// A proof, begun or complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[allow(clippy::large_enum_variant, reason = "a flow holds a handful of them")]
pub enum VerificationRecord {
    /// The password of an existing user.
    Password(PasswordRecord),
    /// A code sent to an e-mail address.
    EmailVerificationCode(CodeRecord),
    /// A code sent to a phone number.
    PhoneVerificationCode(CodeRecord),
    /// An account at a social identity provider.
    Social(SocialRecord),
    /// An account at an enterprise identity provider.
    EnterpriseSso(EnterpriseSsoRecord),
    /// A username and password for a new user.
    NewPasswordIdentity(NewPasswordIdentityRecord),
}

/// Proof by password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain names")]
pub struct PasswordRecord {
    pub id: String,
    pub identifier: InteractionIdentifier,
    pub verified: bool,
}

/// Proof by a code that was sent somewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeRecord {
    /// Id; the code in the store belongs to it.
    pub id: String,
    /// Where the code was sent.
    pub identifier: CodeRecipient,
    /// What the message was for.
    pub template_type: TemplateType,
    /// The code was given back.
    pub verified: bool,
}

/// Proof by a social identity provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocialRecord {
    /// Id.
    pub id: String,
    /// Id of the configured connector.
    pub connector_id: String,
    /// Who came back; present once verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social_user_info: Option<SocialUserInfo>,
    /// The provider's tokens, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_token_set: Option<SealedTokenSet>,
    /// What the connector remembers until the browser comes back; taken by the one attempt to verify.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_session: Option<ConnectorSession>,
}

/// Proof by an enterprise identity provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnterpriseSsoRecord {
    /// Id.
    pub id: String,
    /// Id of the configured connector.
    pub connector_id: String,
    /// Who came back; present once verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_sso_user_info: Option<SsoUserInfo>,
    /// Who vouches for them; present once verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The provider's tokens, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_token_set: Option<SealedTokenSet>,
    /// What the connector remembers until the browser comes back; taken by the one attempt to verify.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_session: Option<ConnectorSession>,
    /// The user whom this proof has identified. It stands in for a second factor, so it must not do so for
    /// somebody else who is identified in the same flow by other means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proves: Option<String>,
}

/// A username and password for a new user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "plain names")]
pub struct NewPasswordIdentityRecord {
    pub id: String,
    pub identifier: InteractionIdentifier,
    #[serde(flatten)]
    pub password: Option<PendingPassword>,
}

impl SocialRecord {
    /// The tokens that came along, for the account they are for.
    #[must_use]
    pub fn account_token_set(&self, target: &str) -> Option<AccountTokenSet> {
        Some(AccountTokenSet {
            connector_id: self.connector_id.clone(),
            target: target.to_owned(),
            identity_id: self.social_user_info.as_ref()?.id.clone(),
            token_set: self.encrypted_token_set.clone()?,
        })
    }
}

impl EnterpriseSsoRecord {
    /// The account, once it is verified.
    ///
    /// # Errors
    /// `session.verification_failed` before that.
    pub fn identity(&self) -> Result<(EnterpriseIdentity, &SsoUserInfo), ErrorCode> {
        let (Some(info), Some(issuer)) = (&self.enterprise_sso_user_info, &self.issuer) else {
            return Err(ErrorCode::SessionVerificationFailed);
        };
        let detail = match json!(info) {
            Value::Object(detail) => detail,
            _ => JsonObject::new(),
        };
        let identity = EnterpriseIdentity {
            identity_id: info.id.clone(),
            sso_connector_id: self.connector_id.clone(),
            issuer: issuer.clone(),
            detail,
        };
        Ok((identity, info))
    }

    /// The tokens that came along, for the account they are for.
    #[must_use]
    pub fn account_token_set(&self) -> Option<EnterpriseAccountTokenSet> {
        Some(EnterpriseAccountTokenSet {
            sso_connector_id: self.connector_id.clone(),
            issuer: self.issuer.clone()?,
            identity_id: self.enterprise_sso_user_info.as_ref()?.id.clone(),
            token_set: self.encrypted_token_set.clone()?,
        })
    }
}

impl CodeRecord {
    /// The verified address, as a part of a user's profile.
    ///
    /// # Errors
    /// `session.verification_failed` as long as the code was not given back.
    pub fn profile(&self) -> Result<PendingProfile, ErrorCode> {
        if !self.verified {
            return Err(ErrorCode::SessionVerificationFailed);
        }
        let value = Some(self.identifier.value.clone());
        Ok(match self.identifier.channel {
            CodeChannel::Email => PendingProfile { primary_email: value, ..PendingProfile::default() },
            CodeChannel::Phone => PendingProfile { primary_phone: value, ..PendingProfile::default() },
        })
    }
}

impl VerificationRecord {
    /// Id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Password(record) => &record.id,
            Self::EmailVerificationCode(record) | Self::PhoneVerificationCode(record) => &record.id,
            Self::Social(record) => &record.id,
            Self::EnterpriseSso(record) => &record.id,
            Self::NewPasswordIdentity(record) => &record.id,
        }
    }

    /// Kind.
    #[must_use]
    pub fn kind(&self) -> VerificationType {
        match self {
            Self::Password(_) => VerificationType::Password,
            Self::EmailVerificationCode(_) => VerificationType::EmailVerificationCode,
            Self::PhoneVerificationCode(_) => VerificationType::PhoneVerificationCode,
            Self::Social(_) => VerificationType::Social,
            Self::EnterpriseSso(_) => VerificationType::EnterpriseSso,
            Self::NewPasswordIdentity(_) => VerificationType::NewPasswordIdentity,
        }
    }

    /// Whether the proof is complete.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        match self {
            Self::Password(record) => record.verified,
            Self::EmailVerificationCode(record) | Self::PhoneVerificationCode(record) => record.verified,
            Self::Social(record) => record.social_user_info.is_some(),
            Self::EnterpriseSso(record) => record.identity().is_ok(),
            Self::NewPasswordIdentity(record) => record.password.is_some(),
        }
    }

    /// The record of a code, under the kind of its channel.
    #[must_use]
    pub fn of_code(record: CodeRecord) -> Self {
        match record.identifier.channel {
            CodeChannel::Email => Self::EmailVerificationCode(record),
            CodeChannel::Phone => Self::PhoneVerificationCode(record),
        }
    }

    /// What there is to know of a code.
    #[must_use]
    pub fn code(&self) -> Option<&CodeRecord> {
        match self {
            Self::EmailVerificationCode(record) | Self::PhoneVerificationCode(record) => Some(record),
            _ => None,
        }
    }

    fn sanitized(&self) -> Value {
        match self {
            Self::EmailVerificationCode(record) | Self::PhoneVerificationCode(record) => json!({
                "id": record.id,
                "type": self.kind(),
                "identifier": record.identifier,
                "templateType": record.template_type,
                "verified": record.verified,
            }),
            Self::Password(record) => json!({
                "id": record.id,
                "type": "Password",
                "identifier": record.identifier,
                "verified": record.verified,
            }),
            Self::Social(record) => {
                let mut value =
                    json!({ "id": record.id, "type": "Social", "connectorId": record.connector_id });
                if let Some(info) = &record.social_user_info {
                    value["socialUserInfo"] = json!(info);
                }
                value
            }
            Self::EnterpriseSso(record) => {
                let mut value =
                    json!({ "id": record.id, "type": "EnterpriseSso", "connectorId": record.connector_id });
                if let Some(info) = &record.enterprise_sso_user_info {
                    value["enterpriseSsoUserInfo"] = json!(info);
                }
                if let Some(issuer) = &record.issuer {
                    value["issuer"] = json!(issuer);
                }
                value
            }
            Self::NewPasswordIdentity(record) => json!({
                "id": record.id,
                "type": "NewPasswordIdentity",
                "identifier": record.identifier,
            }),
        }
    }
}

impl State {
    /// A flow in which nothing has happened yet.
    #[must_use]
    pub fn new(event: InteractionEvent, sign_in_context: JsonObject) -> Self {
        Self {
            interaction_event: event,
            user_id: None,
            profile: PendingProfile::default(),
            verification_records: Vec::new(),
            mfa: PendingMfa::default(),
            sign_in_context,
            captcha: Captcha::default(),
        }
    }

    /// The record with this id.
    #[must_use]
    pub fn find_record(&self, id: &str) -> Option<&VerificationRecord> {
        self.verification_records.iter().find(|record| record.id() == id)
    }

    /// Puts a record in place of the one of the same kind.
    pub fn set_record(&mut self, record: VerificationRecord) {
        self.verification_records.retain(|other| other.kind() != record.kind());
        self.verification_records.push(record);
    }

    /// Kinds of the complete proofs; one by an enterprise provider counts for the user whom it identified.
    #[must_use]
    pub fn verified_kinds(&self) -> Vec<VerificationType> {
        let counts = |record: &&VerificationRecord| match record {
            VerificationRecord::EnterpriseSso(proof) => {
                proof.proves.is_some() && proof.proves == self.user_id && record.is_verified()
            }
            _ => record.is_verified(),
        };
        self.verification_records.iter().filter(counts).map(VerificationRecord::kind).collect()
    }

    /// Whether an enterprise provider vouches for the user.
    #[must_use]
    pub fn is_by_enterprise_sso(&self) -> bool {
        self.verified_kinds().contains(&VerificationType::EnterpriseSso)
    }

    /// Notes that the enterprise proof is about the user whom the flow has identified.
    pub(crate) fn mark_enterprise_proof(&mut self, id: &str) {
        let user_id = self.user_id.clone();
        for record in &mut self.verification_records {
            if let VerificationRecord::EnterpriseSso(proof) = record
                && proof.id == id
            {
                proof.proves.clone_from(&user_id);
            }
        }
    }

    /// Forgets what would have been written to the user.
    pub fn clear_profile(&mut self) {
        let submitted = self.profile.submitted;
        self.profile = PendingProfile { submitted, ..PendingProfile::default() };
    }

    /// The flow without secrets: what the browser may see and the audit log may keep.
    #[must_use]
    pub fn sanitized(&self) -> Value {
        let profile = PendingProfile {
            password: None,
            submitted: None,
            social_connector_token_set_secret: None,
            enterprise_sso_connector_token_set_secret: None,
            ..self.profile.clone()
        };
        let mut value = json!({ "interactionEvent": self.interaction_event });
        if let Some(user_id) = &self.user_id {
            value["userId"] = json!(user_id);
        }
        value["profile"] = json!(profile);
        value["verificationRecords"] =
            self.verification_records.iter().map(VerificationRecord::sanitized).collect();
        value["mfa"] = json!(PendingMfa { additional_binding_suggestion_skipped: None, ..self.mfa });
        value["signInContext"] = json!(self.sign_in_context);
        value["captcha"] = json!(self.captcha);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_model::{sign_in_experience::SignInIdentifier, user::PasswordEncryptionMethod};

    fn password() -> PendingPassword {
        PendingPassword {
            password_encrypted: "$argon2id$secret".into(),
            password_encryption_method: PasswordEncryptionMethod::Argon2id,
        }
    }

    fn full() -> State {
        let mut state = State::new(InteractionEvent::Register, JsonObject::new());
        let identifier = InteractionIdentifier { kind: SignInIdentifier::Username, value: "ada".into() };
        state.profile.username = Some("ada".into());
        state.profile.password = Some(password());
        state.profile.submitted = Some(true);
        let mut session = ConnectorSession::default();
        session.set("nonce", "secret");
        state.set_record(VerificationRecord::NewPasswordIdentity(NewPasswordIdentityRecord {
            id: "n".into(),
            identifier: identifier.clone(),
            password: Some(password()),
        }));
        state.set_record(VerificationRecord::Social(SocialRecord {
            id: "s".into(),
            connector_id: "c".into(),
            social_user_info: None,
            encrypted_token_set: None,
            connector_session: Some(session),
        }));
        state.set_record(VerificationRecord::Password(PasswordRecord {
            id: "p".into(),
            identifier,
            verified: false,
        }));
        state
    }

    #[test]
    fn the_stored_form_survives_and_holds_everything() {
        let stored = serde_json::to_value(full()).unwrap();
        assert_eq!(stored["profile"]["passwordEncrypted"], "$argon2id$secret");
        assert_eq!(serde_json::from_value::<State>(stored).unwrap(), full());
        let empty: State = serde_json::from_value(json!({ "interactionEvent": "SignIn" })).unwrap();
        assert_eq!(empty, State::new(InteractionEvent::SignIn, JsonObject::new()));
    }

    #[test]
    fn the_visible_form_holds_no_secret() {
        let visible = full().sanitized();
        assert!(!visible.to_string().contains("secret"), "{visible}");
        assert!(!visible.to_string().contains("Argon2"), "{visible}");
        assert_eq!(
            visible["verificationRecords"][1],
            json!({ "id": "s", "type": "Social", "connectorId": "c" })
        );
        let fresh = State::new(InteractionEvent::Register, JsonObject::new()).sanitized();
        let expected = json!({
            "interactionEvent": "Register",
            "profile": {},
            "verificationRecords": [],
            "mfa": {},
            "signInContext": {},
            "captcha": { "verified": false, "skipped": false },
        });
        assert_eq!(fresh, expected);
    }

    #[test]
    fn a_record_replaces_the_one_of_its_kind() {
        let mut state = full();
        let identifier = InteractionIdentifier { kind: SignInIdentifier::Username, value: "eve".into() };
        state.set_record(VerificationRecord::Password(PasswordRecord {
            id: "q".into(),
            identifier,
            verified: true,
        }));
        assert!(state.find_record("p").is_none());
        assert_eq!(state.verification_records.len(), 3);
        assert_eq!(
            state.verified_kinds(),
            [VerificationType::NewPasswordIdentity, VerificationType::Password]
        );
    }

    #[test]
    fn clearing_the_profile_remembers_that_it_was_asked_for() {
        let mut state = full();
        state.clear_profile();
        assert_eq!(state.profile, PendingProfile { submitted: Some(true), ..PendingProfile::default() });
    }
}
