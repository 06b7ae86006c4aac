//! The built apps as files.

use std::borrow::Cow;

use rust_embed::{EmbeddedFile, RustEmbed};

/// A web app of `ui/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// Sign-in, registration, consent and error pages.
    SignIn,
    /// The administration console.
    Console,
    /// The interactive reference of the APIs.
    ApiReference,
}

#[derive(RustEmbed)]
#[folder = "../../ui/dist/sign-in"]
struct SignIn;

#[derive(RustEmbed)]
#[folder = "../../ui/dist/console"]
struct Console;

#[derive(RustEmbed)]
#[folder = "../../ui/dist/api-reference"]
struct ApiReference;

impl App {
    /// A file of the app by its path below the app's folder.
    pub(crate) fn file(self, path: &str) -> Option<EmbeddedFile> {
        match self {
            Self::SignIn => SignIn::get(path),
            Self::Console => Console::get(path),
            Self::ApiReference => ApiReference::get(path),
        }
    }

    /// A text file of the app.
    pub(crate) fn text(self, path: &str) -> Option<String> {
        let file = self.file(path)?;
        match file.data {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok(),
        }
    }
}
