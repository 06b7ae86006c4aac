//! Linking a user to a social account on an administrator's behalf: both steps of a connector, without an
//! interaction between them.
//!
//! What the first step must remember is kept under the connector and the `state` that the caller chose, for one
//! use; the callback's `state` finds it again.

use crate::{
    Ctx,
    sign_in::{SignInError, factor::social::Configured},
    token_sets::{self, AccountTokenSet},
    users::{name_conflict, social_identity},
};
use portico_connectors::{AuthorizationRequest, ConnectorSession, social::SocialResult};
use portico_crypto::sha256_base64url;
use portico_model::{ErrorCode, JsonObject, user::Identities};
use portico_store::{Tx, users, verification_records};
use serde_json::Value;
use url::Url;

/// How long a person may take at the provider, in milliseconds.
const SESSION_TTL_MS: i64 = 10 * 60 * 1000;

fn record_id(connector_id: &str, state: &str) -> String {
    sha256_base64url(format!("social-link\n{connector_id}\n{state}"))
}

/// Where to send the browser.
///
/// # Errors
/// `session.insufficient_info`, `entity.not_found`, `connector.*`.
pub async fn begin(
    ctx: &Ctx,
    connector_id: &str,
    state: &str,
    redirect_uri: &str,
) -> Result<Url, SignInError> {
    if state.is_empty() || redirect_uri.is_empty() {
        return Err(ErrorCode::SessionInsufficientInfo.into());
    }
    let configured = Configured::of(ctx, ctx.snapshot().await?, connector_id)?;
    let request = AuthorizationRequest {
        state: state.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        connector_id: connector_id.to_owned(),
        ..AuthorizationRequest::default()
    };
    let config = Value::Object(configured.connector().config.clone());
    let mut session = ConnectorSession::default();
    let uri = configured.behaviour()?.authorization_uri(&config, &request, &mut session).await?;
    if !session.is_empty() {
        let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
        let id = record_id(connector_id, state);
        verification_records::upsert(db, tenant, &id, &session, now_ms, now_ms + SESSION_TTL_MS).await?;
    }
    Ok(uri)
}

/// Links the user to the account that the callback's parameters prove.
///
/// # Errors
/// `entity.not_found`, `connector.*`, `user.identity_already_in_use`.
pub async fn complete(
    ctx: &Ctx,
    user_id: &str,
    connector_id: &str,
    data: JsonObject,
) -> Result<Identities, SignInError> {
    let configured = Configured::of(ctx, ctx.snapshot().await?, connector_id)?;
    let (db, tenant, now_ms) = (&ctx.app.db, ctx.tenant.id.clone(), ctx.now_ms());
    // Without a first step here the connector finds nothing remembered, and says so if it needs something.
    let session = match data.get("state").and_then(Value::as_str) {
        Some(state) => {
            verification_records::take(db, &tenant, &record_id(connector_id, state), now_ms).await?
        }
        None => None,
    };
    let session: ConnectorSession = session.unwrap_or_default();
    let config = Value::Object(configured.connector().config.clone());
    let SocialResult { user_info, token_response } =
        configured.behaviour()?.authenticate(&config, &Value::Object(data), &session).await?;
    let target = configured.target()?;
    let tokens = token_sets::seal(ctx, configured.connector().enable_token_storage, token_response)?.map(
        |token_set| AccountTokenSet {
            connector_id: connector_id.to_owned(),
            target: target.clone(),
            identity_id: user_info.id.clone(),
            token_set,
        },
    );
    let user_id = user_id.to_owned();
    db.write(move |tx: &Tx| {
        Box::pin(async move {
            let owner = users::find_by_identity(tx, &tenant, &target, &user_info.id).await?;
            if owner.is_some_and(|owner| owner.id != user_id) {
                return Err(ErrorCode::UserIdentityAlreadyInUse.into());
            }
            let identity = social_identity(&user_info);
            let link = move |user: &mut portico_model::User| {
                user.identities.insert(target, identity);
            };
            let user = users::modify(tx, &tenant, &user_id, now_ms, link).await.map_err(name_conflict)?;
            if let Some(tokens) = tokens {
                tokens.write(tx, &tenant, &user_id, now_ms).await?;
            }
            Ok(user.identities)
        })
    })
    .await
}
