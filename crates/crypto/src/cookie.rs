//! Signatures of cookies, with rotation: the first key signs, every key verifies.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::{Choice, ConstantTimeEq};

/// The cookie keys of a tenant, newest first.
#[derive(Clone)]
pub struct CookieKeys(Vec<hmac::Key>);

impl CookieKeys {
    /// Keys in order of preference. Without any key nothing signs and nothing verifies.
    pub fn new<K: AsRef<[u8]>>(keys: impl IntoIterator<Item = K>) -> Self {
        Self(keys.into_iter().map(|key| hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())).collect())
    }

    /// Signature of `name=value` in base64url, or `None` when there is no key.
    pub fn sign(&self, name: &str, value: &str) -> Option<String> {
        self.0.first().map(|key| signature(key, name, value))
    }

    /// Whether any key made `signature`; always tries all keys.
    pub fn verify(&self, name: &str, value: &str, signature: &str) -> bool {
        let mut valid = Choice::from(0);
        for key in &self.0 {
            valid |= self::signature(key, name, value).as_bytes().ct_eq(signature.as_bytes());
        }
        valid.into()
    }
}

fn signature(key: &hmac::Key, name: &str, value: &str) -> String {
    // A cookie name cannot contain `=` (RFC 6265 §4.1.1), so the join is unambiguous.
    let mut context = hmac::Context::with_key(key);
    context.update(name.as_bytes());
    context.update(b"=");
    context.update(value.as_bytes());
    URL_SAFE_NO_PAD.encode(context.sign())
}

impl fmt::Debug for CookieKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CookieKeys({})", self.0.len())
    }
}
