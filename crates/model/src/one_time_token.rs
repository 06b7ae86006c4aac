//! One-time tokens: what a magic link carries to prove who reads mail at an address.

use crate::{interaction::InteractionEvent, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What has become of a token.
    OneTimeTokenStatus { Active = "active", Consumed = "consumed", Revoked = "revoked", Expired = "expired" }
}

/// What a token is good for besides its proof.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneTimeTokenContext {
    /// Organizations that its owner joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub jit_organization_ids: Option<Vec<String>>,
    /// The one thing it can be used for; without it, for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub interaction_event: Option<InteractionEvent>,
}

/// A token for the owner of an e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneTimeToken {
    /// Tenant that owns the token.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// The address whose owner may use it.
    pub email: String,
    /// The token itself. Kept as it is, because every answer of the API shows it again, lists too: the link is
    /// built from it, and by whom is up to the caller. Its protection is its short life and its single use.
    pub token: String,
    /// What it is good for.
    pub context: OneTimeTokenContext,
    /// What has become of it.
    pub status: OneTimeTokenStatus,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub expires_at: i64,
}

impl OneTimeToken {
    /// The token as it is at a time: an active one whose time is over has expired.
    #[must_use]
    pub fn at(mut self, now_ms: i64) -> Self {
        if self.status == OneTimeTokenStatus::Active && self.expires_at <= now_ms {
            self.status = OneTimeTokenStatus::Expired;
        }
        self
    }
}

impl std::fmt::Debug for OneTimeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTimeToken")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
