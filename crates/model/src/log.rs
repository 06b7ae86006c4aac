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
    #[schema(value_type = LogPayload)]
    pub payload: JsonObject,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// What an entry says at least; described for the API only, as each act adds facts of its own.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "described only")]
pub struct LogPayload {
    key: String,
    result: LogResult,
    error: Option<LogError>,
    ip: Option<String>,
    user_agent: Option<String>,
    user_id: Option<String>,
    application_id: Option<String>,
    cimd_client_id: Option<String>,
    session_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    params: Option<JsonObject>,
}

/// Why an act failed.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "described only")]
#[serde(untagged)]
pub enum LogError {
    /// `code` and what else is known.
    #[schema(value_type = Object)]
    Facts(JsonObject),
    /// A sentence.
    Text(String),
}
