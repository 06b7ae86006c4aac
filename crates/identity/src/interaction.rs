//! The interaction: the one record in which the OpenID provider and the sign-in API meet.
//!
//! The provider starts it when an authorization request needs the user; the sign-in API fills in its result;
//! the provider takes the result up when the browser comes back to `<issuer>/auth/<uid>`. The browser is bound
//! to it by a signed cookie, so a uid that leaks is worth nothing elsewhere.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use portico_model::{JsonObject, oidc_artifact::InteractionPayload};
use serde_json::Value;

/// Cookie that names the browser's interactions, by client.
pub const INTERACTION_COOKIE: &str = "_interaction";
/// Header by which a page says which client's interaction it means.
pub const APP_ID_HEADER: &str = "logto-app-id";
/// Query parameter with the same meaning, in page addresses.
pub const APP_ID_PARAMETER: &str = "app_id";

/// Key of the newest interaction in the cookie, for pages that do not say which client they mean.
const NEWEST: &str = "_legacy";
/// Most clients the cookie remembers; the oldest goes first. Keeps the cookie far below 4 kB.
const MAX_REMEMBERED_CLIENTS: usize = 16;
/// What stays readable in a cookie value: the unreserved marks of a URI component (RFC 2396 §2.3).
const COOKIE_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A stored interaction.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// Its id, as in the cookie and the resume address.
    pub uid: String,
    /// What is stored.
    pub payload: InteractionPayload,
}

impl Interaction {
    /// A parameter of the authorization request.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.payload.params.get(name).and_then(Value::as_str)
    }

    /// The client that asked.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.param("client_id")
    }

    /// The user of the session that the request came with.
    #[must_use]
    pub fn session_account_id(&self) -> Option<&str> {
        self.payload.session.as_ref().map(|session| session.account_id.as_str())
    }

    /// Lays `changes` over the result so far, which starts as the result of the interaction before this one.
    pub fn merge_result(&mut self, changes: JsonObject) {
        let mut result = self.payload.last_submission.clone().unwrap_or_default();
        result.extend(self.payload.result.take().unwrap_or_default());
        result.extend(changes);
        self.payload.result = Some(result);
    }
}

/// The uid that a (verified, still encoded) interaction cookie holds for a client; the newest when no client is
/// named or it is not among those remembered. A cookie that is not a JSON object is an old one: a single uid.
#[must_use]
pub fn uid_in_cookie(value: &str, client_id: Option<&str>) -> Option<String> {
    let decoded = percent_decode_str(value).decode_utf8().ok()?;
    let Ok(Value::Object(uids)) = serde_json::from_str::<Value>(&decoded) else {
        return (!decoded.is_empty()).then(|| decoded.into_owned());
    };
    let find = |key: &str| uids.get(key).and_then(Value::as_str).map(str::to_owned);
    client_id.and_then(find).or_else(|| find(NEWEST))
}

/// The encoded cookie value after an interaction of `client_id` has started.
#[must_use]
pub fn cookie_with(previous: Option<&str>, client_id: &str, uid: &str) -> String {
    let mut uids = previous
        .and_then(|value| percent_decode_str(value).decode_utf8().ok())
        .and_then(|decoded| serde_json::from_str::<JsonObject>(&decoded).ok())
        .unwrap_or_default();
    // Taken out and put back so that the order stays oldest first.
    uids.shift_remove(client_id);
    uids.shift_remove(NEWEST);
    while uids.len() >= MAX_REMEMBERED_CLIENTS {
        let Some(oldest) = uids.keys().next().cloned() else { break };
        uids.shift_remove(&oldest);
    }
    uids.insert(client_id.to_owned(), uid.into());
    uids.insert(NEWEST.to_owned(), uid.into());
    utf8_percent_encode(&Value::Object(uids).to_string(), COOKIE_VALUE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_cookie_keeps_the_interaction_of_each_client() {
        let first = cookie_with(None, "app-a", "uid-1");
        assert_eq!(first, "%7B%22app-a%22%3A%22uid-1%22%2C%22_legacy%22%3A%22uid-1%22%7D");
        let second = cookie_with(Some(&first), "app-b", "uid-2");
        assert_eq!(uid_in_cookie(&second, Some("app-a")).as_deref(), Some("uid-1"));
        assert_eq!(uid_in_cookie(&second, Some("app-b")).as_deref(), Some("uid-2"));
        assert_eq!(uid_in_cookie(&second, None).as_deref(), Some("uid-2"));
        assert_eq!(uid_in_cookie(&second, Some("app-c")).as_deref(), Some("uid-2"));
    }

    #[test]
    fn the_cookie_forgets_the_oldest_client_first() {
        let mut cookie = None;
        for index in 0..40 {
            cookie = Some(cookie_with(cookie.as_deref(), &format!("app-{index}"), &format!("uid-{index}")));
        }
        let cookie = cookie.unwrap();
        assert!(cookie.len() < 2000);
        assert_eq!(uid_in_cookie(&cookie, Some("app-39")).as_deref(), Some("uid-39"));
        assert_eq!(uid_in_cookie(&cookie, Some("app-25")).as_deref(), Some("uid-25"));
        assert_eq!(uid_in_cookie(&cookie, Some("app-0")).as_deref(), Some("uid-39"));
    }

    #[test]
    fn odd_cookies_are_tolerated() {
        assert_eq!(uid_in_cookie("plain-uid", Some("app")).as_deref(), Some("plain-uid"));
        assert_eq!(uid_in_cookie("", None), None);
        assert_eq!(uid_in_cookie("%7B%22a%22%3A1%7D", Some("a")), None);
        assert_eq!(uid_in_cookie("%ff", None), None);
        assert_eq!(uid_in_cookie(&cookie_with(Some("%7B"), "a", "u"), Some("a")).as_deref(), Some("u"));
    }

    #[test]
    fn results_pile_up_on_the_submission_before() {
        let mut interaction = Interaction { uid: "u".into(), payload: InteractionPayload::default() };
        interaction.payload.last_submission = json!({ "login": { "accountId": "a" } }).as_object().cloned();
        interaction.merge_result(json!({ "x": 1 }).as_object().cloned().unwrap());
        interaction.merge_result(json!({ "y": 2 }).as_object().cloned().unwrap());
        assert_eq!(
            Value::Object(interaction.payload.result.unwrap()),
            json!({ "login": { "accountId": "a" }, "x": 1, "y": 2 })
        );
    }
}
