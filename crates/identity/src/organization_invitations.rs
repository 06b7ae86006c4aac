//! Inviting people into organizations by e-mail.

use crate::{
    Ctx,
    events::Events,
    messages::{self, Letter, Sender},
    organizations::record_membership,
    sign_in::{Refusal, SignInError},
};
use portico_crypto::id;
use portico_model::{
    ErrorCode, JsonObject, TenantId,
    connector::TemplateType,
    organization_invitation::{InvitationStatus, InvitationWithRoles, OrganizationInvitation},
    sentinel::SentinelAction,
    verification_code::{CodeChannel, CodeRecipient},
};
use portico_store::{
    Executor, StoreError, Tx, organization_invitations as invitations,
    organizations::{
        self,
        members::{self, MemberKind, MembershipChange},
    },
    users,
};
use serde_json::Value;

/// An invitation to be made.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The user who invites, when it is one.
    pub inviter_id: Option<String>,
    /// E-mail address of whoever is invited.
    pub invitee: String,
    /// Where to.
    pub organization_id: String,
    /// Epoch milliseconds.
    pub expires_at: i64,
    /// Roles that come with the membership.
    pub role_ids: Vec<String>,
}

fn refused(details: &str) -> Refusal {
    Refusal::from(ErrorCode::RequestInvalidInput).with_parameter("details", details)
}

/// Makes an invitation, and sends it when there is a message to send. One that cannot be sent is not kept, so
/// that it can be tried again.
///
/// # Errors
/// `request.invalid_input` (400) for a time that is over, (422) for somebody who is a member;
/// `entity.unique_integrity_violation` when one is pending, `entity.relation_foreign_key_not_found`, and those
/// of [`send`].
pub async fn create(
    ctx: &Ctx,
    new: NewInvitation,
    message: Option<JsonObject>,
    events: Events,
) -> Result<InvitationWithRoles, SignInError> {
    let (db, tenant, now_ms) = (&ctx.app.db, ctx.tenant.id.clone(), ctx.now_ms());
    if new.expires_at <= now_ms {
        return Err(refused("expiresAt must be in the future.").into());
    }
    if invitations::is_member(db, &tenant, &new.organization_id, &new.invitee).await? {
        return Err(refused("The invitee is a member already.").with_status(422).into());
    }
    let invitation = OrganizationInvitation {
        tenant_id: tenant.to_string(),
        id: id::standard_id(),
        inviter_id: new.inviter_id,
        invitee: new.invitee,
        accepted_user_id: None,
        organization_id: new.organization_id,
        status: InvitationStatus::Pending,
        created_at: now_ms,
        updated_at: now_ms,
        expires_at: new.expires_at,
    };
    let (stored, role_ids, in_tenant) = (invitation.clone(), new.role_ids, tenant.clone());
    let written = db.write(move |tx: &Tx| {
        Box::pin(async move { invitations::insert(tx, &in_tenant, &stored, &role_ids).await })
    });
    written.await?;
    if let Some(payload) = message
        && let Err(error) = send(ctx, &invitation, payload, events).await
    {
        invitations::delete(db, &tenant, &invitation.id).await?;
        return Err(error);
    }
    Ok(with_roles(db, &tenant, invitation).await?)
}

/// Adds the roles to an invitation.
///
/// # Errors
/// When the database fails.
pub async fn with_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    invitation: OrganizationInvitation,
) -> Result<InvitationWithRoles, StoreError> {
    let ids = std::slice::from_ref(&invitation.id);
    let organization_roles =
        invitations::roles_of(exec, tenant, ids).await?.remove(&invitation.id).unwrap_or_default();
    Ok(InvitationWithRoles { invitation, organization_roles })
}

/// Sends the message of an invitation. What the payload says goes before what is known of the organization and
/// of the person who invites.
///
/// # Errors
/// `connector.not_found` (501), `request.message_rate_limited`, `connector.*`.
pub async fn send(
    ctx: &Ctx,
    invitation: &OrganizationInvitation,
    payload: JsonObject,
    events: Events,
) -> Result<(), SignInError> {
    let snapshot = ctx.snapshot().await?;
    let sender = Sender::find(ctx, &snapshot, CodeChannel::Email)?;
    let recipient = CodeRecipient { channel: CodeChannel::Email, value: invitation.invitee.clone() };
    let reservation = messages::reserve(ctx, &recipient, SentinelAction::MessageSend, events).await?;
    let mut facts = facts(ctx, invitation).await?;
    facts.extend(payload);
    let letter = Letter {
        recipient,
        template_type: TemplateType::OrganizationInvitation,
        payload: facts,
        languages: Vec::new(),
        ip: None,
    };
    let message = messages::write(ctx, &snapshot, letter).await?;
    if let Err(error) = sender.send(&message).await {
        messages::release(ctx, reservation).await?;
        return Err(error.into());
    }
    Ok(())
}

async fn facts(ctx: &Ctx, invitation: &OrganizationInvitation) -> Result<JsonObject, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let mut facts = JsonObject::new();
    if let Some(organization) = organizations::find_by_id(db, tenant, &invitation.organization_id).await? {
        facts.insert("organization".into(), messages::about_organization(&organization));
    }
    if let Some(id) = &invitation.inviter_id
        && let Some(inviter) = users::find_by_id(db, tenant, id).await?
    {
        facts.insert("inviter".into(), messages::about_user(&inviter));
    }
    Ok(facts)
}

/// How an invitation ends by order.
#[derive(Clone, Debug)]
pub enum Ending {
    /// This user accepts it.
    Accepted(String),
    /// It is taken back.
    Revoked,
}

/// Ends a pending invitation. Who accepts it must own the address it was sent to, and becomes a member with its
/// roles.
///
/// # Errors
/// `entity.not_exists_with_id`, `request.invalid_input` (422) when it has ended or is somebody else's,
/// `entity.not_found` for an unknown user.
pub async fn end(
    ctx: &Ctx,
    events: Events,
    id: String,
    ending: Ending,
) -> Result<InvitationWithRoles, SignInError> {
    let (tenant, now_ms) = (ctx.tenant.id.clone(), ctx.now_ms());
    let ended = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let found =
                invitations::find_for_update(tx, &tenant, &id).await?.ok_or_else(|| not_found(&id))?;
            let invitation = with_roles(tx, &tenant, found.at(now_ms)).await?;
            if invitation.invitation.status != InvitationStatus::Pending {
                return Err(refused("The invitation has ended.").with_status(422).into());
            }
            let (status, user_id) = match ending {
                Ending::Revoked => (InvitationStatus::Revoked, None),
                Ending::Accepted(user_id) => {
                    admit(tx, &tenant, &events, &invitation, &user_id).await?;
                    (InvitationStatus::Accepted, Some(user_id))
                }
            };
            invitations::finish(tx, &tenant, &id, status, user_id.as_deref(), now_ms).await?;
            let InvitationWithRoles { invitation, organization_roles } = invitation;
            let invitation = OrganizationInvitation {
                status,
                accepted_user_id: user_id,
                updated_at: now_ms,
                ..invitation
            };
            Ok::<_, SignInError>(InvitationWithRoles { invitation, organization_roles })
        })
    });
    ended.await
}

/// That there is no invitation of this id.
#[must_use]
pub fn not_found(id: &str) -> Refusal {
    Refusal::from(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "organization_invitations")
        .with_parameter("id", id)
}

/// Makes the invitee a member.
async fn admit(
    tx: &Tx,
    tenant: &TenantId,
    events: &Events,
    accepted: &InvitationWithRoles,
    user_id: &str,
) -> Result<(), SignInError> {
    let InvitationWithRoles { invitation, organization_roles } = accepted;
    let user = users::find_by_id(tx, tenant, user_id).await?.ok_or(ErrorCode::EntityNotFound)?;
    let owns =
        user.primary_email.is_some_and(|email| email.to_lowercase() == invitation.invitee.to_lowercase());
    if !owns {
        return Err(refused("The invitation is for another e-mail address.").with_status(422).into());
    }
    let (organization_id, kind, ids) = (&invitation.organization_id, MemberKind::User, [user.id]);
    let added = members::add(tx, tenant, organization_id, kind, &ids).await?;
    let role_ids: Vec<String> = organization_roles.iter().map(|role| role.id.clone()).collect();
    members::add_roles(tx, tenant, organization_id, kind, &ids, &role_ids).await?;
    let change = MembershipChange { added, removed: Vec::new() };
    Ok(record_membership(tx, events, organization_id, kind, &change).await?)
}

/// The payload of a message, from the fields that the API takes.
#[must_use]
pub fn message_payload(fields: [(&str, Option<String>); 4]) -> JsonObject {
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    given.collect()
}
