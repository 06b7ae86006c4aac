//! What a request changes in the store, collected first and written in one transaction.

use crate::error::OidcError;
use portico_identity::Ctx;
use portico_model::{
    TenantId,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, InteractionPayload, SessionPayload, TokenPayload},
};
use portico_store::{
    Executor, StoreError, oidc_artifacts,
    oidc_session_extensions::{self, SessionExtension},
    users,
};
use serde::Serialize;

/// Changes in the order they are written.
#[derive(Default)]
pub struct Changes(Vec<Change>);

enum Change {
    Put { model: OidcModel, id: String, payload: Payload, expires_at_ms: i64 },
    Consume { model: OidcModel, id: String },
    Remove { model: OidcModel, id: String },
    RevokeGrant(String),
    PutExtension(SessionExtension),
    RemoveExtension(String),
    FirstApplication { user_id: String, application_id: String },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Payload {
    Session(Box<SessionPayload>),
    Grant(Box<GrantPayload>),
    Token(Box<TokenPayload>),
    Interaction(Box<InteractionPayload>),
}

impl Changes {
    /// Stores a session.
    pub fn put_session(&mut self, id: String, payload: SessionPayload) {
        let expires_at_ms = payload.exp * 1000;
        self.put(OidcModel::Session, id, Payload::Session(Box::new(payload)), expires_at_ms);
    }

    /// Stores a grant.
    pub fn put_grant(&mut self, payload: GrantPayload) {
        let expires_at_ms = payload.exp * 1000;
        self.put(OidcModel::Grant, payload.jti.clone(), Payload::Grant(Box::new(payload)), expires_at_ms);
    }

    /// Stores a token under its digest.
    pub fn put_token(&mut self, model: OidcModel, payload: TokenPayload) {
        let expires_at_ms = payload.exp * 1000;
        self.put(model, payload.jti.clone(), Payload::Token(Box::new(payload)), expires_at_ms);
    }

    /// Stores an interaction.
    pub fn put_interaction(&mut self, payload: InteractionPayload) {
        let expires_at_ms = payload.exp * 1000;
        self.put(
            OidcModel::Interaction,
            payload.jti.clone(),
            Payload::Interaction(Box::new(payload)),
            expires_at_ms,
        );
    }

    fn put(&mut self, model: OidcModel, id: String, payload: Payload, expires_at_ms: i64) {
        self.0.push(Change::Put { model, id, payload, expires_at_ms });
    }

    /// Marks an artifact as used up; the first mark stays.
    pub fn consume(&mut self, model: OidcModel, id: impl Into<String>) {
        self.0.push(Change::Consume { model, id: id.into() });
    }

    /// Removes an artifact.
    pub fn remove(&mut self, model: OidcModel, id: impl Into<String>) {
        self.0.push(Change::Remove { model, id: id.into() });
    }

    /// Removes a grant and all that rests on it.
    pub fn revoke_grant(&mut self, grant_id: impl Into<String>) {
        self.0.push(Change::RevokeGrant(grant_id.into()));
    }

    /// Remembers how a session was signed in.
    pub fn put_extension(&mut self, extension: SessionExtension) {
        self.0.push(Change::PutExtension(extension));
    }

    /// Forgets how a session was signed in.
    pub fn remove_extension(&mut self, session_uid: impl Into<String>) {
        self.0.push(Change::RemoveExtension(session_uid.into()));
    }

    /// Remembers through which application a user came first.
    pub fn first_application(&mut self, user_id: &str, application_id: &str) {
        self.0.push(Change::FirstApplication {
            user_id: user_id.to_owned(),
            application_id: application_id.to_owned(),
        });
    }

    /// Writes everything. A single change needs no transaction around it.
    ///
    /// # Errors
    /// When the database fails; then nothing is written.
    pub async fn commit(self, ctx: &Ctx, now_ms: i64) -> Result<(), OidcError> {
        let (db, tenant) = (&ctx.app.db, ctx.tenant.id.clone());
        match self.0.len() {
            0 => Ok(()),
            1 => Ok(self.apply(db, &tenant, now_ms).await?),
            _ => {
                db.write(move |tx| Box::pin(async move { self.apply(tx, &tenant, now_ms).await })).await?;
                Ok(())
            }
        }
    }

    /// Uses up `id` and, when this caller is the one that does, writes everything. Of concurrent callers exactly
    /// one hears `true`.
    ///
    /// # Errors
    /// When the database fails; then nothing is written.
    pub async fn commit_consuming(
        self,
        ctx: &Ctx,
        model: OidcModel,
        id: String,
        now_ms: i64,
    ) -> Result<bool, OidcError> {
        let tenant = ctx.tenant.id.clone();
        let is_first = ctx
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let is_first = oidc_artifacts::consume(tx, &tenant, model, &id, now_ms).await?;
                    if is_first {
                        self.apply(tx, &tenant, now_ms).await?;
                    }
                    Ok::<_, StoreError>(is_first)
                })
            })
            .await?;
        Ok(is_first)
    }

    async fn apply(self, exec: &dyn Executor, tenant: &TenantId, now_ms: i64) -> Result<(), StoreError> {
        for change in self.0 {
            match change {
                Change::Put { model, id, payload, expires_at_ms } => {
                    oidc_artifacts::upsert(exec, tenant, model, &id, &payload, expires_at_ms).await?;
                }
                Change::Consume { model, id } => {
                    oidc_artifacts::consume(exec, tenant, model, &id, now_ms).await?;
                }
                Change::Remove { model, id } => {
                    oidc_artifacts::destroy(exec, tenant, model, &id).await?;
                }
                Change::RevokeGrant(grant_id) => {
                    oidc_artifacts::revoke_by_grant_id(exec, tenant, &grant_id).await?;
                }
                Change::PutExtension(extension) => {
                    oidc_session_extensions::upsert(exec, tenant, &extension, now_ms).await?;
                }
                Change::RemoveExtension(session_uid) => {
                    oidc_session_extensions::delete(exec, tenant, &session_uid).await?;
                }
                Change::FirstApplication { user_id, application_id } => {
                    users::set_first_application(exec, tenant, &user_id, &application_id).await?;
                }
            }
        }
        Ok(())
    }
}
