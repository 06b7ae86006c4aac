//! The grant types of the token endpoint: one file each, one line in the registry.

mod access_token;
mod authorization_code;
mod client_credentials;
mod device_code;
mod refresh_token;
mod target;
mod token_exchange;

pub use authorization_code::redeem_code;
pub use target::Target;

use crate::{
    changes::Changes,
    client::{GrantType, OidcClient},
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
};
use futures_util::future::BoxFuture;
use portico_model::{User, oidc_artifact::TokenPayload};
use portico_store::users;
use serde::Serialize;

/// RFC 8693 §2.1.
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// A grant type and how it is exchanged.
pub struct Grant {
    /// `grant_type` on the wire.
    pub name: &'static str,
    /// Which clients may use it.
    pub kind: GrantType,
    /// Its name in the audit log, after `ExchangeTokenBy.`.
    pub audit_name: &'static str,
    /// Exchanges it for tokens.
    pub exchange: for<'r> fn(&'r Exchange<'r>) -> BoxFuture<'r, Result<Issued, OidcError>>,
}

/// Every grant type that the token endpoint serves.
pub const REGISTRY: &[Grant] = &[
    Grant {
        name: "authorization_code",
        kind: GrantType::AuthorizationCode,
        audit_name: "AuthorizationCode",
        exchange: |exchange| Box::pin(authorization_code::exchange(exchange)),
    },
    Grant {
        name: "refresh_token",
        kind: GrantType::RefreshToken,
        audit_name: "RefreshToken",
        exchange: |exchange| Box::pin(refresh_token::exchange(exchange)),
    },
    Grant {
        name: "client_credentials",
        kind: GrantType::ClientCredentials,
        audit_name: "ClientCredentials",
        exchange: |exchange| Box::pin(client_credentials::exchange(exchange)),
    },
    Grant {
        name: "urn:ietf:params:oauth:grant-type:device_code",
        kind: GrantType::DeviceCode,
        audit_name: "DeviceCode",
        exchange: |exchange| Box::pin(device_code::exchange(exchange)),
    },
    Grant {
        name: TOKEN_EXCHANGE,
        kind: GrantType::TokenExchange,
        audit_name: "TokenExchange",
        exchange: |exchange| Box::pin(token_exchange::exchange(exchange)),
    },
];

/// A token request of an authenticated client.
pub struct Exchange<'r> {
    /// Its surroundings.
    pub environment: &'r Environment,
    /// Who asks.
    pub client: &'r OidcClient,
    /// What it says.
    pub parameters: &'r Parameters,
}

/// What an exchange gives.
pub struct Issued {
    /// The answer.
    pub tokens: Tokens,
    /// The user the tokens speak for.
    pub user_id: Option<String>,
}

/// The answer of the token endpoint (RFC 6749 §5.1).
#[derive(Serialize)]
pub struct Tokens {
    /// The access token.
    pub access_token: String,
    /// Its lifetime in seconds.
    pub expires_in: i64,
    /// OpenID Connect Core §3.1.3.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Granted scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How the access token is used (RFC 6750).
    pub token_type: &'static str,
}

/// The access token is to be used as a bearer token.
pub const BEARER: &str = "Bearer";

/// A code or refresh token that is not acceptable. The client learns no more than that; the reason is for the log.
/// The description is the one that clients of this protocol compare with.
fn invalid_grant(reason: &'static str) -> OidcError {
    tracing::debug!(reason, "grant refused");
    OidcErrorKind::InvalidGrant.because("grant request is invalid")
}

/// Revokes everything that rests on a grant: its tokens were used in a way that only a thief or a bug would.
async fn revoke_family(exchange: &Exchange<'_>, payload: &TokenPayload) -> Result<(), OidcError> {
    let Some(grant_id) = &payload.grant_id else { return Ok(()) };
    let mut changes = Changes::default();
    changes.revoke_grant(grant_id.as_str());
    changes.commit(&exchange.environment.ctx, exchange.environment.now_ms).await
}

/// The user that a code or refresh token speaks for.
async fn active_user(exchange: &Exchange<'_>, payload: &TokenPayload) -> Result<User, OidcError> {
    let Some(account_id) = &payload.account_id else { return Err(invalid_grant("no account")) };
    let ctx = &exchange.environment.ctx;
    match users::find_by_id(&ctx.app.db, &ctx.tenant.id, account_id).await? {
        None => Err(OidcErrorKind::InvalidGrant.because("the user no longer exists")),
        Some(user) if user.is_suspended => Err(OidcErrorKind::InvalidGrant.because("the user is suspended")),
        Some(user) => Ok(user),
    }
}

fn invalid_target(description: &'static str) -> OidcError {
    OidcErrorKind::InvalidTarget.because(description)
}
