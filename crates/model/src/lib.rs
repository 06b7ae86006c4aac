//! Entities, ids, enums and wire types of Portico: pure data, no IO, no clock.
//!
//! An entity's serde form is both its JSON on the wire and, for its JSON columns, its stored form:
//! camelCase names, times as epoch milliseconds, absent values as `null` where the API says so.

pub mod account_center;
pub mod application;
pub mod application_access;
pub mod application_sign_in_experience;
pub mod captcha;
pub mod config;
pub mod connector;
pub mod connector_factory;
pub mod consent;
pub mod custom_phrase;
pub mod custom_profile_field;
pub mod domain;
pub mod email_template;
pub mod error_code;
pub mod hook;
pub mod id;
pub mod interaction;
pub mod language;
pub mod log;
pub mod oidc;
pub mod oidc_artifact;
pub mod one_time_token;
pub mod organization;
pub mod organization_invitation;
pub mod personal_access_token;
pub mod phone;
pub mod resource;
pub mod role;
pub mod saml;
pub mod script;
pub mod second_factor;
pub mod secret;
pub mod sentinel;
pub mod sign_in_experience;
pub mod sso_connector;
pub mod storage_provider;
pub mod subject_token;
pub mod tenant;
pub mod text_enum;
pub mod user;
pub mod verification_code;

pub use application::{
    Application, ApplicationSecret, ApplicationType, CustomClientMetadata, OidcClientMetadata,
};
pub use connector::Connector;
pub use custom_phrase::CustomPhrase;
pub use custom_profile_field::CustomProfileField;
pub use error_code::ErrorCode;
pub use hook::{Hook, HookEvent};
pub use id::TenantId;
pub use sign_in_experience::SignInExperience;
pub use sso_connector::SsoConnector;
pub use storage_provider::StorageProvider;
pub use user::User;

/// A JSON object, key order kept.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
