//! Use cases of Portico and the state they share.

pub mod access_token;
pub mod action;
mod activity;
pub mod app;
pub mod applications;
pub mod assets;
pub mod audit;
pub mod backchannel_logout;
pub mod custom_claims;
pub mod custom_domains;
pub mod days;
pub mod deliveries;
pub mod email_blocklist;
mod enterprise_identities;
pub mod events;
pub mod identifiers;
pub mod interaction;
pub mod key_rotation;
pub mod messages;
pub mod one_time_tokens;
pub mod organization_invitations;
pub mod organization_jit;
pub mod organizations;
pub mod password_policy;
pub mod pwned;
pub mod saml_applications;
mod sanitize;
pub mod second_factors;
pub mod sentinel;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_settings;
pub mod signing_certificates;
pub mod signing_keys;
pub mod snapshot;
pub mod social_link;
pub mod subject_tokens;
pub mod tenant;
pub mod token_sets;
pub mod user_context;
pub mod user_import;
pub mod username_policy;
pub mod users;
pub mod verification_code;
pub mod webhook;

pub use app::{App, Ctx, Settings};
pub use portico_assets::MAX_UPLOAD_BYTES;
pub use signing_keys::SigningKeys;
pub use snapshot::{Client, Snapshot};
pub use tenant::Tenant;

/// Why a script of an administrator gave no result.
pub use portico_scripts::ScriptError;
