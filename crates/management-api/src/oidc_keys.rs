//! Keys that sign tokens and cookies, and their rotation.

use crate::{checks::Checks, patch::present};
use axum::{extract::State, http::StatusCode};
use portico_crypto::{
    JoseError,
    id::{secret, standard_id},
    jose::{Alg, SigningKey},
};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{Ctx, key_rotation};
use portico_model::{
    ErrorCode, TenantId,
    config::{
        self, OidcCookieKey, OidcPrivateKey, SigningKeyAlgorithm, SigningKeyRotation, SigningKeyStatus,
    },
    text_enum,
};
use portico_store::{Executor, StoreError, Tx, configs, tenants};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Cookies stay readable over one rotation.
const MAX_COOKIE_KEYS: usize = 2;
/// A year; a key that waits longer was forgotten.
const MAX_GRACE_SECONDS: i64 = 31_536_000;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(delete)).routes(routes!(rotate))
}

text_enum! {
    /// What keys are for.
    OidcKeyType { Private = "private-keys", Cookie = "cookie-keys" }
}

/// A key, without its secret part.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OidcKey {
    /// Id.
    id: String,
    /// Epoch seconds.
    created_at: i64,
    /// Private keys only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signing_key_algorithm: Option<SigningKeyAlgorithm>,
    /// Private keys only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<SigningKeyStatus>,
    /// When a waiting key takes over, in epoch milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    effective_at: Option<i64>,
}

/// How to rotate.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OidcKeyRotation {
    /// Of the new private key; `EC` when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    signing_key_algorithm: Option<SigningKeyAlgorithm>,
    /// Seconds for which the new private key is published before it signs; none when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    rotation_grace_period: Option<i64>,
}

/// The private keys as they are at this time, and when the next one takes over.
struct PrivateKeys {
    keys: Vec<OidcPrivateKey>,
    rotation: SigningKeyRotation,
}

impl PrivateKeys {
    async fn find(exec: &dyn Executor, tenant: &TenantId, now_ms: i64) -> Result<Self, StoreError> {
        let stored = configs::find(exec, tenant, config::OIDC_PRIVATE_KEYS).await?.unwrap_or_default();
        let rotation: SigningKeyRotation =
            configs::find(exec, tenant, config::SIGNING_KEY_ROTATION).await?.unwrap_or_default();
        Ok(Self { keys: key_rotation::at(stored, rotation.signing_key_rotation_at, now_ms), rotation })
    }

    async fn save(&self, tx: &Tx, tenant: &TenantId) -> Result<(), StoreError> {
        configs::set(tx, tenant, config::OIDC_PRIVATE_KEYS, &self.keys).await?;
        configs::set(tx, tenant, config::SIGNING_KEY_ROTATION, &self.rotation).await
    }

    fn describe(&self) -> Result<Vec<OidcKey>, ApiError> {
        self.keys.iter().map(|key| self.describe_key(key)).collect()
    }

    fn describe_key(&self, key: &OidcPrivateKey) -> Result<OidcKey, ApiError> {
        let algorithm = SigningKey::from_pem(&key.value).map_err(ApiError::internal)?.alg();
        let is_ec = matches!(algorithm, Alg::Es256 | Alg::Es384 | Alg::Es512);
        let is_waiting = key.status == Some(SigningKeyStatus::Next);
        Ok(OidcKey {
            id: key.id.clone(),
            created_at: key.created_at,
            signing_key_algorithm: Some(if is_ec {
                SigningKeyAlgorithm::Ec
            } else {
                SigningKeyAlgorithm::Rsa
            }),
            status: key.status,
            effective_at: self.rotation.signing_key_rotation_at.filter(|_| is_waiting),
        })
    }
}

fn describe_cookie_keys(keys: Vec<OidcCookieKey>) -> Vec<OidcKey> {
    let describe = |key: OidcCookieKey| OidcKey {
        id: key.id,
        created_at: key.created_at,
        signing_key_algorithm: None,
        status: None,
        effective_at: None,
    };
    keys.into_iter().map(describe).collect()
}

async fn find_cookie_keys(exec: &dyn Executor, tenant: &TenantId) -> Result<Vec<OidcCookieKey>, StoreError> {
    Ok(configs::find(exec, tenant, config::OIDC_COOKIE_KEYS).await?.unwrap_or_default())
}

/// Keys of a kind, newest first.
#[utoipa::path(
    get, path = "/api/configs/oidc/{keyType}", operation_id = "GetOidcKeys", tag = "Configs",
    params(("keyType" = inline(OidcKeyType), Path)),
    responses((status = 200, description = "The keys.", body = Vec<OidcKey>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(kind): ApiPath<OidcKeyType>,
) -> Result<JsonBody<Vec<OidcKey>>, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    Ok(JsonBody(match kind {
        OidcKeyType::Private => PrivateKeys::find(db, tenant, ctx.now_ms()).await?.describe()?,
        OidcKeyType::Cookie => describe_cookie_keys(find_cookie_keys(db, tenant).await?),
    }))
}

/// Deletes a key; what it signed is refused from now on.
#[utoipa::path(
    delete, path = "/api/configs/oidc/{keyType}/{keyId}", operation_id = "DeleteOidcKey", tag = "Configs",
    params(("keyType" = inline(OidcKeyType), Path), ("keyId" = String, Path)),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No such key."),
        (status = 422, description = "The key is in use."),
    )
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((kind, id)): ApiPath<(OidcKeyType, String)>,
) -> Result<StatusCode, ApiError> {
    let (tenant, now_ms) = (ctx.tenant.id.clone(), ctx.now_ms());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            // Locks the tenant's row: two changes of its keys at once would lose one.
            tenants::bump_version(tx, &tenant).await?;
            match kind {
                OidcKeyType::Private => delete_private_key(tx, &tenant, &id, now_ms).await,
                OidcKeyType::Cookie => delete_cookie_key(tx, &tenant, &id).await,
            }
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown(id: &str) -> ApiError {
    ApiError::new(ErrorCode::OidcKeyNotFound).with_parameter("id", id)
}

async fn delete_private_key(tx: &Tx, tenant: &TenantId, id: &str, now_ms: i64) -> Result<(), ApiError> {
    let mut stored = PrivateKeys::find(tx, tenant, now_ms).await?;
    if stored.keys.len() <= 1 {
        return Err(ErrorCode::OidcKeyRequired.into());
    }
    let key = stored.keys.iter().find(|key| key.id == id).ok_or_else(|| unknown(id))?;
    if key.status != Some(SigningKeyStatus::Previous) {
        return Err(ErrorCode::OidcOnlyPreviousKeyCanBeDeleted.into());
    }
    stored.keys.retain(|key| key.id != id);
    Ok(stored.save(tx, tenant).await?)
}

async fn delete_cookie_key(tx: &Tx, tenant: &TenantId, id: &str) -> Result<(), ApiError> {
    let mut keys = find_cookie_keys(tx, tenant).await?;
    if keys.len() <= 1 {
        return Err(ErrorCode::OidcKeyRequired.into());
    }
    if !keys.iter().any(|key| key.id == id) {
        return Err(unknown(id));
    }
    keys.retain(|key| key.id != id);
    Ok(configs::set(tx, tenant, config::OIDC_COOKIE_KEYS, &keys).await?)
}

/// Makes a new key. A private key signs at once, or after a grace period in which it is already published; the one
/// before it stays valid for what it has signed.
#[utoipa::path(
    post, path = "/api/configs/oidc/{keyType}/rotate", operation_id = "RotateOidcKeys", tag = "Configs",
    params(("keyType" = inline(OidcKeyType), Path)), request_body = OidcKeyRotation,
    responses(
        (status = 200, description = "The keys, with the new one.", body = Vec<OidcKey>),
        (status = 422, description = "Another key is waiting, or cookie keys were to wait."),
    )
)]
async fn rotate(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(kind): ApiPath<OidcKeyType>,
    ApiJson(body): ApiJson<OidcKeyRotation>,
) -> Result<JsonBody<Vec<OidcKey>>, ApiError> {
    let mut checks = Checks::default();
    let is_allowed = body.rotation_grace_period.is_none_or(|grace| (0..=MAX_GRACE_SECONDS).contains(&grace));
    checks.require(is_allowed, "rotationGracePeriod", &format!("Between 0 and {MAX_GRACE_SECONDS}."));
    checks.finish()?;
    match kind {
        OidcKeyType::Private => rotate_private_keys(&ctx, body).await,
        OidcKeyType::Cookie if body.rotation_grace_period.is_some() => {
            Err(ApiError::new(ErrorCode::OidcInvalidRequest).with_status(422))
        }
        OidcKeyType::Cookie => rotate_cookie_keys(&ctx).await,
    }
    .map(JsonBody)
}

async fn rotate_private_keys(ctx: &Ctx, body: OidcKeyRotation) -> Result<Vec<OidcKey>, ApiError> {
    let algorithm = body.signing_key_algorithm.unwrap_or(SigningKeyAlgorithm::Ec);
    // Finding primes takes its time.
    let pem =
        tokio::task::spawn_blocking(move || new_private_key(algorithm)).await.map_err(ApiError::internal)?;
    let (tenant, now_ms) = (ctx.tenant.id.clone(), ctx.now_ms());
    let new = OidcPrivateKey {
        id: standard_id(),
        value: pem.map_err(ApiError::internal)?,
        created_at: now_ms.div_euclid(1000),
        status: None,
    };
    let grace_ms = body.rotation_grace_period.filter(|grace| *grace > 0).map(|grace| grace * 1000);
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            // As in `delete`.
            tenants::bump_version(tx, &tenant).await?;
            let mut stored = PrivateKeys::find(tx, &tenant, now_ms).await?;
            stored.keys = match grace_ms {
                Some(_) => key_rotation::stage(stored.keys, new),
                None => key_rotation::replace(stored.keys, new)
                    .map_err(|_| ApiError::new(ErrorCode::OidcInvalidRequest).with_status(422))?,
            };
            stored.rotation.signing_key_rotation_at = grace_ms.map(|grace| now_ms + grace);
            stored.save(tx, &tenant).await?;
            stored.describe()
        })
    })
    .await
}

fn new_private_key(algorithm: SigningKeyAlgorithm) -> Result<String, JoseError> {
    let algorithm = match algorithm {
        SigningKeyAlgorithm::Rsa => Alg::Rs256,
        SigningKeyAlgorithm::Ec => Alg::Es384,
    };
    Ok(SigningKey::generate(algorithm)?.to_pkcs8_pem()?.expose().to_owned())
}

async fn rotate_cookie_keys(ctx: &Ctx) -> Result<Vec<OidcKey>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let new = OidcCookieKey { id: standard_id(), value: secret(), created_at: ctx.now_ms().div_euclid(1000) };
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            // As in `delete`.
            tenants::bump_version(tx, &tenant).await?;
            let before = find_cookie_keys(tx, &tenant).await?;
            let keys: Vec<_> = [new].into_iter().chain(before).take(MAX_COOKIE_KEYS).collect();
            configs::set(tx, &tenant, config::OIDC_COOKIE_KEYS, &keys).await?;
            Ok(describe_cookie_keys(keys))
        })
    })
    .await
}
