//! The texts of the sign-in pages: a built-in language under the tenant's own texts.

use crate::phrases::{FALLBACK_LANGUAGE, Phrases};
use portico_identity::Snapshot;
use portico_model::{CustomPhrase, JsonObject};
use serde_json::{Value, json};

/// The texts of a page.
pub struct PagePhrases {
    /// Their language.
    pub tag: String,
    /// `{ "translation": … }`, the body of `GET /api/.well-known/phrases`.
    pub body: Value,
}

/// The texts in the best language there is, of these, best first: for each the tenant's own texts, a built-in
/// language, the built-in language it is a variant of, the tenant's texts of that one.
#[must_use]
pub fn page_phrases(snapshot: &Snapshot, preferred: &[String]) -> PagePhrases {
    resolve(&snapshot.custom_phrases, preferred)
}

fn resolve(custom: &[CustomPhrase], preferred: &[String]) -> PagePhrases {
    let own = |tag: &str| custom.iter().find(|phrase| phrase.language_tag.eq_ignore_ascii_case(tag));
    let own_tag = |tag: &str| own(tag).map(|phrase| phrase.language_tag.clone());
    let built_in = |tag: &str| Phrases::find_tag(tag).map(str::to_owned);
    let tag = preferred.iter().find_map(|tag| {
        let base = tag.split('-').next().unwrap_or(tag);
        own_tag(tag)
            .or_else(|| built_in(tag))
            .or_else(|| Phrases::find_primary(base).map(str::to_owned))
            .or_else(|| own_tag(base))
    });
    let tag = tag.unwrap_or_else(|| FALLBACK_LANGUAGE.to_owned());
    let mut translation = built_in_translation(&tag).unwrap_or_default();
    if let Some(phrase) = own(&tag) {
        merge(&mut translation, &phrase.translation);
    }
    PagePhrases { tag, body: json!({ "translation": translation }) }
}

/// The page texts of a built-in language; English for any other.
fn built_in_translation(tag: &str) -> Option<JsonObject> {
    let source = Phrases::source(tag).or_else(|| Phrases::source(FALLBACK_LANGUAGE))?;
    let mut source: Value = serde_json::from_str(source).ok()?;
    match source.get_mut("translation").map(Value::take) {
        Some(Value::Object(translation)) => Some(translation),
        _ => None,
    }
}

/// Lays texts over others; an empty text leaves the one below.
fn merge(below: &mut JsonObject, above: &JsonObject) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge(below, above),
            (_, Value::String(text)) if text.is_empty() => {}
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Whether the texts have the shape of the built-in ones: known keys, texts where texts are. Their structure is
/// what pages read them by.
#[must_use]
pub fn is_translation(texts: &JsonObject) -> bool {
    built_in_translation(FALLBACK_LANGUAGE).is_some_and(|known| fits(&known, texts))
}

fn fits(known: &JsonObject, texts: &JsonObject) -> bool {
    texts.iter().all(|(key, value)| match (known.get(key), value) {
        (Some(Value::Object(known)), Value::Object(texts)) => fits(known, texts),
        (Some(Value::String(_)), Value::String(_)) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(tag: &str, translation: Value) -> CustomPhrase {
        CustomPhrase {
            tenant_id: "default".to_owned(),
            id: tag.to_owned(),
            language_tag: tag.to_owned(),
            translation: translation.as_object().unwrap().clone(),
        }
    }

    fn tag(custom: &[CustomPhrase], preferred: &[&str]) -> String {
        resolve(custom, &preferred.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).tag
    }

    #[test]
    fn the_tenants_language_wins_over_a_built_in_one() {
        let custom = [own("vi-VN", json!({})), own("de-AT", json!({})), own("sv", json!({}))];
        assert_eq!(tag(&custom, &["vi-VN"]), "vi-VN");
        assert_eq!(tag(&custom, &["de-AT"]), "de-AT");
        assert_eq!(tag(&custom, &["de-CH"]), "de");
        assert_eq!(tag(&custom, &["sv-SE"]), "sv");
        assert_eq!(tag(&custom, &["xx", "de"]), "de");
        assert_eq!(tag(&[], &["vi-VN"]), "en");
    }

    #[test]
    fn own_texts_lie_over_the_built_in_ones() {
        let custom = [own("en", json!({ "list": { "and": "&", "or": "" } }))];
        let body = resolve(&custom, &["en".to_owned()]).body;
        let below = resolve(&[], &["en".to_owned()]).body;
        assert_eq!(body["translation"]["list"]["and"], "&");
        assert_eq!(body["translation"]["list"]["or"], below["translation"]["list"]["or"]);
        assert_eq!(body["translation"]["action"], below["translation"]["action"]);
    }

    #[test]
    fn texts_without_a_place_are_refused() {
        let fits = |texts: Value| is_translation(texts.as_object().unwrap());
        assert!(fits(json!({ "list": { "and": "&" } })));
        assert!(!fits(json!({ "invalid": "x" })));
        assert!(!fits(json!({ "list": "x" })));
        assert!(!fits(json!({ "list": { "and": { "x": "y" } } })));
    }
}
