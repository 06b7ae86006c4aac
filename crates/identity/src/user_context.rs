//! What scripts are told of a user.

use crate::Ctx;
use portico_model::{
    JsonObject, User,
    resource::{Resource, Scope},
    role::Role,
};
use portico_store::{
    StoreError,
    organizations::{
        claims,
        members::{self, MemberKind},
    },
    resources, roles, users,
};
use serde_json::{Value, json};

/// The user as scripts know it: what the API says of a user, with roles, organizations, second factors and accounts
/// at enterprise identity providers. Nothing secret.
///
/// # Errors
/// When the database fails.
pub async fn of(ctx: &Ctx, user: &User) -> Result<JsonObject, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let mut context = match serde_json::to_value(user.info()) {
        Ok(Value::Object(info)) => info,
        _ => JsonObject::new(),
    };
    let factors: Vec<&Value> =
        user.mfa_verifications.iter().filter_map(|factor| factor.get("type")).collect();
    context.insert("hasPassword".to_owned(), json!(user.password_encrypted.is_some()));
    context.insert("mfaVerificationFactors".to_owned(), json!(factors));
    let sso_identities = users::list_sso_identities(db, tenant, &user.id).await?;
    let sso_identity = |identity: portico_model::user::UserSsoIdentity| json!({ "issuer": identity.issuer, "identityId": identity.identity_id, "detail": identity.detail });
    context.insert("ssoIdentities".to_owned(), sso_identities.into_iter().map(sso_identity).collect());
    context.insert("roles".to_owned(), roles_of(ctx, user).await?);
    let memberships = claims::list_memberships(db, tenant, &user.id).await?;
    let organization = |membership: &portico_model::organization::OrganizationMembership| json!({ "id": membership.id, "name": membership.name, "description": membership.description });
    context.insert("organizations".to_owned(), memberships.iter().map(organization).collect());
    let ids: Vec<String> = memberships.into_iter().map(|membership| membership.id).collect();
    context.insert("organizationRoles".to_owned(), organization_roles(ctx, user, &ids).await?);
    Ok(context)
}

/// The user's roles with their scopes, and these with their resources.
async fn roles_of(ctx: &Ctx, user: &User) -> Result<Value, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let held = roles::list_for_user(db, tenant, &user.id).await?;
    if held.is_empty() {
        return Ok(json!([]));
    }
    let role_ids: Vec<String> = held.iter().map(|role| role.id.clone()).collect();
    let granted = roles::list_scope_ids_of(db, tenant, &role_ids).await?;
    let scope_ids: Vec<String> = granted.iter().map(|(_, scope)| scope.clone()).collect();
    let scopes = resources::list_scopes_by_ids(db, tenant, &scope_ids).await?;
    let resource_ids: Vec<String> = scopes.iter().map(|scope| scope.resource_id.clone()).collect();
    let resources = resources::list_by_ids(db, tenant, &resource_ids).await?;
    Ok(held.iter().map(|role| role_with_scopes(role, &granted, &scopes, &resources)).collect())
}

fn role_with_scopes(
    role: &Role,
    granted: &[(String, String)],
    scopes: &[Scope],
    resources: &[Resource],
) -> Value {
    let is_granted =
        |scope: &&Scope| granted.iter().any(|(holder, id)| *holder == role.id && *id == scope.id);
    let describe = |scope: &Scope| {
        let resource = resources.iter().find(|resource| resource.id == scope.resource_id);
        json!({
            "id": scope.id,
            "name": scope.name,
            "description": scope.description,
            "resourceId": scope.resource_id,
            "resource": resource,
        })
    };
    let scopes: Vec<Value> = scopes.iter().filter(is_granted).map(describe).collect();
    json!({ "id": role.id, "name": role.name, "description": role.description, "scopes": scopes })
}

async fn organization_roles(ctx: &Ctx, user: &User, ids: &[String]) -> Result<Value, StoreError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let kind = MemberKind::User;
    let mut names = members::role_names_in(db, tenant, ids, kind, &user.id).await?;
    // By organization, in the order of the organizations.
    let roles = ids.iter().flat_map(|id| {
        let held = names.remove(id).unwrap_or_default();
        held.into_iter()
            .map(move |role| json!({ "organizationId": id, "roleId": role.id, "roleName": role.name }))
    });
    Ok(roles.collect())
}
