//! The scopes of OpenID Connect and of Portico, and the claims each one opens.

/// Wants an ID token and the user information endpoint.
pub const OPENID: &str = "openid";
/// Wants a refresh token that outlives the session.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Organizations the user belongs to.
pub const ORGANIZATIONS: &str = "urn:logto:scope:organizations";
/// The user's roles in organizations.
pub const ORGANIZATION_ROLES: &str = "urn:logto:scope:organization_roles";

/// Resource indicator that stands for the organizations of the tenant.
pub const ORGANIZATIONS_RESOURCE: &str = "urn:logto:resource:organizations";

/// What the audience of an organization's tokens starts with; its id follows.
pub const ORGANIZATION_AUDIENCE_PREFIX: &str = "urn:logto:organization:";

/// A scope that users grant about themselves.
#[derive(Debug)]
pub struct UserScope {
    /// Its name.
    pub name: &'static str,
    /// Claims of the ID token and of the user information.
    pub claims: &'static [&'static str],
    /// Claims of the user information; of the ID token only when the tenant says so.
    pub extended_claims: &'static [&'static str],
}

const fn user_scope(
    name: &'static str,
    claims: &'static [&'static str],
    extended_claims: &'static [&'static str],
) -> UserScope {
    UserScope { name, claims, extended_claims }
}

/// Every scope, in the order discovery lists them.
pub const ALL: &[UserScope] = &[
    user_scope(OPENID, &["sub"], &[]),
    user_scope(OFFLINE_ACCESS, &[], &[]),
    user_scope(
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
            "username",
            "created_at",
        ],
        &[],
    ),
    user_scope("email", &["email", "email_verified"], &[]),
    user_scope("phone", &["phone_number", "phone_number_verified"], &[]),
    user_scope("address", &["address"], &[]),
    user_scope("custom_data", &[], &["custom_data"]),
    user_scope("identities", &[], &["identities", "sso_identities"]),
    user_scope("roles", &[], &["roles"]),
    user_scope(ORGANIZATIONS, &[], &["organizations", "organization_data"]),
    user_scope(ORGANIZATION_ROLES, &[], &["organization_roles"]),
    user_scope("urn:logto:scope:sessions", &[], &[]),
    user_scope("urn:logto:scope:trusted_devices", &[], &[]),
];

/// Whether a scope is one of the provider's own, not of an API resource.
#[must_use]
pub fn is_user_scope(name: &str) -> bool {
    ALL.iter().any(|scope| scope.name == name)
}

/// Every claim that discovery lists.
pub fn supported_claims() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|scope| scope.claims.iter().chain(scope.extended_claims)).copied().chain([
        "sid",
        "auth_time",
        "iss",
    ])
}

/// The words of `left` that `right` holds too, in the order of `left`.
#[must_use]
pub fn intersection(left: &[String], right: &[String]) -> Vec<String> {
    left.iter().filter(|word| right.contains(word)).cloned().collect()
}

/// A space-separated list; `None` when there is nothing to list.
#[must_use]
pub fn join(scopes: &[String]) -> Option<String> {
    (!scopes.is_empty()).then(|| scopes.join(" "))
}
