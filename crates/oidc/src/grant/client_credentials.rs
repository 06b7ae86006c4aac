//! RFC 6749 §4.4: a machine asks for itself.

use super::{BEARER, Exchange, Issued, Tokens};
use crate::{
    custom_claims::{self, Draft},
    error::{OidcError, OidcErrorKind},
    parameters::words,
    resource::RequestedResource,
    scope,
    token::{self, JwtAccessToken},
};
use portico_crypto::id::opaque_token;

pub(super) async fn exchange(exchange: &Exchange<'_>) -> Result<Issued, OidcError> {
    let Exchange { environment, client, parameters } = exchange;
    if parameters.get("organization_id").is_some() {
        return Err(OidcErrorKind::InvalidRequest.because("organization tokens are not available"));
    }
    let indicators = parameters.resources();
    let default = environment.snapshot.default_resource.as_ref();
    let indicator = match (indicators.as_slice(), default) {
        ([indicator], _) => indicator,
        ([], Some(default)) => default,
        ([], None) => {
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
    let (jti, scope) = (opaque_token(), scope::join(&scopes));
    let draft = Draft { jti: &jti, audience: Some(indicator), scope: scope.as_deref() };
    let extra = custom_claims::for_machine(environment, client, &draft).await?;
    let token = JwtAccessToken {
        jti,
        subject: client.id(),
        client_id: client.id(),
        resource: &resource,
        scope,
        extra,
    };
    let issued = token::jwt_access_token(environment, token)?;
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
