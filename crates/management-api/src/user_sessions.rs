//! Sessions and grants of users: where they are signed in, and what they allowed applications to do.

use axum::{extract::State, http::StatusCode};
use portico_http_kit::{ApiError, ApiPath, ApiQuery, JsonBody, ManagementCaller};
use portico_identity::{
    Ctx,
    sessions::{self, GrantTarget, SessionError, UserGrant, UserSession},
};
use portico_model::{
    JsonObject,
    oidc_artifact::{GrantPayload, SessionAuthorization, SessionPayload},
    text_enum,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, revoke))
        .routes(routes!(list_grants))
        .routes(routes!(revoke_grant))
}

/// What the provider keeps of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionFacts {
    /// Epoch seconds.
    exp: i64,
    /// Epoch seconds.
    iat: i64,
    /// Digest of the browser's secret.
    jti: String,
    /// Id of the session.
    uid: String,
    /// `Session`.
    kind: String,
    /// When the user authenticated, epoch seconds.
    login_ts: i64,
    /// The user.
    account_id: String,
    /// What each client was given, by its id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    authorizations: BTreeMap<String, AuthorizationFacts>,
}

/// What one client was given in a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationFacts {
    /// The session's id as the client knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    /// The grant that its tokens rest on.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<String>,
    /// Whether the grant outlives the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    persists_logout: Option<bool>,
}

/// A browser in which the user is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse {
    payload: SessionFacts,
    /// What the sign-in proved and from where.
    #[schema(value_type = Option<Object>, required = true)]
    last_submission: Option<JsonObject>,
    /// The client that started the sign-in.
    #[schema(required = true)]
    client_id: Option<String>,
    /// The user.
    #[schema(required = true)]
    account_id: Option<String>,
    /// Epoch milliseconds.
    expires_at: i64,
}

impl From<UserSession> for SessionResponse {
    fn from(session: UserSession) -> Self {
        let UserSession { payload, last_submission, client_id, expires_at } = session;
        let account_id = payload.account_id.clone();
        Self { payload: payload.into(), last_submission, client_id, account_id, expires_at }
    }
}

impl From<SessionPayload> for SessionFacts {
    fn from(payload: SessionPayload) -> Self {
        let facts = |given: SessionAuthorization| AuthorizationFacts {
            sid: given.sid,
            grant_id: given.grant_id,
            persists_logout: given.persists_logout,
        };
        Self {
            exp: payload.exp,
            iat: payload.iat,
            jti: payload.jti,
            uid: payload.uid,
            kind: payload.kind,
            login_ts: payload.login_ts.unwrap_or_default(),
            account_id: payload.account_id.unwrap_or_default(),
            authorizations: payload
                .authorizations
                .into_iter()
                .map(|(client_id, given)| (client_id, facts(given)))
                .collect(),
        }
    }
}

/// Where a user is signed in.
#[derive(Serialize, ToSchema)]
pub struct SessionsResponse {
    sessions: Vec<SessionResponse>,
}

text_enum! {
    /// Which grants end with a session.
    SessionGrantRevokeTarget { All = "all", FirstParty = "firstParty" }
}

/// How to end a session.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeQuery {
    /// Also end grants that could outlive the session.
    revoke_grants_target: Option<SessionGrantRevokeTarget>,
}

text_enum! {
    /// Whose application it is.
    ApplicationParty { FirstParty = "firstParty", ThirdParty = "thirdParty" }
}

/// Which grants to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantsQuery {
    /// Only grants of the operator's own applications, or only those of others'.
    app_type: Option<ApplicationParty>,
}

/// What the user allowed applications to do.
#[derive(Serialize, ToSchema)]
pub struct GrantsResponse {
    grants: Vec<GrantResponse>,
}

/// What the user allowed one application to do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantResponse {
    id: String,
    payload: GrantFacts,
    /// Epoch milliseconds.
    expires_at: i64,
    application: GrantApplication,
}

/// What the provider keeps of a grant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantFacts {
    /// Epoch seconds.
    exp: i64,
    /// Epoch seconds.
    iat: i64,
    /// Id of the grant.
    jti: String,
    /// `Grant`.
    kind: String,
    /// The application.
    client_id: String,
    /// The user.
    account_id: String,
}

/// The application of a grant.
#[derive(Serialize, ToSchema)]
pub struct GrantApplication {
    id: String,
    name: String,
}

impl From<UserGrant> for GrantResponse {
    fn from(grant: UserGrant) -> Self {
        let GrantPayload { kind, jti, iat, exp, account_id, client_id, .. } = grant.payload;
        Self {
            id: jti.clone(),
            application: GrantApplication { id: client_id.clone(), name: grant.application_name },
            payload: GrantFacts { exp, iat, jti, kind, client_id, account_id },
            expires_at: grant.expires_at,
        }
    }
}

/// The failure as an answer.
pub fn explain(error: SessionError) -> ApiError {
    match error.code() {
        Some(code) => ApiError::new(code).with_status(404),
        None => ApiError::internal(error),
    }
}

/// Where a user is signed in.
#[utoipa::path(
    get, path = "/api/users/{userId}/sessions", operation_id = "ListUserSessions", tag = "Users",
    params(("userId" = String, Path)),
    responses((status = 200, description = "The sessions.", body = SessionsResponse))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<SessionsResponse>, ApiError> {
    let found = sessions::list(&ctx, &id).await?;
    Ok(JsonBody(SessionsResponse { sessions: found.into_iter().map(Into::into).collect() }))
}

/// A session of a user.
#[utoipa::path(
    get, path = "/api/users/{userId}/sessions/{sessionId}", operation_id = "GetUserSession", tag = "Users",
    params(("userId" = String, Path), ("sessionId" = String, Path)),
    responses(
        (status = 200, description = "The session.", body = SessionResponse),
        (status = 404, description = "No such session."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, session_id)): ApiPath<(String, String)>,
) -> Result<JsonBody<SessionResponse>, ApiError> {
    Ok(JsonBody(sessions::find(&ctx, &id, &session_id).await.map_err(explain)?.into()))
}

/// Signs a user out of a browser.
#[utoipa::path(
    delete, path = "/api/users/{userId}/sessions/{sessionId}", operation_id = "DeleteUserSession", tag = "Users",
    params(("userId" = String, Path), ("sessionId" = String, Path),
        ("revokeGrantsTarget" = inline(Option<SessionGrantRevokeTarget>), Query, description = "Also end grants that could outlive the session.")),
    responses((status = 204, description = "Signed out."), (status = 404, description = "No such session."))
)]
async fn revoke(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, session_id)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<RevokeQuery>,
) -> Result<StatusCode, ApiError> {
    let target = query.revoke_grants_target.map(|target| match target {
        SessionGrantRevokeTarget::All => GrantTarget::All,
        SessionGrantRevokeTarget::FirstParty => GrantTarget::FirstParty,
    });
    sessions::revoke(&ctx, &id, &session_id, target).await.map_err(explain)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a user allowed applications to do.
#[utoipa::path(
    get, path = "/api/users/{userId}/grants", operation_id = "ListUserGrants", tag = "Users",
    params(("userId" = String, Path),
        ("appType" = inline(Option<ApplicationParty>), Query, description = "Only grants of the operator's own applications, or only those of others'.")),
    responses((status = 200, description = "The grants.", body = GrantsResponse))
)]
async fn list_grants(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<GrantsQuery>,
) -> Result<JsonBody<GrantsResponse>, ApiError> {
    let wanted = query.app_type.map(|party| party == ApplicationParty::ThirdParty);
    let found = sessions::list_grants(&ctx, &id).await?;
    let found = found.into_iter().filter(|grant| wanted.is_none_or(|wanted| grant.is_third_party == wanted));
    Ok(JsonBody(GrantsResponse { grants: found.map(Into::into).collect() }))
}

/// Takes back what a user allowed an application to do; its tokens stop working.
#[utoipa::path(
    delete, path = "/api/users/{userId}/grants/{grantId}", operation_id = "DeleteUserGrant", tag = "Users",
    params(("userId" = String, Path), ("grantId" = String, Path)),
    responses((status = 204, description = "Taken back."), (status = 404, description = "No such grant."))
)]
async fn revoke_grant(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, grant_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    sessions::revoke_grant(&ctx, &id, &grant_id).await.map_err(explain)?;
    Ok(StatusCode::NO_CONTENT)
}
