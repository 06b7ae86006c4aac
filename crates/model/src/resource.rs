//! API resources (RFC 8707) and their scopes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An API that access tokens can be issued for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Tenant that owns the resource.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Resource indicator; the `aud` of its access tokens.
    pub indicator: String,
    /// Used when a request names no resource.
    pub is_default: bool,
    /// Access token lifetime in seconds.
    pub access_token_ttl: i64,
}

/// A permission of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Tenant that owns the scope.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// The resource it belongs to.
    pub resource_id: String,
    /// Name on the wire; no spaces.
    pub name: String,
    /// Free text.
    #[schema(required = true)]
    pub description: Option<String>,
    /// Epoch milliseconds.
    pub created_at: i64,
}
