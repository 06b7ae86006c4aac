//! `portico system`: settings of the whole service.

use crate::{config::DatabaseConfig, start::open_database};
use anyhow::{Context as _, Result};
use clap::{Subcommand, ValueEnum};
use portico_assets::{AssetStorage, Place};
use portico_model::StorageProvider;
use portico_store::{Db, StoreError, Tx, systems};
use serde_json::Value;
use std::io::{Read as _, Write as _};

/// What can be done with settings.
#[derive(Subcommand, Debug)]
pub enum SystemCommand {
    /// Print a setting.
    Get {
        /// Which.
        key: SystemKey,
    },
    /// Check and store a setting; a running server takes it up when it starts again.
    Set {
        /// Which.
        key: SystemKey,
        /// JSON, or `-` to read it from standard input, so that credentials stay out of the shell's history.
        value: String,
    },
    /// Remove a setting.
    Unset {
        /// Which.
        key: SystemKey,
    },
}

/// A setting.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SystemKey {
    /// Where uploaded files are kept.
    #[value(name = "storageProvider")]
    StorageProvider,
}

impl SystemKey {
    const fn name(self) -> &'static str {
        match self {
            Self::StorageProvider => systems::STORAGE_PROVIDER,
        }
    }

    fn check(self, value: &Value) -> Result<()> {
        match self {
            Self::StorageProvider => {
                let provider: StorageProvider = serde_json::from_value(value.clone())?;
                AssetStorage::open(&Place::from_provider(&provider)?)?;
                Ok(())
            }
        }
    }
}

impl SystemCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// When the value is not understood or the database fails.
    pub async fn run(self, database: &DatabaseConfig) -> Result<()> {
        let db = open_database(database).await?;
        let result = self.run_on(&db).await;
        db.close().await;
        result
    }

    async fn run_on(self, db: &Db) -> Result<()> {
        match self {
            Self::Get { key } => {
                let value: Option<Value> = systems::find(db, key.name()).await?;
                let value = value.with_context(|| format!("{} is not set", key.name()))?;
                writeln!(std::io::stdout().lock(), "{value}")?;
            }
            Self::Set { key, value } => {
                let text = if value == "-" { from_standard_input()? } else { value };
                let value: Value = serde_json::from_str(&text).context("the value is no JSON")?;
                key.check(&value).with_context(|| format!("{} is not understood", key.name()))?;
                db.write(move |tx: &Tx| Box::pin(async move { systems::set(tx, key.name(), &value).await }))
                    .await?;
            }
            Self::Unset { key } => {
                let removed: Result<bool, StoreError> = db
                    .write(move |tx: &Tx| Box::pin(async move { systems::delete(tx, key.name()).await }))
                    .await;
                if !removed? {
                    anyhow::bail!("{} was not set", key.name());
                }
            }
        }
        Ok(())
    }
}

fn from_standard_input() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).context("standard input")?;
    Ok(text)
}
