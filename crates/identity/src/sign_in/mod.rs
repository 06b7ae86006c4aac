//! Signing in, registering, resetting a password: the flow behind the Experience API.
//!
//! A [`Flow`] is one request's hold on the stored interaction: read once, changed by one use case, written once.
//! Use cases answer an [`Outcome`] or a [`SignInError`]; neither knows HTTP.

mod actions;
pub mod answers;
pub mod error;
pub mod factor;
pub mod identify;
pub mod mandatory;
pub mod mfa;
pub mod profile;
pub mod register;
pub mod state;
pub mod stored;
pub mod submit;
pub(crate) mod told;

pub use error::{Outcome, Refusal, SignInError};
pub use state::State;

use crate::{Ctx, Snapshot, audit::AuditEntry, interaction::Interaction};
use portico_model::{
    ErrorCode, JsonObject, User,
    interaction::{InteractionEvent, InteractionIdentifier},
    sign_in_experience::{SignInExperience, SignInIdentifier, SignInMode},
};
use portico_store::users;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who is on the other end, for the audit log and the flow's context.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "plain names")]
pub struct Client {
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    /// Languages that the browser reads, best first.
    pub languages: Vec<String>,
    /// What a proxy says of the connection, by the names that scripts know.
    pub connection: Vec<(&'static str, String)>,
}

impl Client {
    /// The facts that the flow keeps.
    fn context(&self) -> JsonObject {
        let mut context = JsonObject::new();
        for (key, value) in [("ip", &self.ip), ("userAgent", &self.user_agent)] {
            if let Some(value) = value {
                context.insert(key.to_owned(), json!(value));
            }
        }
        for (key, value) in &self.connection {
            context.insert((*key).to_owned(), json!(value));
        }
        context
    }
}

/// One request's hold on a sign-in under way.
pub struct Flow {
    /// Surroundings.
    pub ctx: Ctx,
    /// Settings, the same for the whole request.
    pub snapshot: Arc<Snapshot>,
    /// The stored record.
    pub interaction: Interaction,
    /// The part of it that is the sign-in flow's.
    pub state: State,
    /// Who asks.
    pub client: Client,
}

impl Flow {
    /// Starts over within an interaction: also an earlier end of it, good or bad, is forgotten.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn start(
        ctx: Ctx,
        mut interaction: Interaction,
        event: InteractionEvent,
        client: Client,
    ) -> Result<Self, SignInError> {
        interaction.payload.result = None;
        let snapshot = ctx.snapshot().await?;
        let state = State::new(event, client.context());
        Ok(Self { ctx, snapshot, interaction, state, client })
    }

    /// Takes a started flow up again.
    ///
    /// # Errors
    /// `session.interaction_not_found` when it was not started.
    pub async fn resume(ctx: Ctx, interaction: Interaction, client: Client) -> Result<Self, SignInError> {
        let result = interaction.payload.result.clone().unwrap_or_default();
        let state = serde_json::from_value(Value::Object(result))
            .map_err(|_| ErrorCode::SessionInteractionNotFound)?;
        let snapshot = ctx.snapshot().await?;
        Ok(Self { ctx, snapshot, interaction, state, client })
    }

    /// Writes the flow back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save(&mut self) -> Result<(), SignInError> {
        if let Value::Object(changes) = serde_json::to_value(&self.state)? {
            self.interaction.merge_result(changes);
        }
        Ok(stored::save(&self.ctx, &self.interaction).await?)
    }

    /// The sign-in settings.
    #[must_use]
    pub fn settings(&self) -> &SignInExperience {
        &self.snapshot.sign_in_experience
    }

    /// The languages of the browser, where the settings follow it.
    #[must_use]
    pub fn languages(&self) -> Vec<String> {
        if self.settings().language_info.auto_detect { self.client.languages.clone() } else { Vec::new() }
    }

    /// Queues an entry of the audit log: `Interaction.<event>.<act>`.
    pub async fn audit<T>(&self, act: &str, facts: JsonObject, result: &Result<Outcome<T>, SignInError>) {
        self.audit_under(self.state.interaction_event, act, facts, result).await;
    }

    /// The same under another event than the present one.
    pub async fn audit_under<T>(
        &self,
        event: InteractionEvent,
        act: &str,
        facts: JsonObject,
        result: &Result<Outcome<T>, SignInError>,
    ) {
        let key = format!("Interaction.{event}.{act}");
        let code = match result {
            Ok(outcome) => outcome.unmet_code().map(ErrorCode::as_str),
            Err(error) => Some(error.code().map_or("internal_error", ErrorCode::as_str)),
        };
        let entry = match code {
            None => AuditEntry::success(key),
            Some(code) => AuditEntry::error(key, json!({ "code": code })),
        };
        let mut entry = entry
            .with("ip", self.client.ip.as_deref())
            .with("userAgent", self.client.user_agent.as_deref())
            .with("userId", self.state.user_id.as_deref())
            .with("applicationId", self.interaction.client_id())
            .with("sessionId", Some(self.interaction.uid.as_str()))
            .with("interaction", Some(self.state.sanitized()));
        entry.payload.extend(facts);
        self.ctx.audit(entry).await;
    }

    /// The user that the flow has identified, read afresh.
    ///
    /// # Errors
    /// `session.identifier_not_found` when it has identified none, `user.user_not_exist` when the user is gone.
    pub async fn user(&self) -> Result<User, SignInError> {
        let id = self.state.user_id.as_deref().ok_or(ErrorCode::SessionIdentifierNotFound)?;
        let user = users::find_by_id(&self.ctx.app.db, &self.ctx.tenant.id, id).await?;
        Ok(user.ok_or(ErrorCode::UserUserNotExist)?)
    }

    /// The user an identifier names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_user(&self, identifier: &InteractionIdentifier) -> Result<Option<User>, SignInError> {
        let (db, tenant, value) = (&self.ctx.app.db, &self.ctx.tenant.id, identifier.value.as_str());
        Ok(match identifier.kind {
            SignInIdentifier::Username => {
                let is_case_sensitive = self.settings().username_policy.case_sensitive;
                users::find_by_username(db, tenant, value, is_case_sensitive).await?
            }
            SignInIdentifier::Email => users::find_by_email(db, tenant, value).await?,
            SignInIdentifier::Phone => users::find_by_phone(db, tenant, value).await?,
        })
    }

    /// One spelling for all that name the same user, so that no other spelling buys more attempts.
    #[must_use]
    pub fn canonical(&self, identifier: &InteractionIdentifier) -> String {
        let is_case_sensitive = match identifier.kind {
            SignInIdentifier::Username => self.settings().username_policy.case_sensitive,
            SignInIdentifier::Email => false,
            SignInIdentifier::Phone => true,
        };
        if is_case_sensitive { identifier.value.clone() } else { identifier.value.to_lowercase() }
    }

    /// Refuses an event that the sign-in mode does not allow.
    ///
    /// # Errors
    /// `auth.forbidden`.
    pub fn check_mode(&self, event: InteractionEvent) -> Result<(), SignInError> {
        let closed = match event {
            InteractionEvent::SignIn => SignInMode::Register,
            InteractionEvent::Register => SignInMode::SignIn,
            InteractionEvent::ForgotPassword => return Ok(()),
        };
        if self.settings().sign_in_mode == closed {
            return Err(ErrorCode::AuthForbidden.into());
        }
        Ok(())
    }

    /// Refuses to go on without a captcha where one is demanded.
    ///
    /// # Errors
    /// `session.captcha_required`.
    pub fn check_captcha(&self) -> Result<(), SignInError> {
        let is_demanded = self.settings().captcha_policy.enabled == Some(true);
        let is_settled = self.state.captcha.verified || self.state.captcha.skipped;
        if is_demanded && !is_settled {
            return Err(ErrorCode::SessionCaptchaRequired.into());
        }
        Ok(())
    }

    /// Whether the user must show a second factor before anything else may be changed.
    #[must_use]
    pub fn required_mfa(&self, user: &User) -> Option<mfa::RequiredVerification> {
        if self.state.interaction_event != InteractionEvent::SignIn {
            return None;
        }
        let settings = self.settings();
        mfa::required_verification(&settings.mfa, &settings.adaptive_mfa, user, &self.state.verified_kinds())
    }

    /// Changes what the person came to do.
    ///
    /// # Errors
    /// `auth.forbidden`, `session.not_supported_for_forgot_password`.
    pub fn switch_event(&mut self, event: InteractionEvent) -> Result<(), SignInError> {
        self.check_mode(event)?;
        let current = self.state.interaction_event;
        if current == event {
            return Ok(());
        }
        if [current, event].contains(&InteractionEvent::ForgotPassword) {
            return Err(ErrorCode::SessionNotSupportedForForgotPassword.into());
        }
        self.state.interaction_event = event;
        self.state.clear_profile();
        if event == InteractionEvent::Register {
            // Registering asks for no second factor, so an account identified for signing in must not be kept:
            // finishing as a registration would let its owner's password alone open it.
            self.state.user_id = None;
        }
        Ok(())
    }
}
