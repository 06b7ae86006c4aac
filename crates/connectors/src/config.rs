//! Reading a connector's settings, which are JSON that a person or a script wrote.
//!
//! A [`ConfigReader`] collects every mistake with the path of its field instead of stopping at the
//! first one.

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

/// One mistake in a connector's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigIssue {
    /// Dotted path of the field; empty for the settings as a whole.
    pub path: String,
    /// `invalid_type`, `invalid_enum_value`, `invalid_string` or `custom`.
    pub code: &'static str,
    /// What is wrong, in English, for people who write settings.
    pub message: String,
}

/// Reads fields of one JSON object and remembers what was wrong.
pub struct ConfigReader<'a> {
    object: Option<&'a Map<String, Value>>,
    prefix: String,
    issues: Vec<ConfigIssue>,
}

impl<'a> ConfigReader<'a> {
    /// A reader of the settings as a whole.
    pub fn new(value: &'a Value) -> Self {
        let mut reader = Self { object: value.as_object(), prefix: String::new(), issues: Vec::new() };
        if reader.object.is_none() {
            reader.type_issue("", "object", Some(value));
        }
        reader
    }

    /// The mistakes found so far, or the parsed settings when there are none.
    pub fn finish<T>(self, parsed: Option<T>) -> Result<T, Vec<ConfigIssue>> {
        match parsed {
            Some(parsed) if self.issues.is_empty() => Ok(parsed),
            _ => Err(self.issues),
        }
    }

    /// Records a mistake in `key`.
    pub fn issue(&mut self, key: &str, code: &'static str, message: impl Into<String>) {
        let path = match (self.prefix.as_str(), key) {
            ("", key) => key.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, key) => format!("{prefix}.{key}"),
        };
        self.issues.push(ConfigIssue { path, code, message: message.into() });
    }

    fn type_issue(&mut self, key: &str, expected: &str, found: Option<&Value>) {
        let found = found.map_or("undefined", type_name);
        self.issue(key, "invalid_type", format!("expected {expected}, found {found}"));
    }

    /// The value of `key`, if it is there at all.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.object?.get(key)
    }

    /// The names of all fields.
    pub fn keys(&self) -> Vec<String> {
        self.object.map(|object| object.keys().cloned().collect()).unwrap_or_default()
    }

    /// A string that has to be there.
    pub fn string(&mut self, key: &str) -> Option<String> {
        match self.value(key) {
            Some(Value::String(text)) => Some(text.clone()),
            other => {
                self.type_issue(key, "string", other);
                None
            }
        }
    }

    /// A string that has to be there and to say something.
    pub fn non_empty_string(&mut self, key: &str) -> Option<String> {
        let text = self.string(key)?;
        if text.trim().is_empty() {
            self.issue(key, "invalid_string", "must not be empty");
            return None;
        }
        Some(text)
    }

    /// A string that may be missing.
    pub fn optional_string(&mut self, key: &str) -> Option<String> {
        match self.value(key) {
            None => None,
            Some(_) => self.string(key),
        }
    }

    /// A switch that is off when it is missing.
    pub fn boolean(&mut self, key: &str) -> bool {
        match self.value(key) {
            None => false,
            Some(Value::Bool(value)) => *value,
            other => {
                self.type_issue(key, "boolean", other);
                false
            }
        }
    }

    /// An absolute `http` or `https` URL that has to be there. Browsers are sent to some of these,
    /// so no other scheme is accepted.
    pub fn url(&mut self, key: &str) -> Option<Url> {
        let text = self.string(key)?;
        match Url::parse(text.trim()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
            _ => {
                self.issue(key, "invalid_string", "must be an absolute http or https URL");
                None
            }
        }
    }

    /// One of `choices`, or the first of them when the key is missing.
    pub fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        if self.value(key).is_none() {
            return choices.first().map(|(_, value)| *value);
        }
        let text = self.string(key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let message = format!("must be one of {}", names.join(", "));
            self.issue(key, "invalid_enum_value", message);
        }
        found
    }

    /// A string or a list of strings; `None` when missing.
    pub fn strings(&mut self, key: &str) -> Option<Vec<String>> {
        match self.value(key)? {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(_) => self.string_list(key),
            other => {
                self.type_issue(key, "string or array", Some(other));
                None
            }
        }
    }

    /// A list of strings; `None` when missing.
    pub fn string_list(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let Value::Array(items) = value else {
            self.type_issue(key, "array", Some(value));
            return None;
        };
        let mut strings = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::String(text) => strings.push(text.clone()),
                other => self.type_issue(&format!("{key}.{index}"), "string", Some(other)),
            }
        }
        Some(strings)
    }

    /// A flat object of strings; empty when missing.
    pub fn string_map(&mut self, key: &str) -> Vec<(String, String)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Value::Object(fields) = value else {
            self.type_issue(key, "object", Some(value));
            return Vec::new();
        };
        let mut pairs = Vec::with_capacity(fields.len());
        for (name, field) in fields {
            match field {
                Value::String(text) => pairs.push((name.clone(), text.clone())),
                other => self.type_issue(&format!("{key}.{name}"), "string", Some(other)),
            }
        }
        pairs
    }

    /// Reads a nested object with the same reader, under its path.
    pub fn nested<T>(
        &mut self,
        key: &str,
        required: bool,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let value = match self.value(key) {
            Some(Value::Object(object)) => object,
            None if !required => return None,
            other => {
                self.type_issue(key, "object", other);
                return None;
            }
        };
        let path = if self.prefix.is_empty() { key.to_owned() } else { format!("{}.{key}", self.prefix) };
        let outer = self.object.replace(value);
        let outer_prefix = std::mem::replace(&mut self.prefix, path);
        let parsed = read(self);
        self.object = outer;
        self.prefix = outer_prefix;
        parsed
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
