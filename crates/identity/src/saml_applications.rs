//! This service as the identity provider of SAML applications.

use crate::{Ctx, tenant::Tenant};
use portico_model::{
    Application, ApplicationType, ErrorCode,
    saml::{SamlApplicationConfig, SigningCertificate},
};
use portico_saml::{IdentityProviderMetadata, SamlError};
use portico_store::{
    StoreError, applications, saml_applications,
    signing_certificates::{self, CertificateOwner},
};

/// Why a SAML application is not served.
#[derive(Debug, thiserror::Error)]
pub enum SamlApplicationError {
    /// A documented reason.
    #[error("{}", .0.as_str())]
    Refused(ErrorCode),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document could not be made.
    #[error(transparent)]
    Saml(#[from] SamlError),
}

impl From<ErrorCode> for SamlApplicationError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

/// Where the sign-in of an application ends, before its assertion is made.
#[must_use]
pub fn callback_url(tenant: &Tenant, application_id: &str) -> String {
    tenant.url(&format!("/api/saml-applications/{application_id}/callback"))
}

/// Where an application sends people to sign in.
#[must_use]
pub fn sign_in_url(tenant: &Tenant, application_id: &str) -> String {
    tenant.url(&format!("/api/saml/{application_id}/authn"))
}

/// Name of this identity provider towards an application.
#[must_use]
pub fn entity_id(tenant: &Tenant, application_id: &str) -> String {
    tenant.url(&format!("/saml/{application_id}"))
}

/// An application of type `SAML` with what it takes to answer it.
#[derive(Debug)]
pub struct SamlApplication {
    /// The OAuth client.
    pub application: Application,
    /// Its SAML settings.
    pub config: SamlApplicationConfig,
    /// The certificate to sign with.
    pub certificate: SigningCertificate,
}

/// The application of this id, when it is of type `SAML` and can sign.
///
/// # Errors
/// The documented reason why it cannot be served.
pub async fn get(ctx: &Ctx, id: &str) -> Result<SamlApplication, SamlApplicationError> {
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    let application = applications::find_by_id(db, tenant, id).await?.ok_or(ErrorCode::EntityNotFound)?;
    if application.kind != ApplicationType::Saml {
        return Err(ErrorCode::EntityNotFound.into());
    }
    let config = saml_applications::find_config(db, tenant, id).await?.ok_or(ErrorCode::EntityNotFound)?;
    let certificate = signing_certificates::find_active(db, tenant, CertificateOwner::SamlApplication, id)
        .await?
        .ok_or(ErrorCode::ApplicationSamlNoActiveSecret)?;
    Ok(SamlApplication { application, config, certificate })
}

/// What an application has to know of this identity provider.
///
/// # Errors
/// The documented reason why there is nothing to know.
pub async fn metadata(ctx: &Ctx, id: &str) -> Result<String, SamlApplicationError> {
    let SamlApplication { config, certificate, .. } = get(ctx, id).await?;
    let metadata = IdentityProviderMetadata {
        entity_id: &entity_id(&ctx.tenant, id),
        sign_in_url: &sign_in_url(&ctx.tenant, id),
        certificate: &certificate.certificate,
        name_id_format: config.name_id_format,
    };
    Ok(metadata.to_xml()?)
}
