//! Certificates that assertions for an application are signed with.

use crate::{
    checks::Checks,
    saml_applications::get_saml_application,
    signing_certificates::{MAX_CERTIFICATES, SigningCertificatePatch, SigningCertificateResponse, respond},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::{
    Ctx,
    signing_certificates::{MAX_CERTIFICATE_YEARS, issue},
};
use portico_model::{ErrorCode, saml::SigningCertificate};
use portico_store::{
    Tx, applications,
    signing_certificates::{self, CertificateOwner},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

const OWNER: CertificateOwner = CertificateOwner::SamlApplication;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

/// A new certificate; it signs nothing before it is made the active one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SamlApplicationSecretCreate {
    /// How long it lasts.
    #[schema(minimum = 1)]
    life_span_in_years: i64,
}

/// Certificates of an application, newest first.
#[utoipa::path(
    get, path = "/api/saml-applications/{id}/secrets",
    operation_id = "ListSamlApplicationSecrets", tag = "SAML applications",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The certificates.", body = Vec<SigningCertificateResponse>),
        (status = 404, description = "No such application."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<SigningCertificateResponse>>, ApiError> {
    get_saml_application(&ctx, &id).await?;
    respond(signing_certificates::list(&ctx.app.db, &ctx.tenant.id, OWNER, &id).await?).map(JsonBody)
}

/// Adds a certificate.
#[utoipa::path(
    post, path = "/api/saml-applications/{id}/secrets",
    operation_id = "CreateSamlApplicationSecret", tag = "SAML applications",
    params(("id" = String, Path)), request_body = SamlApplicationSecretCreate,
    responses(
        (status = 201, description = "The certificate.", body = SigningCertificateResponse),
        (status = 404, description = "No such application."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<SamlApplicationSecretCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let years = body.life_span_in_years;
    let mut checks = Checks::default();
    checks.require_as(years >= 1, "lifeSpanInYears", "too_small", "At least one year.");
    checks.require_as(years <= MAX_CERTIFICATE_YEARS, "lifeSpanInYears", "too_big", "At most 100 years.");
    checks.finish()?;
    get_saml_application(&ctx, &id).await?;
    if signing_certificates::list(&ctx.app.db, &ctx.tenant.id, OWNER, &id).await?.len() >= MAX_CERTIFICATES {
        return Err(ErrorCode::EntityCreateFailed.into());
    }
    let certificate = issue(&ctx, &id, years, false).await.map_err(ApiError::internal)?;
    let (tenant, stored) = (ctx.tenant.id.clone(), certificate.clone());
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                signing_certificates::insert(tx, &tenant, OWNER, &stored).await.map_err(ApiError::from)
            })
        })
        .await?;
    Ok((StatusCode::CREATED, JsonBody(SigningCertificateResponse::try_from(certificate)?)))
}

/// Makes a certificate the one to sign with, or leaves the application without.
#[utoipa::path(
    patch, path = "/api/saml-applications/{id}/secrets/{secretId}",
    operation_id = "UpdateSamlApplicationSecret", tag = "SAML applications",
    params(("id" = String, Path), ("secretId" = String, Path)), request_body = SigningCertificatePatch,
    responses(
        (status = 200, description = "The certificate.", body = SigningCertificateResponse),
        (status = 404, description = "No such certificate."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, secret_id)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<SigningCertificatePatch>,
) -> Result<JsonBody<SigningCertificateResponse>, ApiError> {
    get_saml_application(&ctx, &id).await?;
    let (tenant, active) = (ctx.tenant.id.clone(), body.active);
    let changed = ctx
        .app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                // The lock makes one of two activations wait for the other.
                applications::find_for_update(tx, &tenant, &id).await?;
                let listed = signing_certificates::list(tx, &tenant, OWNER, &id).await?;
                let found = listed.into_iter().find(|certificate| certificate.id == secret_id);
                let found = found.ok_or_else(|| ApiError::from(ErrorCode::EntityNotFound))?;
                signing_certificates::set_active(tx, &tenant, OWNER, &id, &secret_id, active).await?;
                Ok::<_, ApiError>(SigningCertificate { active, ..found })
            })
        })
        .await?;
    Ok(JsonBody(changed.try_into()?))
}

/// Deletes a certificate that signs nothing.
#[utoipa::path(
    delete, path = "/api/saml-applications/{id}/secrets/{secretId}",
    operation_id = "DeleteSamlApplicationSecret", tag = "SAML applications",
    params(("id" = String, Path), ("secretId" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such certificate."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, secret_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    get_saml_application(&ctx, &id).await?;
    let tenant = ctx.tenant.id.clone();
    ctx.app
        .db
        .write(move |tx: &Tx| {
            Box::pin(async move {
                applications::find_for_update(tx, &tenant, &id).await?;
                let listed = signing_certificates::list(tx, &tenant, OWNER, &id).await?;
                match listed.iter().find(|certificate| certificate.id == secret_id) {
                    None => return Err(ApiError::from(ErrorCode::EntityNotFound)),
                    Some(found) if found.active => {
                        return Err(ErrorCode::ApplicationSamlCanNotDeleteActiveSecret.into());
                    }
                    Some(_) => {}
                }
                signing_certificates::delete(tx, &tenant, OWNER, &id, &secret_id).await?;
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
