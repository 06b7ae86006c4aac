//! HTTPS without a proxy: the certificate here is for tests alone.

use axum::{Router, extract::ConnectInfo, middleware::map_request, routing::get};
use portico_server::tls::{TlsListener, TlsPeer, peer_address, server_config};
use reqwest::{Certificate, Client};
use std::{net::SocketAddr, path::Path, time::Duration};
use tokio::net::{TcpListener, TcpStream};

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(name)
}

async fn start() -> u16 {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let config = server_config(&fixture("localhost.cert.pem"), &fixture("localhost.key.pem")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let listener = TlsListener::start(listener, config).unwrap();
    let who = |ConnectInfo(address): ConnectInfo<SocketAddr>| async move { address.ip().to_string() };
    let router = Router::new().route("/", get(who)).layer(map_request(peer_address));
    tokio::spawn(
        axum::serve(listener, router.into_make_service_with_connect_info::<TlsPeer>()).into_future(),
    );
    port
}

fn client() -> Client {
    let certificate = std::fs::read(fixture("localhost.cert.pem")).unwrap();
    let root = Certificate::from_pem(&certificate).unwrap();
    Client::builder()
        .tls_certs_only([root])
        .resolve("localhost", SocketAddr::from(([127, 0, 0, 1], 0)))
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap()
}

#[tokio::test]
async fn answers_over_tls_and_knows_the_client() {
    let port = start().await;
    let answer = client().get(format!("https://localhost:{port}/")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "127.0.0.1");
}

#[tokio::test]
async fn a_client_that_never_agrees_on_keys_holds_up_nobody() {
    let port = start().await;
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let answer = client().get(format!("https://localhost:{port}/")).send().await.unwrap();
    assert!(answer.status().is_success());
}

#[tokio::test]
async fn plain_http_is_not_answered() {
    let port = start().await;
    assert!(Client::new().get(format!("http://localhost:{port}/")).send().await.is_err());
}

#[test]
fn a_key_that_is_none_is_refused_by_name() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let certificate = fixture("localhost.cert.pem");
    let error = server_config(&certificate, &certificate).unwrap_err();
    assert!(format!("{error:#}").contains("HTTPS_KEY_PATH"), "{error:#}");
}
