//! Rules on single fields, collected so that one answer names every fault.

use portico_http_kit::{ApiError, Issue, invalid_input};
pub use portico_identity::identifiers::{is_email, is_phone, is_username};

/// Longest text of most short columns.
pub const MAX_SHORT: usize = 128;
/// Longest name of an application.
pub const MAX_NAME: usize = 256;
/// Longest URL.
pub const MAX_URL: usize = 2048;
/// Most ids in one request.
pub const MAX_IDS: usize = 500;

/// Schemes whose addresses a browser runs, or reads from where they do not belong.
const UNSAFE_SCHEMES: &[&str] = &["javascript", "vbscript", "data", "blob", "file", "about", "filesystem"];

/// Faults found so far.
#[derive(Default)]
pub struct Checks(Vec<Issue>);

impl Checks {
    /// Records a fault of kind `custom` unless the condition holds.
    pub fn require(&mut self, condition: bool, field: &str, message: &str) {
        self.require_as(condition, field, "custom", message);
    }

    /// Records a fault unless the condition holds.
    pub fn require_as(&mut self, condition: bool, field: &str, code: &'static str, message: &str) {
        if !condition {
            self.0.push(Issue::at(field, code, message));
        }
    }

    /// The text's length in characters must be in the range.
    pub fn length(&mut self, field: &str, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        self.require_as(length >= min, field, "too_small", &format!("At least {min} characters are needed."));
        self.require_as(length <= max, field, "too_big", &format!("At most {max} characters are allowed."));
    }

    /// The text must be an `http` or `https` URL.
    pub fn web_url(&mut self, field: &str, text: &str) {
        let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        self.require_as(is_web, field, "invalid_string", "Not a web address.");
        self.length(field, text, 0, MAX_URL);
    }

    /// The text must be an address that pages can link to; the schemes that run or read something are refused.
    pub fn link(&mut self, field: &str, text: &str) {
        let is_link = url::Url::parse(text).is_ok_and(|url| !UNSAFE_SCHEMES.contains(&url.scheme()));
        self.require_as(is_link, field, "invalid_string", "Not an address to link to.");
        self.length(field, text, 0, MAX_URL);
    }

    /// The text must be a colour.
    pub fn hex_color(&mut self, field: &str, text: &str) {
        let is_color = text.strip_prefix('#').is_some_and(|digits| {
            matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        self.require_as(is_color, field, "invalid_string", "Not a colour like #rgb or #rrggbb.");
    }

    /// The list must have this many items.
    pub fn count(&mut self, field: &str, count: usize, min: usize, max: usize) {
        self.require_as(count >= min, field, "too_small", &format!("At least {min} items are needed."));
        self.require_as(count <= max, field, "too_big", &format!("At most {max} items are allowed."));
    }

    /// Every id of the list must be something, and there may not be too many.
    pub fn ids(&mut self, field: &str, ids: &[String], min: usize) {
        self.count(field, ids.len(), min, MAX_IDS);
        for (index, id) in ids.iter().enumerate() {
            self.length(&format!("{field}[{index}]"), id, 1, MAX_SHORT);
        }
    }

    /// The answer for a body with faults.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(invalid_input("body", &self.0)) }
    }
}
