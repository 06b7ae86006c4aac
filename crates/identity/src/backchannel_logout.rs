//! Telling clients that a session ended (OpenID Connect Back-Channel Logout 1.0).

use crate::{Ctx, Snapshot};
use portico_connectors::http::{HttpClient, OutboundRequest, StatusCode};
use portico_crypto::{JoseError, id::opaque_token};
use portico_model::oidc_artifact::SessionPayload;
use portico_store::StoreError;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Lifetime of a logout token in seconds (§2.4: short).
const LOGOUT_TOKEN_TTL_SECONDS: i64 = 120;
/// Between the attempts to deliver a notice; with a request's longest time they stay within the token's lifetime.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(40)];

/// A logout token on its way to a client.
pub struct Notice {
    client_id: String,
    uri: Url,
    token: String,
}

/// A notice cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// A client cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key cannot sign.
    #[error(transparent)]
    Jose(#[from] JoseError),
}

/// The notices that the end of a session calls for.
///
/// # Errors
/// When a client cannot be read or the key cannot sign.
pub async fn notices(
    ctx: &Ctx,
    snapshot: &Snapshot,
    session: &SessionPayload,
) -> Result<Vec<Notice>, NoticeError> {
    let Some(account_id) = &session.account_id else { return Ok(Vec::new()) };
    let mut notices = Vec::new();
    for (client_id, authorization) in &session.authorizations {
        let Some(client) = ctx.find_client(snapshot, client_id).await? else { continue };
        let metadata = &client.application.oidc_client_metadata;
        let Some(uri) = metadata.backchannel_logout_uri.as_deref().and_then(|uri| Url::parse(uri).ok())
        else {
            continue;
        };
        let wants_sid = metadata.backchannel_logout_session_required == Some(true);
        let sid = authorization.sid.as_deref().filter(|_| wants_sid);
        let claims = logout_claims(ctx, client_id, account_id, sid);
        let token = snapshot.signing_keys.current().sign_jwt(Some("logout+jwt"), &claims)?;
        notices.push(Notice { client_id: client_id.clone(), uri, token });
    }
    Ok(notices)
}

/// §2.4.
fn logout_claims(ctx: &Ctx, client_id: &str, account_id: &str, sid: Option<&str>) -> Value {
    let now = ctx.now_ms().div_euclid(1000);
    let mut claims = json!({
        "iss": ctx.tenant.issuer,
        "sub": account_id,
        "aud": client_id,
        "iat": now,
        "exp": now + LOGOUT_TOKEN_TTL_SECONDS,
        "jti": opaque_token(),
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    if let Some(sid) = sid {
        claims["sid"] = Value::from(sid);
    }
    claims
}

/// Sends notices beside the answer; the session is over whether or not a client hears of it.
pub fn send(ctx: &Ctx, notices: Vec<Notice>) {
    for notice in notices {
        let app = ctx.app.clone();
        tokio::spawn(async move { deliver(&app.outbound, &notice).await });
    }
}

/// Sends a notice until the client has it, or has refused it for good. A client that is down or busy (§2.8 leaves the
/// attempts to us) is asked again while its token is good.
async fn deliver(http: &HttpClient, notice: &Notice) {
    for pause in PAUSES.iter().map(Some).chain([None]) {
        let form = [("logout_token".to_owned(), notice.token.clone())];
        let outcome = http.send(OutboundRequest::post(notice.uri.clone()).form(&form)).await;
        let client_id = notice.client_id.as_str();
        match (outcome, pause) {
            (Ok(response), _) if response.is_success() => return,
            (Ok(response), _) if is_final(response.status) => {
                tracing::warn!(client_id, status = %response.status, "back-channel logout was refused");
                return;
            }
            (Ok(_) | Err(_), Some(pause)) => tokio::time::sleep(*pause).await,
            (Ok(response), None) => {
                tracing::warn!(client_id, status = %response.status, "back-channel logout was not received");
            }
            (Err(error), None) => tracing::warn!(client_id, %error, "back-channel logout was not received"),
        }
    }
}

/// §2.8: with 400 and its kin the client says that the same token will not do another time either.
fn is_final(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}
