//! Pages that take the place of the sign-in pages.

use crate::user_assets::FileForm;
use axum::extract::State;
use portico_http_kit::{ApiError, JsonBody, ManagementCaller, UploadedFile, upload_limit};
use portico_identity::{Ctx, assets::store_custom_ui};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(upload)).layer(upload_limit())
}

/// Uploaded pages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadedCustomUi {
    /// Id to put into `customUiAssets` of the settings.
    custom_ui_asset_id: String,
}

/// Unpacks and keeps a zip archive of pages; they are served once the settings name their id.
#[utoipa::path(
    post, path = "/api/sign-in-exp/default/custom-ui-assets", operation_id = "UploadCustomUiAssets",
    tag = "Sign-in experience",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Kept.", body = UploadedCustomUi),
        (status = 400, description = "Not an archive of pages, too large, or uploads are off."),
        (status = 500, description = "The storage failed."),
    )
)]
async fn upload(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    UploadedFile(upload): UploadedFile,
) -> Result<JsonBody<UploadedCustomUi>, ApiError> {
    let custom_ui_asset_id = store_custom_ui(&ctx, upload.data).await?;
    Ok(JsonBody(UploadedCustomUi { custom_ui_asset_id }))
}
