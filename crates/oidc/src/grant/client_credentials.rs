//! RFC 6749 §4.4: a machine asks for itself.

use super::{BEARER, Exchange, Issued, Tokens};
use crate::{
    error::{OidcError, OidcErrorKind},
    parameters::words,
    resource::RequestedResource,
    scope, token,
};

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let Exchange { environment, client, parameters } = exchange;
    if parameters.get("organization_id").is_some() {
        return Err(OidcErrorKind::InvalidRequest.because("organization tokens are not available"));
    }
    let indicators = parameters.resources();
    let indicator = match indicators.as_slice() {
        [indicator] => indicator,
        [] => {
            return Err(
                OidcErrorKind::InvalidTarget.because("neither `resource` nor `organization_id` is given")
            );
        }
        _ => return Err(OidcErrorKind::InvalidTarget.because("one access token is for one resource")),
    };
    let ctx = &environment.ctx;
    let resource = RequestedResource::get(ctx, &environment.snapshot, indicator).await?;
    let held = ctx.machine_scopes(&environment.snapshot, client.id(), indicator).await?;
    let scopes = scope::intersection(&words(parameters.get("scope").unwrap_or_default()), &held);
    let issued = token::jwt_access_token(environment, client.id(), client.id(), &resource, &scopes)?;
    Ok(Issued {
        tokens: Tokens {
            access_token: issued.value,
            expires_in: issued.expires_in,
            id_token: None,
            refresh_token: None,
            scope: issued.scope,
            token_type: BEARER,
        },
        user_id: None,
    })
}
