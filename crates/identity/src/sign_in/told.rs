//! What webhooks are told of the flow: data events of the user, and the event that a finished flow is.

use super::{Flow, SignInError};
use crate::events::Events;
use portico_model::{HookEvent, JsonObject, User, interaction::InteractionEvent};
use serde_json::{Value, json};

impl Flow {
    /// The recorder of what the flow does to its user.
    pub(crate) async fn data_events(&self) -> Result<Events, SignInError> {
        let facts = || {
            let mut facts = self.common_facts();
            add(&mut facts, "ip", self.client.ip.as_deref());
            add(&mut facts, "applicationId", self.interaction.client_id());
            facts
        };
        Ok(self.ctx.events(facts).await?)
    }

    /// The recorder of how the flow ends.
    pub(crate) async fn end_events(&self) -> Result<Events, SignInError> {
        let facts = || {
            let mut facts = self.common_facts();
            add(&mut facts, "userIp", self.client.ip.as_deref());
            facts
        };
        Ok(self.ctx.events(facts).await?)
    }

    /// What `PostSignIn` and the like say of this user and the application they come from.
    pub(crate) async fn end_facts(&self, user_id: &str) -> Result<JsonObject, SignInError> {
        let user = self.user().await?;
        let mut facts = JsonObject::new();
        add(&mut facts, "userId", Some(user_id));
        add(&mut facts, "user", Some(json!(user.info())));
        if let Some(id) = self.interaction.client_id()
            && let Some(client) = self.ctx.find_client(&self.snapshot, id).await?
        {
            add(&mut facts, "application", Some(client.application.summary()));
        }
        Ok(facts)
    }

    fn common_facts(&self) -> JsonObject {
        let mut facts = JsonObject::new();
        add(&mut facts, "interactionEvent", Some(self.state.interaction_event.as_str()));
        add(&mut facts, "sessionId", Some(self.interaction.uid.as_str()));
        add(&mut facts, "userAgent", self.client.user_agent.as_deref());
        facts
    }
}

/// The event that a flow of this kind is when it has succeeded.
pub(crate) const fn end_of(event: InteractionEvent) -> HookEvent {
    match event {
        InteractionEvent::SignIn => HookEvent::PostSignIn,
        InteractionEvent::Register => HookEvent::PostRegister,
        InteractionEvent::ForgotPassword => HookEvent::PostResetPassword,
    }
}

/// What the events of a user say of them.
pub(crate) fn user_facts(user: &User) -> JsonObject {
    JsonObject::from_iter([("data".to_owned(), json!(user.info()))])
}

fn add(facts: &mut JsonObject, name: &str, fact: Option<impl Into<Value>>) {
    if let Some(fact) = fact {
        facts.insert(name.to_owned(), fact.into());
    }
}
