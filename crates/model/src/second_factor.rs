//! Second factors as the API tells of them.

use crate::sign_in_experience::MfaFactor;
use serde::Serialize;
use utoipa::ToSchema;

/// A second factor without its secrets.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// Id of the enrolment.
    pub id: String,
    /// ISO 8601.
    pub created_at: String,
    /// ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// What it is.
    #[serde(rename = "type")]
    pub factor: MfaFactor,
    /// Passkey: the browser it was made in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Passkey: what its owner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Backup codes: how many are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub remain_codes: Option<usize>,
}
