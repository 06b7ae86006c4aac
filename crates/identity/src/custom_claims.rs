//! Claims that a tenant's script adds to access tokens.

use crate::Ctx;
use portico_model::{
    JsonObject,
    script::{EnvironmentVariables, JwtCustomizer},
};
use portico_scripts::{Call, ScriptError};
use serde_json::{Value, json};

/// The function that the script defines.
const ENTRY: &str = "getCustomJwtClaims";

/// What the script is told.
pub struct TokenFacts {
    /// The token that is about to be issued.
    pub token: JsonObject,
    /// For whom, and how that came about.
    pub context: JsonObject,
}

/// The claims that a script adds.
///
/// # Errors
/// When it denies access, fails, or gives something that is no object.
pub async fn run(
    ctx: &Ctx,
    script: String,
    environment: Option<&EnvironmentVariables>,
    facts: TokenFacts,
) -> Result<JsonObject, ScriptError> {
    let mut input = JsonObject::new();
    input.insert("token".into(), facts.token.into());
    input.insert("context".into(), facts.context.into());
    input.insert("environmentVariables".into(), json!(environment.cloned().unwrap_or_default()));
    match ctx.app.scripts.run(Call { script, entry: ENTRY, input }).await? {
        Some(Value::Object(claims)) => Ok(claims),
        _ => Err(ScriptError::Failed { message: "the result is not an object".to_owned() }),
    }
}

/// The claims that the tenant's own script adds.
///
/// # Errors
/// As [`run`].
pub async fn of_tenant(
    ctx: &Ctx,
    customizer: &JwtCustomizer,
    facts: TokenFacts,
) -> Result<JsonObject, ScriptError> {
    run(ctx, customizer.script.clone(), customizer.environment_variables.as_ref(), facts).await
}
