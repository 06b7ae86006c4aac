//! One keep-alive connection, as cheap as it gets: the load client shares the cores with the server.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use tokio::net::TcpStream;

/// A connection with its cookies.
pub struct Client {
    host: String,
    sender: SendRequest<Full<Bytes>>,
    /// Cookies by name.
    pub cookies: HashMap<String, String>,
}

/// A whole answer.
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Result<&str> {
        self.headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .with_context(|| format!("no redirect: {} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// Fails unless the status is the expected one.
    pub fn expect(self, status: u16) -> Result<Self> {
        anyhow::ensure!(
            self.status.as_u16() == status,
            "{} instead of {status}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        Ok(self)
    }
}

/// What to send.
#[derive(Clone, Default)]
pub struct Call {
    /// Method; GET when absent.
    pub method: Option<Method>,
    /// Path and query.
    pub path: String,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Bytes,
}

impl Call {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// A POST of a form.
    pub fn form(path: impl Into<String>, fields: &[(&str, &str)]) -> Result<Self> {
        Ok(Self {
            method: Some(Method::POST),
            path: path.into(),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: serde_urlencoded::to_string(fields)?.into(),
        })
    }

    /// A request with a JSON body.
    pub fn json(method: Method, path: impl Into<String>, body: &serde_json::Value) -> Self {
        Self {
            method: Some(method),
            path: path.into(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into(),
        }
    }

    /// Adds a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Client {
    /// Connects to a local port.
    pub async fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { host: format!("localhost:{port}"), sender, cookies: HashMap::new() })
    }

    /// Sends a request and reads the whole answer; cookies are kept.
    pub async fn send(&mut self, call: &Call) -> Result<Answer> {
        let mut request = Request::builder()
            .method(call.method.clone().unwrap_or(Method::GET))
            .uri(&call.path)
            .header(header::HOST, &self.host);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::new(call.body.clone()))?).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}
