//! What a file is, by its content: neither its name nor the type that a client claims is believed.

use roxmltree::{Document, Node, ParsingOptions};

/// A kind of file that may be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain names")]
pub enum AssetType {
    Jpeg,
    Png,
    Gif,
    Icon,
    Svg,
    Tiff,
    Webp,
    Bmp,
    Zip,
}

/// Media types that clients may name, in the order in which the API lists them.
pub const MEDIA_TYPES: [&str; 10] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/vnd.microsoft.icon",
    "image/x-icon",
    "image/svg+xml",
    "image/tiff",
    "image/webp",
    "image/bmp",
    "application/zip",
];

impl AssetType {
    const ALL: [Self; 9] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Icon,
        Self::Svg,
        Self::Tiff,
        Self::Webp,
        Self::Bmp,
        Self::Zip,
    ];

    /// Recognizes a file; `None` for everything that may not be uploaded.
    #[must_use]
    pub fn detect(data: &[u8]) -> Option<Self> {
        match infer::get(data).map(|kind| kind.mime_type()) {
            Some("text/xml" | "text/html") | None => is_passive_svg(data).then_some(Self::Svg),
            Some(media_type) => Self::ALL.into_iter().find(|kind| kind.media_type() == media_type),
        }
    }

    /// The kind whose files end like this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Self::ALL
            .into_iter()
            .find(|kind| kind.extensions().iter().any(|known| known.eq_ignore_ascii_case(extension)))
    }

    /// Media type to serve such a file with.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Icon => "image/vnd.microsoft.icon",
            Self::Svg => "image/svg+xml",
            Self::Tiff => "image/tiff",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Zip => "application/zip",
        }
    }

    /// How names of such files end, the usual way first.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Gif => &["gif"],
            Self::Icon => &["ico"],
            Self::Svg => &["svg"],
            Self::Tiff => &["tiff", "tif"],
            Self::Webp => &["webp"],
            Self::Bmp => &["bmp"],
            Self::Zip => &["zip"],
        }
    }

    /// Whether it is a picture of pixels that every browser shows: what a person may use as an avatar.
    #[must_use]
    pub const fn is_photo(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::Webp | Self::Bmp)
    }
}

/// A drawing that does nothing: no scripts, no event handlers, no HTML inside, no addresses that run code. Document
/// type definitions are refused too, so there are no entities to expand.
fn is_passive_svg(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 100_000, ..ParsingOptions::default() };
    let Ok(document) = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options) else {
        return false;
    };
    let root = document.root_element();
    let is_drawing = root.has_tag_name(("http://www.w3.org/2000/svg", "svg"));
    is_drawing && root.descendants().filter(Node::is_element).all(is_passive)
}

fn is_passive(element: Node<'_, '_>) -> bool {
    let name = element.tag_name().name();
    let runs = ["script", "foreignobject", "iframe", "embed", "object", "handler", "listener"];
    if runs.iter().any(|other| name.eq_ignore_ascii_case(other)) {
        return false;
    }
    element.attributes().all(|attribute| {
        let value: String =
            attribute.value().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let value = value.to_ascii_lowercase();
        let is_handler = attribute.name().to_ascii_lowercase().starts_with("on");
        let runs =
            value.contains("javascript:") || value.starts_with("data:text") || value.starts_with("vbscript:");
        !is_handler && !runs
    })
}

/// Media type of a file of a custom UI, by its name.
#[must_use]
pub fn page_media_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = guess.type_() == "text" || matches!(guess.subtype().as_str(), "javascript" | "json");
    if is_text { format!("{guess}; charset=utf-8") } else { guess.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

    fn svg(inside: &str) -> Vec<u8> {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>").into_bytes()
    }

    #[test]
    fn files_are_what_they_contain() {
        assert_eq!(AssetType::detect(PIXEL), Some(AssetType::Png));
        assert_eq!(AssetType::detect(b"GIF89a...."), Some(AssetType::Gif));
        assert_eq!(AssetType::detect(b"PK\x03\x04...."), Some(AssetType::Zip));
        assert_eq!(AssetType::detect(&svg("<path d=\"M0 0h1\"/>")), Some(AssetType::Svg));
        let with_prologue = [b"<?xml version=\"1.0\"?>\n".to_vec(), svg("")].concat();
        assert_eq!(AssetType::detect(&with_prologue), Some(AssetType::Svg));
        for other in
            [&b"hello"[..], b"", b"%PDF-1.7", b"<!doctype html><html></html>", b"MZ\x90\0", b"\x7fELF"]
        {
            assert_eq!(AssetType::detect(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_drawing_that_does_something_is_no_picture() {
        for inside in [
            "<script>alert(1)</script>",
            "<g onload=\"alert(1)\"/>",
            "<a href=\"java\nscript:alert(1)\"><path/></a>",
            "<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject>",
            "<set attributeName=\"href\" to=\"javascript:alert(1)\"/>",
        ] {
            assert_eq!(AssetType::detect(&svg(inside)), None, "{inside}");
        }
        let entities =
            b"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>";
        assert_eq!(AssetType::detect(entities), None);
    }

    #[test]
    fn every_kind_has_a_listed_media_type_and_a_name_of_its_own() {
        for kind in AssetType::ALL {
            assert!(MEDIA_TYPES.contains(&kind.media_type()));
            for extension in kind.extensions() {
                assert_eq!(AssetType::from_name(&format!("a.b.{extension}")), Some(kind));
            }
        }
        assert_eq!(AssetType::from_name("page.html"), None);
    }

    #[test]
    fn pages_are_served_as_text() {
        assert_eq!(page_media_type("index.html"), "text/html; charset=utf-8");
        assert_eq!(page_media_type("a/b.js"), "text/javascript; charset=utf-8");
        assert_eq!(page_media_type("font.woff2"), "font/woff2");
        assert_eq!(page_media_type("data.unknown"), "application/octet-stream");
    }
}
