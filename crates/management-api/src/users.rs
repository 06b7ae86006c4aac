//! Users of the tenant.

use crate::{
    checks::{Checks, MAX_SHORT, MAX_URL, is_email, is_phone, is_username},
    document::{PageParams, SearchParams},
    patch::{none_if_empty, present, replace},
    query::QueryPairs,
    search,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_crypto::password::{PasswordHash, validate_digest};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, Pagination, RequestEvents};
use portico_identity::{
    Ctx, backchannel_logout, events::Events, sessions, sign_in::SignInError, users::name_conflict,
};
use portico_model::{
    ErrorCode, HookEvent, JsonObject, TenantId, User,
    phone::canonical,
    user::{PasswordEncryptionMethod, UserInfo, UserProfile, UserSsoIdentity},
};
use portico_store::{Tx, oidc_artifacts, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest imported password digest.
const MAX_DIGEST: usize = 256;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A user as the API sends it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserProfileResponse {
    #[serde(flatten)]
    info: UserInfo,
    /// Whether the user has a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_password: Option<bool>,
    /// Identities at enterprise identity providers, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    sso_identities: Option<Vec<UserSsoIdentity>>,
}

impl UserProfileResponse {
    /// A user as part of another answer.
    pub fn new(user: &User) -> Self {
        Self { info: user.info(), has_password: None, sso_identities: None }
    }
}

/// A user with what only administrators may see.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserResponse {
    #[serde(flatten)]
    profile: UserProfileResponse,
    /// The stored digest, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    password_digest: Option<Option<String>>,
    /// How the digest was made, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PasswordEncryptionMethod>)]
    password_algorithm: Option<Option<PasswordEncryptionMethod>>,
}

impl UserResponse {
    /// A user without the digest.
    pub fn new(user: &User) -> Self {
        let has_password = Some(user.password_encrypted.is_some());
        Self {
            profile: UserProfileResponse { info: user.info(), has_password, sso_identities: None },
            password_digest: None,
            password_algorithm: None,
        }
    }

    fn with_digest(user: &User) -> Self {
        Self {
            password_digest: Some(user.password_encrypted.clone()),
            password_algorithm: Some(user.password_encryption_method),
            ..Self::new(user)
        }
    }
}

/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserCreate {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    primary_phone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    primary_email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    username: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1)]
    password: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 256)]
    password_digest: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    password_algorithm: Option<PasswordEncryptionMethod>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    avatar: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    profile: Option<UserProfile>,
}

impl UserCreate {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        check_identifiers(&mut checks, [&self.username, &self.primary_email, &self.primary_phone]);
        check_texts(&mut checks, self.name.as_deref(), self.avatar.as_deref());
        if let Some(password) = &self.password {
            checks.length("password", password, 1, portico_crypto::password::MAX_PASSWORD_LEN);
        }
        if let Some(digest) = &self.password_digest {
            checks.length("passwordDigest", digest, 0, MAX_DIGEST);
        }
        checks.finish()?;
        match (&self.password, &self.password_digest, self.password_algorithm) {
            (Some(_), Some(_), _) => Err(ErrorCode::UserPasswordAndDigest.into()),
            (_, Some(_), None) => Err(ErrorCode::UserPasswordAlgorithmRequired.into()),
            _ => Ok(()),
        }
    }

    async fn digest(&self, ctx: &Ctx) -> Result<Option<(String, PasswordEncryptionMethod)>, ApiError> {
        match (&self.password, &self.password_digest, self.password_algorithm) {
            (Some(password), ..) => hash(ctx, password).await.map(Some),
            (None, Some(digest), Some(method)) => {
                validate_digest(crypto_method(method)?, digest)
                    .map_err(|_| ApiError::new(ErrorCode::PasswordInvalidLegacyPasswordFormat))?;
                Ok(Some((digest.clone(), method)))
            }
            _ => Ok(None),
        }
    }
}

/// Changes to a user; JSON values are replaced whole.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    username: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    primary_email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    primary_phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    avatar: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    custom_data: Option<JsonObject>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    profile: Option<UserProfile>,
}

impl UserPatch {
    /// An empty text means none.
    fn normalize(&mut self) {
        for field in [
            &mut self.username,
            &mut self.primary_email,
            &mut self.primary_phone,
            &mut self.name,
            &mut self.avatar,
        ] {
            *field = field.take().map(none_if_empty);
        }
    }

    fn check(&self) -> Result<(), ApiError> {
        let flat = |field: &Option<Option<String>>| field.clone().flatten();
        let identifiers = [flat(&self.username), flat(&self.primary_email), flat(&self.primary_phone)];
        let mut checks = Checks::default();
        check_identifiers(&mut checks, [&identifiers[0], &identifiers[1], &identifiers[2]]);
        check_texts(&mut checks, flat(&self.name).as_deref(), flat(&self.avatar).as_deref());
        checks.finish()
    }

    fn apply(self, user: &mut User) {
        replace(&mut user.username, self.username);
        replace(&mut user.primary_email, self.primary_email);
        replace(&mut user.primary_phone, self.primary_phone.map(|phone| phone.map(canonical)));
        replace(&mut user.name, self.name);
        replace(&mut user.avatar, self.avatar);
        replace(&mut user.custom_data, self.custom_data);
        replace(&mut user.profile, self.profile);
    }
}

fn check_identifiers(checks: &mut Checks, [username, email, phone]: [&Option<String>; 3]) {
    if let Some(username) = username {
        let message = "A letter or underscore, then letters, digits and underscores.";
        checks.require_as(is_username(username), "username", "invalid_string", message);
        checks.length("username", username, 1, MAX_SHORT);
    }
    if let Some(email) = email {
        checks.require_as(is_email(email), "primaryEmail", "invalid_string", "Not an e-mail address.");
        checks.length("primaryEmail", email, 1, MAX_SHORT);
    }
    if let Some(phone) = phone {
        let message = "Digits with the country code, without a plus sign.";
        checks.require_as(is_phone(phone), "primaryPhone", "invalid_string", message);
    }
}

fn check_texts(checks: &mut Checks, name: Option<&str>, avatar: Option<&str>) {
    if let Some(name) = name {
        checks.length("name", name, 0, MAX_SHORT);
    }
    if let Some(avatar) = avatar.filter(|avatar| !avatar.is_empty()) {
        let is_url = url::Url::parse(avatar).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        checks.require_as(is_url, "avatar", "invalid_string", "Not a web address.");
        checks.length("avatar", avatar, 0, MAX_URL);
    }
}

/// Hashes a new password the way all new passwords are hashed.
pub async fn hash(ctx: &Ctx, password: &str) -> Result<(String, PasswordEncryptionMethod), ApiError> {
    let PasswordHash { encoded, method } =
        ctx.app.passwords.hash(password).await.map_err(SignInError::from)?;
    let method = method.as_str().parse().map_err(|_| ErrorCode::PasswordUnsupportedEncryptionMethod)?;
    Ok((encoded, method))
}

/// The name under which the hashing code knows a stored method.
pub fn crypto_method(
    method: PasswordEncryptionMethod,
) -> Result<portico_crypto::password::PasswordMethod, ApiError> {
    method.as_str().parse().map_err(|_| ErrorCode::PasswordUnsupportedEncryptionMethod.into())
}

/// The answer for a user who is not there, or is another tenant's.
pub fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotFound).with_parameter("name", "user").with_parameter("id", id)
}

/// The user of this id.
pub async fn get_user(ctx: &Ctx, id: &str) -> Result<User, ApiError> {
    users::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?.ok_or_else(|| not_found(id))
}

/// Changes a user in one transaction.
pub async fn change(
    ctx: &Ctx,
    id: String,
    apply: impl FnOnce(&mut User) -> Result<(), ApiError> + Send + 'static,
) -> Result<User, ApiError> {
    let (tenant, now) = (ctx.tenant.id.clone(), ctx.now_ms());
    let case_sensitive = is_username_case_sensitive(ctx).await?;
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move { change_within(tx, &tenant, &id, now, case_sensitive, apply).await })
        })
        .await
}

/// What webhooks are told of a change: the event, and the answer of the request.
pub struct Told<T> {
    /// Records it.
    pub events: Events,
    /// What happened.
    pub event: HookEvent,
    /// What the request answers.
    pub answer: fn(&User) -> T,
}

/// The same with the event of the change; gives the answer of the request.
pub async fn change_and_tell<T: Serialize + Send + Sync + 'static>(
    ctx: &Ctx,
    id: String,
    told: Told<T>,
    apply: impl FnOnce(&mut User) -> Result<(), ApiError> + Send + 'static,
) -> Result<JsonBody<T>, ApiError> {
    let (tenant, now) = (ctx.tenant.id.clone(), ctx.now_ms());
    let case_sensitive = is_username_case_sensitive(ctx).await?;
    let answer = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let user = change_within(tx, &tenant, &id, now, case_sensitive, apply).await?;
            let answer = (told.answer)(&user);
            told.events.record(tx, told.event, 200, &answer).await?;
            Ok::<_, ApiError>(answer)
        })
    });
    answer.await.map(JsonBody)
}

async fn change_within(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
    now: i64,
    case_sensitive: bool,
    apply: impl FnOnce(&mut User) -> Result<(), ApiError> + Send,
) -> Result<User, ApiError> {
    let before = users::find_for_update(tx, tenant, id).await?.ok_or_else(|| not_found(id))?;
    let mut user = before.clone();
    apply(&mut user)?;
    user.updated_at = now;
    refuse_taken(tx, tenant, Some(&before), &user, case_sensitive).await?;
    users::update(tx, tenant, &user).await.map_err(name_conflict)?;
    if user.is_suspended && !before.is_suspended {
        oidc_artifacts::revoke_by_account(tx, tenant, &user.id).await?;
    }
    Ok(user)
}

async fn is_username_case_sensitive(ctx: &Ctx) -> Result<bool, ApiError> {
    let snapshot = ctx.snapshot().await.map_err(ApiError::internal)?;
    Ok(snapshot.sign_in_experience.username_policy.case_sensitive)
}

/// Looks before writing: a failed insert would not say which of several identifiers is taken first.
async fn refuse_taken(
    tx: &Tx,
    tenant: &TenantId,
    before: Option<&User>,
    user: &User,
    case_sensitive: bool,
) -> Result<(), ApiError> {
    let is_other = |found: Option<User>| found.is_some_and(|found| found.id != user.id);
    let is_new = |get: fn(&User) -> Option<&String>| {
        get(user).filter(|value| before.and_then(get) != Some(*value)).cloned()
    };
    if let Some(username) = is_new(|user| user.username.as_ref())
        && is_other(users::find_by_username(tx, tenant, &username, case_sensitive).await?)
    {
        return Err(ErrorCode::UserUsernameAlreadyInUse.into());
    }
    if let Some(email) = is_new(|user| user.primary_email.as_ref())
        && is_other(users::find_by_email(tx, tenant, &email).await?)
    {
        return Err(ErrorCode::UserEmailAlreadyInUse.into());
    }
    if let Some(phone) = is_new(|user| user.primary_phone.as_ref())
        && is_other(users::find_by_phone(tx, tenant, &phone).await?)
    {
        return Err(ErrorCode::UserPhoneAlreadyInUse.into());
    }
    Ok(())
}

fn filter(query: &QueryPairs) -> Result<users::UserFilter, ApiError> {
    let exclude_role_id = query.get("excludeRoleId").map(str::to_owned);
    let exclude_organization_id = query.get("excludeOrganizationId").map(str::to_owned);
    if exclude_role_id.is_some() && exclude_organization_id.is_some() {
        let details = "Only one of excludeRoleId and excludeOrganizationId can be given.";
        return Err(ApiError::new(ErrorCode::RequestInvalidInput).with_parameter("details", details));
    }
    let search = search::parse(query, SEARCH_FIELDS)?;
    Ok(users::UserFilter { search, exclude_role_id, exclude_organization_id, ..Default::default() })
}

/// Fields that users can be searched by.
pub const SEARCH_FIELDS: &[&str] = &["id", "primaryEmail", "primaryPhone", "username", "name"];

/// Users of the tenant, newest first.
#[utoipa::path(
    get, path = "/api/users", operation_id = "ListUsers", tag = "Users",
    params(
        ("excludeRoleId" = Option<String>, Query, description = "Leave out those who have this role."),
        ("excludeOrganizationId" = Option<String>, Query, description = "Leave out members of this organization."),
        ("includePasswordHash" = Option<bool>, Query, description = "Send password digests."),
        PageParams, SearchParams
    ),
    responses((status = 200, description = "The users.", body = Vec<UserResponse>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    pagination: Pagination,
    query: QueryPairs,
) -> Result<impl IntoResponse, ApiError> {
    let filter = filter(&query)?;
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let found = users::list(db, tenant, &filter, pagination.rows()).await?;
    let present =
        if query.flag("includePasswordHash") { UserResponse::with_digest } else { UserResponse::new };
    Ok(pagination.answer(found.map(|user| present(&user))))
}

/// Creates a user.
#[utoipa::path(
    post, path = "/api/users", operation_id = "CreateUser", tag = "Users", request_body = UserCreate,
    responses(
        (status = 200, description = "The user.", body = UserResponse),
        (status = 422, description = "An identifier is somebody else's."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<UserCreate>,
) -> Result<JsonBody<UserResponse>, ApiError> {
    body.check()?;
    let digest = body.digest(&ctx).await?;
    let now = ctx.now_ms();
    let mut user = User::new(ctx.tenant.id.as_str(), portico_crypto::id::short_id(), now);
    if let Some((encoded, method)) = digest {
        user.password_encrypted = Some(encoded);
        user.password_encryption_method = Some(method);
        user.password_updated_at = Some(now);
    }
    user.username = body.username;
    user.primary_email = body.primary_email;
    user.primary_phone = body.primary_phone.map(canonical);
    user.name = none_if_empty(body.name);
    user.avatar = none_if_empty(body.avatar);
    user.custom_data = body.custom_data.unwrap_or_default();
    user.profile = body.profile.unwrap_or_default();
    insert(&ctx, user.clone(), events).await?;
    Ok(JsonBody(UserResponse::new(&user)))
}

/// Stores a user with the roles that every new one gets.
async fn insert(ctx: &Ctx, user: User, events: Events) -> Result<(), ApiError> {
    let tenant = ctx.tenant.id.clone();
    let case_sensitive = is_username_case_sensitive(ctx).await?;
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                refuse_taken(tx, &tenant, None, &user, case_sensitive).await?;
                portico_identity::users::insert(tx, &tenant, &user).await?;
                events.record(tx, HookEvent::UserCreated, 200, &UserResponse::new(&user)).await?;
                Ok::<_, ApiError>(())
            })
        })
        .await
}

/// One user.
#[utoipa::path(
    get, path = "/api/users/{userId}", operation_id = "GetUser", tag = "Users",
    params(
        ("userId" = String, Path),
        ("includeSsoIdentities" = Option<bool>, Query, description = "Send enterprise identities."),
        ("includePasswordHash" = Option<bool>, Query, description = "Send the password digest.")
    ),
    responses(
        (status = 200, description = "The user.", body = UserResponse),
        (status = 404, description = "No such user."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    query: QueryPairs,
) -> Result<JsonBody<UserResponse>, ApiError> {
    let user = get_user(&ctx, &id).await?;
    let present =
        if query.flag("includePasswordHash") { UserResponse::with_digest } else { UserResponse::new };
    let mut response = present(&user);
    if query.flag("includeSsoIdentities") {
        let identities = users::list_sso_identities(&ctx.app.db, &ctx.tenant.id, &user.id).await?;
        response.profile.sso_identities = Some(identities);
    }
    Ok(JsonBody(response))
}

/// Changes a user.
#[utoipa::path(
    patch, path = "/api/users/{userId}", operation_id = "UpdateUser", tag = "Users",
    params(("userId" = String, Path)), request_body = UserPatch,
    responses(
        (status = 200, description = "The user.", body = UserResponse),
        (status = 404, description = "No such user."),
        (status = 422, description = "An identifier is somebody else's."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(mut body): ApiJson<UserPatch>,
) -> Result<JsonBody<UserResponse>, ApiError> {
    body.normalize();
    body.check()?;
    let told = Told { events, event: HookEvent::UserDataUpdated, answer: UserResponse::new };
    change_and_tell(&ctx, id, told, move |user| {
        body.apply(user);
        Ok(())
    })
    .await
}

/// Deletes a user with sessions, tokens and everything else.
#[utoipa::path(
    delete, path = "/api/users/{userId}", operation_id = "DeleteUser", tag = "Users",
    params(("userId" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such user."))
)]
async fn delete(
    caller: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    if caller.subject == id {
        return Err(ErrorCode::UserCannotDeleteSelf.into());
    }
    let tenant = ctx.tenant.id.clone();
    let notices = sessions::notices_of_user(&ctx, &id).await.map_err(ApiError::internal)?;
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let user = users::find_for_update(tx, &tenant, &id).await?.ok_or_else(|| not_found(&id))?;
                oidc_artifacts::revoke_by_account(tx, &tenant, &id).await?;
                users::delete(tx, &tenant, &id).await?;
                events.record(tx, HookEvent::UserDeleted, 204, &user.info()).await?;
                Ok::<_, ApiError>(())
            })
        })
        .await?;
    backchannel_logout::send(&ctx, notices);
    Ok(StatusCode::NO_CONTENT)
}
