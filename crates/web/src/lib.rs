//! Embedded web apps and their page shells.
//!
//! The apps of `ui/` are compiled into a release and read from `ui/dist` in a debug build. This
//! crate knows nothing of the domain: [`sign_in_shell`] and [`console_index`] write JSON that the
//! caller hands over into the app's `index.html`, and [`asset`] serves the files it refers to.

mod assets;
mod files;
mod headers;
mod shell;

pub use assets::asset;
pub use files::App;
pub use headers::custom_ui_policy;
pub use shell::{ConsoleData, ShellData, api_reference_index, console_index, sign_in_shell};
