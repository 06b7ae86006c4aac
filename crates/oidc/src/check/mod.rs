//! The checks that `pipeline.rs` puts in order, one concept to a file.

pub mod client;
pub mod id_token_hint;
pub mod max_age;
pub mod parameters;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod resource;
pub mod response;
pub mod scope;
