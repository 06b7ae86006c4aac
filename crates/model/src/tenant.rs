//! Tenants as they are stored.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What a tenant is for.
    TenantTag { Development = "development", Production = "production" }
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// What it is for.
    pub tag: TenantTag,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Nobody can use a suspended tenant.
    pub is_suspended: bool,
}
