//! Settings that every request needs, read once and kept until they change.
//!
//! Every write to snapshot data bumps the tenant's version in the same transaction. A process drops its
//! snapshot at once after its own writes and looks at the version at most [`MAX_STALENESS_MS`] after another
//! process's, so authorization never rests on older facts than that.

use crate::{SigningKeys, app::App, key_rotation, signing_keys::SigningKeysError, tenant::Tenant};
use moka::sync::Cache;
use portico_crypto::cookie::CookieKeys;
use portico_model::{
    Application, ApplicationSecret, Connector, CustomPhrase, CustomProfileField, Hook, SignInExperience,
    SsoConnector,
    config::{
        self, ExtendedClaim, IdTokenConfig, OidcCookieKey, OidcPrivateKey, OidcSessionConfig,
        SigningKeyRotation, SigningKeyStatus,
    },
    oidc,
    resource::{Resource, Scope},
    script::{Action, ActionKey, JwtCustomizer, JwtCustomizerKey},
};
use portico_store::{
    StoreError, applications, configs, connectors, custom_phrases, custom_profile_fields, hooks, resources,
    roles, sign_in_experiences, sso_connectors, tenants,
};
use std::{
    str::FromStr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

/// How long a snapshot is used without asking whether it is current, in milliseconds.
pub const MAX_STALENESS_MS: i64 = 500;
/// Most applications, resources and role results kept of each kind.
const MAX_CACHED: u64 = 10_000;

/// An application with its secrets.
pub struct Client {
    /// The application.
    pub application: Application,
    /// Its named secrets.
    pub secrets: Vec<ApplicationSecret>,
}

/// A resource with its scopes.
pub struct ResourceWithScopes {
    /// The resource.
    pub resource: Resource,
    /// Its scopes.
    pub scopes: Vec<Scope>,
}

/// Consistent settings of a tenant.
pub struct Snapshot {
    /// Version in the database.
    pub version: i64,
    /// Token signing keys.
    pub signing_keys: SigningKeys,
    /// When another of them signs, in epoch milliseconds; the snapshot ends then.
    ends_at: Option<i64>,
    /// Cookie signing keys.
    pub cookie_keys: CookieKeys,
    /// Sign-in settings.
    pub sign_in_experience: SignInExperience,
    /// Configured connectors.
    pub connectors: Vec<Connector>,
    /// Enterprise connectors.
    pub sso_connectors: Vec<SsoConnector>,
    /// The tenant's own texts, a language each.
    pub custom_phrases: Vec<CustomPhrase>,
    /// Catalogue of profile fields, in order.
    pub custom_profile_fields: Vec<CustomProfileField>,
    /// Webhooks that are told of events.
    pub hooks: Vec<Hook>,
    /// Session lifetime in seconds.
    pub session_ttl_seconds: i64,
    /// Extended claims that the ID token carries.
    pub id_token_extended_claims: Vec<ExtendedClaim>,
    /// Scripts that add claims to tokens.
    pub jwt_customizers: Vec<(JwtCustomizerKey, Arc<JwtCustomizer>)>,
    /// Scripts that decide about sign-ins.
    pub actions: Vec<(ActionKey, Arc<Action>)>,
    /// Indicator of the resource that requests mean which name none.
    pub default_resource: Option<String>,
    clients: Cache<String, Option<Arc<Client>>>,
    resources: Cache<String, Option<Arc<ResourceWithScopes>>>,
    machine_scopes: Cache<(String, String), Arc<Vec<String>>>,
}

/// Where a tenant's snapshot is kept.
#[derive(Default)]
pub(crate) struct SnapshotSlot {
    current: RwLock<Option<Arc<Snapshot>>>,
    checked_at_ms: AtomicI64,
    loading: tokio::sync::Mutex<()>,
}

/// The tenant's settings cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing keys are unusable.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// A setting that seeding writes is absent.
    #[error("the database holds no {0}; run the seed")]
    Missing(&'static str),
}

impl SnapshotSlot {
    /// Forgets that the snapshot was current.
    pub(crate) fn invalidate(&self) {
        self.checked_at_ms.store(0, Ordering::Release);
    }

    fn cached(&self) -> Option<Arc<Snapshot>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_fresh(&self, now_ms: i64) -> bool {
        (now_ms - self.checked_at_ms.load(Ordering::Acquire)).abs() < MAX_STALENESS_MS
    }

    pub(crate) async fn get(&self, app: &App, tenant: &Tenant) -> Result<Arc<Snapshot>, SnapshotError> {
        if self.is_fresh(app.clock.now_ms())
            && let Some(snapshot) = self.cached()
        {
            return Ok(snapshot);
        }
        let _guard = self.loading.lock().await;
        let now_ms = app.clock.now_ms();
        let cached = self.cached();
        if self.is_fresh(now_ms)
            && let Some(snapshot) = cached
        {
            return Ok(snapshot);
        }
        // Marked before reading: a write that lands meanwhile resets it and the next request reads again.
        self.checked_at_ms.store(now_ms, Ordering::Release);
        match self.refresh(app, tenant, cached).await {
            Ok(snapshot) => Ok(snapshot),
            Err(error) => {
                self.invalidate();
                Err(error)
            }
        }
    }

    async fn refresh(
        &self,
        app: &App,
        tenant: &Tenant,
        cached: Option<Arc<Snapshot>>,
    ) -> Result<Arc<Snapshot>, SnapshotError> {
        let version = tenants::snapshot_version(&app.db, &tenant.id).await?;
        let now_ms = app.clock.now_ms();
        let is_current = |snapshot: &Arc<Snapshot>| {
            snapshot.version == version && snapshot.ends_at.is_none_or(|end| now_ms < end)
        };
        if let Some(snapshot) = cached.filter(is_current) {
            return Ok(snapshot);
        }
        let snapshot = Arc::new(Snapshot::load(app, tenant, version).await?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(snapshot.clone());
        Ok(snapshot)
    }
}

impl Snapshot {
    async fn load(app: &App, tenant: &Tenant, version: i64) -> Result<Self, SnapshotError> {
        let (db, id) = (&app.db, &tenant.id);
        let private_keys: Vec<OidcPrivateKey> = configs::find(db, id, config::OIDC_PRIVATE_KEYS)
            .await?
            .ok_or(SnapshotError::Missing(config::OIDC_PRIVATE_KEYS))?;
        let cookie_keys: Vec<OidcCookieKey> = configs::find(db, id, config::OIDC_COOKIE_KEYS)
            .await?
            .ok_or(SnapshotError::Missing(config::OIDC_COOKIE_KEYS))?;
        let rotation: SigningKeyRotation =
            configs::find(db, id, config::SIGNING_KEY_ROTATION).await?.unwrap_or_default();
        let private_keys =
            key_rotation::at(private_keys, rotation.signing_key_rotation_at, app.clock.now_ms());
        let is_waiting = private_keys.iter().any(|key| key.status == Some(SigningKeyStatus::Next));
        let session: OidcSessionConfig =
            configs::find(db, id, config::OIDC_SESSION).await?.unwrap_or_default();
        let id_token: IdTokenConfig = configs::find(db, id, config::ID_TOKEN).await?.unwrap_or_default();
        Ok(Self {
            version,
            signing_keys: SigningKeys::parse(&private_keys)?,
            ends_at: rotation.signing_key_rotation_at.filter(|_| is_waiting),
            cookie_keys: CookieKeys::new(cookie_keys.iter().map(|key| key.value.as_bytes())),
            sign_in_experience: sign_in_experiences::find(db, id)
                .await?
                .ok_or(SnapshotError::Missing("sign-in experience"))?,
            connectors: connectors::list(db, id).await?,
            sso_connectors: sso_connectors::list(db, id).await?,
            custom_phrases: custom_phrases::list(db, id).await?,
            custom_profile_fields: custom_profile_fields::list(db, id).await?,
            hooks: hooks::list_enabled(db, id).await?,
            session_ttl_seconds: session.ttl.unwrap_or(oidc::SESSION_TTL_SECONDS),
            id_token_extended_claims: id_token.enabled_extended_claims.unwrap_or_default(),
            jwt_customizers: scripts(configs::list(db, id, "jwt.").await?),
            actions: scripts(configs::list(db, id, "action.").await?),
            default_resource: resources::find_default(db, id).await?.map(|resource| resource.indicator),
            clients: Cache::new(MAX_CACHED),
            resources: Cache::new(MAX_CACHED),
            machine_scopes: Cache::new(MAX_CACHED),
        })
    }
}

impl Snapshot {
    /// The script that adds claims to these tokens.
    #[must_use]
    pub fn jwt_customizer(&self, key: JwtCustomizerKey) -> Option<&Arc<JwtCustomizer>> {
        self.jwt_customizers.iter().find(|(found, _)| *found == key).map(|(_, script)| script)
    }

    /// The script that runs here; one that is switched off does not.
    #[must_use]
    pub fn action(&self, key: ActionKey) -> Option<&Arc<Action>> {
        let found = self.actions.iter().find(|(found, _)| *found == key).map(|(_, script)| script);
        found.filter(|action| action.enabled == Some(true))
    }
}

/// Settings by the keys that this build knows.
fn scripts<K: FromStr, T>(stored: Vec<(String, T)>) -> Vec<(K, Arc<T>)> {
    stored.into_iter().filter_map(|(key, value)| Some((key.parse().ok()?, Arc::new(value)))).collect()
}

/// Facts of a snapshot that are read when first asked for.
impl crate::app::Ctx {
    /// The application with this client id, with its secrets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_client(
        &self,
        snapshot: &Snapshot,
        id: &str,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        if let Some(client) = snapshot.clients.get(id) {
            return Ok(client);
        }
        let (db, tenant) = (&self.app.db, &self.tenant.id);
        let client = match applications::find_by_id(db, tenant, id).await? {
            None => None,
            Some(application) => {
                let secrets = applications::list_secrets(db, tenant, id).await?;
                Some(Arc::new(Client { application, secrets }))
            }
        };
        snapshot.clients.insert(id.to_owned(), client.clone());
        Ok(client)
    }

    /// The resource with this indicator, with its scopes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_resource(
        &self,
        snapshot: &Snapshot,
        indicator: &str,
    ) -> Result<Option<Arc<ResourceWithScopes>>, StoreError> {
        if let Some(resource) = snapshot.resources.get(indicator) {
            return Ok(resource);
        }
        let (db, tenant) = (&self.app.db, &self.tenant.id);
        let resource = match resources::find_by_indicator(db, tenant, indicator).await? {
            None => None,
            Some(resource) => {
                let scopes = resources::list_scopes(db, tenant, &resource.id).await?;
                Some(Arc::new(ResourceWithScopes { resource, scopes }))
            }
        };
        snapshot.resources.insert(indicator.to_owned(), resource.clone());
        Ok(resource)
    }

    /// Names of the scopes that a machine-to-machine application's roles give it on a resource.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn machine_scopes(
        &self,
        snapshot: &Snapshot,
        application_id: &str,
        indicator: &str,
    ) -> Result<Arc<Vec<String>>, StoreError> {
        let key = (application_id.to_owned(), indicator.to_owned());
        if let Some(scopes) = snapshot.machine_scopes.get(&key) {
            return Ok(scopes);
        }
        let scopes =
            roles::scopes_for_application(&self.app.db, &self.tenant.id, application_id, indicator).await?;
        let scopes = Arc::new(scopes);
        snapshot.machine_scopes.insert(key, scopes.clone());
        Ok(scopes)
    }
}
