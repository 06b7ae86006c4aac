//! What templates may say about those involved. Nothing that is secret: whoever writes a template sees it.

use crate::{Ctx, Snapshot, applications};
use portico_model::{User, organization::Organization};
use portico_store::{StoreError, appearances};
use serde_json::{Value, json};

/// The application that a person signs in to, as `application`; `None` for an unknown one.
///
/// # Errors
/// When the database fails.
pub async fn about_application(
    ctx: &Ctx,
    snapshot: &Snapshot,
    client_id: &str,
) -> Result<Option<Value>, StoreError> {
    let application = match applications::built_in_application(ctx, client_id) {
        Some(application) => application,
        None => match ctx.find_client(snapshot, client_id).await? {
            Some(client) => client.application.clone(),
            None => return Ok(None),
        },
    };
    let appearance = appearances::find_of_application(&ctx.app.db, &ctx.tenant.id, client_id).await?;
    let mut about = json!({ "id": application.id, "name": application.name });
    if let Some(appearance) = appearance {
        about["branding"] = Value::Object(appearance.branding);
    }
    Ok(Some(about))
}

/// The organization it is about, as `organization`.
#[must_use]
pub fn about_organization(organization: &Organization) -> Value {
    json!({ "id": organization.id, "name": organization.name, "branding": organization.branding })
}

/// A person, as `user` or `inviter`.
#[must_use]
pub fn about_user(user: &User) -> Value {
    let mut about = json!({ "id": user.id, "profile": user.profile });
    let facts = [
        ("name", &user.name),
        ("username", &user.username),
        ("avatar", &user.avatar),
        ("primaryEmail", &user.primary_email),
        ("primaryPhone", &user.primary_phone),
    ];
    for (key, value) in facts {
        if let Some(value) = value {
            about[key] = json!(value);
        }
    }
    about
}
