//! From configuration to running state.

use crate::config::{DatabaseConfig, ServerConfig};
use anyhow::{Context as _, Result};
use portico_assets::AssetStorage;
use portico_connectors::{Registry, Services, http::HttpClient};
use portico_crypto::{clock::SystemClock, password::PasswordHasher};
use portico_identity::{App, Settings, Tenant, app::AppParts};
use portico_model::TenantId;
use portico_store::{Db, DbUrl, Options, seed};
use std::{sync::Arc, thread::available_parallelism};
use url::Url;

/// Opens the database, brings its schema up to date and fills it when it is new.
///
/// # Errors
/// When the database cannot be opened or migrated.
pub async fn open_database(config: &DatabaseConfig) -> Result<Db> {
    let url: DbUrl = config.url()?.parse().context("DB_URL")?;
    if let DbUrl::Sqlite(path) = &url
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let options = Options { pool_size: config.database_pool_size, ..Options::default() };
    let db = Db::connect(&url, &options).await.context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database's schema up to date")?;
    seed::run(&db, &SystemClock).await.context("cannot fill the database")?;
    Ok(db)
}

/// Addresses of the two tenants.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The user tenant's.
    pub core: Url,
    /// The admin tenant's.
    pub admin: Url,
}

/// State for commands that work on the database directly and serve nobody.
///
/// # Errors
/// When threads cannot be started.
pub fn offline_app(db: Db) -> Result<Arc<App>> {
    let endpoints =
        Endpoints { core: Url::parse("http://localhost:3001")?, admin: Url::parse("http://localhost:3002")? };
    assemble(
        db,
        &endpoints,
        1,
        Settings::default(),
        HttpClient::new(portico_connectors::http::OutboundPolicy::default())?,
        None,
        None,
    )
}

/// State of a server.
///
/// # Errors
/// When the configuration is unusable.
pub async fn server_app(db: Db, database: &DatabaseConfig, config: &ServerConfig) -> Result<Arc<App>> {
    let endpoints = Endpoints { core: config.endpoint()?, admin: config.admin_endpoint()? };
    let threads = config
        .password_hashing_threads
        .unwrap_or_else(|| available_parallelism().map_or(1, std::num::NonZero::get));
    let outbound = HttpClient::new(config.outbound_policy()?).context("outbound HTTP client")?;
    // Compatibility runs expect a service without a storage.
    let assets = config.storage.open(&db, database, !config.is_compatibility_run()).await?;
    assemble(db, &endpoints, threads, config.settings(), outbound, config.kek()?, assets)
}

fn assemble(
    db: Db,
    endpoints: &Endpoints,
    hashing_threads: usize,
    settings: Settings,
    outbound: HttpClient,
    kek: Option<portico_crypto::seal::Kek>,
    assets: Option<AssetStorage>,
) -> Result<Arc<App>> {
    let clock = Arc::new(SystemClock);
    let registry = Registry::all(&Services::new(outbound.clone(), clock.clone()));
    #[cfg(feature = "peer-suite")]
    let registry = if settings.is_integration_test { registry.with_mock_connectors() } else { registry };
    Ok(App::new(AppParts {
        db,
        clock,
        passwords: PasswordHasher::new(hashing_threads)
            .context("cannot start the password hashing threads")?,
        connectors: registry,
        outbound,
        kek,
        assets,
        settings,
        tenants: vec![
            Tenant::new(TenantId::default_tenant(), &endpoints.core),
            Tenant::new(TenantId::admin_tenant(), &endpoints.admin),
        ],
    }))
}
