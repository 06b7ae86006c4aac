//! How pages look for one application.

use crate::{organization::PartialColor, sign_in_experience::Branding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the pages of an application differ from the tenant's, and how a third party presents itself at consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSignInExperience {
    /// Tenant that owns the application.
    pub tenant_id: String,
    /// The application.
    pub application_id: String,
    /// Theme colours, those that differ.
    pub color: PartialColor,
    /// Logo URLs, those that differ.
    pub branding: Branding,
    /// Style sheet of the sign-in pages.
    #[schema(required = true)]
    pub custom_css: Option<String>,
    /// Terms of use.
    #[schema(required = true)]
    pub terms_of_use_url: Option<String>,
    /// Privacy policy.
    #[schema(required = true)]
    pub privacy_policy_url: Option<String>,
    /// Name shown to people.
    #[schema(required = true)]
    pub display_name: Option<String>,
}
