//! What an ID token must say (OIDC Core §3.1.3.7), as far as settings decide it.

use portico_crypto::jose::{Alg, Claims, Validation};
use portico_model::ErrorCode;

use crate::config::ConfigReader;
use crate::error::ConnectorError;

/// Claims that every ID token has (OIDC Core §2).
pub const REQUIRED_CLAIMS: [&str; 5] = ["iss", "sub", "aud", "exp", "iat"];

/// Expectations on ID tokens of one provider.
#[derive(Clone, Debug)]
pub struct IdTokenRules {
    /// Accepted issuers; `None` accepts whoever holds the keys.
    pub issuers: Option<Vec<String>>,
    /// Our client id.
    pub audience: String,
    /// Accepted algorithms; never symmetric ones, never empty.
    pub algorithms: Vec<Alg>,
    /// Tolerated difference between the clocks.
    pub clock_tolerance_seconds: i64,
    /// Longest time since the token was issued.
    pub max_age_seconds: Option<i64>,
    /// Header extensions that the operator vouches for.
    pub critical_headers: Vec<String>,
    /// A fixed time instead of the present.
    pub now_seconds: Option<i64>,
    /// The only accepted user.
    pub subject: Option<String>,
    /// Expected `typ` header.
    pub typ: Option<String>,
}

impl IdTokenRules {
    /// The checks for one token. The nonce is required, not only compared when present: it is what
    /// binds the token to this browser's request (OIDC Core §3.1.3.7 item 11).
    pub fn validation(&self, nonce: &str, now_seconds: i64) -> Validation {
        let mut validation = Validation::at(self.now_seconds.unwrap_or(now_seconds))
            .leeway(self.clock_tolerance_seconds)
            .algorithms(self.algorithms.iter().copied())
            .audience(&self.audience)
            .nonce(nonce)
            .required_claims(REQUIRED_CLAIMS);
        validation.issuers.clone_from(&self.issuers);
        validation.subject.clone_from(&self.subject);
        validation.typ.clone_from(&self.typ);
        validation.max_age_seconds = self.max_age_seconds;
        validation.understood_critical.clone_from(&self.critical_headers);
        validation
    }

    /// A token that was issued to another client is not ours, even if it names us among its
    /// audiences (OIDC Core §3.1.3.7 item 5).
    pub fn check_authorized_party(&self, claims: &Claims) -> Result<(), ConnectorError> {
        match claims.get("azp") {
            Some(party) if party.as_str() != Some(&self.audience) => Err(ConnectorError::described(
                ErrorCode::ConnectorSocialInvalidIdToken,
                "the token was issued to another client",
            )),
            _ => Ok(()),
        }
    }
}

/// Every algorithm whose keys can be public.
pub fn asymmetric_algorithms() -> Vec<Alg> {
    Alg::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric()).collect()
}

/// Reads `algorithms`; keys come from a public document, so shared secrets are never among them.
pub fn read_algorithms(reader: &mut ConfigReader<'_>) -> Vec<Alg> {
    let Some(names) = reader.string_list("algorithms") else {
        return asymmetric_algorithms();
    };
    if names.is_empty() {
        reader.issue("algorithms", "custom", "must name at least one algorithm");
    }
    let mut algorithms = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        match name.parse::<Alg>() {
            Ok(algorithm) if !algorithm.is_symmetric() => algorithms.push(algorithm),
            _ => {
                let key = format!("algorithms.{index}");
                reader.issue(&key, "invalid_enum_value", "is not a supported public-key algorithm");
            }
        }
    }
    algorithms
}
