//! The outbound client against hostile servers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portico_connectors::http::{RESPONSE_BYTES_MAX, StatusCode};
use portico_connectors::{HttpClient, HttpError, OutboundPolicy, OutboundRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// A server on loopback that writes the same bytes to every caller, and counts its callers.
struct RawServer {
    address: SocketAddr,
    callers: Arc<AtomicUsize>,
}

impl RawServer {
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let callers = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&callers);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    // Held open until the caller leaves: an empty answer is a server that hangs.
                    let mut request = [0; 4096];
                    while socket.read(&mut request).await.is_ok_and(|length| length > 0) {
                        let _ = socket.write_all(&answer).await;
                    }
                });
            }
        });
        Self { address, callers }
    }

    fn url(&self) -> Url {
        format!("http://{}/", self.address).parse().unwrap()
    }

    fn url_by_name(&self) -> Url {
        format!("http://localhost:{}/", self.address.port()).parse().unwrap()
    }

    fn callers(&self) -> usize {
        self.callers.load(Ordering::SeqCst)
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

fn strict() -> HttpClient {
    HttpClient::new(OutboundPolicy::default()).unwrap()
}

fn lenient() -> HttpClient {
    HttpClient::new(OutboundPolicy { allow_private: true, ..OutboundPolicy::default() }).unwrap()
}

fn allowing(entry: &str) -> HttpClient {
    let allow_list = vec![entry.parse().unwrap()];
    HttpClient::new(OutboundPolicy { allow_list, ..OutboundPolicy::default() }).unwrap()
}

async fn get(client: &HttpClient, url: &str) -> Result<StatusCode, HttpError> {
    let request = OutboundRequest::get(url.parse().unwrap());
    client.send(request).await.map(|response| response.status)
}

#[tokio::test]
async fn every_spelling_of_a_forbidden_address_is_refused() {
    let client = strict();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
    ] {
        let result = get(&client, &format!("http://{host}:9/")).await;
        assert!(matches!(result, Err(HttpError::AddressRefused { .. })), "{host}: {result:?}");
    }
}

#[tokio::test]
async fn a_name_that_resolves_to_loopback_is_refused_before_connecting() {
    let server = RawServer::answering(answer("200 OK", "", "hello")).await;
    let result = strict().send(OutboundRequest::get(server.url_by_name())).await;
    let Err(HttpError::AddressRefused { host }) = result else {
        panic!("not refused");
    };
    assert_eq!(host, "localhost");
    assert_eq!(server.callers(), 0);
}

#[tokio::test]
async fn an_operator_can_permit_private_destinations_or_single_hosts() {
    let server = RawServer::answering(answer("200 OK", "", "hello")).await;
    for client in [lenient(), allowing("localhost"), allowing("127.0.0.0/8")] {
        if let Ok(response) = client.send(OutboundRequest::get(server.url_by_name())).await {
            assert_eq!(response.text(), "hello");
        } else {
            panic!("refused");
        }
    }
    // The name is permitted, its address under no name is not.
    let result = allowing("localhost").send(OutboundRequest::get(server.url())).await;
    assert!(matches!(result, Err(HttpError::AddressRefused { .. })));
}

#[tokio::test]
async fn other_schemes_are_refused() {
    for url in ["file:///etc/passwd", "ftp://8.8.8.8/", "data:text/plain,hello"] {
        assert!(matches!(get(&strict(), url).await, Err(HttpError::InvalidUrl)), "{url}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed_unless_asked_for() {
    let target = RawServer::answering(answer("200 OK", "", "secret")).await;
    let location = format!("location: {}\r\n", target.url());
    let server = RawServer::answering(answer("302 Found", &location, "")).await;
    let client = lenient();
    assert_eq!(get(&client, server.url().as_str()).await.unwrap(), StatusCode::FOUND);
    assert_eq!(target.callers(), 0);

    let request = OutboundRequest::get(server.url()).follow_redirects();
    assert_eq!(client.send(request).await.unwrap().text(), "secret");
    let request = OutboundRequest::post(server.url()).follow_redirects();
    assert_eq!(client.send(request).await.unwrap().status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_address_is_refused() {
    let target = RawServer::answering(answer("200 OK", "", "secret")).await;
    let location = format!("location: {}\r\n", target.url());
    let server = RawServer::answering(answer("302 Found", &location, "")).await;
    // The first hop is permitted by name, the second goes to the bare address.
    let request = OutboundRequest::get(server.url_by_name()).follow_redirects();
    let result = allowing("localhost").send(request).await;
    assert!(matches!(result, Err(HttpError::AddressRefused { .. })));
    assert_eq!(target.callers(), 0);

    let location = "location: file:///etc/passwd\r\n";
    let server = RawServer::answering(answer("302 Found", location, "")).await;
    let request = OutboundRequest::get(server.url()).follow_redirects();
    assert!(matches!(lenient().send(request).await, Err(HttpError::InvalidUrl)));
}

#[tokio::test]
async fn endless_redirects_end() {
    let server = RawServer::answering(answer("302 Found", "location: /\r\n", "")).await;
    let request = OutboundRequest::get(server.url()).follow_redirects();
    assert!(matches!(lenient().send(request).await, Err(HttpError::TooManyRedirects)));
}

#[tokio::test]
async fn long_bodies_are_refused_whether_announced_or_not() {
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", RESPONSE_BYTES_MAX + 1);
    let server = RawServer::answering(announced).await;
    assert!(matches!(get(&lenient(), server.url().as_str()).await, Err(HttpError::BodyTooLarge)));

    let mut chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n100001\r\n".to_vec();
    chunked.resize(chunked.len() + 0x10_0001, b'x');
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    let server = RawServer::answering(chunked).await;
    assert!(matches!(get(&lenient(), server.url().as_str()).await, Err(HttpError::BodyTooLarge)));
}

#[tokio::test]
async fn servers_that_hang_time_out() {
    let client = lenient().with_timeout(Duration::from_millis(100));
    let silent = RawServer::answering("").await;
    assert!(matches!(get(&client, silent.url().as_str()).await, Err(HttpError::TimedOut)));
    let stuck = RawServer::answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
    assert!(matches!(get(&client, stuck.url().as_str()).await, Err(HttpError::TimedOut)));
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_an_error() {
    let request = OutboundRequest::get("http://8.8.8.8/".parse().unwrap()).header("x", "a\r\nb: c");
    assert!(matches!(strict().send(request).await, Err(HttpError::InvalidRequest)));
}

#[tokio::test]
async fn a_server_that_is_down_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(get(&lenient(), &url).await, Err(HttpError::Transport(_))));
}
