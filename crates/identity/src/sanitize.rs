//! What the audit log must not hold: secrets, and the scripts of administrators.

use portico_model::JsonObject;
use serde_json::{Value, json};

/// Stands where a secret was.
const MASK: &str = "******";
/// A name that is one of these holds a secret.
const SECRET_NAMES: &[&str] = &["authorization", "xfunctionskey"];
/// A name that contains one of these does as well.
const SECRET_PARTS: &[&str] = &["secret", "password", "apikey", "privatekey", "credential", "cookie"];
/// Facts about passwords that are not passwords.
const HARMLESS_FLAGS: &[&str] = &["passwordverified", "haspassword"];
/// Names the secret that an application showed; only the name is kept.
const APPLICATION_SECRET: &str = "applicationsecret";

/// Masks secrets by their names at every depth, drops scripts with their settings, and removes NUL, which no
/// database takes.
pub(crate) fn sanitize(facts: JsonObject) -> JsonObject {
    facts
        .into_iter()
        .filter_map(|(name, value)| {
            let plain: String =
                name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            if is_script(&plain) {
                return None;
            }
            let value = sanitize_named(&plain, value);
            Some((without_nul(name), value))
        })
        .collect()
}

fn sanitize_named(plain: &str, value: Value) -> Value {
    if value.is_boolean() && HARMLESS_FLAGS.contains(&plain) {
        return value;
    }
    if plain == APPLICATION_SECRET
        && let Some(Value::String(name)) = value.get("name")
    {
        return json!({ "name": name });
    }
    match is_secret(plain) && !value.is_null() {
        true => MASK.into(),
        false => sanitize_value(value),
    }
}

fn sanitize_value(value: Value) -> Value {
    match value {
        Value::Object(facts) => Value::Object(sanitize(facts)),
        Value::Array(items) => items.into_iter().map(sanitize_value).collect(),
        Value::String(text) => Value::String(without_nul(text)),
        other => other,
    }
}

fn is_secret(plain: &str) -> bool {
    SECRET_NAMES.contains(&plain)
        || plain.ends_with("token")
        || SECRET_PARTS.iter().any(|part| plain.contains(part))
}

fn is_script(plain: &str) -> bool {
    plain.starts_with("script") || plain.ends_with("script") || plain.contains("environmentvariables")
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sanitized(value: Value) -> Value {
        sanitize_value(value)
    }

    #[test]
    fn secrets_are_masked_at_every_depth_whatever_their_spelling() {
        let facts = json!({
            "client_secret": "s", "Api-Key": "k", "list": [{ "refreshToken": "t", "scope": "openid" }],
            "newPassword": "p", "Set-Cookie": "c", "authorization": "b", "token": null, "tokenTypes": ["AccessToken"],
        });
        let expected = json!({
            "client_secret": MASK, "Api-Key": MASK, "list": [{ "refreshToken": MASK, "scope": "openid" }],
            "newPassword": MASK, "Set-Cookie": MASK, "authorization": MASK, "token": null, "tokenTypes": ["AccessToken"],
        });
        assert_eq!(sanitized(facts), expected);
    }

    #[test]
    fn harmless_facts_about_secrets_stay() {
        let facts = json!({ "hasPassword": true, "passwordVerified": false, "applicationSecret": { "name": "ci", "value": "s" } });
        let expected =
            json!({ "hasPassword": true, "passwordVerified": false, "applicationSecret": { "name": "ci" } });
        assert_eq!(sanitized(facts), expected);
        assert_eq!(sanitized(json!({ "hasPassword": "p" })), json!({ "hasPassword": MASK }));
    }

    #[test]
    fn scripts_go_and_so_does_nul() {
        let facts =
            json!({ "script": "x", "userScript": "x", "environment_variables": {}, "description": "a\0b" });
        assert_eq!(sanitized(facts), json!({ "description": "ab" }));
    }
}
