//! Listening, and stopping without losing an answer.

use crate::tls::{TlsListener, TlsPeer, peer_address};
use anyhow::{Context as _, Result};
use axum::{Router, middleware::map_request, serve::ListenerExt};
use rustls::ServerConfig;
use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch};

/// How long requests in flight may take after the signal to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Binds a port on the configured host. `::` also takes IPv4, and falls back to it where IPv6 is off.
///
/// # Errors
/// When the port is taken or the host is no address.
pub async fn bind(host: &str, port: u16) -> Result<TcpListener> {
    let ip: IpAddr = host.parse().with_context(|| format!("HOST {host:?} is no IP address"))?;
    let bound = TcpListener::bind(SocketAddr::new(ip, port)).await;
    let bound = match bound {
        Err(error)
            if ip == IpAddr::V6(Ipv6Addr::UNSPECIFIED) && error.kind() != std::io::ErrorKind::AddrInUse =>
        {
            TcpListener::bind(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port)).await
        }
        bound => bound,
    };
    bound.with_context(|| format!("cannot listen on port {port}"))
}

/// Serves the routers until the stop signal, then waits for requests in flight. With `tls` this process itself
/// ends TLS.
///
/// # Errors
/// When a listener breaks.
pub async fn run(
    listeners: Vec<(TcpListener, Router)>,
    tls: Option<Arc<ServerConfig>>,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let (sender, receiver) = watch::channel(false);
    let mut servers = tokio::task::JoinSet::new();
    for (listener, router) in listeners {
        let stopped = wait_for_stop(receiver.clone());
        match &tls {
            Some(config) => {
                let listener = TlsListener::start(listener, config.clone())?;
                let service =
                    router.layer(map_request(peer_address)).into_make_service_with_connect_info::<TlsPeer>();
                servers.spawn(axum::serve(listener, service).with_graceful_shutdown(stopped).into_future());
            }
            None => {
                let listener = listener.tap_io(|stream| {
                    // Answers are small; waiting to fill a packet only adds latency.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "TCP_NODELAY");
                    }
                });
                let service = router.into_make_service_with_connect_info::<SocketAddr>();
                servers.spawn(axum::serve(listener, service).with_graceful_shutdown(stopped).into_future());
            }
        }
    }
    tokio::select! {
        () = stop => {}
        Some(ended) = servers.join_next() => {
            ended.context("a listener panicked")?.context("a listener failed")?;
        }
    }
    tracing::info!("stopping: waiting for requests in flight");
    let _ = sender.send(true);
    let drained = async {
        while let Some(ended) = servers.join_next().await {
            ended.context("a listener panicked")?.context("a listener failed")?;
        }
        Ok(())
    };
    match tokio::time::timeout(DRAIN, drained).await {
        Ok(result) => result,
        Err(_) => {
            tracing::warn!("requests still running after {} s were cut off", DRAIN.as_secs());
            Ok(())
        }
    }
}

async fn wait_for_stop(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is as good as the signal.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Ends at Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be caught");
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
