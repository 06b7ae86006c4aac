//! The API in process, on both databases.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod actions;
mod admin;
mod avatar;
mod breach;
mod enterprise_sso;
#[path = "../../../connectors/tests/it/idp.rs"]
#[allow(dead_code, missing_docs, reason = "shared with the connectors' own tests, which use all of it")]
mod idp;
mod interaction;
mod lockout;
mod mfa;
mod password;
mod post;
mod profile;
mod register;
mod social;
mod verification_code;
mod webhooks;
mod well_known;
mod world;
