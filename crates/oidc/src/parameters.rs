//! Request parameters, from a query string, a form or a JSON body alike.

use crate::error::{OidcError, OidcErrorKind};
use portico_model::JsonObject;
use serde_json::Value;

/// Largest request body in bytes.
pub const MAX_BODY_BYTES: usize = 56 * 1024;

/// Parameters in the order sent. A parameter without a value counts as not sent (RFC 6749 §3.1, §3.2).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text, which query strings are too.
    ///
    /// # Errors
    /// On a NUL character: no database stores one.
    pub fn from_urlencoded(text: &[u8]) -> Result<Self, OidcError> {
        Self::checked(
            form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// Reads a JSON object; arrays become several parameters of one name.
    ///
    /// # Errors
    /// When it is not an object of scalars and arrays of scalars.
    pub fn from_json(text: &[u8]) -> Result<Self, OidcError> {
        let invalid = || OidcErrorKind::InvalidRequest.because("the body is not a JSON object of texts");
        let object: JsonObject = serde_json::from_slice(text).map_err(|_| invalid())?;
        Self::from_object(&object).ok_or_else(invalid).and_then(|parameters| Self::checked(parameters.0))
    }

    /// Parameters kept by [`Parameters::to_object`]; `None` when the object holds something else.
    #[must_use]
    pub fn from_object(object: &JsonObject) -> Option<Self> {
        let mut parameters = Vec::with_capacity(object.len());
        for (name, value) in object {
            match value {
                Value::Array(items) => {
                    for item in items {
                        parameters.push((name.clone(), scalar(item)?));
                    }
                }
                Value::Null => {}
                value => parameters.push((name.clone(), scalar(value)?)),
            }
        }
        Some(Self(parameters))
    }

    /// The same with one value for a parameter, whatever was sent.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    fn checked(parameters: Vec<(String, String)>) -> Result<Self, OidcError> {
        if parameters.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(OidcErrorKind::InvalidRequest.because("NUL characters are not allowed"));
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter the request needs.
    ///
    /// # Errors
    /// When it was not sent.
    pub fn require(&self, name: &'static str) -> Result<&str, OidcError> {
        self.get(name).ok_or_else(|| {
            OidcErrorKind::InvalidRequest.because(format!("required parameter '{name}' is missing"))
        })
    }

    /// RFC 6749 §3.1 and §3.2: no parameter twice; `resource` alone may repeat (RFC 8707 §2).
    ///
    /// # Errors
    /// Naming the parameters of `known` that were sent several times.
    pub fn require_single(&self, known: &[&str]) -> Result<(), OidcError> {
        let repeated: Vec<_> =
            known.iter().filter(|name| **name != "resource" && self.get_all(name).nth(1).is_some()).collect();
        match repeated.as_slice() {
            [] => Ok(()),
            [name, ..] => {
                Err(OidcErrorKind::InvalidRequest.because(format!("'{name}' was sent more than once")))
            }
        }
    }

    /// Requested resources: the parameter repeats, and each value may be a comma-separated list.
    #[must_use]
    pub fn resources(&self) -> Vec<String> {
        let mut resources: Vec<String> = Vec::new();
        for part in self.get_all("resource").flat_map(|value| value.split(',')).map(str::trim) {
            if !part.is_empty() && !resources.iter().any(|known| known == part) {
                resources.push(part.to_owned());
            }
        }
        resources
    }

    /// The named parameters as they are stored with an interaction.
    #[must_use]
    pub fn to_object(&self, known: &[&str]) -> JsonObject {
        let mut object = JsonObject::new();
        for name in known {
            let mut values: Vec<Value> = self.get_all(name).map(Value::from).collect();
            match values.len() {
                0 => {}
                1 => {
                    object.insert((*name).to_owned(), values.remove(0));
                }
                _ => {
                    object.insert((*name).to_owned(), Value::Array(values));
                }
            }
        }
        object
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The distinct words of a space-separated list, in order (RFC 6749 §3.3).
#[must_use]
pub fn words(list: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in list.split(' ').filter(|word| !word.is_empty()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_and_json_read_alike() {
        let form = Parameters::from_urlencoded(b"a=1&resource=x&resource=y&empty=&b=%20c").unwrap();
        let json = Parameters::from_json(br#"{"a":1,"resource":["x","y"],"b":" c"}"#).unwrap();
        assert_eq!(form.get("a"), Some("1"));
        assert_eq!(form.get("empty"), None);
        assert_eq!(form.resources(), json.resources());
        assert_eq!(form.get("b"), json.get("b"));
    }

    #[test]
    fn refuses_nul_and_nested_json() {
        assert!(Parameters::from_urlencoded(b"a=%00").is_err());
        assert!(Parameters::from_json(br#"{"a":"\u0000"}"#).is_err());
        assert!(Parameters::from_json(br#"{"a":{"b":1}}"#).is_err());
        assert!(Parameters::from_json(br#"[1]"#).is_err());
    }

    #[test]
    fn only_resource_may_repeat() {
        let known = ["client_id", "resource"];
        let parameters = Parameters::from_urlencoded(b"resource=a&resource=b,c&client_id=x").unwrap();
        assert!(parameters.require_single(&known).is_ok());
        assert_eq!(parameters.resources(), ["a", "b", "c"]);
        let parameters = Parameters::from_urlencoded(b"client_id=x&client_id=y&other=1&other=2").unwrap();
        assert!(parameters.require_single(&known).is_err());
    }

    proptest! {
        #[test]
        fn storing_and_reading_back_loses_nothing(pairs in proptest::collection::vec(("[ab]|resource", "[a-c]{0,3}"), 0..8)) {
            let known = ["a", "b", "resource"];
            let parameters = Parameters(pairs);
            let restored = Parameters::from_object(&parameters.to_object(&known)).unwrap();
            for name in known {
                prop_assert_eq!(parameters.get_all(name).collect::<Vec<_>>(), restored.get_all(name).collect::<Vec<_>>());
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Parameters::from_urlencoded(&bytes);
            let _ = Parameters::from_json(&bytes);
        }
    }
}
