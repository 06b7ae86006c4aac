//! Elements to be written. Text and attributes are escaped by the writer, so nothing that a person typed becomes
//! markup.

use quick_xml::{
    Writer,
    events::{BytesText, Event},
};
use std::{borrow::Cow, io};

use crate::SamlError;

/// An element with its attributes and content.
#[derive(Debug)]
pub(crate) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Self>,
    text: String,
    /// A document that stands for the element.
    raw: Option<String>,
}

impl Element {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new(), text: String::new(), raw: None }
    }

    /// An element that is written already; its bytes stay as they are, because a signature covers them.
    pub(crate) fn raw(document: String) -> Self {
        Self { raw: Some(document), ..Self::new("") }
    }

    pub(crate) fn attribute(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.attributes.push((name, printable(value.as_ref()).into_owned()));
        self
    }

    pub(crate) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(crate) fn text(mut self, text: impl AsRef<str>) -> Self {
        self.text = printable(text.as_ref()).into_owned();
        self
    }

    /// The element as a document.
    pub(crate) fn to_document(&self) -> Result<String, SamlError> {
        let mut writer = Writer::new(Vec::new());
        self.write(&mut writer)?;
        String::from_utf8(writer.into_inner()).map_err(|error| io::Error::other(error).into())
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        if let Some(raw) = &self.raw {
            return writer.write_event(Event::Text(BytesText::from_escaped(raw)));
        }
        let attributes = self.attributes.iter().map(|(name, value)| (*name, value.as_str()));
        let element = writer.create_element(self.name).with_attributes(attributes);
        if self.children.is_empty() && self.text.is_empty() {
            return element.write_empty().map(drop);
        }
        if self.children.is_empty() {
            return element.write_text_content(BytesText::new(&self.text)).map(drop);
        }
        let content = element
            .write_inner_content(|writer| self.children.iter().try_for_each(|child| child.write(writer)));
        content.map(drop)
    }
}

/// The text with every character that XML 1.0 (§2.2) cannot hold replaced.
fn printable(text: &str) -> Cow<'_, str> {
    let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_allowed) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|character| if is_allowed(character) { character } else { '\u{fffd}' });
    Cow::Owned(replaced.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let element = Element::new("a").attribute("b", "\"><x/>").child(Element::new("c").text("<d>&\u{1}"));
        let document = element.to_document().unwrap();
        assert_eq!(document, "<a b=\"&quot;&gt;&lt;x/&gt;\"><c>&lt;d&gt;&amp;\u{fffd}</c></a>");
    }
}
