//! Invitations into organizations, by e-mail address.

use crate::{organization::Named, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What has become of an invitation.
    InvitationStatus { Pending = "Pending", Accepted = "Accepted", Expired = "Expired", Revoked = "Revoked" }
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationInvitation {
    /// Tenant that owns the invitation.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// The user who invites, when it is one.
    #[schema(required = true)]
    pub inviter_id: Option<String>,
    /// E-mail address of whoever is invited.
    pub invitee: String,
    /// The user who accepted.
    #[schema(required = true)]
    pub accepted_user_id: Option<String>,
    /// Where to.
    pub organization_id: String,
    /// What has become of it.
    pub status: InvitationStatus,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
    /// Epoch milliseconds.
    pub expires_at: i64,
}

impl OrganizationInvitation {
    /// The invitation as it is at a time: a pending one whose time is over has expired.
    #[must_use]
    pub fn at(mut self, now_ms: i64) -> Self {
        if self.status == InvitationStatus::Pending && self.expires_at <= now_ms {
            self.status = InvitationStatus::Expired;
        }
        self
    }
}

/// An invitation with the roles that come with the membership.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationWithRoles {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: OrganizationInvitation,
    /// The roles.
    pub organization_roles: Vec<Named>,
}
