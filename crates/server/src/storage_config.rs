//! Where uploaded files are kept: what the operator says, else what the database says, else a folder beside it.

use crate::config::DatabaseConfig;
use anyhow::{Context as _, Result};
use clap::Args;
use portico_assets::{AssetStorage, Place};
use portico_model::StorageProvider;
use portico_store::{Db, DbUrl, systems};
use std::path::Path;
use url::Url;

/// Value of `ASSETS_URL` that turns uploads off.
const OFF: &str = "none";
/// Name of the folder of uploads.
const FOLDER: &str = "assets";
/// How the variables begin by which the cloud providers' own tools are configured.
const PROVIDER_VARIABLES: [&str; 3] = ["AWS_", "AZURE_", "GOOGLE_"];

/// Where uploaded files are kept.
#[derive(Args, Clone, Debug)]
pub struct StorageConfig {
    /// Folder or bucket of uploaded files: a path, `s3://bucket/prefix`, `az://container/prefix`, `gs://bucket/prefix`,
    /// or `none`. Credentials of buckets come from the provider's usual variables (`AWS_…`, `AZURE_…`, `GOOGLE_…`). When
    /// absent, what `portico system set storageProvider` stored, else the folder `assets` beside the SQLite file.
    #[arg(long, env = "ASSETS_URL")]
    pub assets_url: Option<String>,
    /// Public address of that bucket; Portico itself serves the files when absent.
    #[arg(long, env = "ASSETS_PUBLIC_URL")]
    pub assets_public_url: Option<Url>,
}

impl StorageConfig {
    /// Opens the storage; `None` when uploads are off. `is_expected` is false where nothing may be kept unless it is
    /// asked for.
    ///
    /// # Errors
    /// When the configured place cannot be understood or opened.
    pub async fn open(
        &self,
        db: &Db,
        database: &DatabaseConfig,
        is_expected: bool,
    ) -> Result<Option<AssetStorage>> {
        let place = match self.assets_url.as_deref() {
            Some(OFF) => return Ok(None),
            Some(text) => Place::parse(text, provider_options()).context("ASSETS_URL")?,
            None => match systems::find::<StorageProvider>(db, systems::STORAGE_PROVIDER).await? {
                Some(provider) => Place::from_provider(&provider).context("the stored storageProvider")?,
                None if !is_expected => return Ok(None),
                None => Place::folder(default_folder(&database.url()?.parse()?)),
            },
        };
        let place = place.with_public_url(self.assets_public_url.clone());
        let storage = AssetStorage::open(&place).with_context(|| format!("storage of uploads at {place}"))?;
        tracing::info!(%place, "uploads are kept");
        Ok(Some(storage))
    }
}

/// Beside the SQLite file; below the working directory when the database is elsewhere.
fn default_folder(url: &DbUrl) -> std::path::PathBuf {
    match url {
        DbUrl::Sqlite(file) => file.with_file_name(FOLDER),
        _ => Path::new("data").join(FOLDER),
    }
}

fn provider_options() -> Vec<(String, String)> {
    std::env::vars()
        .filter(|(name, _)| PROVIDER_VARIABLES.iter().any(|prefix| name.starts_with(prefix)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_lie_beside_the_database() {
        let folder = |url: &str| default_folder(&url.parse().unwrap());
        assert_eq!(folder("sqlite://data/portico.db"), Path::new("data/assets"));
        assert_eq!(folder("sqlite:///srv/portico/p.db"), Path::new("/srv/portico/assets"));
        assert_eq!(folder("postgres://u:p@host/db"), Path::new("data/assets"));
    }
}
