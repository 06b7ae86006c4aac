//! Uploaded files: logos, pictures, documents.

use axum::extract::State;
use portico_http_kit::{ApiError, JsonBody, ManagementCaller, UploadedFile, upload_limit};
use portico_identity::{
    Ctx, MAX_UPLOAD_BYTES,
    assets::{Owner, UPLOAD_MEDIA_TYPES, store_file},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(service_status))
        .merge(OpenApiRouter::new().routes(routes!(create)).layer(upload_limit()))
}

/// A form with one file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form; the extractor reads it")]
pub struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Whether files can be uploaded, and which.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserAssetsServiceStatus {
    status: ServiceStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<UploadMediaType>>)]
    allow_upload_mime_types: Option<[&'static str; 10]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_upload_file_size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    is_experience_avatar_upload_enabled: Option<bool>,
}

/// Whether there is a storage.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServiceStatus {
    /// Files can be uploaded.
    Ready,
    /// No storage is configured.
    NotConfigured,
}

/// A media type that may be uploaded.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the texts of `MEDIA_TYPES`")]
pub enum UploadMediaType {
    /// JPEG.
    #[schema(rename = "image/jpeg")]
    Jpeg,
    /// PNG.
    #[schema(rename = "image/png")]
    Png,
    /// GIF.
    #[schema(rename = "image/gif")]
    Gif,
    /// Icon.
    #[schema(rename = "image/vnd.microsoft.icon")]
    Icon,
    /// Icon, by its older name.
    #[schema(rename = "image/x-icon")]
    XIcon,
    /// SVG.
    #[schema(rename = "image/svg+xml")]
    Svg,
    /// TIFF.
    #[schema(rename = "image/tiff")]
    Tiff,
    /// WebP.
    #[schema(rename = "image/webp")]
    Webp,
    /// BMP.
    #[schema(rename = "image/bmp")]
    Bmp,
    /// Zip archive.
    #[schema(rename = "application/zip")]
    Zip,
}

/// An uploaded file.
#[derive(Serialize, ToSchema)]
pub struct UserAsset {
    /// Its public address.
    url: String,
}

/// Whether files can be uploaded, and which.
#[utoipa::path(
    get, path = "/api/user-assets/service-status", operation_id = "GetUserAssetServiceStatus", tag = "User assets",
    responses((status = 200, description = "What can be uploaded.", body = UserAssetsServiceStatus))
)]
async fn service_status(_: ManagementCaller, State(ctx): State<Ctx>) -> JsonBody<UserAssetsServiceStatus> {
    let is_ready = ctx.app.assets.is_some();
    JsonBody(UserAssetsServiceStatus {
        status: if is_ready { ServiceStatus::Ready } else { ServiceStatus::NotConfigured },
        allow_upload_mime_types: is_ready.then_some(UPLOAD_MEDIA_TYPES),
        max_upload_file_size: is_ready.then_some(MAX_UPLOAD_BYTES),
        is_experience_avatar_upload_enabled: is_ready.then_some(true),
    })
}

/// Keeps a file at a public address.
#[utoipa::path(
    post, path = "/api/user-assets", operation_id = "CreateUserAsset", tag = "User assets",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Kept.", body = UserAsset),
        (status = 400, description = "Too large, of a type that is not allowed, or uploads are off."),
    )
)]
async fn create(
    caller: ManagementCaller,
    State(ctx): State<Ctx>,
    UploadedFile(upload): UploadedFile,
) -> Result<JsonBody<UserAsset>, ApiError> {
    let url = store_file(&ctx, Owner::Subject(&caller.subject), upload).await?;
    Ok(JsonBody(UserAsset { url }))
}
