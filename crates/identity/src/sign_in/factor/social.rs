//! Proof by an account at a social identity provider.

use crate::{
    sign_in::{
        Flow, Refusal, SignInError,
        state::{SocialRecord, VerificationRecord},
    },
    token_sets,
};
use portico_connectors::{AuthorizationRequest, ConnectorSession, SocialConnector, social::SocialResult};
use portico_crypto::id;
use portico_model::{Connector, ErrorCode};
use serde_json::Value;
use std::sync::Arc;

/// Where to send the browser, and the id of the proof that its return completes.
pub struct Begun {
    /// Address at the provider.
    pub authorization_uri: String,
    /// Id of the proof.
    pub verification_id: String,
}

/// A configured social connector with what it does.
pub(crate) struct Configured {
    snapshot: Arc<crate::Snapshot>,
    app: Arc<crate::App>,
    index: usize,
}

impl Configured {
    /// Finds a social connector by its instance id.
    pub(crate) fn find(flow: &Flow, connector_id: &str) -> Result<Self, SignInError> {
        Self::of(&flow.ctx, flow.snapshot.clone(), connector_id)
    }

    /// Finds a social connector among these settings.
    pub(crate) fn of(
        ctx: &crate::Ctx,
        snapshot: Arc<crate::Snapshot>,
        connector_id: &str,
    ) -> Result<Self, SignInError> {
        let app = ctx.app.clone();
        let index = snapshot.connectors.iter().position(|connector| connector.id == connector_id);
        let index = index.ok_or_else(|| Refusal::from(ErrorCode::EntityNotFound).with_status(404))?;
        let configured = Self { snapshot, app, index };
        configured.behaviour()?;
        Ok(configured)
    }

    /// The stored connector.
    pub(crate) fn connector(&self) -> &Connector {
        &self.snapshot.connectors[self.index]
    }

    /// What it does.
    pub(crate) fn behaviour(&self) -> Result<&dyn SocialConnector, SignInError> {
        let found = self.app.connectors.find_social(&self.connector().connector_id);
        Ok(found.ok_or(ErrorCode::ConnectorUnexpectedType)?)
    }

    /// Key of the provider among a user's identities.
    pub(crate) fn target(&self) -> Result<String, SignInError> {
        let connector = self.connector();
        if let Some(target) = &connector.metadata.target {
            return Ok(target.clone());
        }
        let factory = self.app.connectors.find_factory(&connector.connector_id);
        Ok(factory.ok_or(ErrorCode::ConnectorUnexpectedType)?.target.clone())
    }
}

/// Begins: remembers what the connector needs for the second step.
///
/// # Errors
/// `session.insufficient_info`, `entity.not_found`, `connector.*`.
pub async fn begin(
    flow: &mut Flow,
    connector_id: &str,
    state: &str,
    redirect_uri: &str,
) -> Result<Begun, SignInError> {
    if state.is_empty() || redirect_uri.is_empty() {
        return Err(ErrorCode::SessionInsufficientInfo.into());
    }
    let configured = Configured::find(flow, connector_id)?;
    let request = AuthorizationRequest {
        state: state.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        scope: None,
        connector_id: connector_id.to_owned(),
        interaction_id: Some(flow.interaction.uid.clone()),
        user_agent: flow.client.user_agent.clone(),
    };
    let config = Value::Object(configured.connector().config.clone());
    let mut session = ConnectorSession::default();
    let uri = configured.behaviour()?.authorization_uri(&config, &request, &mut session).await?;
    let verification_id = id::standard_id();
    flow.state.set_record(VerificationRecord::Social(SocialRecord {
        id: verification_id.clone(),
        connector_id: connector_id.to_owned(),
        social_user_info: None,
        encrypted_token_set: None,
        connector_session: Some(session),
    }));
    Ok(Begun { authorization_uri: uri.into(), verification_id })
}

/// Completes: turns the callback's parameters into a person.
///
/// The connector's session is good for one attempt, right or wrong: it is spent when this answers, so that a
/// replayed callback finds nothing.
///
/// # Errors
/// `session.verification_session_not_found`, `session.connector_validation_session_not_found`, `connector.*`.
pub async fn complete(
    flow: &mut Flow,
    connector_id: &str,
    verification_id: &str,
    data: &Value,
) -> Result<(), SignInError> {
    let Some(VerificationRecord::Social(record)) = flow.state.find_record(verification_id) else {
        return Err(ErrorCode::SessionVerificationSessionNotFound.into());
    };
    if record.connector_id != connector_id {
        return Err(ErrorCode::SessionVerificationSessionNotFound.into());
    }
    let mut record = record.clone();
    let configured = Configured::find(flow, connector_id)?;
    let session =
        record.connector_session.take().ok_or(ErrorCode::SessionConnectorValidationSessionNotFound)?;
    flow.state.set_record(VerificationRecord::Social(record.clone()));
    let config = Value::Object(configured.connector().config.clone());
    let SocialResult { user_info, token_response } =
        match configured.behaviour()?.authenticate(&config, data, &session).await {
            Ok(result) => result,
            Err(error) => {
                flow.save().await?;
                return Err(error.into());
            }
        };
    record.social_user_info = Some(user_info);
    record.encrypted_token_set =
        token_sets::seal(&flow.ctx, configured.connector().enable_token_storage, token_response)?;
    flow.state.set_record(VerificationRecord::Social(record));
    // The provider has seen to it that this is a person.
    flow.state.captcha.skipped = true;
    Ok(())
}
