//! What a user's sign-ins left with browsers and clients: sessions and grants, seen and ended by administrators.

use crate::{
    Ctx,
    applications::built_in_application,
    backchannel_logout::{self, Notice, NoticeError},
    snapshot::SnapshotError,
};
use portico_model::{
    ErrorCode, JsonObject,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, SessionPayload},
};
use portico_store::{
    StoreError, Tx, applications, oidc_artifacts,
    oidc_artifacts::Artifact,
    oidc_session_extensions::{self, SessionExtension},
};
use std::collections::{BTreeMap, BTreeSet};

/// Why a session or grant cannot be read or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is no such session of the user.
    #[error("no such session")]
    SessionNotFound,
    /// There is no such grant of the user.
    #[error("no such grant")]
    GrantNotFound,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Settings could not be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The clients cannot be told.
    #[error(transparent)]
    Notice(#[from] NoticeError),
}

impl SessionError {
    /// The documented code; `None` when something broke.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::SessionNotFound => Some(ErrorCode::OidcSessionNotFound),
            Self::GrantNotFound => Some(ErrorCode::OidcInvalidGrant),
            Self::Store(_) | Self::Snapshot(_) | Self::Notice(_) => None,
        }
    }
}

/// A browser in which the user is signed in.
#[derive(Clone, Debug)]
pub struct UserSession {
    /// What the provider keeps.
    pub payload: SessionPayload,
    /// What the sign-in proved.
    pub last_submission: Option<JsonObject>,
    /// The client that started the sign-in.
    pub client_id: Option<String>,
    /// Epoch milliseconds.
    pub expires_at: i64,
}

impl UserSession {
    fn new(session: Artifact<SessionPayload>, extension: Option<SessionExtension>) -> Self {
        // A logout under way is between the browser and the provider.
        let payload = SessionPayload { state: None, ..session.payload };
        let (last_submission, client_id) = match extension {
            Some(extension) => {
                (Some(extension.last_submission), extension.client_id.or(extension.cimd_client_id))
            }
            None => (None, None),
        };
        Self { payload, last_submission, client_id, expires_at: session.expires_at }
    }
}

/// The user's sessions, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(ctx: &Ctx, user_id: &str) -> Result<Vec<UserSession>, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let mut found = find_all(ctx, user_id).await?;
    found.sort_by(|one, other| {
        (one.payload.login_ts, &one.payload.uid).cmp(&(other.payload.login_ts, &other.payload.uid))
    });
    let extensions = oidc_session_extensions::list_by_account(db, tenant, user_id).await?;
    let mut extensions: BTreeMap<String, SessionExtension> =
        extensions.into_iter().map(|extension| (extension.session_uid.clone(), extension)).collect();
    let with_extension = |session: Artifact<SessionPayload>| {
        let extension = extensions.remove(&session.payload.uid);
        UserSession::new(session, extension)
    };
    Ok(found.into_iter().map(with_extension).collect())
}

async fn find_all(ctx: &Ctx, user_id: &str) -> Result<Vec<Artifact<SessionPayload>>, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    oidc_artifacts::list_by_account(db, tenant, OidcModel::Session, user_id, ctx.now_ms()).await
}

/// One session of the user.
///
/// # Errors
/// `oidc.session_not_found` also for a session of somebody else, so that nobody learns of it.
pub async fn find(ctx: &Ctx, user_id: &str, uid: &str) -> Result<UserSession, SessionError> {
    let session = find_own(ctx, user_id, uid).await?;
    let extension = oidc_session_extensions::find(&ctx.app.db, &ctx.tenant.id, uid).await?;
    Ok(UserSession::new(session, extension))
}

async fn find_own(ctx: &Ctx, user_id: &str, uid: &str) -> Result<Artifact<SessionPayload>, SessionError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    oidc_artifacts::find_by_uid::<SessionPayload>(db, tenant, OidcModel::Session, uid)
        .await?
        .filter(|session| session.payload.account_id.as_deref() == Some(user_id))
        .filter(|session| session.expires_at > ctx.now_ms())
        .ok_or(SessionError::SessionNotFound)
}

/// Which grants end with a session, beyond those that cannot outlive it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantTarget {
    /// All that were given in it.
    All,
    /// Those of the operator's own applications.
    FirstParty,
}

/// Ends a session as a logout would: what its clients may not keep beyond it goes, and they are told.
///
/// # Errors
/// `oidc.session_not_found`.
pub async fn revoke(
    ctx: &Ctx,
    user_id: &str,
    uid: &str,
    target: Option<GrantTarget>,
) -> Result<(), SessionError> {
    let session = find_own(ctx, user_id, uid).await?;
    let snapshot = ctx.snapshot().await?;
    let notices = backchannel_logout::notices(ctx, &snapshot, &session.payload).await?;
    let mut grant_ids = Vec::new();
    for (client_id, authorization) in &session.payload.authorizations {
        let Some(grant_id) = &authorization.grant_id else { continue };
        let ends = authorization.persists_logout != Some(true)
            || match target {
                None => false,
                Some(GrantTarget::All) => true,
                Some(GrantTarget::FirstParty) => {
                    let client = ctx.find_client(&snapshot, client_id).await?;
                    client.is_none_or(|client| !client.application.is_third_party)
                }
            };
        if ends {
            grant_ids.push(grant_id.clone());
        }
    }
    let (tenant, uid) = (ctx.tenant.id.clone(), uid.to_owned());
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                oidc_artifacts::destroy(tx, &tenant, OidcModel::Session, &session.id).await?;
                oidc_session_extensions::delete(tx, &tenant, &uid).await?;
                oidc_artifacts::revoke_by_grant_ids(tx, &tenant, &grant_ids).await?;
                Ok::<_, StoreError>(())
            })
        })
        .await?;
    backchannel_logout::send(ctx, notices);
    Ok(())
}

/// The notices that the end of all of a user's sessions calls for.
///
/// # Errors
/// When something cannot be read.
pub async fn notices_of_user(ctx: &Ctx, user_id: &str) -> Result<Vec<Notice>, SessionError> {
    let sessions = find_all(ctx, user_id).await?;
    let snapshot = ctx.snapshot().await?;
    let mut notices = Vec::new();
    for session in sessions {
        notices.extend(backchannel_logout::notices(ctx, &snapshot, &session.payload).await?);
    }
    Ok(notices)
}

/// What the user allowed an application to do.
#[derive(Clone, Debug)]
pub struct UserGrant {
    /// What the provider keeps.
    pub payload: GrantPayload,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// Name of the application.
    pub application_name: String,
    /// Whether somebody else runs the application.
    pub is_third_party: bool,
}

/// The user's grants, newest first; those of applications that are gone are left out.
///
/// # Errors
/// When the database fails.
pub async fn list_grants(ctx: &Ctx, user_id: &str) -> Result<Vec<UserGrant>, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let mut grants: Vec<Artifact<GrantPayload>> =
        oidc_artifacts::list_by_account(db, tenant, OidcModel::Grant, user_id, ctx.now_ms()).await?;
    grants.sort_by_key(|grant| std::cmp::Reverse(grant.payload.iat));
    let client_ids: BTreeSet<String> = grants.iter().map(|grant| grant.payload.client_id.clone()).collect();
    let client_ids: Vec<String> = client_ids.into_iter().collect();
    let stored = applications::list_names(db, tenant, &client_ids).await?;
    let stored = stored.into_iter().map(|(id, name, is_third_party)| (id, (name, is_third_party)));
    let built_in = client_ids.iter().filter_map(|id| {
        built_in_application(ctx, id).map(|application| (id.clone(), (application.name, false)))
    });
    let names: BTreeMap<String, (String, bool)> = stored.chain(built_in).collect();
    let with_application = |grant: Artifact<GrantPayload>| {
        let (application_name, is_third_party) = names.get(&grant.payload.client_id)?.clone();
        let Artifact { payload, expires_at, .. } = grant;
        Some(UserGrant { payload, expires_at, application_name, is_third_party })
    };
    Ok(grants.into_iter().filter_map(with_application).collect())
}

/// Ends a grant with every token that rests on it, and takes it out of the user's sessions.
///
/// # Errors
/// `oidc.invalid_grant` also for a grant of somebody else.
pub async fn revoke_grant(ctx: &Ctx, user_id: &str, grant_id: &str) -> Result<(), SessionError> {
    let (db, tenant) = (&ctx.app.db, ctx.tenant.id.clone());
    let now_ms = ctx.now_ms();
    oidc_artifacts::find::<GrantPayload>(db, &tenant, OidcModel::Grant, grant_id)
        .await?
        .filter(|grant| grant.payload.account_id == user_id && grant.expires_at > now_ms)
        .ok_or(SessionError::GrantNotFound)?;
    let (user_id, grant_id) = (user_id.to_owned(), grant_id.to_owned());
    db.write(move |tx: &Tx| {
        Box::pin(async move {
            oidc_artifacts::revoke_by_grant_id(tx, &tenant, &grant_id).await?;
            let model = OidcModel::Session;
            let sessions: Vec<Artifact<SessionPayload>> =
                oidc_artifacts::list_by_account(tx, &tenant, model, &user_id, now_ms).await?;
            for Artifact { id, mut payload, expires_at, .. } in sessions {
                let before = payload.authorizations.len();
                payload.authorizations.retain(|_, given| given.grant_id.as_ref() != Some(&grant_id));
                if payload.authorizations.len() < before {
                    oidc_artifacts::upsert(tx, &tenant, model, &id, &payload, expires_at).await?;
                }
            }
            Ok::<_, StoreError>(())
        })
    })
    .await?;
    Ok(())
}
