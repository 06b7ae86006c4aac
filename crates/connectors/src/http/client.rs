//! The guarded client itself; see the module head for what it defends against.

use std::error::Error as StdError;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, StatusCode, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::OutboundPolicy;

/// The whole exchange, from name resolution to the last byte of the body.
pub const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);
/// Longer answers are refused, not truncated.
pub const RESPONSE_BYTES_MAX: usize = 1024 * 1024;
const REDIRECTS_MAX: usize = 3;
const USER_AGENT: &str = concat!("Portico/", env!("CARGO_PKG_VERSION"));

/// Why no answer was obtained. Nothing here carries what the other server said.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Not an absolute `http` or `https` URL.
    #[error("the URL is not an absolute http or https URL")]
    InvalidUrl,
    /// A header name or value, or a body, that cannot be sent.
    #[error("the request cannot be built")]
    InvalidRequest,
    /// The destination is not one that [`OutboundPolicy`] permits.
    #[error("connections to `{host}` are not permitted")]
    AddressRefused {
        /// The host name or address of the refused URL.
        host: String,
    },
    /// The other server was not done within the time limit.
    #[error("the server did not answer in time")]
    TimedOut,
    /// More than [`RESPONSE_BYTES_MAX`] bytes.
    #[error("the answer is longer than {RESPONSE_BYTES_MAX} bytes")]
    BodyTooLarge,
    /// More redirects than the client follows.
    #[error("too many redirects")]
    TooManyRedirects,
    /// The body is not the expected JSON.
    #[error("the answer is not the expected JSON")]
    InvalidJson(#[source] serde_json::Error),
    /// Name resolution, TLS, connection or protocol failure.
    #[error("the request failed")]
    Transport(#[source] reqwest::Error),
}

/// Raised inside reqwest by the resolver and found again in the error's chain of sources.
#[derive(Debug, thiserror::Error)]
#[error("no permitted address")]
struct Refused;

/// Resolves names with the system resolver and drops every address that is not permitted.
struct GuardedResolver {
    policy: Arc<OutboundPolicy>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            let host = name.as_str();
            let resolved = tokio::net::lookup_host((host, 0)).await?;
            let permitted: Vec<SocketAddr> =
                resolved.filter(|address| policy.permits(host, address.ip())).collect();
            if permitted.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// The outbound client; cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    client: reqwest::Client,
    policy: Arc<OutboundPolicy>,
    timeout: Duration,
}

impl HttpClient {
    /// A client bound by `policy`, with the default time limit.
    pub fn new(policy: OutboundPolicy) -> Result<Self, HttpError> {
        let policy = Arc::new(policy);
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .dns_resolver(GuardedResolver { policy: Arc::clone(&policy) })
            .build()
            .map_err(HttpError::Transport)?;
        Ok(Self { client, policy, timeout: TIMEOUT_DEFAULT })
    }

    /// The same client (and connection pool) with another time limit.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// Sends a request and reads the whole answer, whatever its status.
    pub async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, HttpError> {
        if request.invalid {
            return Err(HttpError::InvalidRequest);
        }
        let timeout = request.timeout.unwrap_or(self.timeout);
        tokio::time::timeout(timeout, self.send_following(request)).await.map_err(|_| HttpError::TimedOut)?
    }

    async fn send_following(&self, mut request: OutboundRequest) -> Result<OutboundResponse, HttpError> {
        for _ in 0..=REDIRECTS_MAX {
            let response = self.send_once(&request).await?;
            let Some(next) = redirect_target(&request, &response)? else {
                return Ok(response);
            };
            if next.origin() != request.url.origin() {
                // Credentials belong to the origin that they were written for.
                request.headers.clear();
            }
            request.url = next;
        }
        Err(HttpError::TooManyRedirects)
    }

    async fn send_once(&self, request: &OutboundRequest) -> Result<OutboundResponse, HttpError> {
        let host = self.check_url(&request.url)?;
        let mut builder =
            self.client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let response = builder.send().await.map_err(|error| classify(error, &host))?;
        read_capped(response, &host).await
    }

    /// reqwest does not ask the resolver about literal addresses, so they are checked here.
    fn check_url(&self, url: &Url) -> Result<String, HttpError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(HttpError::InvalidUrl);
        }
        let host = url.host_str().ok_or(HttpError::InvalidUrl)?.to_owned();
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => None,
        };
        match literal {
            Some(address) if !self.policy.permits(&host, address) => Err(HttpError::AddressRefused { host }),
            _ => Ok(host),
        }
    }
}

fn redirect_target(request: &OutboundRequest, response: &OutboundResponse) -> Result<Option<Url>, HttpError> {
    if !request.follow_redirects || !response.status.is_redirection() {
        return Ok(None);
    }
    let Some(location) = response.headers.get(LOCATION) else {
        return Ok(None);
    };
    let location = location.to_str().map_err(|_| HttpError::InvalidUrl)?;
    request.url.join(location).map(Some).map_err(|_| HttpError::InvalidUrl)
}

async fn read_capped(mut response: reqwest::Response, host: &str) -> Result<OutboundResponse, HttpError> {
    if response.content_length().is_some_and(|length| length > RESPONSE_BYTES_MAX as u64) {
        return Err(HttpError::BodyTooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(error, host))? {
        if body.len() + chunk.len() > RESPONSE_BYTES_MAX {
            return Err(HttpError::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(OutboundResponse { status: response.status(), headers: response.headers().clone(), body })
}

fn classify(error: reqwest::Error, host: &str) -> HttpError {
    let mut source: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(cause) = source {
        if cause.is::<Refused>() {
            return HttpError::AddressRefused { host: host.to_owned() };
        }
        source = cause.source();
    }
    // URLs may hold secrets as well.
    if error.is_timeout() { HttpError::TimedOut } else { HttpError::Transport(error.without_url()) }
}

/// A request under construction.
#[derive(Clone)]
pub struct OutboundRequest {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    timeout: Option<Duration>,
    follow_redirects: bool,
    invalid: bool,
}

impl OutboundRequest {
    /// A request without headers or body.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
            timeout: None,
            follow_redirects: false,
            invalid: false,
        }
    }

    /// `GET url`.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// `POST url`.
    pub fn post(url: Url) -> Self {
        Self::new(Method::POST, url)
    }

    /// Sets a header; one that cannot be sent makes the request fail when it is sent.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.invalid = true,
        }
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", media_type)
    }

    /// Sends `fields` as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form(self, fields: &[(String, String)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Sends `value` as JSON.
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body("application/json", body),
            Err(_) => {
                self.invalid = true;
                self
            }
        }
    }

    /// Replaces the client's time limit.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Follows redirects of a `GET`, checking every hop; other methods are never repeated.
    #[must_use]
    pub fn follow_redirects(mut self) -> Self {
        self.follow_redirects = self.method == Method::GET;
        self
    }
}

/// A complete answer.
#[derive(Clone)]
pub struct OutboundResponse {
    /// The status of the answer.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, at most [`RESPONSE_BYTES_MAX`] bytes.
    pub body: Vec<u8>,
}

/// Bodies may hold tokens, so they stay out of logs.
impl fmt::Debug for OutboundResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl OutboundResponse {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(HttpError::InvalidJson)
    }
}
