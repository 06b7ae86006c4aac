//! The one route of the older sign-in API that pages still need.

use crate::extract::Entered;
use axum::{extract::State, http::StatusCode};
use portico_http_kit::ApiError;
use portico_identity::{Ctx, sign_in::stored};
use portico_model::JsonObject;
use serde_json::json;

/// Gives up: the client that asked for the sign-in is told `access_denied` when the browser goes on.
#[utoipa::path(
    delete, path = "/api/interaction", tag = "Interaction", operation_id = "DeleteInteraction",
    responses((status = 204, description = "Given up."), (status = 400, description = "No interaction is under way.")),
)]
pub async fn abort(State(ctx): State<Ctx>, entered: Entered) -> Result<StatusCode, ApiError> {
    let mut interaction = entered.interaction;
    let refusal = json!({ "error": "access_denied", "error_description": "oidc.aborted" });
    interaction.payload.result = refusal.as_object().cloned().or_else(|| Some(JsonObject::new()));
    stored::save(&ctx, &interaction).await?;
    Ok(StatusCode::NO_CONTENT)
}
