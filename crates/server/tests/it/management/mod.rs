//! The Management API over HTTP, refusals first.

mod access;
mod applications;
mod connectors;
mod custom_phrases;
mod custom_profile_fields;
mod events;
mod organizations;
mod resources;
mod sign_in_experience;
mod sso_connectors;
mod users;
