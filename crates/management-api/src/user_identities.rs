//! Accounts of users at social and enterprise identity providers.

use crate::{
    checks::{Checks, MAX_SHORT},
    users::{UserProfileResponse, change, get_user},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, ApiQuery, JsonBody, ManagementCaller};
use portico_identity::{Ctx, social_link};
use portico_model::{
    ErrorCode, JsonObject,
    secret::{EnterpriseTokenSecret, SocialTokenSecret},
    user::{Identities, Identity, UserSsoIdentity},
};
use portico_store::{secrets, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(link))
        .routes(routes!(show, replace_one, remove))
        .routes(routes!(show_enterprise))
        .routes(routes!(list_all))
}

/// The user's account at a social identity provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityInput {
    /// The user's id at the provider.
    user_id: String,
    #[schema(value_type = Object, required = false)]
    details: Option<JsonObject>,
}

/// Whether to tell of stored tokens.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityQuery {
    /// `true` adds what is known of the provider's tokens.
    include_token_secret: Option<String>,
}

impl IdentityQuery {
    fn wants_tokens(&self) -> bool {
        matches!(self.include_token_secret.as_deref(), Some("true" | "1"))
    }
}

/// A callback of a social identity provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityLink {
    connector_id: String,
    /// Parameters of the callback.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    connector_data: JsonObject,
}

/// The user's account at a social identity provider, and what is kept with it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityResponse {
    identity: Identity,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_secret: Option<SocialTokenSecret>,
}

/// A user's account at a social identity provider.
#[utoipa::path(
    get, path = "/api/users/{userId}/identities/{target}",
    operation_id = "GetUserIdentity", tag = "Users",
    params(("userId" = String, Path), ("target" = String, Path),
        ("includeTokenSecret" = Option<String>, Query, description = "`true` adds what is known of the provider's tokens.")),
    responses(
        (status = 200, description = "The account.", body = IdentityResponse),
        (status = 404, description = "No such user or identity."),
    )
)]
async fn show(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, target)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<IdentityQuery>,
) -> Result<JsonBody<IdentityResponse>, ApiError> {
    let mut user = get_user(&ctx, &id).await?;
    let identity = user
        .identities
        .shift_remove(&target)
        .ok_or_else(|| ApiError::new(ErrorCode::UserIdentityNotExist).with_status(404))?;
    let token_secret = match query.wants_tokens() {
        true => secrets::find_social_token_set(&ctx.app.db, &ctx.tenant.id, &id, &target).await?,
        false => None,
    };
    Ok(JsonBody(IdentityResponse { identity, token_secret }))
}

/// Links a user to the account that a callback of a social identity provider proves.
#[utoipa::path(
    post, path = "/api/users/{userId}/identities", operation_id = "CreateUserIdentity", tag = "Users",
    params(("userId" = String, Path)), request_body = IdentityLink,
    responses(
        (status = 200, description = "All identities.", body = std::collections::HashMap<String, Identity>),
        (status = 404, description = "No such user or connector."),
        (status = 422, description = "The account is linked to somebody else."),
    )
)]
async fn link(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<IdentityLink>,
) -> Result<JsonBody<Identities>, ApiError> {
    get_user(&ctx, &id).await?;
    let linked = social_link::complete(&ctx, &id, &body.connector_id, body.connector_data).await?;
    Ok(JsonBody(linked))
}

/// Links a user to an account at a social identity provider.
#[utoipa::path(
    put, path = "/api/users/{userId}/identities/{target}",
    operation_id = "ReplaceUserIdentity", tag = "Users",
    params(("userId" = String, Path), ("target" = String, Path)), request_body = IdentityInput,
    responses(
        (status = 200, description = "All identities; one was replaced.", body = std::collections::HashMap<String, Identity>),
        (status = 201, description = "All identities; one is new.", body = std::collections::HashMap<String, Identity>),
        (status = 404, description = "No such user."),
        (status = 422, description = "The account is linked to somebody else."),
    )
)]
async fn replace_one(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, target)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<IdentityInput>,
) -> Result<impl IntoResponse, ApiError> {
    let mut checks = Checks::default();
    checks.length("userId", &body.user_id, 1, MAX_SHORT);
    checks.finish()?;
    let before = get_user(&ctx, &id).await?;
    let owner = users::find_by_identity(&ctx.app.db, &ctx.tenant.id, &target, &body.user_id).await?;
    if owner.is_some_and(|owner| owner.id != id) {
        return Err(ErrorCode::UserIdentityAlreadyInUse.into());
    }
    let status = if before.identities.contains_key(&target) { StatusCode::OK } else { StatusCode::CREATED };
    let user = change(&ctx, id, move |user| {
        user.identities.insert(target, Identity { user_id: body.user_id, details: body.details });
        Ok(())
    })
    .await?;
    let identities: Identities = user.identities;
    Ok((status, JsonBody(identities)))
}

/// Unlinks a user from an account at a social identity provider.
#[utoipa::path(
    delete, path = "/api/users/{userId}/identities/{target}",
    operation_id = "DeleteUserIdentity", tag = "Users",
    params(("userId" = String, Path), ("target" = String, Path)),
    responses(
        (status = 200, description = "The user.", body = UserProfileResponse),
        (status = 404, description = "No such user or identity."),
    )
)]
async fn remove(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, target)): ApiPath<(String, String)>,
) -> Result<JsonBody<UserProfileResponse>, ApiError> {
    let user = change(&ctx, id, move |user| match user.identities.shift_remove(&target) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(ErrorCode::UserIdentityNotExist).with_status(404)),
    })
    .await?;
    Ok(JsonBody(UserProfileResponse::new(&user)))
}

/// The user's account at an enterprise identity provider, and what is kept with it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnterpriseIdentityResponse {
    sso_identity: UserSsoIdentity,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_secret: Option<EnterpriseTokenSecret>,
}

/// A user's account at an enterprise identity provider.
#[utoipa::path(
    get, path = "/api/users/{userId}/sso-identities/{ssoConnectorId}",
    operation_id = "GetUserSsoIdentity", tag = "Users",
    params(("userId" = String, Path), ("ssoConnectorId" = String, Path),
        ("includeTokenSecret" = Option<String>, Query, description = "`true` adds what is known of the provider's tokens.")),
    responses(
        (status = 200, description = "The account.", body = EnterpriseIdentityResponse),
        (status = 404, description = "No such user or identity."),
    )
)]
async fn show_enterprise(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, connector_id)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<IdentityQuery>,
) -> Result<JsonBody<EnterpriseIdentityResponse>, ApiError> {
    get_user(&ctx, &id).await?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let sso_identity = users::list_sso_identities(db, tenant, &id)
        .await?
        .into_iter()
        .find(|identity| identity.sso_connector_id == connector_id)
        .ok_or_else(|| ApiError::new(ErrorCode::EntityNotFound))?;
    let mut tokens = enterprise_tokens(&ctx, &id, &query).await?;
    let token_secret = take_tokens(&mut tokens, &sso_identity);
    Ok(JsonBody(EnterpriseIdentityResponse { sso_identity, token_secret }))
}

async fn enterprise_tokens(
    ctx: &Ctx,
    user_id: &str,
    query: &IdentityQuery,
) -> Result<Vec<EnterpriseTokenSecret>, ApiError> {
    match query.wants_tokens() {
        true => Ok(secrets::list_enterprise_token_sets(&ctx.app.db, &ctx.tenant.id, user_id).await?),
        false => Ok(Vec::new()),
    }
}

fn take_tokens(
    tokens: &mut Vec<EnterpriseTokenSecret>,
    identity: &UserSsoIdentity,
) -> Option<EnterpriseTokenSecret> {
    let is_of = |secret: &EnterpriseTokenSecret| {
        secret.issuer == identity.issuer && secret.identity_id == identity.identity_id
    };
    tokens.iter().position(is_of).map(|index| tokens.swap_remove(index))
}

/// Every account of a user at an identity provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AllIdentitiesResponse {
    social_identities: Vec<NamedIdentity>,
    sso_identities: Vec<NamedEnterpriseIdentity>,
}

/// An account at a social identity provider.
#[derive(Serialize, ToSchema)]
pub struct NamedIdentity {
    #[serde(flatten)]
    account: IdentityResponse,
    /// Key of the provider.
    target: String,
}

/// An account at an enterprise identity provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedEnterpriseIdentity {
    #[serde(flatten)]
    account: EnterpriseIdentityResponse,
    /// The connector it came through.
    sso_connector_id: String,
}

/// Every account of a user at an identity provider.
#[utoipa::path(
    get, path = "/api/users/{userId}/all-identities", operation_id = "ListUserAllIdentities", tag = "Users",
    params(("userId" = String, Path),
        ("includeTokenSecret" = Option<String>, Query, description = "`true` adds what is known of the providers' tokens.")),
    responses(
        (status = 200, description = "The accounts.", body = AllIdentitiesResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn list_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<IdentityQuery>,
) -> Result<JsonBody<AllIdentitiesResponse>, ApiError> {
    let user = get_user(&ctx, &id).await?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let mut social_tokens = match query.wants_tokens() {
        true => secrets::list_social_token_sets(db, tenant, &id).await?,
        false => Vec::new(),
    };
    let mut enterprise = enterprise_tokens(&ctx, &id, &query).await?;
    let social_identities = user.identities.into_iter().map(|(target, identity)| {
        let found = social_tokens.iter().position(|secret| secret.target == target);
        let token_secret = found.map(|index| social_tokens.swap_remove(index));
        NamedIdentity { account: IdentityResponse { identity, token_secret }, target }
    });
    let social_identities = social_identities.collect();
    let sso_identities = users::list_sso_identities(db, tenant, &id).await?;
    let sso_identities = sso_identities.into_iter().map(|sso_identity| {
        let token_secret = take_tokens(&mut enterprise, &sso_identity);
        let sso_connector_id = sso_identity.sso_connector_id.clone();
        let account = EnterpriseIdentityResponse { sso_identity, token_secret };
        NamedEnterpriseIdentity { account, sso_connector_id }
    });
    let sso_identities = sso_identities.collect();
    Ok(JsonBody(AllIdentitiesResponse { social_identities, sso_identities }))
}
