//! The sign-in settings as anybody may see them: what the sign-in pages are drawn from.

use crate::{App, Ctx, Snapshot, snapshot::SnapshotError};
use portico_connectors::sso;
use portico_model::{
    Connector, CustomProfileField, JsonObject, SignInExperience, SsoConnector, connector::ConnectorType,
    sign_in_experience::ForgotPasswordMethod, sso_connector::SsoProviderType,
};
use portico_store::appearances::{self, Appearance};
use serde_json::{Value, json};

/// Settings that only administrators see.
const PRIVATE: &[&str] = &["emailBlocklistPolicy", "forgotPasswordMethods", "trustedDevice"];
/// Parts of a connector factory that only administrators need.
const FACTORY_PRIVATE: &[&str] = &["type", "isDemo", "description", "configTemplate", "formItems", "readme"];

/// For whom the pages are drawn.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "plain names")]
pub struct Audience<'a> {
    pub application_id: Option<&'a str>,
    pub organization_id: Option<&'a str>,
}

/// Body of `GET /api/.well-known/sign-in-exp`: the tenant's settings under the looks of the application and,
/// above those, of the organization.
///
/// # Errors
/// When the settings cannot be read.
pub async fn public_settings(ctx: &Ctx, audience: Audience<'_>) -> Result<Value, SnapshotError> {
    let snapshot = ctx.snapshot().await?;
    let settings = &snapshot.sign_in_experience;
    let mut body = match serde_json::to_value(settings) {
        Ok(Value::Object(body)) => body,
        // Plain data always becomes an object.
        Ok(_) | Err(_) => return Err(SnapshotError::Missing("sign-in experience")),
    };
    for name in PRIVATE {
        body.shift_remove(*name);
    }
    body.insert("socialConnectors".into(), social_connectors(&ctx.app, &snapshot).into());
    body.insert("ssoConnectors".into(), sso_connectors(&snapshot).into());
    body.insert("forgotPassword".into(), forgot_password(&ctx.app, &snapshot));
    body.insert("isDevelopmentTenant".into(), json!(false));
    body.insert("customProfileFields".into(), json!(sign_up_fields(&snapshot)));
    body.insert("customProfileFieldCatalog".into(), json!(snapshot.custom_profile_fields));
    let (db, tenant) = (&ctx.app.db, &ctx.tenant.id);
    if let Some(id) = audience.application_id {
        dress(&mut body, appearances::find_of_application(db, tenant, id).await?);
    }
    if let Some(id) = audience.organization_id {
        dress(&mut body, appearances::find_of_organization(db, tenant, id).await?);
    }
    Ok(Value::Object(body))
}

/// Lays other looks over the present ones.
fn dress(body: &mut JsonObject, looks: Option<Appearance>) {
    let Some(Appearance { color, branding, custom_css }) = looks else { return };
    for (name, changes) in [("color", color), ("branding", branding)] {
        if let Some(Value::Object(present)) = body.get_mut(name) {
            present.extend(changes);
        }
    }
    if let Some(css) = custom_css {
        body.insert("customCss".into(), json!(css));
    }
}

/// The social connectors offered, in the order of the settings; one target may have one for each platform.
fn social_connectors(app: &App, snapshot: &Snapshot) -> Vec<Value> {
    let described: Vec<JsonObject> =
        snapshot.connectors.iter().filter_map(|connector| describe(app, connector)).collect();
    let targets = &snapshot.sign_in_experience.social_sign_in_connector_targets;
    targets
        .iter()
        .flat_map(|target| described.iter().filter(move |found| found.get("target") == Some(&json!(target))))
        .map(|found| Value::Object(found.clone()))
        .collect()
}

/// The enterprise connectors offered: able to work, and with a domain that leads to them.
fn sso_connectors(snapshot: &Snapshot) -> Vec<Value> {
    if !snapshot.sign_in_experience.single_sign_on_enabled {
        return Vec::new();
    }
    let offered = snapshot.sso_connectors.iter().filter(|connector| sso::is_available(connector));
    offered.filter_map(describe_sso).collect()
}

/// The enterprise connectors in charge of an e-mail address: those that its domain leads to.
#[must_use]
pub fn sso_connectors_for(snapshot: &Snapshot, email: &str) -> Vec<String> {
    in_charge(snapshot, email).map(|connector| connector.id.clone()).collect()
}

/// The same, as pages may see them.
pub(crate) fn describe_sso_connectors_for(snapshot: &Snapshot, email: &str) -> Vec<Value> {
    in_charge(snapshot, email).filter_map(describe_sso).collect()
}

fn in_charge<'s>(snapshot: &'s Snapshot, email: &str) -> impl Iterator<Item = &'s SsoConnector> {
    let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let domain = domain.filter(|_| snapshot.sign_in_experience.single_sign_on_enabled);
    let connectors = snapshot.sso_connectors.iter();
    connectors.filter(move |connector| {
        let owns = domain.as_ref().is_some_and(|domain| connector.domains.contains(domain));
        // People of a domain are sent nowhere else, so only a connector that can sign them in takes it over.
        let signs_in = connector.provider().is_some_and(|name| name.provider_type() == SsoProviderType::Oidc);
        owns && signs_in && sso::is_available(connector)
    })
}

fn describe_sso(connector: &SsoConnector) -> Option<Value> {
    let provider = sso::provider(connector.provider()?);
    let branding = &connector.branding;
    let name = branding.display_name.as_ref().unwrap_or(&connector.connector_name);
    let mut facts = json!({
        "id": connector.id,
        "connectorName": name,
        "logo": branding.logo.as_ref().unwrap_or(&provider.logo),
    });
    let dark_logo = match (&branding.dark_logo, &branding.logo) {
        (Some(dark), _) => Some(dark),
        // The tenant's own logo is not replaced by the provider's in the dark.
        (None, Some(_)) => None,
        (None, None) => Some(&provider.logo_dark),
    };
    if let (Some(dark), Some(facts)) = (dark_logo, facts.as_object_mut()) {
        facts.insert("darkLogo".into(), json!(dark));
    }
    Some(facts)
}

/// The profile fields that a sign-up asks for: those that the settings name, in their order, or the whole
/// catalogue.
#[must_use]
pub fn sign_up_fields(snapshot: &Snapshot) -> Vec<&CustomProfileField> {
    let catalogue = &snapshot.custom_profile_fields;
    match &snapshot.sign_in_experience.sign_up_profile_fields {
        None => catalogue.iter().collect(),
        Some(chosen) => {
            let find = |name: &str| catalogue.iter().find(|field| field.name == name);
            chosen.iter().filter_map(|reference| find(&reference.name)).collect()
        }
    }
}

/// What pages may know of a connector: its factory's public facts under what the operator changed.
fn describe(app: &App, connector: &Connector) -> Option<JsonObject> {
    let factory = app.connectors.find_factory(&connector.connector_id)?;
    if factory.connector_type != ConnectorType::Social {
        return None;
    }
    let (Ok(Value::Object(mut facts)), Ok(Value::Object(changed))) =
        (serde_json::to_value(factory), serde_json::to_value(&connector.metadata))
    else {
        return None;
    };
    for name in FACTORY_PRIVATE {
        facts.shift_remove(*name);
    }
    facts.extend(changed);
    facts.insert("id".into(), json!(connector.id));
    Some(facts)
}

/// Which channels recover a password: allowed, and with a connector to send through.
fn forgot_password(app: &App, snapshot: &Snapshot) -> Value {
    let has = |kind| {
        snapshot.connectors.iter().any(|connector| {
            app.connectors
                .find_factory(&connector.connector_id)
                .is_some_and(|factory| factory.connector_type == kind)
        })
    };
    let settings = &snapshot.sign_in_experience;
    json!({
        "phone": allows(settings, ForgotPasswordMethod::PhoneVerificationCode) && has(ConnectorType::Sms),
        "email": allows(settings, ForgotPasswordMethod::EmailVerificationCode) && has(ConnectorType::Email),
    })
}

fn allows(settings: &SignInExperience, method: ForgotPasswordMethod) -> bool {
    settings.forgot_password_methods.as_ref().is_none_or(|methods| methods.contains(&method))
}
