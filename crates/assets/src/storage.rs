//! Keeping files and giving them back.

use crate::place::{Place, Target};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutOptions,
    local::LocalFileSystem, parse_url_opts, path::Path, prefix::PrefixStore,
};
use std::{fmt, ops::Range, sync::Arc};
use url::Url;

/// How many files of a custom UI travel to a bucket at once.
const PARALLEL_WRITES: usize = 8;

/// What went wrong with the storage; the cause is for the log.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum StorageError {
    #[error("the storage cannot be opened")]
    Open(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the storage cannot be written to")]
    Write(#[source] object_store::Error),
    #[error("the storage cannot be read")]
    Read(#[source] object_store::Error),
    #[error("the range lies outside of the file")]
    Range,
}

/// Where uploaded files are kept.
#[derive(Clone)]
pub struct AssetStorage {
    store: Arc<dyn ObjectStore>,
    public_url: Option<Url>,
}

impl fmt::Debug for AssetStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Stores may show their credentials.
        f.debug_struct("AssetStorage").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// A file that was kept, or the part of it that was asked for.
pub struct StoredFile {
    /// Its bytes, as they arrive.
    pub body: BoxStream<'static, Result<Bytes, StorageError>>,
    /// Which of them.
    pub range: Range<u64>,
    /// Size of the whole file.
    pub size: u64,
    /// Changes when the file does.
    pub tag: Option<String>,
}

impl AssetStorage {
    /// Opens the storage; a folder is made when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made, or the provider's settings are incomplete.
    pub fn open(place: &Place) -> Result<Self, StorageError> {
        let open = |error: object_store::Error| StorageError::Open(Box::new(error));
        let store: Arc<dyn ObjectStore> = match &place.target {
            Target::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|error| StorageError::Open(Box::new(error)))?;
                Arc::new(LocalFileSystem::new_with_prefix(path).map_err(open)?)
            }
            Target::Bucket { url, options } => {
                let (store, prefix) = parse_url_opts(url, options.iter().cloned()).map_err(open)?;
                Arc::new(PrefixStore::new(store, prefix))
            }
        };
        Ok(Self { store, public_url: place.public_url.clone() })
    }

    /// Keeps a file under a key: names separated by `/`.
    ///
    /// # Errors
    /// When the storage fails or the key is none.
    pub async fn put(&self, key: &str, data: Bytes, media_type: String) -> Result<(), StorageError> {
        let key = Path::parse(key).map_err(|error| StorageError::Write(error.into()))?;
        let attributes = Attributes::from_iter([(Attribute::ContentType, media_type)]);
        let options = PutOptions { attributes, ..PutOptions::default() };
        match self.store.put_opts(&key, data.clone().into(), options).await {
            // A folder keeps no media types; they follow from the names there.
            Err(object_store::Error::NotImplemented { .. } | object_store::Error::NotSupported { .. }) => {
                self.store.put(&key, data.into()).await
            }
            done => done,
        }
        .map(drop)
        .map_err(StorageError::Write)
    }

    /// Keeps many files, a few at a time; on failure those that were written remain.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn put_all(&self, files: Vec<(String, Bytes, String)>) -> Result<(), StorageError> {
        futures_util::stream::iter(files)
            .map(|(key, data, media_type)| async move { self.put(&key, data, media_type).await })
            .buffer_unordered(PARALLEL_WRITES)
            .try_collect()
            .await
    }

    /// A file by its key, or a part of it; `None` when there is no such file.
    ///
    /// # Errors
    /// When the storage fails or the part lies outside of the file.
    pub async fn get(&self, key: &str, range: Option<GetRange>) -> Result<Option<StoredFile>, StorageError> {
        let Some(key) = Path::parse(key).ok().filter(|key| !key.as_ref().is_empty()) else { return Ok(None) };
        let is_part = range.is_some();
        let options = GetOptions { range, ..GetOptions::default() };
        let found = match self.store.get_opts(&key, options).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. } | object_store::Error::InvalidPath { .. }) => {
                return Ok(None);
            }
            // Providers have no one word for a part that is not there; the file itself tells.
            Err(error) if is_part => return self.outside(&key, error).await,
            Err(error) => return Err(StorageError::Read(error)),
        };
        let (range, size, tag) = (found.range.clone(), found.meta.size, found.meta.e_tag.clone());
        Ok(Some(StoredFile {
            body: found.into_stream().map_err(StorageError::Read).boxed(),
            range,
            size,
            tag,
        }))
    }

    async fn outside(
        &self,
        key: &Path,
        error: object_store::Error,
    ) -> Result<Option<StoredFile>, StorageError> {
        match self.store.head(key).await {
            Ok(_) => Err(StorageError::Range),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(_) => Err(StorageError::Read(error)),
        }
    }

    /// The public address of a key, where others serve the files.
    #[must_use]
    pub fn public_url(&self, key: &str) -> Option<String> {
        let base = self.public_url.as_ref()?;
        Some(format!("{}/{key}", base.as_str().trim_end_matches('/')))
    }
}

/// A part of a file, as requests and storages name it.
pub use object_store::GetRange as FileRange;

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(file: StoredFile) -> Vec<u8> {
        let chunks: Vec<Bytes> = file.body.try_collect().await.unwrap();
        chunks.concat()
    }

    fn storage(folder: &tempfile::TempDir) -> AssetStorage {
        AssetStorage::open(&Place::folder(folder.path().join("new/assets"))).unwrap()
    }

    #[tokio::test]
    async fn files_come_back_whole_and_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        let storage = storage(&folder);
        storage.put("t/u/a.png", Bytes::from_static(b"0123456789"), "image/png".into()).await.unwrap();
        assert_eq!(read(storage.get("t/u/a.png", None).await.unwrap().unwrap()).await, b"0123456789");
        let part = storage.get("t/u/a.png", Some(FileRange::Bounded(2..5))).await.unwrap().unwrap();
        assert_eq!((part.range.clone(), part.size), (2..5, 10));
        assert_eq!(read(part).await, b"234");
        let outside = storage.get("t/u/a.png", Some(FileRange::Offset(10))).await;
        assert!(matches!(outside, Err(StorageError::Range)));
        assert!(storage.get("t/u/b.png", None).await.unwrap().is_none());
        assert!(storage.get("t/u", None).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn keys_do_not_lead_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "s").unwrap();
        let storage = storage(&folder);
        for key in ["../secret", "../../secret", "a/../../../secret", "/etc/passwd", "", "a//b"] {
            assert!(storage.get(key, None).await.unwrap().is_none(), "{key}");
        }
        for key in ["../secret", "a/../../../secret"] {
            let written = storage.put(key, Bytes::from_static(b"x"), "text/plain".into()).await;
            assert!(written.is_err(), "{key}");
        }
    }

    #[test]
    fn others_may_serve_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let place =
            Place::folder(folder.path()).with_public_url(Some(Url::parse("https://cdn.example/x/").unwrap()));
        let storage = AssetStorage::open(&place).unwrap();
        assert_eq!(storage.public_url("t/a.png").as_deref(), Some("https://cdn.example/x/t/a.png"));
    }
}
