//! How the server proves to a token endpoint which client it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portico_crypto::id::standard_id;
use portico_crypto::jose::{Alg, HmacKey};
use portico_model::ErrorCode;
use serde_json::json;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::config::ConfigReader;
use crate::error::ConnectorError;
use crate::http::OutboundRequest;

/// Life of a client assertion.
const ASSERTION_SECONDS: i64 = 600;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The names that settings give to the methods; the first is the default.
pub const METHODS: [&str; 3] = ["client_secret_post", "client_secret_basic", "client_secret_jwt"];
/// The names that settings give to the algorithms of `client_secret_jwt`; the first is the default.
pub const ALGORITHMS: [&str; 3] = ["HS256", "HS384", "HS512"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Post,
    Basic,
    Jwt,
}

/// A client's name, secret and way of showing it.
pub struct ClientCredentials {
    /// The `client_id`.
    pub id: String,
    secret: String,
    method: Method,
    algorithm: Alg,
}

impl ClientCredentials {
    /// Reads the fields that OAuth 2.0 and OIDC connectors have in common.
    pub fn read(reader: &mut ConfigReader<'_>) -> Option<Self> {
        let id = reader.non_empty_string("clientId");
        let secret = reader.non_empty_string("clientSecret");
        let [post, basic, jwt] = METHODS;
        let methods = [(post, Method::Post), (basic, Method::Basic), (jwt, Method::Jwt)];
        let method = reader.choice("tokenEndpointAuthMethod", &methods);
        let [hs256, hs384, hs512] = ALGORITHMS;
        let algorithms = [(hs256, Alg::Hs256), (hs384, Alg::Hs384), (hs512, Alg::Hs512)];
        let algorithm = reader.choice("clientSecretJwtSigningAlgorithm", &algorithms);
        Some(Self { id: id?, secret: secret?, method: method?, algorithm: algorithm? })
    }

    /// A client that sends its secret in the body, as most providers want it.
    pub fn read_post(reader: &mut ConfigReader<'_>) -> Option<Self> {
        let id = reader.non_empty_string("clientId");
        let secret = reader.non_empty_string("clientSecret");
        Some(Self { id: id?, secret: secret?, method: Method::Post, algorithm: Alg::Hs256 })
    }

    /// A client that sends its secret in a header where the server takes it there, else in the body.
    pub fn read_for(reader: &mut ConfigReader<'_>, in_header: bool) -> Option<Self> {
        let method = if in_header { Method::Basic } else { Method::Post };
        Self::read_post(reader).map(|client| Self { method, ..client })
    }

    /// The authenticated token request with `fields` in its body.
    pub fn token_request(
        &self,
        endpoint: &Url,
        mut fields: Vec<(String, String)>,
        now_seconds: i64,
    ) -> Result<OutboundRequest, ConnectorError> {
        let mut push = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
        let mut request = OutboundRequest::post(endpoint.clone());
        match self.method {
            Method::Post => {
                push("client_id", &self.id);
                push("client_secret", &self.secret);
            }
            Method::Basic => request = request.header("authorization", &self.basic()),
            Method::Jwt => {
                push("client_id", &self.id);
                push("client_assertion_type", ASSERTION_TYPE);
                push("client_assertion", &self.assertion(endpoint, now_seconds)?);
            }
        }
        Ok(request.form(&fields))
    }

    /// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
    fn basic(&self) -> String {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&self.id), encode(&self.secret));
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// A JWT about the client, by the client, for the token endpoint (RFC 7523 §3).
    fn assertion(&self, endpoint: &Url, now_seconds: i64) -> Result<String, ConnectorError> {
        let claims = json!({
            "iss": self.id,
            "sub": self.id,
            "aud": endpoint.as_str(),
            "jti": standard_id(),
            "iat": now_seconds,
            "exp": now_seconds + ASSERTION_SECONDS,
        });
        HmacKey::new(&self.secret)
            .and_then(|key| key.sign_jwt(self.algorithm, Some("JWT"), &claims))
            .map_err(|error| ConnectorError::new(ErrorCode::ConnectorGeneral).caused_by(error))
    }
}
