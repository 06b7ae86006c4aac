//! Conformance: every promise is checked on both databases from one text.

mod clients;
mod measure;
mod oidc;
mod passcodes;
mod records;
mod row_counts;
mod seam;
mod seed;
mod sign_in;
mod systems;
mod users;

use futures_util::future::BoxFuture;
use portico_model::TenantId;

use crate::db::{Db, StoreError, Tx};

/// The tenant that tests write to.
fn home() -> TenantId {
    TenantId::default_tenant()
}

/// A tenant that must never see what is written to [`home`].
fn other() -> TenantId {
    TenantId::admin_tenant()
}

/// A transaction that has to succeed.
async fn commit<T, F>(db: &Db, job: F) -> T
where
    F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + 'static,
    T: Send + 'static,
{
    db.write(job).await.unwrap()
}
