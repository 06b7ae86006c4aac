//! Clients of other people's servers: social, e-mail, SMS and enterprise identity providers.
//!
//! `http` is the only way out of the process: every URL here was typed by a user, so every address
//! is checked at connect time. A connector is one file plus one line in [`registry`]; what it
//! stores between its two steps lives in a [`social::ConnectorSession`] kept by the caller.

pub mod config;
pub mod error;
mod factory;
pub mod http;
pub mod message;
pub mod registry;
pub mod social;
pub mod sso;

#[cfg(feature = "peer-suite")]
mod mock;

/// A boxed future, so that connectors are trait objects.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub use config::ConfigIssue;
pub use error::ConnectorError;
pub use http::{HttpClient, HttpError, OutboundPolicy, OutboundRequest, OutboundResponse};
pub use registry::{Registry, Services};
pub use social::{AuthorizationRequest, ConnectorSession, SocialConnector, SocialUserInfo};
