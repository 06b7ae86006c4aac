//! An authorization request on its way through the checks: each check adds what it found out.

use crate::{
    client::OidcClient,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
    parameters::Parameters,
    prompt::Prompts,
    resource::RequestedResource,
    response_mode::ResponseMode,
};
use portico_model::{JsonObject, oidc_artifact::TokenPayload};

/// Parameters of the authorization endpoint; others are ignored (RFC 6749 §3.1).
pub const AUTHORIZATION_PARAMETERS: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "ui_locales",
    "acr_values",
    "display",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "first_screen",
    "interaction_mode",
    "direct_sign_in",
    "identifier",
    "one_time_token",
    "organization_id",
    "google_one_tap_credential",
];

/// What is known of an authorization request.
pub struct AuthorizationRequest<'e> {
    /// Its surroundings.
    pub environment: &'e Environment,
    /// Its parameters.
    pub parameters: Parameters,
    /// Where an answer may go; set once the client and its address are verified.
    pub redirect: Option<Redirect>,
    /// `prompt`.
    pub prompts: Prompts,
    /// `scope`, without the words that mean nothing here.
    pub scopes: Vec<String>,
    /// `resource`.
    pub resources: Vec<RequestedResource>,
    /// `max_age` in seconds.
    pub max_age: Option<i64>,
    /// Subject of `id_token_hint`.
    pub hinted_account_id: Option<String>,
    /// Result of the interaction that is taken up.
    pub result: JsonObject,
    /// The device that waits for the answer, when it is for one.
    pub device: Option<TokenPayload>,
    client: Option<OidcClient>,
}

/// A verified place for the answer.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// Address of the client.
    pub uri: String,
    /// How the answer travels.
    pub mode: ResponseMode,
}

impl<'e> AuthorizationRequest<'e> {
    /// A request of which nothing is verified yet.
    #[must_use]
    pub fn new(environment: &'e Environment, parameters: Parameters) -> Self {
        Self {
            environment,
            parameters,
            redirect: None,
            prompts: Prompts::default(),
            scopes: Vec::new(),
            resources: Vec::new(),
            max_age: None,
            hinted_account_id: None,
            result: JsonObject::new(),
            device: None,
            client: None,
        }
    }

    /// The client.
    ///
    /// # Errors
    /// Before the check that finds it; the table of checks has it second.
    pub fn client(&self) -> Result<&OidcClient, OidcError> {
        self.client
            .as_ref()
            .ok_or_else(|| OidcErrorKind::InvalidClient.because("the client is not known yet").shown())
    }

    /// Notes the client.
    pub fn set_client(&mut self, client: OidcClient) {
        self.client = Some(client);
    }

    /// Requested scopes of the provider itself.
    pub fn user_scopes(&self) -> Vec<String> {
        self.scopes.iter().filter(|scope| crate::scope::is_user_scope(scope)).cloned().collect()
    }
}
