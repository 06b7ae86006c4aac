//! Keys of identity providers, fetched when needed and kept for a while.

use std::sync::Arc;

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
/// Callers that queued up behind a failing fetch share its failure.
const FAILURE_MS: i64 = 1000;
const PROVIDERS_MAX: u64 = 1000;

/// Key sets by address.
pub struct JwksCache {
    slots: Cache<Url, Arc<Mutex<Slot>>>,
}

#[derive(Default)]
struct Slot {
    keys: Option<Arc<JwkSet>>,
    fetched_at: i64,
    failed_at: Option<i64>,
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

    fn slot(&self, uri: &Url) -> Arc<Mutex<Slot>> {
        self.slots.get_with_by_ref(uri, Arc::default)
    }

    async fn keys(&self, http: &HttpClient, uri: &Url, now_ms: i64) -> Result<Arc<JwkSet>, ConnectorError> {
        let slot = self.slot(uri);
        let mut slot = slot.lock().await;
        match &slot.keys {
            Some(keys) if (0..FRESH_MS).contains(&(now_ms - slot.fetched_at)) => Ok(keys.clone()),
            _ => slot.fetch(http, uri, now_ms).await,
        }
    }

    /// Keys other than `known`, or `None` when it is too early to ask again.
    async fn newer_keys(
        &self,
        http: &HttpClient,
        uri: &Url,
        known: &Arc<JwkSet>,
        now_ms: i64,
    ) -> Result<Option<Arc<JwkSet>>, ConnectorError> {
        let slot = self.slot(uri);
        let mut slot = slot.lock().await;
        match &slot.keys {
            Some(keys) if !Arc::ptr_eq(keys, known) => Ok(Some(keys.clone())),
            _ if (0..REFETCH_MS).contains(&(now_ms - slot.fetched_at)) => Ok(None),
            _ => slot.fetch(http, uri, now_ms).await.map(Some),
        }
    }
}

impl Slot {
    async fn fetch(
        &mut self,
        http: &HttpClient,
        uri: &Url,
        now_ms: i64,
    ) -> Result<Arc<JwkSet>, ConnectorError> {
        if self.failed_at.is_some_and(|at| (0..FAILURE_MS).contains(&(now_ms - at))) {
            return Err(unavailable());
        }
        match download(http, uri).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                *self = Self { keys: Some(keys.clone()), fetched_at: now_ms, failed_at: None };
                Ok(keys)
            }
            Err(error) => {
                self.failed_at = Some(now_ms);
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
