//! Small helpers for writing a connector's description.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portico_model::connector_factory::LocalizedText;

/// A text that is the same in every language, or not translated yet.
pub fn english(text: &str) -> LocalizedText {
    LocalizedText::from([("en".to_owned(), text.to_owned())])
}

/// An SVG as a `data:` URL, so that logos need no route and no external host.
pub fn svg_logo(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}
