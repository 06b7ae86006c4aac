//! Verifying the access tokens that Portico itself issued for its own APIs (RFC 9068).

use crate::app::Ctx;
use portico_crypto::{JoseError, hash::sha256, jose::Validation};
use portico_model::TenantId;
use serde::Deserialize;
use std::sync::Arc;

/// Claims of a verified access token.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessTokenClaims {
    /// User id or client id.
    pub sub: String,
    /// Client that the token was issued to.
    pub client_id: Option<String>,
    /// Space-separated scopes.
    #[serde(default)]
    pub scope: String,
    /// Epoch seconds.
    pub exp: i64,
    /// Issuer.
    pub iss: String,
    /// The audience it was verified for.
    #[serde(skip)]
    pub audience: String,
    /// Version of the issuer's settings it was verified under.
    #[serde(skip)]
    version: i64,
}

impl AccessTokenClaims {
    /// The granted scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }
}

/// Why a token was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AccessTokenError {
    /// The token is not valid here and now.
    #[error("{0}")]
    Invalid(JoseError),
    /// A valid token without `sub`.
    #[error("the token has no subject")]
    SubjectMissing,
    /// Keys could not be read.
    #[error(transparent)]
    Unavailable(#[from] crate::snapshot::SnapshotError),
}

impl Ctx {
    /// Verifies a JWT access token for `audience`, issued by this tenant or by the admin tenant (Console users
    /// and machines administer the other tenants with tokens of the admin tenant).
    ///
    /// A token verified once is remembered until it expires or its issuer's settings change.
    ///
    /// # Errors
    /// See [`AccessTokenError`].
    pub async fn verify_access_token(
        &self,
        token: &str,
        audience: &str,
    ) -> Result<Arc<AccessTokenClaims>, AccessTokenError> {
        let mut issuers = vec![self.clone()];
        if !self.tenant.id.is_admin() {
            issuers.extend(self.for_tenant(&TenantId::admin_tenant()));
        }
        let digest = sha256(token);
        let now_seconds = self.now_ms().div_euclid(1000);
        let cached = self.app.verified_tokens.get(&digest).filter(|claims| claims.audience == audience);
        let mut failure = JoseError::IssuerMismatch;
        for issuer in issuers {
            let snapshot = issuer.snapshot().await?;
            if let Some(claims) = &cached
                && claims.iss == issuer.tenant.issuer
                && claims.version == snapshot.version
                && claims.exp > now_seconds
            {
                return Ok(claims.clone());
            }
            let keys = &snapshot.signing_keys;
            let validation =
                Validation::at(now_seconds).issuer(&issuer.tenant.issuer).audience(audience).typ("at+jwt");
            match keys.verifying().verify(token, &validation) {
                Ok(claims) => {
                    let mut claims: AccessTokenClaims = serde_json::from_value(claims.into())
                        .map_err(|_| AccessTokenError::SubjectMissing)?;
                    audience.clone_into(&mut claims.audience);
                    claims.version = snapshot.version;
                    let claims = Arc::new(claims);
                    self.app.verified_tokens.insert(digest, claims.clone());
                    return Ok(claims);
                }
                // A token of the other issuer fails here on its key or its issuer; any other reason is the
                // one to report.
                Err(JoseError::UnknownKey | JoseError::IssuerMismatch) => {}
                Err(error) => failure = error,
            }
        }
        Err(AccessTokenError::Invalid(failure))
    }
}
