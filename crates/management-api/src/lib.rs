//! The Management API: one file a resource, every handler closed to all but [`ManagementCaller`]s.
//!
//! A handler's `#[utoipa::path]` is both its route and its entry in the OpenAPI document. Paths are written out
//! whole (`/api/…`), so that the document and the router cannot disagree.
//!
//! [`ManagementCaller`]: portico_http_kit::ManagementCaller

mod account_center;
mod actions;
mod application_access_control;
mod application_roles;
mod application_rules;
mod application_secrets;
mod application_sign_in_experience;
mod applications;
mod captcha_provider;
mod checks;
mod cimd_config;
mod configs;
mod connector_factories;
mod connector_rules;
mod connector_test;
mod connectors;
mod consent_organizations;
mod consent_scopes;
mod custom_phrases;
mod custom_profile_field_rules;
mod custom_profile_fields;
mod dashboard;
mod document;
mod domains;
mod email_templates;
mod hasura;
mod hook_test;
mod hooks;
mod jwt_customizers;
mod logs;
mod oidc_keys;
mod one_time_tokens;
mod organization_invitations;
mod organization_jit;
mod organizations;
mod patch;
mod protected_applications;
mod protected_domains;
mod query;
mod redirect_uri;
mod resource_scopes;
mod resources;
mod role_assignment;
mod role_holders;
mod role_scopes;
mod roles;
mod saml_application_secrets;
mod saml_applications;
mod script_error;
mod search;
mod secrets;
mod sentinel_activities;
mod sign_in_experience;
mod signing_certificates;
mod sso_connector_rules;
mod sso_connector_signing_keys;
mod sso_connectors;
mod subject_tokens;
mod systems;
mod token_settings;
mod user_assets;
mod user_data;
mod user_identities;
mod user_personal_access_tokens;
mod user_roles;
mod user_second_factors;
mod user_sessions;
mod users;
mod verification_codes;
mod well_known;

pub use well_known::OpenApiDocument;

use portico_identity::Ctx;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Every route of the Management API.
#[must_use]
pub fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::with_openapi(document::base())
        .merge(actions::router())
        .merge(applications::router())
        .merge(application_access_control::router())
        .merge(application_roles::router())
        .merge(application_secrets::router())
        .merge(application_sign_in_experience::router())
        .merge(account_center::router())
        .merge(captcha_provider::router())
        .merge(cimd_config::router())
        .merge(configs::router())
        .merge(consent_organizations::router())
        .merge(consent_scopes::router())
        .merge(connectors::router())
        .merge(connector_test::router())
        .merge(connector_factories::router())
        .merge(domains::router())
        .merge(jwt_customizers::router())
        .merge(oidc_keys::router())
        .merge(hasura::router())
        .merge(email_templates::router())
        .merge(one_time_tokens::router())
        .merge(dashboard::router())
        .merge(hooks::router())
        .merge(hook_test::router())
        .merge(logs::router())
        .merge(organization_invitations::router())
        .merge(organization_jit::router())
        .merge(organizations::router())
        .merge(protected_domains::router())
        .merge(resource_scopes::router())
        .merge(resources::router())
        .merge(role_holders::router())
        .merge(role_scopes::router())
        .merge(roles::router())
        .merge(secrets::router())
        .merge(saml_application_secrets::router())
        .merge(saml_applications::router())
        .merge(sentinel_activities::router())
        .merge(custom_phrases::router())
        .merge(custom_profile_fields::router())
        .merge(sign_in_experience::router())
        .merge(sso_connector_signing_keys::router())
        .merge(sso_connectors::router())
        .merge(systems::router())
        .merge(token_settings::router())
        .merge(subject_tokens::router())
        .merge(user_assets::router())
        .merge(user_data::router())
        .merge(user_identities::router())
        .merge(user_personal_access_tokens::router())
        .merge(user_roles::router())
        .merge(user_second_factors::router())
        .merge(user_sessions::router())
        .merge(users::router())
        .merge(verification_codes::router())
        .merge(well_known::router())
}

/// The OpenAPI document of the Management API, with the public routes of other crates.
#[must_use]
pub fn openapi(public: OpenApi) -> OpenApi {
    let mut document = router().into_openapi();
    document.merge(document::public(public));
    document::complete(document)
}
