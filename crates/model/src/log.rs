//! Audit log entries.

use crate::{JsonObject, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// How the logged act ended.
    LogResult { Success = "Success", Error = "Error" }
}

/// One audit log entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Log {
    /// Tenant that owns the entry.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// What happened, for example `Interaction.SignIn.Submit`.
    pub key: String,
    /// `key`, `result`, `error`, `ip`, `userAgent`, `userId`, `applicationId`, and what the act adds.
    #[schema(value_type = Object)]
    pub payload: JsonObject,
    /// Epoch milliseconds.
    pub created_at: i64,
}
