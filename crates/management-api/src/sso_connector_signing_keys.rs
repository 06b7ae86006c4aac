//! Certificates that an enterprise connector signs its SAML requests with.

use crate::{
    signing_certificates::{MAX_CERTIFICATES, SigningCertificatePatch, SigningCertificateResponse, respond},
    sso_connectors::get_connector,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{Ctx, signing_certificates::issue};
use portico_model::{
    ErrorCode, SsoConnector, TenantId, saml::SigningCertificate, sso_connector::SsoProviderType,
};
use portico_store::{
    Tx,
    signing_certificates::{self, CertificateOwner},
    sso_connectors,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

const OWNER: CertificateOwner = CertificateOwner::SsoConnector;
/// Life of a certificate: identity providers have to be told of a new one by hand.
const CERTIFICATE_YEARS: i64 = 10;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

/// A new certificate.
#[derive(Deserialize, ToSchema)]
pub struct SsoConnectorSigningKeyCreate {
    /// Whether it takes the place of the active one at once.
    #[serde(default)]
    #[schema(default = false, required = true)]
    active: bool,
}

/// Whether the connector's settings say that requests are signed.
pub fn signs_requests(connector: &SsoConnector) -> bool {
    connector.config.get("signAuthnRequest") == Some(&Value::Bool(true))
}

async fn check_connector(ctx: &Ctx, id: &str) -> Result<(), ApiError> {
    let (_, name) = get_connector(ctx, id).await?;
    match name.provider_type() {
        SsoProviderType::Saml => Ok(()),
        SsoProviderType::Oidc => Err(ApiError::new(ErrorCode::ConnectorNotFound).with_status(404)),
    }
}

/// The connector and its certificate of this id; the connector stays locked until the transaction ends.
async fn find_locked(
    tx: &Tx,
    tenant: &TenantId,
    id: &str,
    key_id: &str,
) -> Result<(SsoConnector, SigningCertificate), ApiError> {
    let not_found = || ApiError::from(ErrorCode::EntityNotFound);
    let connector = sso_connectors::find_for_update(tx, tenant, id).await?.ok_or_else(not_found)?;
    let listed = signing_certificates::list(tx, tenant, OWNER, id).await?;
    let found = listed.into_iter().find(|key| key.id == key_id).ok_or_else(not_found)?;
    Ok((connector, found))
}

/// Certificates of a connector, newest first.
#[utoipa::path(
    get, path = "/api/sso-connectors/{id}/signing-keys",
    operation_id = "ListSsoConnectorSigningKeys", tag = "SSO connectors",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The certificates.", body = Vec<SigningCertificateResponse>),
        (status = 404, description = "No such connector, or one that does not speak SAML."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<SigningCertificateResponse>>, ApiError> {
    check_connector(&ctx, &id).await?;
    respond(signing_certificates::list(&ctx.app.db, &ctx.tenant.id, OWNER, &id).await?).map(JsonBody)
}

/// Adds a certificate.
#[utoipa::path(
    post, path = "/api/sso-connectors/{id}/signing-keys",
    operation_id = "CreateSsoConnectorSigningKey", tag = "SSO connectors",
    params(("id" = String, Path)), request_body = SsoConnectorSigningKeyCreate,
    responses(
        (status = 201, description = "The certificate.", body = SigningCertificateResponse),
        (status = 404, description = "No such connector, or one that does not speak SAML."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<SsoConnectorSigningKeyCreate>,
) -> Result<impl IntoResponse, ApiError> {
    check_connector(&ctx, &id).await?;
    if signing_certificates::list(&ctx.app.db, &ctx.tenant.id, OWNER, &id).await?.len() >= MAX_CERTIFICATES {
        return Err(ErrorCode::EntityCreateFailed.into());
    }
    let certificate = issue(&ctx, &id, CERTIFICATE_YEARS, body.active).await.map_err(ApiError::internal)?;
    let (tenant, stored) = (ctx.tenant.id.clone(), certificate.clone());
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let locked = sso_connectors::find_for_update(tx, &tenant, &id).await?;
                locked.ok_or_else(|| ApiError::from(ErrorCode::EntityNotFound))?;
                signing_certificates::insert(tx, &tenant, OWNER, &stored).await?;
                Ok::<_, ApiError>(())
            })
        })
        .await?;
    Ok((StatusCode::CREATED, JsonBody(SigningCertificateResponse::try_from(certificate)?)))
}

/// Makes a certificate the one to sign with, or takes it out of use when requests are not signed.
#[utoipa::path(
    patch, path = "/api/sso-connectors/{id}/signing-keys/{keyId}",
    operation_id = "UpdateSsoConnectorSigningKey", tag = "SSO connectors",
    params(("id" = String, Path), ("keyId" = String, Path)), request_body = SigningCertificatePatch,
    responses(
        (status = 200, description = "The certificate.", body = SigningCertificateResponse),
        (status = 404, description = "No such certificate."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, key_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<SigningCertificatePatch>,
) -> Result<JsonBody<SigningCertificateResponse>, ApiError> {
    check_connector(&ctx, &id).await?;
    let (tenant, active) = (ctx.tenant.id.clone(), body.active);
    let changed = ctx
        .app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let (connector, found) = find_locked(tx, &tenant, &id, &key_id).await?;
                if found.active && !active && signs_requests(&connector) {
                    return Err(ErrorCode::SingleSignOnCanNotDeactivateSigningKeyInUse.into());
                }
                signing_certificates::set_active(tx, &tenant, OWNER, &id, &key_id, active).await?;
                Ok::<_, ApiError>(SigningCertificate { active, ..found })
            })
        })
        .await?;
    Ok(JsonBody(changed.try_into()?))
}

/// Deletes a certificate that signs nothing.
#[utoipa::path(
    delete, path = "/api/sso-connectors/{id}/signing-keys/{keyId}",
    operation_id = "DeleteSsoConnectorSigningKey", tag = "SSO connectors",
    params(("id" = String, Path), ("keyId" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such certificate."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, key_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    check_connector(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                let (_, found) = find_locked(tx, &tenant, &id, &key_id).await?;
                if found.active {
                    return Err(ApiError::from(ErrorCode::SingleSignOnCanNotDeleteActiveSigningKey));
                }
                signing_certificates::delete(tx, &tenant, OWNER, &id, &key_id).await?;
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
