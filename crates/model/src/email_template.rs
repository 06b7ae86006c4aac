//! E-mail templates of a tenant: one for each purpose and language.

use crate::{connector::TemplateType, text_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// How the body of an e-mail is written.
    EmailContentType { Html = "text/html", Plain = "text/plain" }
}

/// What an e-mail says; `{{variables}}` are filled in for each message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplateDetails {
    /// Subject line.
    pub subject: String,
    /// Body.
    pub content: String,
    /// How the body is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content_type: Option<EmailContentType>,
    /// Reply-To address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<String>,
    /// From address or display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub send_from: Option<String>,
}

/// A template for one purpose in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplate {
    /// Tenant that owns the template.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Language.
    pub language_tag: String,
    /// Purpose.
    pub template_type: TemplateType,
    /// What the e-mail says.
    pub details: EmailTemplateDetails,
    /// Epoch milliseconds.
    pub created_at: i64,
}
