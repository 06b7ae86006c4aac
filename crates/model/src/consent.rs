//! What applications of third parties may ask people for.

use crate::text_enum;
use serde::Serialize;
use utoipa::ToSchema;

text_enum! {
    /// A scope over a person's own data.
    UserScope {
        Profile = "profile",
        Email = "email",
        Phone = "phone",
        Address = "address",
        CustomData = "custom_data",
        Identities = "identities",
        Roles = "roles",
        Organizations = "urn:logto:scope:organizations",
        OrganizationRoles = "urn:logto:scope:organization_roles",
        Sessions = "urn:logto:scope:sessions",
        TrustedDevices = "urn:logto:scope:trusted_devices",
    }
}

text_enum! {
    /// A kind of scope, as addresses name it.
    ConsentScopeKind {
        Organization = "organization-scopes",
        Resource = "resource-scopes",
        OrganizationResource = "organization-resource-scopes",
        User = "user-scopes",
    }
}

/// Everything that may be asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentScopes {
    /// Scopes within organizations.
    pub organization_scopes: Vec<ConsentScope>,
    /// Scopes of API resources.
    pub resource_scopes: Vec<ConsentResourceScopes>,
    /// Scopes of API resources, in the name of an organization.
    pub organization_resource_scopes: Vec<ConsentResourceScopes>,
    /// Scopes over people's own data.
    pub user_scopes: Vec<UserScope>,
}

/// Scopes of one API resource.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct ConsentResourceScopes {
    pub resource: ConsentResource,
    pub scopes: Vec<ConsentScope>,
}

/// An API resource, as far as people are told.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct ConsentResource {
    pub id: String,
    pub name: String,
    pub indicator: String,
}

/// A scope, as far as people are told.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[allow(missing_docs, reason = "plain names")]
pub struct ConsentScope {
    pub id: String,
    pub name: String,
    #[schema(required = true)]
    pub description: Option<String>,
}
