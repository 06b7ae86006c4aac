//! `portico serve`.

use crate::{
    config::{DatabaseConfig, ServerConfig},
    jobs, router,
    serve::{bind, run as serve, stop_signal},
    start::{open_database, server_app},
};
use anyhow::{Context as _, Result};
use portico_identity::deliveries::Deliverer;
use portico_model::TenantId;
use std::io::{IsTerminal as _, Write as _};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

pub async fn run(database: &DatabaseConfig, config: &ServerConfig) -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,portico=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let tls = config.tls()?;
    let core = bind(&config.host, config.port).await?;
    let admin = match config.admin_disable_localhost {
        true => None,
        false => Some(bind(&config.host, config.admin_port).await?),
    };
    let db = open_database(database).await?;
    let app = server_app(db.clone(), database, config).await?;
    let tenant = |id: TenantId| app.ctx(&id).context("the tenant is not served");
    let mut listeners = vec![(core, router::tenant(&tenant(TenantId::default_tenant())?))];
    if let Some(listener) = admin {
        listeners.push((listener, router::tenant(&tenant(TenantId::admin_tenant())?)));
    }
    announce(config)?;
    let jobs = tokio::spawn(jobs::run(app.clone()));
    let (stop, stopped) = oneshot::channel::<()>();
    let deliveries = tokio::spawn(Deliverer::new(app.clone()).run(async {
        // The sender is dropped, nothing is sent.
        let _ = stopped.await;
    }));
    let result = serve(listeners, tls, stop_signal()).await;
    jobs.abort();
    drop(stop);
    deliveries.await.context("the webhook worker panicked")?;
    db.close().await;
    result
}

/// Tells the person at the terminal where to go.
fn announce(config: &ServerConfig) -> Result<()> {
    let core = config.endpoint()?;
    let admin = config.admin_endpoint()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Portico is ready.")?;
    writeln!(out, "  Core     {}", core.as_str().trim_end_matches('/'))?;
    if !config.admin_disable_localhost {
        writeln!(out, "  Admin    {}", admin.as_str().trim_end_matches('/'))?;
        writeln!(out, "  Console  {}/console", admin.as_str().trim_end_matches('/'))?;
    }
    writeln!(out, "Press Ctrl-C to stop.")?;
    out.flush()?;
    Ok(())
}
