//! The checks of an authorization request, in the order in which a client sees them fail.
//!
//! The order is visible on the wire: of two wrong parameters the one checked first is reported, and an error
//! reaches the client by redirect only after its address is verified. A new check is one file in `check/` and one
//! line here.

use crate::{check, error::OidcError, request::AuthorizationRequest};
use futures_util::future::BoxFuture;

/// Where an authorization request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A new request of a client.
    Authorization,
    /// The browser coming back from an interaction; the client may have changed meanwhile.
    Resume,
    /// The request of a device, when it comes and whenever its user's browser takes it up (RFC 8628 §3.1).
    Device,
}
use Endpoint::{Authorization, Device, Resume};

/// One check.
pub struct Step {
    /// What it makes sure of.
    pub name: &'static str,
    /// The endpoints it runs at.
    pub endpoints: &'static [Endpoint],
    /// The check itself.
    pub check: Check,
}

/// A check that computes, or one that asks the database.
pub enum Check {
    /// Computes only.
    Pure(fn(&mut AuthorizationRequest<'_>) -> Result<(), OidcError>),
    /// Asks the database.
    Stored(for<'r> fn(&'r mut AuthorizationRequest<'_>) -> BoxFuture<'r, Result<(), OidcError>>),
}
use Check::{Pure, Stored};

/// The table.
pub const STEPS: &[Step] = &[
    // RFC 6749 §3.1.
    Step {
        name: "parameters sent once",
        endpoints: &[Authorization],
        check: Pure(check::parameters::sent_once),
    },
    // RFC 6749 §2.2, §4.1.2.1: an unknown client is never redirected to.
    Step { name: "client", endpoints: &[Authorization, Resume], check: Stored(check::client::is_known) },
    Step { name: "device client", endpoints: &[Device], check: Stored(check::client::is_device) },
    // RFC 6749 §3.1.2.4, RFC 9700 §2.1: exact match; errors from here on are redirected.
    Step {
        name: "redirect URI",
        endpoints: &[Authorization, Resume],
        check: Pure(check::redirect_uri::is_registered),
    },
    // OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode.
    Step {
        name: "response mode",
        endpoints: &[Authorization, Resume],
        check: Pure(check::response::mode_is_supported),
    },
    // OpenID Connect Core §6, §7.2.1.
    Step {
        name: "no request objects",
        endpoints: &[Authorization],
        check: Pure(check::parameters::no_request_object),
    },
    // RFC 6749 §3.1.1.
    Step {
        name: "response type",
        endpoints: &[Authorization, Resume],
        check: Pure(check::response::type_is_allowed),
    },
    // OpenID Connect Core §3.1.2.1.
    Step { name: "prompt", endpoints: &[Authorization, Resume], check: Pure(check::prompt::is_supported) },
    // RFC 8707 §2.
    Step {
        name: "resources",
        endpoints: &[Authorization, Resume, Device],
        check: Stored(check::resource::are_known),
    },
    // RFC 6749 §3.3.
    Step {
        name: "scope",
        endpoints: &[Authorization, Resume, Device],
        check: Stored(check::scope::is_allowed),
    },
    // RFC 7636 §4.3, §4.4.
    Step {
        name: "code challenge",
        endpoints: &[Authorization, Resume],
        check: Pure(check::pkce::challenge_is_sound),
    },
    // RFC 9700 §2.1.1.
    Step {
        name: "code challenge needed",
        endpoints: &[Authorization, Resume],
        check: Pure(check::pkce::is_used_where_needed),
    },
    // OpenID Connect Core §3.1.2.1.
    Step {
        name: "max_age",
        endpoints: &[Authorization, Resume, Device],
        check: Pure(check::max_age::is_a_number),
    },
    // OpenID Connect Core §3.1.2.1.
    Step {
        name: "id_token_hint",
        endpoints: &[Authorization, Resume],
        check: Pure(check::id_token_hint::is_ours),
    },
];

/// Runs the checks of an endpoint in order, up to the first that fails.
///
/// # Errors
/// The first failure.
pub async fn run(request: &mut AuthorizationRequest<'_>, endpoint: Endpoint) -> Result<(), OidcError> {
    for step in STEPS.iter().filter(|step| step.endpoints.contains(&endpoint)) {
        let outcome = match step.check {
            Pure(check) => check(request),
            Stored(check) => check(request).await,
        };
        if let Err(error) = outcome {
            tracing::debug!(
                check = step.name,
                error = error.kind().as_str(),
                "authorization request refused"
            );
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_redirect_uri_is_verified_before_anything_is_redirected() {
        let at = |name: &str| STEPS.iter().position(|step| step.name == name).unwrap();
        assert!(at("client") < at("redirect URI"));
        assert!(
            STEPS.iter().skip(at("redirect URI") + 1).all(|step| step.endpoints.contains(&Authorization))
        );
        for security in ["client", "redirect URI", "code challenge needed", "scope"] {
            assert!(
                STEPS[at(security)].endpoints.contains(&Resume),
                "{security} is checked again after the sign-in"
            );
        }
    }
}
