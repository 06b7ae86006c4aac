//! Texts of the sign-in pages that a tenant wrote itself.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A tenant's own texts in one language; they lie over the built-in ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomPhrase {
    /// Tenant that owns the texts.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Language of the texts; unique in the tenant.
    pub language_tag: String,
    /// Texts by key, nested like the built-in ones.
    #[schema(value_type = Object)]
    pub translation: JsonObject,
}
