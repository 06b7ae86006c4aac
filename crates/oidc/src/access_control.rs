//! Who may use an application at all, when its operator limits it.

use crate::{
    client::OidcClient,
    environment::Environment,
    error::{OidcError, OidcErrorKind},
};
use portico_store::applications;

/// Makes sure that the application is open to everyone, or that the user is among those it is open to.
///
/// # Errors
/// `access_denied` otherwise.
pub async fn check(environment: &Environment, client: &OidcClient, user_id: &str) -> Result<(), OidcError> {
    if !client.application().app_level_access_control_enabled {
        return Ok(());
    }
    let ctx = &environment.ctx;
    if applications::is_open_to_user(&ctx.app.db, &ctx.tenant.id, client.id(), user_id).await? {
        return Ok(());
    }
    Err(OidcErrorKind::AccessDenied.because("the user has no access to this application"))
}
