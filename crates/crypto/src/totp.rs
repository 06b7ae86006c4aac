//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, 6 digits, 30 seconds.

use totp_rs::{Builder, Secret};

use crate::random::random_bytes;

/// Lengths of an imported secret in base32: 80 to 160 bits.
const TEXT_LENGTHS: std::ops::RangeInclusive<usize> = 16..=32;
/// Steps before and after the present one whose codes are taken (RFC 6238 §5.2).
const WINDOW: u16 = 1;

/// What a person's authenticator app and the server share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Secret);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TotpSecret([redacted])")
    }
}

impl TotpSecret {
    /// A new one of 160 bits (RFC 4226 §4).
    #[must_use]
    pub fn generate() -> Self {
        Self(Secret::from(random_bytes::<20>()))
    }

    /// One that another system made: 16 to 32 characters of base32 (RFC 4648 §6).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !TEXT_LENGTHS.contains(&text.len()) {
            return None;
        }
        Secret::try_from_base32(text).ok().map(Self)
    }

    /// As people type it.
    #[must_use]
    pub fn to_base32(&self) -> String {
        self.0.to_base32()
    }

    /// The address that an authenticator app reads from a picture. A colon separates the two names, so they
    /// cannot hold one themselves.
    #[must_use]
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> Option<String> {
        self.builder()
            .with_issuer(Some(issuer.replace(':', " ")))
            .with_account_name(account.replace(':', " "))
            .build_noncompliant()
            .to_url()
            .ok()
    }

    /// The time step whose code this is, if it is right at this time. A step is good for one use: the caller
    /// remembers the last one and refuses it and those before it (RFC 6238 §5.2).
    #[must_use]
    pub fn check(&self, code: &str, now_seconds: u64) -> Option<u64> {
        self.builder().build_noncompliant().check(code, now_seconds)
    }

    /// Secrets shorter than RFC 4226 asks for exist in other systems, so their length is not checked again.
    fn builder(&self) -> Builder {
        Builder::new().with_secret(self.0.clone()).with_skew(WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = TotpSecret::parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret.check(code, time), Some(time / 30));
            assert_eq!(secret.check(code, time + 30), Some(time / 30));
            assert_eq!(secret.check(code, time + 90), None);
        }
        assert_eq!(secret.check("28708", 59), None);
        assert_eq!(secret.check("", 59), None);
    }

    #[test]
    fn secrets_of_other_systems_are_read_and_checked() {
        let secret = TotpSecret::generate();
        assert_eq!(secret.to_base32().len(), 32);
        assert_eq!(TotpSecret::parse(&secret.to_base32()), Some(secret));
        assert!(TotpSecret::parse("JBSWY3DPEHPK3PXP").is_some());
        for text in ["", "JBSWY3DPEHPK3PX", "JBSWY3DPEHPK3PX1", "JBSWY3DP EHPK3PXP", &"A".repeat(33)] {
            assert_eq!(TotpSecret::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let secret = TotpSecret::parse("JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(
            secret.otpauth_uri("id.example.com", "Ada: Lovelace").unwrap(),
            "otpauth://totp/id.example.com:Ada%20%20Lovelace?secret=JBSWY3DPEHPK3PXP&issuer=id.example.com"
        );
    }
}
