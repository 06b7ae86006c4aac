//! A consent interaction: what is asked of whom, and how it ends.

use crate::{
    access_control,
    changes::Changes,
    client::OidcClient,
    consent::{self, ScopeSet},
    cookies,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    session::Session,
};
use portico_identity::{
    interaction::{INTERACTION_COOKIE, Interaction, uid_in_cookie},
    sign_in::stored,
};
use portico_model::{JsonObject, User};
use portico_store::{oidc_session_extensions::SessionExtension, users};
use serde_json::{Value, json};

/// Result keys that belong to the protocol and not to what the sign-in proved.
const PROTOCOL_KEYS: &[&str] = &["login", "consent"];

/// Members of a submission, at any depth, that were needed to finish the sign-in and are nobody's business after it:
/// password digests, seeds of second factors, sealed tokens of identity providers.
const SECRET_KEYS: &[&str] = &[
    "passwordEncrypted",
    "passwordEncryptionMethod",
    "secret",
    "codes",
    "backupCodes",
    "encryptedTokenSet",
    "connectorSession",
    "socialConnectorTokenSetSecret",
    "enterpriseSsoConnectorTokenSetSecret",
];

/// A consent interaction of a signed-in user.
pub struct Consenting {
    /// The interaction.
    pub interaction: Interaction,
    /// Who asks.
    pub client: OidcClient,
    /// Who is asked.
    pub user: User,
    /// What for.
    pub missing: ScopeSet,
    session_uid: String,
}

/// The interaction that the browser's cookie names for a client.
///
/// # Errors
/// When the database fails.
pub async fn find_interaction(
    environment: &Environment,
    app_id: Option<&str>,
) -> Result<Option<Interaction>, OidcError> {
    let uid =
        cookies::find_signed(environment, INTERACTION_COOKIE).and_then(|value| uid_in_cookie(value, app_id));
    match uid {
        Some(uid) => Ok(stored::find(&environment.ctx, &uid).await?),
        None => Ok(None),
    }
}

impl Consenting {
    /// Reads the facts of a consent interaction. It has to belong to the browser's session.
    ///
    /// # Errors
    /// `session_not_found` when it does not, `access_denied` when the operator keeps the user out of the application.
    pub async fn load(environment: &Environment, interaction: Interaction) -> Result<Self, OidcError> {
        let gone = || OidcError::session_not_found("there is no session");
        let session = Session::load(environment).await?;
        let bound = interaction.payload.session.as_ref().ok_or_else(gone)?;
        if !session.is_stored()
            || bound.uid != session.payload.uid
            || session.account_id() != Some(&bound.account_id)
        {
            return Err(gone());
        }
        let ctx = &environment.ctx;
        let client_id = interaction.client_id().ok_or_else(gone)?;
        let client = OidcClient::get(ctx, &environment.snapshot, client_id).await?;
        let user =
            users::find_by_id(&ctx.app.db, &ctx.tenant.id, &bound.account_id).await?.ok_or_else(gone)?;
        if user.is_suspended {
            return Err(OidcErrorKind::AccessDenied.because("the user is suspended"));
        }
        access_control::check(environment, &client, &user.id).await?;
        let missing = ScopeSet::from_details(&interaction.payload.prompt.details);
        let session_uid = session.payload.uid;
        Ok(Self { interaction, client, user, missing, session_uid })
    }

    /// Whether the interaction asks for consent at all, rather than for a sign-in.
    #[must_use]
    pub fn asks_for_consent(interaction: &Interaction) -> bool {
        interaction.payload.prompt.name == crate::prompt::PromptName::Consent.as_str()
    }

    /// Grants everything that is missing, and answers where the browser goes on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grant(mut self, environment: &Environment) -> Result<String, OidcError> {
        let (client_id, user_id) = (self.client.id().to_owned(), self.user.id.clone());
        let existing = match &self.interaction.payload.grant_id {
            Some(grant_id) => consent::find_grant(environment, grant_id, &client_id, &user_id).await?,
            None => None,
        };
        let mut grant = existing.unwrap_or_else(|| consent::new_grant(environment, &client_id, &user_id));
        consent::allow(&mut grant, &self.missing);
        let mut result = JsonObject::new();
        result.insert("consent".to_owned(), json!({ "grantId": grant.jti }));
        self.interaction.merge_result(result);
        let mut changes = Changes::default();
        changes.put_grant(grant);
        changes.put_extension(self.extension(&client_id));
        if self.user.application_id.is_none() {
            changes.first_application(&user_id, &client_id);
        }
        let return_to = self.interaction.payload.return_to.clone();
        changes.put_interaction(self.interaction.payload);
        changes.commit(&environment.ctx, environment.now_ms).await?;
        Ok(return_to)
    }

    /// Ends the interaction with the user's no, and answers where the browser goes on. From there the client
    /// gets an answer with everything that belongs to it, such as its state (RFC 6749 §4.1.2.1).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse(mut self, environment: &Environment) -> Result<String, OidcError> {
        let mut result = JsonObject::new();
        result.insert("error".to_owned(), json!(OidcErrorKind::AccessDenied.as_str()));
        self.interaction.merge_result(result);
        let return_to = self.interaction.payload.return_to.clone();
        let mut changes = Changes::default();
        changes.put_interaction(self.interaction.payload);
        changes.commit(&environment.ctx, environment.now_ms).await?;
        Ok(return_to)
    }

    /// What the sign-in proved stays known with the session.
    fn extension(&self, client_id: &str) -> SessionExtension {
        let submission = self.interaction.payload.last_submission.iter().flatten();
        SessionExtension {
            session_uid: self.session_uid.clone(),
            account_id: self.user.id.clone(),
            last_submission: submission
                .filter(|(key, _)| !PROTOCOL_KEYS.contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), without_secrets(value)))
                .collect(),
            client_id: Some(client_id.to_owned()),
            cimd_client_id: None,
        }
    }
}

fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| !SECRET_KEYS.contains(&key.as_str()));
            kept.map(|(key, value)| (key.clone(), without_secrets(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_secrets).collect(),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_session_remembers_holds_no_secrets() {
        let submission = json!({
            "userId": "u",
            "profile": { "username": "a", "passwordEncrypted": "$argon2id$x" },
            "mfa": { "totp": { "type": "Totp", "secret": "ABC" } },
            "verificationRecords": [{ "id": "1", "type": "NewPasswordIdentity", "passwordEncrypted": "$argon2id$x" }],
        });
        assert_eq!(
            without_secrets(&submission),
            json!({
                "userId": "u",
                "profile": { "username": "a" },
                "mfa": { "totp": { "type": "Totp" } },
                "verificationRecords": [{ "id": "1", "type": "NewPasswordIdentity" }],
            })
        );
    }
}
