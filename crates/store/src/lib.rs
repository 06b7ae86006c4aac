//! The only crate with SQL: one text for SQLite and PostgreSQL.
//!
//! [`db`] is the seam; every other module is one aggregate: free functions that take an [`Executor`] and
//! the tenant first.

pub mod account_centers;
pub mod activity;
pub mod appearances;
pub mod application_access;
pub mod application_sign_in_experiences;
pub mod applications;
pub mod captcha_providers;
pub mod configs;
pub mod connectors;
pub mod consent_scopes;
pub mod consents;
pub mod custom_phrases;
pub mod custom_profile_fields;
pub mod db;
pub mod domains;
pub mod email_templates;
mod filter;
pub mod hook_deliveries;
pub mod hooks;
pub mod logs;
mod migrate;
pub mod oidc_artifacts;
pub mod oidc_session_extensions;
pub mod oidc_tokens;
pub mod one_time_tokens;
pub mod organization_invitations;
pub mod organizations;
pub mod passcodes;
mod pattern;
pub mod personal_access_tokens;
pub mod resources;
pub mod roles;
pub mod row_counts;
pub mod saml_applications;
mod search;
mod search_index;
pub mod secrets;
pub mod seed;
pub mod sentinel_activities;
pub mod sign_in_experiences;
pub mod signing_certificates;
pub mod sso_connectors;
pub mod subject_tokens;
pub mod systems;
mod table;
pub mod tenants;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod users;
pub mod verification_records;

pub use db::{Arg, Db, DbUrl, Executor, Kind, Options, Row, Statement, StoreError, Tx};
pub use filter::{Listed, Page};
#[doc(hidden)]
pub use inventory;
pub use search::{Search, SearchMode, SearchTerm};

#[cfg(test)]
mod tests;
