//! What a request changes in the store, and what it leaves in the audit log and tells webhooks: collected first and
//! written in one transaction.

use crate::error::OidcError;
use portico_identity::{Ctx, audit::AuditEntry, events::Events};
use portico_model::{
    HookEvent, JsonObject, TenantId,
    oidc::OidcModel,
    oidc_artifact::{GrantPayload, InteractionPayload, SessionPayload, TokenPayload},
};
use portico_store::{
    Executor, StoreError, Tx, oidc_artifacts,
    oidc_session_extensions::{self, SessionExtension},
    users,
};
use serde::Serialize;

/// Changes in the order they are written.
#[derive(Default)]
pub struct Changes {
    rows: Vec<Change>,
    entries: Vec<AuditEntry>,
    events: Vec<Event>,
}

struct Event {
    recorder: Events,
    event: HookEvent,
    facts: JsonObject,
}

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
        self.rows.push(Change::Put { model, id, payload, expires_at_ms });
    }

    /// Marks an artifact as used up; the first mark stays.
    pub fn consume(&mut self, model: OidcModel, id: impl Into<String>) {
        self.rows.push(Change::Consume { model, id: id.into() });
    }

    /// Removes an artifact.
    pub fn remove(&mut self, model: OidcModel, id: impl Into<String>) {
        self.rows.push(Change::Remove { model, id: id.into() });
    }

    /// Removes a grant and all that rests on it.
    pub fn revoke_grant(&mut self, grant_id: impl Into<String>) {
        self.rows.push(Change::RevokeGrant(grant_id.into()));
    }

    /// Remembers how a session was signed in.
    pub fn put_extension(&mut self, extension: SessionExtension) {
        self.rows.push(Change::PutExtension(extension));
    }

    /// Forgets how a session was signed in.
    pub fn remove_extension(&mut self, session_uid: impl Into<String>) {
        self.rows.push(Change::RemoveExtension(session_uid.into()));
    }

    /// Remembers through which application a user came first.
    pub fn first_application(&mut self, user_id: &str, application_id: &str) {
        self.rows.push(Change::FirstApplication {
            user_id: user_id.to_owned(),
            application_id: application_id.to_owned(),
        });
    }

    /// Leaves an entry in the audit log.
    pub fn log(&mut self, entry: AuditEntry) {
        self.entries.push(entry);
    }

    /// Tells webhooks.
    pub fn tell(&mut self, recorder: Events, event: HookEvent, facts: JsonObject) {
        self.events.push(Event { recorder, event, facts });
    }

    /// Writes everything. A single change needs no transaction around it, and entries that tell of no change go
    /// with those of other requests.
    ///
    /// # Errors
    /// When the database fails; then nothing is written.
    pub async fn commit(mut self, ctx: &Ctx, now_ms: i64) -> Result<(), OidcError> {
        let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
        if self.events.is_empty() && self.rows.is_empty() {
            for entry in self.entries {
                ctx.audit(entry).await;
            }
            return Ok(());
        }
        if self.events.is_empty() && self.entries.is_empty() && self.rows.len() == 1 {
            for change in self.rows.drain(..) {
                change.apply(db, tenant, now_ms).await?;
            }
            return Ok(());
        }
        self.commit_if(ctx, now_ms, None).await.map(drop)
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
        self.commit_if(ctx, now_ms, Some((model, id))).await
    }

    /// One transaction, which does nothing when there is something to use up that is used up already.
    async fn commit_if(
        mut self,
        ctx: &Ctx,
        now_ms: i64,
        once: Option<(OidcModel, String)>,
    ) -> Result<bool, OidcError> {
        let batch = ctx.audit_batch(std::mem::take(&mut self.entries));
        let tenant = ctx.tenant.id.clone();
        let write = ctx.app.db.write(move |tx| {
            Box::pin(async move {
                if let Some((model, id)) = once
                    && !oidc_artifacts::consume(tx, &tenant, model, &id, now_ms).await?
                {
                    return Ok(None);
                }
                self.apply(tx, &tenant, now_ms).await?;
                batch.write(tx).await?;
                Ok::<_, StoreError>(Some(batch))
            })
        });
        let written = write.await;
        match written {
            Ok(Some(batch)) => {
                ctx.audit_committed(batch).await;
                Ok(true)
            }
            Ok(None) => {
                ctx.audit_rolled_back();
                Ok(false)
            }
            Err(error) => {
                ctx.audit_rolled_back();
                Err(error.into())
            }
        }
    }

    async fn apply(self, tx: &Tx, tenant: &TenantId, now_ms: i64) -> Result<(), StoreError> {
        for change in self.rows {
            change.apply(tx, tenant, now_ms).await?;
        }
        for Event { recorder, event, facts } in self.events {
            recorder.record_facts(tx, event, || facts).await?;
        }
        Ok(())
    }
}

impl Change {
    async fn apply(self, exec: &dyn Executor, tenant: &TenantId, now_ms: i64) -> Result<(), StoreError> {
        match self {
            Self::Put { model, id, payload, expires_at_ms } => {
                oidc_artifacts::upsert(exec, tenant, model, &id, &payload, expires_at_ms).await?;
            }
            Self::Consume { model, id } => {
                oidc_artifacts::consume(exec, tenant, model, &id, now_ms).await?;
            }
            Self::Remove { model, id } => {
                oidc_artifacts::destroy(exec, tenant, model, &id).await?;
            }
            Self::RevokeGrant(grant_id) => {
                oidc_artifacts::revoke_by_grant_id(exec, tenant, &grant_id).await?;
            }
            Self::PutExtension(extension) => {
                oidc_session_extensions::upsert(exec, tenant, &extension, now_ms).await?;
            }
            Self::RemoveExtension(session_uid) => {
                oidc_session_extensions::delete(exec, tenant, &session_uid).await?;
            }
            Self::FirstApplication { user_id, application_id } => {
                users::set_first_application(exec, tenant, &user_id, &application_id).await?;
            }
        }
        Ok(())
    }
}
