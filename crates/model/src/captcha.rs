//! Services that tell people from programs.

use crate::text_enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The tenant's captcha service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaptchaProvider {
    /// Tenant that owns it.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Which service, and the account there.
    pub config: CaptchaConfig,
    /// Epoch milliseconds.
    pub created_at: i64,
    /// Epoch milliseconds.
    pub updated_at: i64,
}

/// A captcha service and the account there.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub enum CaptchaConfig {
    /// Cloudflare Turnstile.
    Turnstile { site_key: String, secret_key: String },
    /// Google reCAPTCHA Enterprise.
    RecaptchaEnterprise {
        site_key: String,
        /// API key.
        secret_key: String,
        project_id: String,
        /// Host of the script, where Google's own is out of reach.
        #[serde(skip_serializing_if = "Option::is_none")]
        domain: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        mode: Option<RecaptchaMode>,
    },
}

text_enum! {
    /// Whether people see a box to tick.
    RecaptchaMode { Invisible = "invisible", Checkbox = "checkbox" }
}

impl std::fmt::Debug for CaptchaConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, site_key) = match self {
            Self::Turnstile { site_key, .. } => ("Turnstile", site_key),
            Self::RecaptchaEnterprise { site_key, .. } => ("RecaptchaEnterprise", site_key),
        };
        f.debug_struct(name).field("site_key", site_key).finish_non_exhaustive()
    }
}
