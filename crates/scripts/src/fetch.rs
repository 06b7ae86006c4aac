//! `fetch`: the script's thread hands requests to the server's runtime and takes the answers back.

use portico_connectors::http::{HttpClient, Method, OutboundRequest};
use serde::{Deserialize, Serialize};
use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};
use tokio::{runtime::Handle, task::AbortHandle};
use url::Url;

/// A request as the prelude writes it.
#[derive(Deserialize)]
struct Request {
    url: String,
    method: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

/// An answer as the prelude reads it.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Response { status: u16, url: String, headers: Vec<(String, String)>, body: String },
    Error { error: String },
}

/// An answer, as JSON, with the number of its request.
type Numbered = (usize, String);

/// The requests of one run; those that are under way end with it.
pub struct Fetches {
    http: HttpClient,
    runtime: Handle,
    most: usize,
    timeout: Duration,
    sender: Sender<Numbered>,
    receiver: Receiver<Numbered>,
    sent: Vec<AbortHandle>,
    received: usize,
}

impl Fetches {
    pub fn new(http: HttpClient, runtime: Handle, most: usize, timeout: Duration) -> Self {
        let (sender, receiver) = channel();
        Self { http, runtime, most, timeout, sender, receiver, sent: Vec::new(), received: 0 }
    }

    /// Sends a request; the answer comes under the number given back.
    ///
    /// # Errors
    /// A text for the script when the request cannot be sent.
    pub fn send(&mut self, request: &str) -> Result<usize, &'static str> {
        if self.sent.len() >= self.most {
            return Err("too many requests");
        }
        let request: Request = serde_json::from_str(request).map_err(|_| "not a request")?;
        let url = Url::parse(&request.url).map_err(|_| "not an absolute URL")?;
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| "not a method")?;
        let mut outbound = OutboundRequest::new(method, url.clone()).timeout(self.timeout);
        if let Some(body) = request.body {
            outbound = outbound.body("text/plain;charset=UTF-8", body);
        }
        for (name, value) in &request.headers {
            outbound = outbound.header(name, value);
        }
        let (http, answers) = (self.http.clone(), self.sender.clone());
        let id = self.sent.len();
        let task = self.runtime.spawn(async move {
            let answer = answer(&http, outbound.follow_redirects(), &url).await;
            // Failing to write it would be a bug; the script then waits to its end in vain.
            if let Ok(text) = serde_json::to_string(&answer) {
                let _ = answers.send((id, text));
            }
        });
        self.sent.push(task.abort_handle());
        Ok(id)
    }

    /// Whether answers are still to come.
    pub fn is_waiting(&self) -> bool {
        self.received < self.sent.len()
    }

    /// The next answer, unless none comes in time.
    pub fn receive(&mut self, timeout: Duration) -> Option<Numbered> {
        let answer = self.receiver.recv_timeout(timeout).ok()?;
        self.received += 1;
        Some(answer)
    }
}

impl Drop for Fetches {
    fn drop(&mut self) {
        for task in &self.sent {
            task.abort();
        }
    }
}

async fn answer(http: &HttpClient, request: OutboundRequest, url: &Url) -> Answer {
    match http.send(request).await {
        Ok(response) => Answer::Response {
            status: response.status.as_u16(),
            url: url.to_string(),
            headers: response
                .headers
                .iter()
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
            body: response.text(),
        },
        Err(error) => Answer::Error { error: error.to_string() },
    }
}
