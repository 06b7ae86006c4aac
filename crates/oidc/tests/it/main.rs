//! The provider over HTTP, in process, on both databases: flows from the authorization request to verified tokens,
//! what goes wrong with them, and what attackers try.

#![cfg(test)]

mod attacks;
mod client_assertion;
mod client_credentials;
mod confidential;
mod consent_info;
mod custom_claims;
mod device;
mod discovery;
mod errors;
mod harness;
mod native;
mod organizations;
mod pushed_request;
mod saml;
mod sessions;
mod single_page;
mod third_party;
mod token_exchange;
