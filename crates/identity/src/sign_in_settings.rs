//! The sign-in settings as anybody may see them: what the sign-in pages are drawn from.

use crate::{App, Ctx, Snapshot, snapshot::SnapshotError};
use portico_model::{
    Connector, JsonObject, SignInExperience, connector::ConnectorType,
    sign_in_experience::ForgotPasswordMethod,
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
    // Enterprise connectors and custom profile fields do not exist in this build, so the lists are empty.
    body.insert("ssoConnectors".into(), json!([]));
    body.insert("forgotPassword".into(), forgot_password(&ctx.app, &snapshot));
    body.insert("isDevelopmentTenant".into(), json!(false));
    body.insert("customProfileFields".into(), json!([]));
    body.insert("customProfileFieldCatalog".into(), json!([]));
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
