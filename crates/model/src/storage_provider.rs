//! Where uploaded files are kept, as the `systems` row `storageProvider` says it.

use serde::Deserialize;

/// A provider with its credentials; never shown.
#[derive(Clone, Deserialize)]
#[serde(tag = "provider", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "the names are those of the providers")]
pub enum StorageProvider {
    /// Amazon S3 and whatever speaks its protocol.
    S3Storage {
        endpoint: Option<String>,
        region: Option<String>,
        bucket: String,
        force_path_style: Option<bool>,
        access_key_id: String,
        access_secret_key: String,
        public_url: Option<String>,
    },
    /// Azure Blob Storage.
    AzureStorage { connection_string: String, container: String, public_url: Option<String> },
    /// Google Cloud Storage.
    GoogleStorage {
        project_id: String,
        key_filename: String,
        bucket_name: String,
        public_url: Option<String>,
    },
}
