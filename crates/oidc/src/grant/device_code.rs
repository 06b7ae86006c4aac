//! RFC 8628 §3.4: a device asks whether its user has agreed on another one.

use super::{Exchange, Issued, authorization_code::issue_tokens, invalid_grant, revoke_family};
use crate::{
    access_control, device,
    error::{OidcError, OidcErrorKind},
    stored_token::StoredToken,
};
use portico_model::oidc::OidcModel;

const GTY: &str = "device_code";

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let Exchange { environment, client, parameters } = exchange;
    let presented = parameters.require("device_code")?;
    let code = StoredToken::find(environment, OidcModel::DeviceCode, presented)
        .await?
        .ok_or_else(|| invalid_grant("unknown device code"))?;
    if code.payload.client_id.as_deref() != Some(client.id()) {
        return Err(invalid_grant("device code of another client"));
    }
    if code.consumed_at.is_some() {
        revoke_family(exchange, &code.payload).await?;
        return Err(invalid_grant("device code redeemed before"));
    }
    if code.is_expired {
        return Err(OidcErrorKind::ExpiredToken.because("the device code expired"));
    }
    device::slow_down(environment, &code.payload).await?;
    if code.payload.error.is_some() {
        return Err(OidcErrorKind::AccessDenied.because("the user refused"));
    }
    let Some(user_id) = &code.payload.account_id else {
        return Err(OidcErrorKind::AuthorizationPending.because("the user has not agreed yet"));
    };
    access_control::check(environment, client, user_id).await?;
    issue_tokens(exchange, &code, OidcModel::DeviceCode, GTY).await
}
