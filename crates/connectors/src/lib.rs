//! Clients of other people's servers: social, e-mail, SMS and enterprise identity providers.
//!
//! `http` is the only way out of the process: every URL here was typed by a user, so every address
//! is checked at connect time. A connector is one file plus one line in [`registry`]; what it
//! stores between its two steps lives in a [`social::ConnectorSession`] kept by the caller.

pub mod config;
pub mod error;
pub mod factory;
pub mod http;
pub mod message;
pub mod registry;
pub mod social;

#[cfg(feature = "peer-suite")]
mod mock;

pub use config::ConfigIssue;
pub use error::{ConnectorError, ConnectorErrorKind};
pub use factory::{ConnectorFactory, ConnectorType, Platform};
pub use http::{HttpClient, HttpError, OutboundPolicy, OutboundRequest, OutboundResponse};
pub use registry::Registry;
pub use social::{AuthorizationRequest, ConnectorSession, SocialConnector, SocialUserInfo};
