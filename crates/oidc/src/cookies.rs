//! The provider's cookies. Each is signed: `name` travels with `name.sig`.

use crate::environment::Environment;
use axum::http::{HeaderMap, HeaderValue, header};
use portico_http_kit::cookies;
use std::{
    fmt::Write as _,
    time::{Duration, UNIX_EPOCH},
};

/// The browser's session.
pub const SESSION: &str = "_session";
/// Binds the browser to an interaction's resume address.
pub const INTERACTION_RESUME: &str = "_interaction_resume";
/// Hints for the sign-in page; readable by its script.
pub const HINTS: &str = "_logto";
/// Secret of the page where the code of a device is typed; readable by its script.
pub const DEVICE_XSRF: &str = "_logto_device_flow_xsrf";
/// The same secret as it comes back with that page's form.
pub const DEVICE_FORM: &str = "_device";
/// A credential that Google One Tap gave a page of the application.
pub const GOOGLE_ONE_TAP: &str = "_logto_google_one_tap_credential";

/// The verified value of a signed cookie.
#[must_use]
pub fn find_signed<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
    cookies::find_signed(&environment.headers, &environment.snapshot.cookie_keys, name)
        .filter(|value| !value.is_empty())
}

/// A cookie to set.
#[derive(Clone, Copy, Debug)]
pub struct Cookie<'a> {
    /// Name.
    pub name: &'a str,
    /// Value, already fit for a header.
    pub value: &'a str,
    /// Path it is sent to.
    pub path: &'a str,
    /// Epoch seconds; `None` ends with the browser.
    pub expires: Option<i64>,
    /// Hidden from scripts.
    pub is_http_only: bool,
}

impl<'a> Cookie<'a> {
    /// Removes a cookie.
    #[must_use]
    pub fn removal(name: &'a str, path: &'a str) -> Self {
        Self { name, value: "", path, expires: Some(0), is_http_only: true }
    }

    /// Appends the cookie and its signature to a response.
    pub fn append(&self, environment: &Environment, headers: &mut HeaderMap) {
        // Behind a proxy that ends TLS only the configured address knows that browsers come over TLS.
        let is_secure = environment.caller.is_secure || environment.issuer().starts_with("https://");
        let attributes = self.attributes(is_secure);
        append(headers, &format!("{}={}{attributes}", self.name, self.value));
        if let Some(signature) = environment.snapshot.cookie_keys.sign(self.name, self.value) {
            append(headers, &format!("{}.sig={signature}{attributes}", self.name));
        }
    }

    fn attributes(&self, is_secure: bool) -> String {
        let mut text = format!("; path={}", self.path);
        if let Some(seconds) = self.expires {
            let date = UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            // Writing to a String cannot fail.
            let _ = write!(text, "; expires={}", httpdate::fmt_http_date(date));
        }
        text.push_str("; samesite=lax");
        if is_secure {
            text.push_str("; secure");
        }
        if self.is_http_only {
            text.push_str("; httponly");
        }
        text
    }
}

fn append(headers: &mut HeaderMap, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.append(header::SET_COOKIE, value);
    }
}
