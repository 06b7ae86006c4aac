//! Authorization of Hasura requests, in the form its webhook asks for.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName},
};
use portico_http_kit::{ApiError, ApiQuery, JsonBody, bearer_token};
use portico_identity::{
    Ctx,
    access_token::{AccessTokenClaims, AccessTokenError},
};
use portico_model::ErrorCode;
use portico_store::roles;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Names the role that the request to Hasura wants to act in.
static EXPECTED_ROLE: HeaderName = HeaderName::from_static("expected-role");

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(authorize))
}

/// What the token has to be for, and who somebody without a role is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HasuraParams {
    resource: String,
    unauthorized_role: Option<String>,
}

/// Session variables of the request.
#[derive(Serialize, ToSchema)]
pub struct HasuraResponse {
    #[serde(rename = "X-Hasura-User-Id", skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(rename = "X-Hasura-Role", skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

async fn verify(ctx: &Ctx, headers: &HeaderMap, resource: &str) -> Result<Arc<AccessTokenClaims>, ApiError> {
    let token = bearer_token(headers)?;
    ctx.verify_access_token(token, resource).await.map_err(|error| match error {
        AccessTokenError::Invalid(cause) => {
            ApiError::new(ErrorCode::AuthUnauthorized).with_status(401).with_data(cause.to_string())
        }
        AccessTokenError::SubjectMissing => ApiError::new(ErrorCode::AuthJwtSubMissing),
        AccessTokenError::Unavailable(cause) => ApiError::internal(cause),
    })
}

async fn holds_role(ctx: &Ctx, claims: &AccessTokenClaims, name: &str) -> Result<bool, ApiError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let held = if claims.client_id.as_deref() == Some(&*claims.sub) {
        roles::list_for_application(db, tenant, &claims.sub).await?
    } else {
        roles::list_for_user(db, tenant, &claims.sub).await?
    };
    Ok(held.iter().any(|role| role.name == name))
}

/// Says who the bearer is and whether they hold the role named in the header `Expected-Role`.
#[utoipa::path(
    get, path = "/api/authn/hasura", operation_id = "GetHasuraAuth", tag = "Authn",
    params(
        ("resource" = String, Query, min_length = 1, description = "Resource indicator that the token must be for."),
        ("unauthorizedRole" = Option<String>, Query, description = "Role of those who do not hold the expected one."),
    ),
    security(()),
    responses(
        (status = 200, description = "The session variables.", body = HasuraResponse),
        (status = 401, description = "The token is not valid, or the role is not held."),
    )
)]
async fn authorize(
    State(ctx): State<Ctx>,
    ApiQuery(params): ApiQuery<HasuraParams>,
    headers: HeaderMap,
) -> Result<JsonBody<HasuraResponse>, ApiError> {
    if params.resource.is_empty() {
        let issue = portico_http_kit::Issue::at("resource", "too_small", "A resource is needed.");
        return Err(portico_http_kit::invalid_input("query", &[issue]));
    }
    let claims = match (verify(&ctx, &headers, &params.resource).await, &params.unauthorized_role) {
        (Ok(claims), _) => claims,
        // A token that is not for this resource says nothing about who calls.
        (Err(ApiError::Documented(_)), Some(role)) => {
            return Ok(JsonBody(HasuraResponse { user_id: None, role: Some(role.clone()) }));
        }
        (Err(error), _) => return Err(error),
    };
    let expected = headers.get(&EXPECTED_ROLE).and_then(|value| value.to_str().ok());
    let held = match expected {
        Some(name) => holds_role(&ctx, &claims, name).await?,
        None => false,
    };
    let role = match (expected, params.unauthorized_role) {
        (Some(name), _) if held => Some(name.to_owned()),
        (_, Some(unauthorized)) => Some(unauthorized),
        (Some(_), None) => return Err(ErrorCode::AuthExpectedRoleNotFound.into()),
        (None, None) => None,
    };
    Ok(JsonBody(HasuraResponse { user_id: Some(claims.sub.clone()), role }))
}
