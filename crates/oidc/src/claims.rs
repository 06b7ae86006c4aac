//! What a user's scopes say about them, in the ID token and at the user information endpoint.

use crate::{environment::Environment, error::OidcError, scope};
use portico_model::{JsonObject, User, organization::OrganizationMembership};
use portico_store::{organizations, roles, users};
use serde_json::{Value, json};

/// Where the claims go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The ID token: extended claims only when the tenant turned them on.
    IdToken,
    /// The user information endpoint: everything the scopes open.
    UserInfo,
}

/// The claims that `scopes` open, in the order of the scopes; `sub` first.
///
/// # Errors
/// When the database fails.
pub async fn claims_of(
    environment: &Environment,
    user: &User,
    scopes: &[String],
    destination: Destination,
) -> Result<JsonObject, OidcError> {
    let enabled = &environment.snapshot.id_token_extended_claims;
    let mut claims = JsonObject::new();
    claims.insert("sub".to_owned(), Value::from(user.id.as_str()));
    let mut memberships = None;
    for opened in scopes.iter().filter_map(|name| scope::ALL.iter().find(|scope| scope.name == name)) {
        for name in opened.claims {
            add_standard_claim(&mut claims, name, user);
        }
        for name in opened.extended_claims {
            if destination == Destination::UserInfo || enabled.iter().any(|claim| claim.as_str() == *name) {
                let value = extended_claim(environment, name, user, &mut memberships).await?;
                claims.insert((*name).to_owned(), value);
            }
        }
    }
    Ok(claims)
}

/// OpenID Connect Core §5.1. What a user has no value for is `null` when it is a column, and absent when it is part
/// of the profile.
fn add_standard_claim(claims: &mut JsonObject, name: &str, user: &User) {
    let profile = &user.profile;
    let optional = |value: &Option<String>| value.as_deref().map(Value::from);
    let value = match name {
        "name" => Some(json!(user.name)),
        "family_name" => optional(&profile.family_name),
        "given_name" => optional(&profile.given_name),
        "middle_name" => optional(&profile.middle_name),
        "nickname" => optional(&profile.nickname),
        "preferred_username" => optional(&profile.preferred_username).or_else(|| optional(&user.username)),
        "profile" => optional(&profile.profile),
        "picture" => Some(json!(user.avatar)),
        "website" => optional(&profile.website),
        "gender" => optional(&profile.gender),
        "birthdate" => optional(&profile.birthdate),
        "zoneinfo" => optional(&profile.zoneinfo),
        "locale" => optional(&profile.locale),
        "updated_at" => Some(json!(user.updated_at)),
        "username" => Some(json!(user.username)),
        "created_at" => Some(json!(user.created_at)),
        "email" => Some(json!(user.primary_email)),
        "email_verified" => Some(json!(user.primary_email.is_some())),
        "phone_number" => Some(json!(user.primary_phone)),
        "phone_number_verified" => Some(json!(user.primary_phone.is_some())),
        "address" => profile.address.as_ref().map(|address| json!(address)),
        _ => None,
    };
    if let Some(value) = value {
        claims.insert(name.to_owned(), value);
    }
}

async fn extended_claim(
    environment: &Environment,
    name: &str,
    user: &User,
    memberships: &mut Option<Vec<OrganizationMembership>>,
) -> Result<Value, OidcError> {
    let (db, tenant) = (&environment.ctx.app.db, &environment.ctx.tenant.id);
    Ok(match name {
        "custom_data" => json!(user.custom_data),
        "identities" => json!(user.identities),
        "sso_identities" => users::list_sso_identities(db, tenant, &user.id)
            .await?
            .into_iter()
            .map(|identity| {
                json!({
                    "issuer": identity.issuer,
                    "identityId": identity.identity_id,
                    "detail": identity.detail,
                })
            })
            .collect(),
        "roles" => roles::list_for_user(db, tenant, &user.id)
            .await?
            .into_iter()
            .map(|role| Value::from(role.name))
            .collect(),
        _ => {
            let memberships = match memberships {
                Some(memberships) => memberships,
                None => {
                    memberships.insert(organizations::claims::list_memberships(db, tenant, &user.id).await?)
                }
            };
            organization_claim(name, memberships)
        }
    })
}

fn organization_claim(name: &str, memberships: &[OrganizationMembership]) -> Value {
    match name {
        "organizations" => memberships.iter().map(|membership| Value::from(membership.id.as_str())).collect(),
        "organization_data" => memberships
            .iter()
            .map(|membership| {
                json!({ "id": membership.id, "name": membership.name, "description": membership.description })
            })
            .collect(),
        "organization_roles" => memberships
            .iter()
            .flat_map(|membership| {
                membership.roles.iter().map(|role| Value::from(format!("{}:{role}", membership.id)))
            })
            .collect(),
        _ => Value::Null,
    }
}
