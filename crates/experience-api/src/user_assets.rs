//! The picture of somebody who registers.

use crate::extract::Resumed;
use axum::extract::State;
use portico_http_kit::{ApiError, JsonBody, UploadedFile};
use portico_identity::{
    Ctx,
    assets::{Owner, store_avatar},
};
use portico_model::{ErrorCode, interaction::InteractionEvent};
use serde::Serialize;
use utoipa::ToSchema;

/// A form with one file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form; the extractor reads it")]
pub struct AvatarForm {
    /// The picture: JPEG, PNG, GIF, WebP or BMP.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// An uploaded picture.
#[derive(Serialize, ToSchema)]
pub struct Avatar {
    /// Its public address, for the profile.
    url: String,
}

/// Keeps a picture at a public address; only while registering.
#[utoipa::path(
    post, path = "/api/experience/user-assets/avatar", tag = "Experience", operation_id = "UploadExperienceAvatar",
    request_body(content = AvatarForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "Kept.", body = Avatar),
        (status = 400, description = "Not from here, too large, no picture, or uploads are off."),
        (status = 404, description = "No sign-in is under way."), (status = 500, description = "The storage failed.")),
)]
pub async fn upload_avatar(
    State(ctx): State<Ctx>,
    Resumed(flow): Resumed,
    UploadedFile(upload): UploadedFile,
) -> Result<JsonBody<Avatar>, ApiError> {
    match flow.state.interaction_event {
        InteractionEvent::Register => {}
        InteractionEvent::ForgotPassword => {
            return Err(ErrorCode::SessionNotSupportedForForgotPassword.into());
        }
        InteractionEvent::SignIn => return Err(ErrorCode::SessionInvalidInteractionType.into()),
    }
    let owner =
        flow.state.user_id.as_deref().map_or(Owner::Registering(&flow.interaction.uid), Owner::Subject);
    let url = store_avatar(&ctx, owner, upload).await?;
    Ok(JsonBody(Avatar { url }))
}
