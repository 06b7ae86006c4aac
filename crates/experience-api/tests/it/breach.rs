//! Asking whether a password is known from a breach.

use axum::{Router, extract::Path, http::HeaderMap, routing::get};
use portico_connectors::{HttpClient, OutboundPolicy};
use portico_identity::pwned::{TIMEOUT, lookup};
use std::time::Instant;

/// A range service; the SHA-1 of `password` is 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
async fn range(Path(prefix): Path<String>, headers: HeaderMap) -> String {
    assert_eq!(headers["add-padding"], "true");
    assert_eq!(prefix.len(), 5, "only the prefix may be told");
    match prefix.as_str() {
        "5BAA6" => {
            "1E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365\r\n0000000000000000000000000000000000A:1".into()
        }
        _ => "1E4C9B93F3F0682250B6CF8331B7EE68FD8:1".into(),
    }
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/range/")
}

fn client() -> HttpClient {
    HttpClient::new(OutboundPolicy { allow_private: true, ..OutboundPolicy::default() }).unwrap()
}

#[tokio::test]
async fn a_listed_password_is_known_and_no_other() {
    let url = serve(Router::new().route("/range/{prefix}", get(range))).await;
    assert!(lookup(&client(), &url, "password").await.unwrap());
    assert!(!lookup(&client(), &url, crate::world::PASSWORD).await.unwrap());
}

#[tokio::test]
async fn a_service_that_is_away_knows_nothing_soon() {
    let gone = serve(Router::new()).await;
    assert!(!lookup(&client(), &gone, "password").await.unwrap());
    assert!(lookup(&client(), "http://127.0.0.1:1/range/", "password").await.is_err());
    let hanging = serve(Router::new().route("/range/{prefix}", get(std::future::pending::<()>))).await;
    let began = Instant::now();
    assert!(lookup(&client(), &hanging, "password").await.is_err());
    assert!(began.elapsed() < 3 * TIMEOUT);
}
