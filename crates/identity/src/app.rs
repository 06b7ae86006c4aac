//! The state that all use cases share.

use crate::{
    audit::Audit,
    snapshot::{Snapshot, SnapshotError},
    tenant::Tenant,
};
use futures_util::future::BoxFuture;
use jiff::tz::TimeZone;
use moka::sync::Cache;
use portico_assets::AssetStorage;
use portico_connectors::{Registry, http::HttpClient, social::JwksCache};
use portico_crypto::{clock::Clock, password::PasswordHasher, seal::Kek};
use portico_model::TenantId;
use portico_scripts::ScriptEngine;
use portico_store::{Db, StoreError, Tx};
use std::sync::Arc;

/// Most access tokens whose verification is remembered.
const MAX_VERIFIED_TOKENS: u64 = 50_000;

/// Facts of the configuration that use cases need.
#[derive(Debug, Default)]
pub struct Settings {
    /// Trust `X-Forwarded-*`.
    pub trust_proxy_header: bool,
    /// Whether this process itself ends TLS.
    pub is_tls: bool,
    /// Key that opens the tenant id header of the status endpoint.
    pub status_api_key: Option<String>,
    /// Ask the breached-password service; off where there is no internet.
    pub check_breached_passwords: bool,
    /// Domain that the proxy before protected applications serves; without one there are none.
    pub protected_app_domain: Option<String>,
    /// Domain that custom domains have to point at; without one there are none.
    pub custom_domain_target: Option<String>,
    /// Whether requests to other servers may go to private networks.
    pub outbound_allow_private: bool,
    /// Where the server stands: days of the dashboard begin at midnight there. UTC when absent.
    pub time_zone: Option<TimeZone>,
    /// How long audit log entries are kept, in days; forever when absent.
    pub audit_log_retention_days: Option<u32>,
    /// Behave as compatibility runs expect; only effective in a build with the feature `peer-suite`.
    pub is_integration_test: bool,
}

impl Settings {
    /// Where the server stands.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        self.time_zone.clone().unwrap_or(TimeZone::UTC)
    }
}

/// Everything a process shares between requests.
pub struct App {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Password hashing on its own threads.
    pub passwords: PasswordHasher,
    /// The guarded HTTP client.
    pub outbound: HttpClient,
    /// Public keys of clients that publish them at an address of theirs.
    pub client_keys: JwksCache,
    /// Runs the scripts of administrators.
    pub scripts: ScriptEngine,
    /// Every connector this build knows.
    pub connectors: Registry,
    /// Seals third-party tokens; absent when no key is configured.
    pub kek: Option<Kek>,
    /// Where uploaded files are kept; absent when uploads are off.
    pub assets: Option<AssetStorage>,
    /// Configuration.
    pub settings: Settings,
    /// Audit log.
    pub audit: Audit,
    /// The tenants this process serves.
    pub tenants: Vec<Arc<Tenant>>,
    pub(crate) event_sequence: crate::events::Sequence,
    pub(crate) verified_tokens: Cache<[u8; 32], Arc<crate::access_token::AccessTokenClaims>>,
}

/// The parts an [`App`] is made of.
pub struct AppParts {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Password hashing.
    pub passwords: PasswordHasher,
    /// The guarded HTTP client.
    pub outbound: HttpClient,
    /// Every connector this build knows.
    pub connectors: Registry,
    /// Seals third-party tokens.
    pub kek: Option<Kek>,
    /// Where uploaded files are kept.
    pub assets: Option<AssetStorage>,
    /// Configuration.
    pub settings: Settings,
    /// The tenants to serve.
    pub tenants: Vec<Tenant>,
}

impl App {
    /// Assembles the shared state and starts the audit writer.
    #[must_use]
    pub fn new(parts: AppParts) -> Arc<Self> {
        Arc::new(Self {
            audit: Audit::start(parts.db.clone(), parts.settings.time_zone()),
            db: parts.db,
            clock: parts.clock,
            passwords: parts.passwords,
            scripts: ScriptEngine::new(parts.outbound.clone()),
            outbound: parts.outbound,
            client_keys: JwksCache::default(),
            connectors: parts.connectors,
            kek: parts.kek,
            assets: parts.assets,
            settings: parts.settings,
            tenants: parts.tenants.into_iter().map(Arc::new).collect(),
            event_sequence: crate::events::Sequence::default(),
            verified_tokens: Cache::new(MAX_VERIFIED_TOKENS),
        })
    }

    /// The context of a tenant that this process serves.
    #[must_use]
    pub fn ctx(self: &Arc<Self>, tenant: &TenantId) -> Option<Ctx> {
        let tenant = self.tenants.iter().find(|served| served.id == *tenant)?;
        Some(Ctx { app: self.clone(), tenant: tenant.clone() })
    }
}

/// A request's surroundings: the shared state and the tenant it is for. The axum state of every API router.
#[derive(Clone)]
pub struct Ctx {
    /// Shared state.
    pub app: Arc<App>,
    /// The tenant.
    pub tenant: Arc<Tenant>,
}

impl Ctx {
    /// The tenant's settings.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, SnapshotError> {
        self.tenant.snapshot.get(&self.app, &self.tenant).await
    }

    /// Epoch milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.app.clock.now_ms()
    }

    /// A transaction that changes settings: the store bumps the tenant's version with each such change, and the
    /// cached snapshot is dropped after the commit, so the next request of this process sees the change.
    ///
    /// # Errors
    /// What the body fails with, or the database.
    pub async fn write_settings<T, E>(
        &self,
        body: impl for<'a> FnOnce(&'a Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let result = self.app.db.write(body).await;
        self.tenant.snapshot.invalidate();
        result
    }

    /// The same request's surroundings for the other tenant that this process serves.
    #[must_use]
    pub fn for_tenant(&self, tenant: &TenantId) -> Option<Self> {
        self.app.ctx(tenant)
    }
}
