//! Certificates to sign SAML messages with: those of applications and those of enterprise connectors, in one
//! table each.

use portico_model::{TenantId, saml::SigningCertificate};

use crate::db::{Executor, Row, Statement, StoreError, Tx};
use crate::{args, sql};

/// Whose certificates are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateOwner {
    /// An application of type `SAML`.
    SamlApplication,
    /// An enterprise connector that speaks SAML.
    SsoConnector,
}

struct Statements {
    list: &'static Statement,
    insert: &'static Statement,
    set_active: &'static Statement,
    deactivate_others: &'static Statement,
    delete: &'static Statement,
}

macro_rules! statements {
    ($table:literal, $owner:literal) => {
        Statements {
            list: sql!(concat!(
                "select tenant_id, id, ",
                $owner,
                " as owner_id, private_key, certificate, created_at, expires_at, active
                 from ",
                $table,
                " where tenant_id = $1 and ",
                $owner,
                " = $2 order by created_at desc, id"
            )),
            insert: sql!(concat!(
                "insert into ",
                $table,
                " (tenant_id, id, ",
                $owner,
                ", private_key, certificate, created_at,
                     expires_at, active)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)"
            )),
            set_active: sql!(concat!(
                "update ",
                $table,
                " set active = $4 where tenant_id = $1 and ",
                $owner,
                " = $2 and id = $3"
            )),
            deactivate_others: sql!(concat!(
                "update ",
                $table,
                " set active = false
                 where tenant_id = $1 and ",
                $owner,
                " = $2 and id <> $3 and active"
            )),
            delete: sql!(concat!(
                "delete from ",
                $table,
                " where tenant_id = $1 and ",
                $owner,
                " = $2 and id = $3"
            )),
        }
    };
}

fn statements(owner: CertificateOwner) -> Statements {
    match owner {
        CertificateOwner::SamlApplication => statements!("saml_application_secrets", "application_id"),
        CertificateOwner::SsoConnector => statements!("saml_sso_connector_signing_keys", "sso_connector_id"),
    }
}

fn read(row: &Row) -> Result<SigningCertificate, StoreError> {
    Ok(SigningCertificate {
        tenant_id: row.get("tenant_id")?,
        id: row.get("id")?,
        owner_id: row.get("owner_id")?,
        private_key: row.get("private_key")?,
        certificate: row.get("certificate")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        active: row.get("active")?,
    })
}

/// The certificates of an owner, newest first.
pub async fn list(
    exec: &dyn Executor,
    tenant: &TenantId,
    owner: CertificateOwner,
    owner_id: &str,
) -> Result<Vec<SigningCertificate>, StoreError> {
    exec.query(statements(owner).list, args![tenant, owner_id]).await?.iter().map(read).collect()
}

/// The certificate to sign with.
pub async fn find_active(
    exec: &dyn Executor,
    tenant: &TenantId,
    owner: CertificateOwner,
    owner_id: &str,
) -> Result<Option<SigningCertificate>, StoreError> {
    Ok(list(exec, tenant, owner, owner_id).await?.into_iter().find(|certificate| certificate.active))
}

/// Adds a certificate; an active one takes the place of the active one. The owner's row must be locked.
pub async fn insert(
    tx: &Tx,
    tenant: &TenantId,
    owner: CertificateOwner,
    certificate: &SigningCertificate,
) -> Result<(), StoreError> {
    let SigningCertificate {
        id,
        owner_id,
        private_key,
        certificate: pem,
        created_at,
        expires_at,
        active,
        ..
    } = certificate;
    let statements = statements(owner);
    if *active {
        tx.execute(statements.deactivate_others, args![tenant, owner_id, id]).await?;
    }
    let values = args![tenant, id, owner_id, private_key, pem, *created_at, *expires_at, *active];
    tx.execute(statements.insert, values).await.map(drop)
}

/// Makes a certificate the active one, or inactive. The owner's row must be locked.
pub async fn set_active(
    tx: &Tx,
    tenant: &TenantId,
    owner: CertificateOwner,
    owner_id: &str,
    id: &str,
    active: bool,
) -> Result<(), StoreError> {
    let statements = statements(owner);
    if active {
        tx.execute(statements.deactivate_others, args![tenant, owner_id, id]).await?;
    }
    match tx.execute(statements.set_active, args![tenant, owner_id, id, active]).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Removes a certificate; says whether it was there.
pub async fn delete(
    tx: &Tx,
    tenant: &TenantId,
    owner: CertificateOwner,
    owner_id: &str,
    id: &str,
) -> Result<bool, StoreError> {
    Ok(tx.execute(statements(owner).delete, args![tenant, owner_id, id]).await? == 1)
}
