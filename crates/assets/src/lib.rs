//! Uploaded files: what they are ([`content`]), what an archive of pages holds ([`archive`]), and where they are
//! kept ([`storage`]).

pub mod archive;
pub mod content;
pub mod place;
pub mod storage;

pub use content::AssetType;
pub use place::Place;
pub use storage::{AssetStorage, StorageError, StoredFile};

/// Largest upload, in bytes.
pub const MAX_UPLOAD_BYTES: usize = 20 * 1024 * 1024;
