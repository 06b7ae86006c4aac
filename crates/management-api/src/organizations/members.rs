//! What members of both kinds have in common: users and machine-to-machine applications join, hold roles and leave
//! in the same way.

use axum::http::StatusCode;
use portico_http_kit::ApiError;
use portico_identity::{Ctx, events::Events, organizations::record_membership};
use portico_model::{ApplicationType, ErrorCode, TenantId, organization::Named, role::RoleType};
use portico_store::{
    Executor, Tx, applications,
    organizations::{
        self,
        members::{self, MemberKind, MembershipChange},
        roles,
    },
};
use std::collections::HashMap;

/// A place among the members of an organization, taken or not.
#[derive(Clone)]
pub(super) struct Seat {
    pub organization_id: String,
    pub kind: MemberKind,
    pub id: String,
}

impl Seat {
    pub fn user((organization_id, id): (String, String)) -> Self {
        Self { organization_id, kind: MemberKind::User, id }
    }

    pub fn application((organization_id, id): (String, String)) -> Self {
        Self { organization_id, kind: MemberKind::Application, id }
    }

    /// An error unless the place is taken.
    pub async fn require(&self, ctx: &Ctx) -> Result<(), ApiError> {
        let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
        let is_member = members::is_member(db, tenant, &self.organization_id, self.kind, &self.id).await?;
        if is_member { Ok(()) } else { Err(ErrorCode::OrganizationRequireMembership.into()) }
    }

    /// A filter for the roles held here.
    pub fn roles_held(self) -> roles::OrganizationRoleFilter {
        let member = roles::Member { organization_id: self.organization_id, kind: self.kind, id: self.id };
        roles::OrganizationRoleFilter { held_by: Some(member), ..Default::default() }
    }
}

/// Applications act for themselves in an organization, so only machines can be members.
async fn check_kind(
    exec: &dyn Executor,
    tenant: &TenantId,
    kind: MemberKind,
    ids: &[String],
) -> Result<(), ApiError> {
    if kind == MemberKind::User {
        return Ok(());
    }
    let found = applications::list_by_ids(exec, tenant, ids).await?;
    if found.iter().any(|application| application.kind != ApplicationType::MachineToMachine) {
        return Err(ErrorCode::EntityDbConstraintViolated.into());
    }
    Ok(())
}

/// Makes these members; those who are stay.
pub(super) async fn add(
    ctx: &Ctx,
    events: Events,
    organization_id: String,
    kind: MemberKind,
    ids: Vec<String>,
) -> Result<(), ApiError> {
    let tenant = ctx.tenant.id.clone();
    let done = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            check_kind(tx, &tenant, kind, &ids).await?;
            let added = members::add(tx, &tenant, &organization_id, kind, &ids).await?;
            let change = MembershipChange { added, removed: Vec::new() };
            record_membership(tx, &events, &organization_id, kind, &change).await?;
            Ok::<_, ApiError>(())
        })
    });
    done.await
}

/// Makes these the only members of the kind.
pub(super) async fn replace(
    ctx: &Ctx,
    events: Events,
    organization_id: String,
    kind: MemberKind,
    ids: Vec<String>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let done = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            if organizations::find_for_update(tx, &tenant, &organization_id).await?.is_none() {
                return Err(ErrorCode::EntityRelationForeignKeyNotFound.into());
            }
            check_kind(tx, &tenant, kind, &ids).await?;
            let change = members::replace(tx, &tenant, &organization_id, kind, &ids).await?;
            record_membership(tx, &events, &organization_id, kind, &change).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    done.await
}

/// Ends a membership.
pub(super) async fn remove(ctx: &Ctx, events: Events, seat: Seat) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let done = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let Seat { organization_id, kind, id } = seat;
            if !members::remove(tx, &tenant, &organization_id, kind, &id).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            let change = MembershipChange { added: Vec::new(), removed: vec![id] };
            record_membership(tx, &events, &organization_id, kind, &change).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    done.await
}

/// The roles must exist and be meant for this kind of member.
async fn check_roles(
    exec: &dyn Executor,
    tenant: &TenantId,
    kind: MemberKind,
    role_ids: &[String],
) -> Result<(), ApiError> {
    let found = roles::list_by_ids(exec, tenant, role_ids).await?;
    if role_ids.iter().any(|id| !found.iter().any(|role| role.id == *id)) {
        return Err(ErrorCode::EntityRelationForeignKeyNotFound.into());
    }
    let suitable = match kind {
        MemberKind::User => RoleType::User,
        MemberKind::Application => RoleType::MachineToMachine,
    };
    if found.iter().any(|role| role.kind != suitable) {
        return Err(ErrorCode::EntityDbConstraintViolated.into());
    }
    Ok(())
}

/// Gives each of these members each of these roles; those already held stay.
pub(super) async fn assign_roles(
    ctx: &Ctx,
    organization_id: String,
    kind: MemberKind,
    ids: Vec<String>,
    role_ids: Vec<String>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let done = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let known = members::existing_ids(tx, &tenant, &organization_id, kind, &ids).await?;
            if ids.iter().any(|id| !known.contains(id)) {
                return Err(ErrorCode::OrganizationRequireMembership.into());
            }
            check_roles(tx, &tenant, kind, &role_ids).await?;
            members::add_roles(tx, &tenant, &organization_id, kind, &ids, &role_ids).await?;
            Ok::<_, ApiError>(StatusCode::CREATED)
        })
    });
    done.await
}

/// Makes these the roles of a member.
pub(super) async fn replace_roles(
    ctx: &Ctx,
    seat: Seat,
    role_ids: Vec<String>,
) -> Result<StatusCode, ApiError> {
    seat.require(ctx).await?;
    let tenant = ctx.tenant.id.clone();
    let done = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let Seat { organization_id, kind, id } = &seat;
            check_roles(tx, &tenant, *kind, &role_ids).await?;
            members::replace_roles(tx, &tenant, organization_id, *kind, id, &role_ids).await?;
            Ok::<_, ApiError>(StatusCode::NO_CONTENT)
        })
    });
    done.await
}

/// Takes a role from a member.
pub(super) async fn remove_role(ctx: &Ctx, seat: Seat, role_id: &str) -> Result<StatusCode, ApiError> {
    seat.require(ctx).await?;
    let Seat { organization_id, kind, id } = &seat;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let removed = members::remove_role(db, tenant, organization_id, *kind, id, role_id).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// The names of the roles that these members hold, by member.
pub(super) async fn role_names(
    ctx: &Ctx,
    organization_id: &str,
    kind: MemberKind,
    ids: &[String],
) -> Result<HashMap<String, Vec<Named>>, ApiError> {
    Ok(members::role_names_of(&ctx.app.db, &ctx.tenant.id, organization_id, kind, ids).await?)
}
