//! Scripts that decide about a sign-in.

use crate::Ctx;
use portico_model::{JsonObject, script::EnvironmentVariables};
use portico_scripts::{Call, ScriptError};
use serde_json::{Value, json};

/// The function that the script defines.
const ENTRY: &str = "runAction";

/// What a script says to an event; `None` is nothing.
///
/// # Errors
/// When it denies access or fails.
pub async fn run(
    ctx: &Ctx,
    script: String,
    environment: Option<&EnvironmentVariables>,
    event: Value,
) -> Result<Option<Value>, ScriptError> {
    let mut input = JsonObject::new();
    input.insert("event".into(), event);
    input.insert("environmentVariables".into(), json!(environment.cloned().unwrap_or_default()));
    ctx.app.scripts.run(Call { script, entry: ENTRY, input }).await
}
