//! The Management API over HTTP, refusals first.

mod access;
mod account_center;
mod applications;
mod captcha_provider;
mod configs;
mod connectors;
mod custom_phrases;
mod custom_profile_fields;
mod domains;
mod email_templates;
mod events;
mod hasura;
mod one_time_tokens;
mod organization_members;
mod organization_template;
mod organizations;
mod resources;
mod saml_applications;
mod sign_in_experience;
mod sso_connector_signing_keys;
mod sso_connectors;
mod subject_tokens;
mod system_settings;
mod users;
mod verification_codes;
