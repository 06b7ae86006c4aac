//! A tenant as this process serves it: its addresses and its cached settings.

use crate::snapshot::SnapshotSlot;
use portico_model::TenantId;
use url::Url;

/// A tenant that this process serves.
pub struct Tenant {
    /// Id.
    pub id: TenantId,
    /// Public base address, without a trailing slash; issuer and page addresses start with it.
    pub endpoint: String,
    /// `iss` of the tenant's tokens.
    pub issuer: String,
    pub(crate) snapshot: SnapshotSlot,
}

impl Tenant {
    /// A tenant reachable at `endpoint`.
    #[must_use]
    pub fn new(id: TenantId, endpoint: &Url) -> Self {
        let endpoint = endpoint.as_str().trim_end_matches('/').to_owned();
        let issuer = format!("{endpoint}/oidc");
        Self { id, endpoint, issuer, snapshot: SnapshotSlot::default() }
    }

    /// The address of a path that starts with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint)
    }
}
