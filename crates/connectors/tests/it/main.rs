//! The connectors against servers in this process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod github;
mod google;
mod http;
mod idp;
#[cfg(feature = "peer-suite")]
mod mock;
mod oauth;
mod oidc;
mod oidc_settings;

use std::sync::Arc;
use std::time::Duration;

use portico_connectors::registry::{Behaviour, Entry};
use portico_connectors::social::SocialResult;
use portico_connectors::{
    AuthorizationRequest, ConnectorError, ConnectorSession, HttpClient, OutboundPolicy, Services,
};
use portico_crypto::FixedClock;
use serde_json::Value;
use url::Url;

/// The present, in seconds.
const NOW: i64 = 1_800_000_000;
const REDIRECT_URI: &str = "https://portico.example/callback/abc";

/// Services that may talk to servers on this machine.
fn services() -> Services {
    let policy = OutboundPolicy { allow_private: true, ..OutboundPolicy::default() };
    let http = HttpClient::new(policy).unwrap().with_timeout(Duration::from_secs(5));
    Services::new(http, Arc::new(FixedClock::new(NOW * 1000)))
}

/// A sign-in with one social connector.
struct SignIn {
    entry: Entry,
    config: Value,
    session: ConnectorSession,
    uri: Url,
}

impl SignIn {
    async fn begin(entry: Entry, config: Value) -> Self {
        let request = AuthorizationRequest {
            state: "the state".to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            ..AuthorizationRequest::default()
        };
        let mut session = ConnectorSession::default();
        let Behaviour::Social(connector) = &entry.behaviour else {
            panic!("not a social connector");
        };
        let uri = connector.authorization_uri(&config, &request, &mut session).await.unwrap();
        Self { entry, config, session, uri }
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.uri.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    async fn finish(&self, data: Value) -> Result<SocialResult, ConnectorError> {
        let Behaviour::Social(connector) = &self.entry.behaviour else {
            panic!("not a social connector");
        };
        connector.authenticate(&self.config, &data, &self.session).await
    }
}
