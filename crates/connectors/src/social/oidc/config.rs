//! The settings of the generic OIDC connector.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use crate::config::{ConfigIssue, ConfigReader};
use crate::social::client_auth::ClientCredentials;
use crate::social::code_flow::read_custom_parameters;
use crate::social::duration;
use crate::social::id_token::{IdTokenRules, read_algorithms};

/// Wire names of the optional authentication request parameters (OIDC Core §3.1.2.1).
const OPTIONAL_PARAMETERS: [(&str, &str); 8] = [
    ("responseMode", "response_mode"),
    ("display", "display"),
    ("prompt", "prompt"),
    ("maxAge", "max_age"),
    ("uiLocales", "ui_locales"),
    ("idTokenHint", "id_token_hint"),
    ("loginHint", "login_hint"),
    ("acrValues", "acr_values"),
];

/// Parsed settings.
pub struct OidcConfig {
    pub authorization_endpoint: Url,
    pub token_endpoint: Url,
    pub client: ClientCredentials,
    pub scope: String,
    pub accept_string_booleans: bool,
    pub trust_unverified_email: bool,
    pub jwks_uri: Url,
    pub id_token: IdTokenRules,
    /// Fixed parameters of the authentication request.
    pub request_parameters: Vec<(String, String)>,
    /// Parameters added to the authentication request and to the token request.
    pub custom_parameters: Vec<(String, String)>,
}

impl OidcConfig {
    /// Reads settings, or says everything that is wrong with them.
    pub fn parse(config: &Value) -> Result<Self, Vec<ConfigIssue>> {
        let mut reader = ConfigReader::new(config);
        let parsed = Self::read(&mut reader);
        reader.finish(parsed)
    }

    fn read(reader: &mut ConfigReader<'_>) -> Option<Self> {
        // Only the authorization code grant exists; the fields are accepted for what they say.
        reader.choice("responseType", &[("code", ())]);
        reader.choice("grantType", &[("authorization_code", ())]);
        let authorization_endpoint = reader.url("authorizationEndpoint");
        let token_endpoint = reader.url("tokenEndpoint");
        let client = ClientCredentials::read(reader);
        let scope = reader.string("scope").map(|scope| with_openid(&scope));
        let accept_string_booleans = reader.boolean("acceptStringTypedBooleanClaims");
        let trust_unverified_email = reader.boolean("trustUnverifiedEmail");
        let verification = reader.nested("idTokenVerificationConfig", true, |reader| {
            let jwks_uri = reader.url("jwksUri");
            let rules = read_rules(reader);
            Some((jwks_uri?, rules))
        });
        let request_parameters = reader
            .nested("authRequestOptionalConfig", false, |reader| Some(read_optional(reader)))
            .unwrap_or_default();
        let custom_parameters = read_custom_parameters(reader);
        let (jwks_uri, mut id_token) = verification?;
        let client = client?;
        // Whatever the settings say, a token for somebody else is not for us.
        id_token.audience = client.id.clone();
        Some(Self {
            authorization_endpoint: authorization_endpoint?,
            token_endpoint: token_endpoint?,
            client,
            scope: scope?,
            accept_string_booleans,
            trust_unverified_email,
            jwks_uri,
            id_token,
            request_parameters,
            custom_parameters,
        })
    }
}

fn read_rules(reader: &mut ConfigReader<'_>) -> IdTokenRules {
    // Overridden by the client id, but a value of the wrong type is still a mistake.
    reader.strings("audience");
    IdTokenRules {
        issuers: reader.strings("issuer"),
        audience: String::new(),
        algorithms: read_algorithms(reader),
        clock_tolerance_seconds: read_seconds(reader, "clockTolerance").unwrap_or(0),
        max_age_seconds: read_seconds(reader, "maxTokenAge"),
        critical_headers: read_critical(reader),
        now_seconds: read_date(reader, "currentDate"),
        subject: reader.optional_string("subject"),
        typ: reader.optional_string("typ"),
    }
}

fn read_seconds(reader: &mut ConfigReader<'_>, key: &str) -> Option<i64> {
    let seconds = duration::seconds(reader.value(key)?);
    if seconds.is_none() {
        reader.issue(key, "custom", "must be seconds or a text such as \"5 s\"");
    }
    seconds
}

fn read_date(reader: &mut ConfigReader<'_>, key: &str) -> Option<i64> {
    let text = reader.optional_string(key)?;
    match OffsetDateTime::parse(&text, &Rfc3339) {
        Ok(date) => Some(date.unix_timestamp()),
        Err(_) => {
            reader.issue(key, "custom", "must be an RFC 3339 date and time");
            None
        }
    }
}

/// Names of header extensions that the settings claim to understand (RFC 7515 §4.1.11).
fn read_critical(reader: &mut ConfigReader<'_>) -> Vec<String> {
    reader
        .nested("crit", false, |reader| {
            let names = reader.keys();
            for name in &names {
                reader.boolean(name);
            }
            Some(names)
        })
        .unwrap_or_default()
}

fn read_optional(reader: &mut ConfigReader<'_>) -> Vec<(String, String)> {
    OPTIONAL_PARAMETERS
        .iter()
        .filter_map(|(key, name)| Some(((*name).to_owned(), reader.optional_string(key)?)))
        .collect()
}

/// Adds `openid`, without which there is no ID token.
pub fn with_openid(scope: &str) -> String {
    let mut words: Vec<&str> = scope.split_whitespace().collect();
    if !words.contains(&"openid") {
        words.insert(0, "openid");
    }
    words.join(" ")
}
