//! PostgreSQL: pooled connections, prepared statements kept per connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::future::BoxFuture;
use tokio_postgres::types::ToSql;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::row::{Column, Row, Source};
use super::statement::Rendered;
use super::url::{PostgresUrl, Tls};
use super::{Arg, Options, StoreError, Tx, TxDriver};

#[derive(Debug)]
pub(super) struct Postgres {
    pool: Pool,
}

impl Postgres {
    pub(super) async fn open(url: &PostgresUrl, options: &Options) -> Result<Self, StoreError> {
        let config = url.config.clone();
        // Without the ping that a checked recycling costs: a dead connection shows at its first use.
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &url.tls {
            Tls::Disabled => Manager::from_config(config, tokio_postgres::NoTls, recycling),
            Tls::Verified { root_certificates } => {
                let tls = MakeRustlsConnect::new(tls_config(root_certificates.as_deref())?);
                Manager::from_config(config, tls, recycling)
            }
        };
        let pool = Pool::builder(manager)
            .max_size(options.pool_size)
            .wait_timeout(Some(options.pool_timeout))
            .create_timeout(Some(options.pool_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(StoreError::unavailable)?;
        // Say at once when the server is not there.
        drop(pool.get().await?);
        Ok(Self { pool })
    }

    pub(super) async fn query(
        &self,
        statement: &Rendered,
        arguments: &[Arg],
    ) -> Result<Vec<Row>, StoreError> {
        query(&self.pool.get().await?, statement, arguments).await
    }

    pub(super) async fn execute(&self, statement: &Rendered, arguments: &[Arg]) -> Result<u64, StoreError> {
        execute(&self.pool.get().await?, statement, arguments).await
    }

    #[cfg(test)]
    pub(super) async fn prepare(&self, statement: &Rendered) -> Result<(), StoreError> {
        self.pool.get().await?.prepare(&statement.text).await?;
        Ok(())
    }

    /// The second part of the answer: whether the job wrote deliveries to tell of.
    pub(super) async fn write<T, E, F>(&self, job: F) -> Result<(T, bool), E>
    where
        F: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, E>>,
        E: From<StoreError>,
    {
        let client = self.pool.get().await.map_err(StoreError::from)?;
        client.batch_execute("begin").await.map_err(StoreError::from)?;
        let tx = Tx::new(TxDriver::Postgres(Session { client: Some(client) }));
        let result = job(&tx).await;
        let aborted = tx.aborted.load(Ordering::Relaxed);
        let told = tx.deliveries.load(Ordering::Relaxed);
        let TxDriver::Postgres(session) = tx.driver else { return Err(StoreError::Aborted.into()) };
        match result {
            Ok(_) if aborted => {
                session.finish("rollback").await?;
                Err(StoreError::Aborted.into())
            }
            Ok(value) => {
                session.finish("commit").await?;
                Ok((value, told))
            }
            Err(error) => {
                session.finish("rollback").await?;
                Err(error)
            }
        }
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }
}

/// The connection of one transaction. Dropped before it is finished (the caller went away, the job
/// panicked), the connection is closed, which rolls back, instead of going back to the pool.
#[derive(Debug)]
pub(super) struct Session {
    client: Option<Object>,
}

impl Session {
    pub(super) async fn query(
        &self,
        statement: &Rendered,
        arguments: &[Arg],
    ) -> Result<Vec<Row>, StoreError> {
        query(self.client()?, statement, arguments).await
    }

    pub(super) async fn execute(&self, statement: &Rendered, arguments: &[Arg]) -> Result<u64, StoreError> {
        execute(self.client()?, statement, arguments).await
    }

    pub(super) async fn batch(&self, script: &str) -> Result<(), StoreError> {
        Ok(self.client()?.batch_execute(script).await?)
    }

    async fn finish(mut self, verb: &str) -> Result<(), StoreError> {
        self.client()?.batch_execute(verb).await?;
        // Only a finished transaction's connection goes back to the pool.
        drop(self.client.take());
        Ok(())
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.client.as_ref().ok_or(StoreError::Aborted)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

async fn query(client: &Object, statement: &Rendered, arguments: &[Arg]) -> Result<Vec<Row>, StoreError> {
    let prepared = client.prepare_cached(&statement.text).await?;
    let rows = client.query(&prepared, &bind(arguments)).await?;
    let columns = statement.columns.get_or_init(|| {
        prepared.columns().iter().map(|column| Column { name: column.name().into() }).collect()
    });
    Ok(rows
        .into_iter()
        .map(|row| Row { columns: Arc::clone(columns), source: Source::Postgres(row) })
        .collect())
}

async fn execute(client: &Object, statement: &Rendered, arguments: &[Arg]) -> Result<u64, StoreError> {
    let prepared = client.prepare_cached(&statement.text).await?;
    Ok(client.execute(&prepared, &bind(arguments)).await?)
}

fn bind(arguments: &[Arg]) -> Vec<&(dyn ToSql + Sync)> {
    arguments.iter().map(|argument| argument as &(dyn ToSql + Sync)).collect()
}

fn tls_config(root_certificates: Option<&std::path::Path>) -> Result<rustls::ClientConfig, StoreError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    if let Some(path) = root_certificates {
        let certificates = CertificateDer::pem_file_iter(path).map_err(StoreError::unavailable)?;
        for certificate in certificates {
            roots.add(certificate.map_err(StoreError::unavailable)?).map_err(StoreError::unavailable)?;
        }
    } else {
        // Unreadable single certificates are common in system stores; an empty store is an error below.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if roots.is_empty() {
        return Err(StoreError::unavailable("no root certificates to verify the PostgreSQL server with"));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StoreError::unavailable)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
