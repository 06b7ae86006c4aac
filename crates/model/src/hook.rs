//! Webhooks: who is told of which events.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

text_enum! {
    /// Something that happened, which a webhook may want to know.
    HookEvent {
        PostRegister = "PostRegister",
        PostSignIn = "PostSignIn",
        PostSignInAdaptiveMfaTriggered = "PostSignInAdaptiveMfaTriggered",
        PostResetPassword = "PostResetPassword",
        UserCreated = "User.Created",
        UserDeleted = "User.Deleted",
        UserDataUpdated = "User.Data.Updated",
        UserSuspensionStatusUpdated = "User.SuspensionStatus.Updated",
        RoleCreated = "Role.Created",
        RoleDeleted = "Role.Deleted",
        RoleDataUpdated = "Role.Data.Updated",
        RoleScopesUpdated = "Role.Scopes.Updated",
        ScopeCreated = "Scope.Created",
        ScopeDeleted = "Scope.Deleted",
        ScopeDataUpdated = "Scope.Data.Updated",
        OrganizationCreated = "Organization.Created",
        OrganizationDeleted = "Organization.Deleted",
        OrganizationDataUpdated = "Organization.Data.Updated",
        OrganizationMembershipUpdated = "Organization.Membership.Updated",
        OrganizationRoleCreated = "OrganizationRole.Created",
        OrganizationRoleDeleted = "OrganizationRole.Deleted",
        OrganizationRoleDataUpdated = "OrganizationRole.Data.Updated",
        OrganizationRoleScopesUpdated = "OrganizationRole.Scopes.Updated",
        OrganizationScopeCreated = "OrganizationScope.Created",
        OrganizationScopeDeleted = "OrganizationScope.Deleted",
        OrganizationScopeDataUpdated = "OrganizationScope.Data.Updated",
        IdentifierLockout = "Identifier.Lockout",
        MessageRateLimited = "Message.RateLimited",
        GrantLimitExceeded = "Grant.LimitExceeded",
    }
}

/// Most times that a failed delivery is tried again.
pub const MAX_RETRIES: u8 = 3;

/// Where a webhook is delivered, and how.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HookConfig {
    /// Address that is posted to.
    pub url: String,
    /// Headers to send beside ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub headers: Option<BTreeMap<String, String>>,
    /// How often a failed delivery is tried again, at most [`MAX_RETRIES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retries: Option<u8>,
}

/// Headers may hold secrets.
impl std::fmt::Debug for HookConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HookConfig").field("retries", &self.retries).finish_non_exhaustive()
    }
}

/// A webhook.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hook {
    /// Tenant that owns the webhook.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The one event of webhooks made the old way; without effect when `events` holds any.
    #[schema(required = true)]
    pub event: Option<HookEvent>,
    /// Events it wants to know.
    pub events: Vec<HookEvent>,
    /// Where and how it is delivered.
    pub config: HookConfig,
    /// Key of the signature over each delivery.
    pub signing_key: String,
    /// Whether it is told of anything.
    pub enabled: bool,
    /// Epoch milliseconds.
    pub created_at: i64,
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook").field("id", &self.id).field("events", &self.events).finish_non_exhaustive()
    }
}

impl Hook {
    /// Whether the webhook is to be told of this event.
    #[must_use]
    pub fn wants(&self, event: HookEvent) -> bool {
        let listed =
            if self.events.is_empty() { self.event == Some(event) } else { self.events.contains(&event) };
        self.enabled && listed
    }
}
