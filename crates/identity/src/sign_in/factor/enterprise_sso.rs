//! Proof by an account at an enterprise identity provider.

use super::social::Begun;
use crate::{
    sign_in::{
        Flow, Refusal, SignInError,
        state::{EnterpriseSsoRecord, VerificationRecord},
    },
    sign_in_settings, token_sets,
};
use portico_connectors::{AuthorizationRequest, ConnectorSession, sso::SsoResult};
use portico_crypto::id;
use portico_model::{
    ErrorCode, SsoConnector,
    sso_connector::{SsoProviderName, SsoProviderType},
};
use serde_json::{Value, json};

/// Finds an enterprise connector and the kind of its provider.
pub(crate) fn find<'f>(
    flow: &'f Flow,
    connector_id: &str,
) -> Result<(&'f SsoConnector, SsoProviderName), SignInError> {
    let found = flow.snapshot.sso_connectors.iter().find(|connector| connector.id == connector_id);
    let connector = found.ok_or_else(|| {
        Refusal::from(ErrorCode::EntityNotExistsWithId)
            .with_parameter("name", "sso_connectors")
            .with_parameter("id", connector_id)
    })?;
    let name = connector.provider().ok_or(ErrorCode::ConnectorUnexpectedType)?;
    Ok((connector, name))
}

/// Begins: remembers what the second step needs.
///
/// # Errors
/// `session.insufficient_info`, `entity.not_exists_with_id`, `connector.*`.
pub async fn begin(
    flow: &mut Flow,
    connector_id: &str,
    state: &str,
    redirect_uri: &str,
) -> Result<Begun, SignInError> {
    if state.is_empty() || redirect_uri.is_empty() {
        return Err(ErrorCode::SessionInsufficientInfo.into());
    }
    let (connector, name) = find(flow, connector_id)?;
    let request = AuthorizationRequest {
        state: state.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        connector_id: connector_id.to_owned(),
        ..AuthorizationRequest::default()
    };
    let mut session = ConnectorSession::default();
    let client = flow.ctx.app.connectors.enterprise();
    let uri = match name.provider_type() {
        SsoProviderType::Oidc => {
            client.authorization_uri(name, &connector.config, &request, &mut session).await?
        }
        SsoProviderType::Saml => return Err(ErrorCode::ConnectorNotImplemented.into()),
    };
    let verification_id = id::standard_id();
    flow.state.set_record(VerificationRecord::EnterpriseSso(EnterpriseSsoRecord {
        id: verification_id.clone(),
        connector_id: connector_id.to_owned(),
        enterprise_sso_user_info: None,
        issuer: None,
        encrypted_token_set: None,
        connector_session: Some(session),
        proves: None,
    }));
    Ok(Begun { authorization_uri: uri.into(), verification_id })
}

/// Completes: turns the callback's parameters into a person. As with social providers, the connector's session is
/// good for one attempt.
///
/// # Errors
/// `session.verification_session_not_found`, `session.connector_validation_session_not_found`, `connector.*`.
pub async fn complete(
    flow: &mut Flow,
    connector_id: &str,
    verification_id: &str,
    data: &Value,
) -> Result<(), SignInError> {
    let Some(VerificationRecord::EnterpriseSso(record)) = flow.state.find_record(verification_id) else {
        return Err(ErrorCode::SessionVerificationSessionNotFound.into());
    };
    if record.connector_id != connector_id {
        return Err(ErrorCode::SessionVerificationSessionNotFound.into());
    }
    let mut record = record.clone();
    let (connector, name) = find(flow, connector_id)?;
    let (config, is_kept) = (connector.config.clone(), connector.enable_token_storage);
    let session =
        record.connector_session.take().ok_or(ErrorCode::SessionConnectorValidationSessionNotFound)?;
    flow.state.set_record(VerificationRecord::EnterpriseSso(record.clone()));
    let client = flow.ctx.app.connectors.enterprise();
    let result = match name.provider_type() {
        SsoProviderType::Oidc => client.authenticate(name, &config, data, &session).await,
        SsoProviderType::Saml => return Err(ErrorCode::ConnectorNotImplemented.into()),
    };
    let SsoResult { issuer, user_info, token_response } = match result {
        Ok(result) => result,
        Err(error) => {
            flow.save().await?;
            return Err(error.into());
        }
    };
    record.issuer = Some(issuer);
    record.enterprise_sso_user_info = Some(user_info);
    record.encrypted_token_set = token_sets::seal(&flow.ctx, is_kept, token_response)?;
    flow.state.set_record(VerificationRecord::EnterpriseSso(record));
    // The provider has seen to it that this is a person.
    flow.state.captcha.skipped = true;
    Ok(())
}

/// Refuses an e-mail address whose domain belongs to an enterprise connector: its owners sign in there.
///
/// # Errors
/// `session.sso_enabled`.
pub(crate) fn check_address(flow: &Flow, email: Option<&str>) -> Result<(), SignInError> {
    let Some(email) = email else { return Ok(()) };
    let in_charge = sign_in_settings::describe_sso_connectors_for(&flow.snapshot, email);
    if in_charge.is_empty() {
        return Ok(());
    }
    let data = json!({ "ssoConnectors": in_charge });
    Err(Refusal::from(ErrorCode::SessionSsoEnabled).with_data(data).into())
}
