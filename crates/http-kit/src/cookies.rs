//! Reading, signing and setting cookies.
//!
//! A signed cookie `name` travels with `name.sig`; a value whose signature does not match is treated as absent.

use axum::http::{HeaderMap, HeaderValue, header};
use portico_crypto::cookie::CookieKeys;
use std::fmt::Write as _;

/// The value of a cookie as sent, undecoded.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then_some(value)
        })
}

/// The value of a signed cookie; `None` when it or its signature is absent or wrong.
#[must_use]
pub fn find_signed<'a>(headers: &'a HeaderMap, keys: &CookieKeys, name: &str) -> Option<&'a str> {
    let value = find(headers, name)?;
    let signature = find(headers, &format!("{name}.sig"))?;
    keys.verify(name, value, signature).then_some(value)
}

/// A cookie to set. Path `/` and `SameSite=Lax` always: the sign-in flow is made of top-level navigations.
#[derive(Clone, Debug)]
pub struct SetCookie<'a> {
    /// Name.
    pub name: &'a str,
    /// Value; the caller percent-encodes what needs it.
    pub value: &'a str,
    /// Seconds; `None` ends with the browser, 0 deletes.
    pub max_age_seconds: Option<i64>,
    /// Hidden from scripts.
    pub is_http_only: bool,
    /// Sent over TLS only.
    pub is_secure: bool,
}

impl SetCookie<'_> {
    /// Appends the `Set-Cookie` header.
    pub fn append(&self, headers: &mut HeaderMap) {
        append(headers, self.name, self.value, self);
    }

    /// Appends the cookie and its signature.
    pub fn append_signed(&self, headers: &mut HeaderMap, keys: &CookieKeys) {
        append(headers, self.name, self.value, self);
        if let Some(signature) = keys.sign(self.name, self.value) {
            append(headers, &format!("{}.sig", self.name), &signature, self);
        }
    }
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, cookie: &SetCookie<'_>) {
    let mut text = format!("{name}={value}; path=/");
    if let Some(seconds) = cookie.max_age_seconds {
        // Writing to a String cannot fail.
        let _ = write!(text, "; max-age={seconds}");
    }
    text.push_str("; samesite=lax");
    if cookie.is_secure {
        text.push_str("; secure");
    }
    if cookie.is_http_only {
        text.push_str("; httponly");
    }
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(cookies: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookies).unwrap());
        headers
    }

    #[test]
    fn a_signed_cookie_survives_the_round_trip_and_no_forgery_does() {
        let keys = CookieKeys::new(["new key", "old key"]);
        let signature = keys.sign("_session", "abc").unwrap();
        let good = request(&format!("a=b; _session=abc; _session.sig={signature}"));
        assert_eq!(find_signed(&good, &keys, "_session"), Some("abc"));
        let swapped = request(&format!("_session=abd; _session.sig={signature}"));
        assert_eq!(find_signed(&swapped, &keys, "_session"), None);
        let renamed = request(&format!("_interaction=abc; _interaction.sig={signature}"));
        assert_eq!(find_signed(&renamed, &keys, "_interaction"), None);
        assert_eq!(find_signed(&request("_session=abc"), &keys, "_session"), None);
    }

    #[test]
    fn cookies_signed_with_a_rotated_key_still_verify() {
        let old = CookieKeys::new(["old key"]);
        let signature = old.sign("_session", "abc").unwrap();
        let rotated = CookieKeys::new(["new key", "old key"]);
        let headers = request(&format!("_session=abc; _session.sig={signature}"));
        assert_eq!(find_signed(&headers, &rotated, "_session"), Some("abc"));
    }
}
