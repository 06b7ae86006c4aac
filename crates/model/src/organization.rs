//! Organizations and who belongs to them.

use crate::{JsonObject, role::RoleType, sign_in_experience::Branding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user's membership in one organization, with the names of the roles held there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationMembership {
    /// Organization id.
    pub id: String,
    /// Organization name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Names of the organization roles held.
    pub roles: Vec<String>,
}

/// An organization: a customer company or team, with members of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Tenant that owns the organization.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Free text.
    #[schema(required = true)]
    pub description: Option<String>,
    /// Free data.
    #[schema(value_type = Object)]
    pub custom_data: JsonObject,
    /// Whether members need a second factor.
    pub is_mfa_required: bool,
    /// Theme colours where they differ from the tenant's.
    pub color: PartialColor,
    /// Logo URLs where they differ from the tenant's.
    pub branding: Branding,
    /// Style sheet of the sign-in pages.
    #[schema(required = true)]
    pub custom_css: Option<String>,
    /// Epoch milliseconds.
    pub created_at: i64,
}

/// Theme colours, those that are set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "plain names")]
pub struct PartialColor {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dark_mode_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_primary_color: Option<String>,
}

/// A role of the template that all organizations share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRole {
    /// Tenant that owns the role.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Unique in the tenant.
    pub name: String,
    /// Free text.
    #[schema(required = true)]
    pub description: Option<String>,
    /// Whom it can be given to.
    #[serde(rename = "type")]
    pub kind: RoleType,
}

/// A scope of the template that all organizations share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationScope {
    /// Tenant that owns the scope.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// Unique in the tenant.
    pub name: String,
    /// Free text.
    #[schema(required = true)]
    pub description: Option<String>,
}

/// An e-mail domain whose new users join an organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationJitEmailDomain {
    /// Tenant that owns the organization.
    pub tenant_id: String,
    /// The organization.
    pub organization_id: String,
    /// What stands after the `@`.
    pub email_domain: String,
}

/// How one entity is shown inside another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// How a scope of an API resource is shown inside a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResourceScopeName {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The resource it belongs to.
    pub resource: Named,
}
