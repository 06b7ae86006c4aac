//! Is a password known from a breach?
//!
//! Asked of the public range service by k-anonymity: only the first five hex digits of the SHA-1 leave the
//! process. A service that cannot be reached must not keep anybody from choosing a password, so every failure
//! means "not known", after at most [`TIMEOUT`].

use crate::{
    Ctx,
    password_policy::{self, PasswordIssue, PersonalInfo},
};
use portico_connectors::{HttpClient, HttpError, OutboundRequest};
use portico_crypto::sha1_hex;
use portico_model::sign_in_experience::{PartialPasswordPolicy, PasswordPolicy};
use std::time::Duration;
use url::Url;

/// Longest wait for the service.
pub const TIMEOUT: Duration = Duration::from_secs(1);
/// Where ranges are asked for.
pub const RANGE_URL: &str = "https://api.pwnedpasswords.com/range/";
const PREFIX_LENGTH: usize = 5;
/// The passwords that compatibility runs expect to be known.
#[cfg(feature = "peer-suite")]
const INTEGRATION_TEST_PASSWORDS: &[&str] = &["123456aA", "test_password"];

/// Every reason to refuse a new password, breaches included.
pub async fn check_password(
    ctx: &Ctx,
    policy: &PartialPasswordPolicy,
    password: &str,
    person: &PersonalInfo,
) -> Vec<PasswordIssue> {
    let policy = PasswordPolicy::from(policy);
    let is_breached = policy.reject_pwned && is_breached(ctx, password).await;
    password_policy::check(&policy, password, person, is_breached)
}

/// Whether the password is known from a breach, as far as can be found out.
pub async fn is_breached(ctx: &Ctx, password: &str) -> bool {
    #[cfg(feature = "peer-suite")]
    if ctx.app.settings.is_integration_test {
        return INTEGRATION_TEST_PASSWORDS.contains(&password);
    }
    if !ctx.app.settings.check_breached_passwords {
        return false;
    }
    lookup(&ctx.app.outbound, RANGE_URL, password).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the breached-password service cannot be asked");
        false
    })
}

/// Asks a range service about a password.
///
/// # Errors
/// When it cannot be asked, or does not answer in time.
pub async fn lookup(client: &HttpClient, range_url: &str, password: &str) -> Result<bool, HttpError> {
    let digest = sha1_hex(password).to_ascii_uppercase();
    let (prefix, suffix) = digest.split_at(PREFIX_LENGTH);
    let url = Url::parse(range_url).and_then(|url| url.join(prefix)).map_err(|_| HttpError::InvalidUrl)?;
    // Padding keeps the answer's length from telling the prefix to an observer of the connection.
    let request = OutboundRequest::get(url).header("add-padding", "true").timeout(TIMEOUT);
    let response = client.send(request).await?;
    // Anything but a range counts as an empty one.
    Ok(response.is_success() && range_contains(&response.text(), suffix))
}

/// Whether a range answer (`SUFFIX:COUNT` lines, count 0 for padding) lists the suffix.
fn range_contains(range: &str, suffix: &str) -> bool {
    range.lines().any(|line| {
        line.trim()
            .split_once(':')
            .is_some_and(|(listed, count)| listed.eq_ignore_ascii_case(suffix) && count.trim() != "0")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_suffix_counts_unless_it_is_padding() {
        let range = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:0\r\n";
        assert!(range_contains(range, "0018A45C4D1DEF81644B54AB7F969B88D65"));
        assert!(range_contains(range, "0018a45c4d1def81644b54ab7f969b88d65"));
        assert!(!range_contains(range, "00D4F6E8FA6EECAD2A3AA415EEC418D38EC"));
        assert!(!range_contains(range, "0018A45C4D1DEF81644B54AB7F969B88D66"));
        assert!(!range_contains("<html>", ""));
    }
}
