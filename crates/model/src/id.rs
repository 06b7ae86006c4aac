//! Identifiers that travel through every layer.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// The tenant that a row, a token or a request belongs to. Cloning is a reference count.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// Id of the tenant whose users sign in to the operator's own applications.
    pub const DEFAULT: &'static str = "default";
    /// Id of the tenant whose users administer the others through the Console.
    pub const ADMIN: &'static str = "admin";

    /// Wraps a tenant id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(Arc::from(id))
    }

    /// The user tenant.
    #[must_use]
    pub fn default_tenant() -> Self {
        Self::new(Self::DEFAULT)
    }

    /// The admin tenant.
    #[must_use]
    pub fn admin_tenant() -> Self {
        Self::new(Self::ADMIN)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the admin tenant.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        &*self.0 == Self::ADMIN
    }

    /// Resource indicator of this tenant's Management API.
    #[must_use]
    pub fn management_api_indicator(&self) -> String {
        format!("https://{}.logto.app/api", self.0)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}
