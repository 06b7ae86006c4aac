//! Keys of identity providers, fetched when needed and kept for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::sync::Cache;
use portico_crypto::JoseError;
use portico_crypto::jose::{Claims, JwkSet, Validation};
use portico_model::ErrorCode;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use crate::error::ConnectorError;
use crate::http::{HttpClient, OutboundRequest};

/// How long keys are believed.
const FRESH_MS: i64 = 10 * 60 * 1000;
/// Tokens that name unknown keys make the set be fetched anew at most this often.
const REFETCH_MS: i64 = 10 * 1000;
const PROVIDERS_MAX: u64 = 1000;

/// Key sets by address.
pub struct JwksCache {
    slots: Cache<Url, Arc<Slot>>,
}

/// The keys at one address. One caller fetches while the others wait; when that fails, those that
/// were waiting share the failure instead of waiting for a slow server one after the other.
#[derive(Default)]
struct Slot {
    failures: AtomicU64,
    known: Mutex<Option<Known>>,
}

struct Known {
    keys: Arc<JwkSet>,
    fetched_at: i64,
}

impl Default for JwksCache {
    fn default() -> Self {
        Self { slots: Cache::new(PROVIDERS_MAX) }
    }
}

impl JwksCache {
    /// Verifies a token with the keys at `uri`. A token that names an unknown key may be the first
    /// one after a rotation, so the keys are then fetched once more.
    pub async fn verify(
        &self,
        http: &HttpClient,
        uri: &Url,
        token: &str,
        validation: &Validation,
        now_ms: i64,
    ) -> Result<Claims, ConnectorError> {
        let keys = self.keys(http, uri, now_ms).await?;
        match keys.verify(token, validation) {
            Err(JoseError::UnknownKey) => match self.newer_keys(http, uri, &keys, now_ms).await? {
                Some(newer) => newer.verify(token, validation).map_err(invalid_token),
                None => Err(invalid_token(JoseError::UnknownKey)),
            },
            result => result.map_err(invalid_token),
        }
    }

    fn slot(&self, uri: &Url) -> Arc<Slot> {
        self.slots.get_with_by_ref(uri, Arc::default)
    }

    async fn keys(&self, http: &HttpClient, uri: &Url, now_ms: i64) -> Result<Arc<JwkSet>, ConnectorError> {
        let slot = self.slot(uri);
        let failures = slot.failures();
        let mut known = slot.known.lock().await;
        match &*known {
            Some(Known { keys, fetched_at }) if (0..FRESH_MS).contains(&(now_ms - fetched_at)) => {
                Ok(keys.clone())
            }
            _ => slot.fetch(http, uri, now_ms, failures, &mut known).await,
        }
    }

    /// Keys other than `stale`, or `None` when it is too early to ask again.
    async fn newer_keys(
        &self,
        http: &HttpClient,
        uri: &Url,
        stale: &Arc<JwkSet>,
        now_ms: i64,
    ) -> Result<Option<Arc<JwkSet>>, ConnectorError> {
        let slot = self.slot(uri);
        let failures = slot.failures();
        let mut known = slot.known.lock().await;
        match &*known {
            Some(Known { keys, .. }) if !Arc::ptr_eq(keys, stale) => Ok(Some(keys.clone())),
            Some(Known { fetched_at, .. }) if (0..REFETCH_MS).contains(&(now_ms - fetched_at)) => Ok(None),
            _ => slot.fetch(http, uri, now_ms, failures, &mut known).await.map(Some),
        }
    }
}

impl Slot {
    fn failures(&self) -> u64 {
        self.failures.load(Ordering::Acquire)
    }

    /// `failures` is how many there had been when the caller began to wait for `known`.
    async fn fetch(
        &self,
        http: &HttpClient,
        uri: &Url,
        now_ms: i64,
        failures: u64,
        known: &mut Option<Known>,
    ) -> Result<Arc<JwkSet>, ConnectorError> {
        if self.failures() != failures {
            return Err(unavailable());
        }
        match download(http, uri).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                *known = Some(Known { keys: keys.clone(), fetched_at: now_ms });
                Ok(keys)
            }
            Err(error) => {
                self.failures.fetch_add(1, Ordering::AcqRel);
                Err(error)
            }
        }
    }
}

async fn download(http: &HttpClient, uri: &Url) -> Result<JwkSet, ConnectorError> {
    let request = OutboundRequest::get(uri.clone()).header("accept", "application/json");
    let response = http.send(request.follow_redirects()).await?;
    if !response.is_success() {
        return Err(unavailable());
    }
    let document: Value = response.json()?;
    JwkSet::from_value(&document).map_err(|error| {
        ConnectorError::described(ErrorCode::ConnectorInvalidResponse, "the key set is not a JWKS")
            .caused_by(error)
    })
}

fn unavailable() -> ConnectorError {
    ConnectorError::described(ErrorCode::ConnectorGeneral, "the provider's keys are not available")
}

fn invalid_token(error: JoseError) -> ConnectorError {
    ConnectorError::described(ErrorCode::ConnectorSocialInvalidIdToken, error.to_string()).caused_by(error)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;
    use crate::http::OutboundPolicy;

    #[tokio::test]
    async fn callers_that_wait_for_a_slow_server_share_its_failure() {
        // Connections are accepted by the system and never answered.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let uri = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let policy = OutboundPolicy { allow_private: true, ..OutboundPolicy::default() };
        let http = HttpClient::new(policy).unwrap().with_timeout(Duration::from_millis(100));
        let cache = JwksCache::default();
        let keys = || cache.keys(&http, &uri, 0);
        let (first, second, third) = tokio::join!(keys(), keys(), keys());
        assert!(first.is_err() && second.is_err() && third.is_err());
        assert!(listener.accept().is_ok());
        assert!(listener.accept().is_err(), "more than one request");
        // The failure is not remembered: the next caller asks again.
        assert!(keys().await.is_err());
        assert!(listener.accept().is_ok());
    }
}
