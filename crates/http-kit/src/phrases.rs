//! Texts people read, by language: the same files the web apps use (`ui/phrases`).

use portico_model::ErrorCode;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

/// Texts of one language.
pub struct Phrases {
    /// BCP 47 tag, for example `zh-CN`.
    pub tag: &'static str,
    texts: HashMap<String, String>,
}

/// Language used when nothing better is known.
pub const FALLBACK_LANGUAGE: &str = "en";

macro_rules! languages {
    ($($tag:literal),+) => {
        const SOURCES: &[(&str, &str)] =
            &[$(($tag, include_str!(concat!("../../../ui/phrases/", $tag, ".json")))),+];
    };
}
languages!("en", "de", "ar", "zh-CN");

static LANGUAGES: LazyLock<Vec<Arc<Phrases>>> =
    LazyLock::new(|| SOURCES.iter().map(|(tag, source)| Arc::new(Phrases::parse(tag, source))).collect());

impl Phrases {
    fn parse(tag: &'static str, source: &str) -> Self {
        let mut texts = HashMap::new();
        // The files are checked by a test, so a file that does not parse cannot ship.
        if let Ok(value) = serde_json::from_str::<Value>(source) {
            flatten("", &value, &mut texts);
        }
        Self { tag, texts }
    }

    /// Tags of the languages that Portico speaks.
    pub fn tags() -> impl Iterator<Item = &'static str> {
        SOURCES.iter().map(|(tag, _)| *tag)
    }

    /// The JSON source of a language.
    #[must_use]
    pub fn source(tag: &str) -> Option<&'static str> {
        SOURCES.iter().find(|(known, _)| *known == tag).map(|(_, source)| *source)
    }

    /// The built-in language with exactly this tag.
    #[must_use]
    pub fn find_tag(tag: &str) -> Option<&'static str> {
        Self::tags().find(|known| known.eq_ignore_ascii_case(tag))
    }

    /// The first built-in language with this primary language, for example `zh-CN` for `zh`.
    #[must_use]
    pub fn find_primary(primary: &str) -> Option<&'static str> {
        Self::tags()
            .find(|known| known.split('-').next().is_some_and(|found| found.eq_ignore_ascii_case(primary)))
    }

    /// The language that fits best: exact tag, then same primary language, in order of preference.
    #[must_use]
    pub fn negotiate(preferred: &[String]) -> Arc<Self> {
        let primary = |tag: &str| Self::find_primary(tag.split('-').next().unwrap_or(tag));
        let tag = preferred.iter().find_map(|tag| Self::find_tag(tag).or_else(|| primary(tag)));
        let found = tag.and_then(|tag| LANGUAGES.iter().find(|phrases| phrases.tag == tag));
        found.unwrap_or(&LANGUAGES[0]).clone()
    }

    /// The text of a key, in English when this language lacks it.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).or_else(|| LANGUAGES[0].texts.get(key)).map(String::as_str)
    }

    /// The message of an error code with its `{{placeholders}}` filled.
    #[must_use]
    pub fn error_message(&self, code: ErrorCode, parameters: &[(&'static str, String)]) -> String {
        let mut message = self
            .text(&format!("errors.{}", code.as_str()))
            .map_or_else(|| code.as_str().to_owned(), str::to_owned);
        for (name, value) in parameters {
            message = message.replace(&format!("{{{{{name}}}}}"), value);
        }
        message
    }
}

fn flatten(prefix: &str, value: &Value, texts: &mut HashMap<String, String>) {
    match value {
        Value::String(text) => {
            texts.insert(prefix.to_owned(), text.clone());
        }
        Value::Object(object) => {
            for (key, value) in object {
                let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(&key, value, texts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses() {
        for (tag, source) in SOURCES {
            assert!(serde_json::from_str::<Value>(source).is_ok(), "{tag}");
        }
    }

    #[test]
    fn every_error_code_has_an_english_message() {
        let missing: Vec<_> = ErrorCode::ALL
            .iter()
            .filter(|code| LANGUAGES[0].text(&format!("errors.{}", code.as_str())).is_none())
            .collect();
        assert!(missing.is_empty(), "no message for {missing:?}");
    }

    #[test]
    fn negotiates_by_exact_tag_then_primary_language() {
        let negotiate = |tags: &[&str]| {
            Phrases::negotiate(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).tag
        };
        assert_eq!(negotiate(&["zh-TW"]), "zh-CN");
        assert_eq!(negotiate(&["xx", "de-AT"]), "de");
        assert_eq!(negotiate(&[]), "en");
    }
}
