//! Invitations into organizations.

use std::collections::HashMap;

use portico_model::{
    TenantId,
    organization::Named,
    organization_invitation::{InvitationStatus, OrganizationInvitation},
};

use crate::db::{Executor, StoreError, Tx};
use crate::table::{self, stored};
use crate::{args, sql};

stored! {
    OrganizationInvitation, "organization_invitations", columns {
        id plain, inviter_id plain, invitee plain, accepted_user_id plain, organization_id plain, status text,
        created_at plain, updated_at plain, expires_at plain,
    }
}

/// Which invitations are meant; what is not given does not narrow.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "plain names")]
pub struct InvitationFilter {
    pub organization_id: Option<String>,
    pub inviter_id: Option<String>,
    pub invitee: Option<String>,
}

/// The invitations, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    filter: &InvitationFilter,
) -> Result<Vec<OrganizationInvitation>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_invitations where tenant_id = $1
              and organization_id = coalesce($2, organization_id)
              and (cast($3 as text) is null or inviter_id = $3)
              and lower(invitee) = lower(coalesce($4, invitee))
          order by created_at desc, id"
    ));
    let InvitationFilter { organization_id, inviter_id, invitee } = filter;
    table::list(exec, statement, args![tenant, organization_id, inviter_id, invitee]).await
}

/// The invitation of this id.
pub async fn find_by_id(
    exec: &dyn Executor,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OrganizationInvitation>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_invitations where tenant_id = $1 and id = $2"
    ));
    table::find(exec, statement, args![tenant, id]).await
}

/// The invitation of this id, locked until the transaction ends.
pub async fn find_for_update(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<OrganizationInvitation>, StoreError> {
    let statement = sql!(concat!(
        "select ",
        columns!(),
        " from organization_invitations where tenant_id = $1 and id = $2 {lock}"
    ));
    table::find(tx, statement, args![tenant, id]).await
}

/// Roles that come with these invitations, by invitation; those without roles are left out.
pub async fn roles_of(
    exec: &dyn Executor,
    tenant: &TenantId,
    ids: &[String],
) -> Result<HashMap<String, Vec<Named>>, StoreError> {
    let statement = sql!(
        "select x.organization_invitation_id, r.id, r.name from organization_invitation_role_relations x
         join organization_roles r on r.tenant_id = x.tenant_id and r.id = x.organization_role_id
         where x.tenant_id = $1 and x.organization_invitation_id {in $2} order by r.name"
    );
    let mut names: HashMap<String, Vec<Named>> = HashMap::new();
    for row in exec.query(statement, args![tenant, ids]).await? {
        let name = Named { id: row.at(1)?, name: row.at(2)? };
        names.entry(row.at(0)?).or_default().push(name);
    }
    Ok(names)
}

/// Whether somebody with this e-mail address is a member of the organization.
pub async fn is_member(
    exec: &dyn Executor,
    tenant: &TenantId,
    organization_id: &str,
    email: &str,
) -> Result<bool, StoreError> {
    let statement = sql!(
        "select exists (select 1 from users u
             join organization_user_relations m on m.tenant_id = u.tenant_id and m.user_id = u.id
             where u.tenant_id = $1 and u.primary_email is not null and lower(u.primary_email) = lower($3)
                 and m.organization_id = $2) as found"
    );
    table::value(exec, statement, args![tenant, organization_id, email]).await
}

/// Adds an invitation with its roles. Earlier ones of the same person that have expired make room.
pub async fn insert(
    tx: &Tx,
    tenant: &TenantId,
    invitation: &OrganizationInvitation,
    role_ids: &[String],
) -> Result<(), StoreError> {
    let expire = sql!(
        "update organization_invitations set status = 'Expired', updated_at = $4
         where tenant_id = $1 and organization_id = $2 and invitee = $3 and status = 'Pending' and expires_at <= $4"
    );
    let OrganizationInvitation { id, organization_id, invitee, created_at, .. } = invitation;
    tx.execute(expire, args![tenant, organization_id, invitee, *created_at]).await?;
    table::insert(tx, tenant, invitation).await?;
    let rows = role_ids.iter().map(|role_id| args![tenant, id, role_id]).collect();
    let head = "insert into organization_invitation_role_relations
                    (tenant_id, organization_invitation_id, organization_role_id)";
    let tail = "on conflict (tenant_id, organization_invitation_id, organization_role_id) do nothing";
    table::insert_rows(tx, head, rows, tail).await.map(drop)
}

/// Ends an invitation.
pub async fn finish(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
    status: InvitationStatus,
    accepted_user_id: Option<&str>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let statement = sql!(
        "update organization_invitations set status = $3, accepted_user_id = $4, updated_at = $5
         where tenant_id = $1 and id = $2"
    );
    tx.execute(statement, args![tenant, id, status.as_str(), accepted_user_id, now_ms]).await.map(drop)
}

/// Removes an invitation; says whether it was there.
pub async fn delete(exec: &dyn Executor, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
    let statement = sql!("delete from organization_invitations where tenant_id = $1 and id = $2");
    Ok(exec.execute(statement, args![tenant, id]).await? == 1)
}
