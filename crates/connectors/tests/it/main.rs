//! The connectors against servers in this process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod http;
mod idp;
#[cfg(feature = "peer-suite")]
mod mock;
mod oidc;
mod oidc_settings;
