//! Serving uploaded files: what people uploaded, and the pages of a custom UI.

use crate::pages::admin_origins;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use http_range_header::{SyntacticallyCorrectRange, parse_range_header};
use portico_assets::{
    AssetType, StorageError, StoredFile, archive::INDEX, content::page_media_type, storage::FileRange,
};
use portico_http_kit::ApiError;
use portico_identity::{
    Ctx,
    assets::{AssetError, open_custom_ui_file, open_file},
};
use portico_model::{ErrorCode, SignInExperience, sign_in_experience::CustomUiCsp};
use portico_web::custom_ui_policy;

/// Whatever an upload contains, opened on its own it may do nothing here.
const UPLOAD_POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";
/// Uploads never change: their address is random.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Files of a custom UI, a week.
const A_WEEK: &str = "public, max-age=604800";

/// An upload of the tenant.
pub async fn upload(
    State(ctx): State<Ctx>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (file, kind) = match open_file(&ctx, &path, range(&headers)).await {
        Err(AssetError::Storage(StorageError::Range)) => {
            return Ok(StatusCode::RANGE_NOT_SATISFIABLE.into_response());
        }
        found => found?.ok_or(ErrorCode::EntityNotFound)?,
    };
    let mut response = answer(file, kind.media_type(), FOR_EVER, &headers);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(UPLOAD_POLICY));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if kind == AssetType::Zip {
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    Ok(response)
}

/// The id of the pages that take the place of the sign-in pages. The admin tenant keeps the built-in ones, so that
/// nobody can lock themselves out of the Console.
pub fn custom_ui<'a>(ctx: &Ctx, settings: &'a SignInExperience) -> Option<&'a str> {
    settings.custom_ui_assets.as_ref().filter(|_| !ctx.tenant.id.is_admin()).map(|assets| assets.id.as_str())
}

/// A page or file of a custom UI. An address without a dot in it is a page, and all pages are one file.
pub async fn custom_ui_file(
    ctx: &Ctx,
    id: &str,
    path: &str,
    settings: &SignInExperience,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let path = path.trim_matches('/');
    let name = if path.contains('.') { path } else { INDEX };
    // The page names the present files, so it is asked for every time.
    let cache = if name == INDEX { "no-cache" } else { A_WEEK };
    let file = match open_custom_ui_file(ctx, id, name, range(headers)).await {
        Err(AssetError::Storage(StorageError::Range)) => {
            return Ok(StatusCode::RANGE_NOT_SATISFIABLE.into_response());
        }
        found => found?.ok_or(ErrorCode::EntityNotFound)?,
    };
    let mut response = answer(file, &page_media_type(name), cache, headers);
    let CustomUiCsp { script_src, connect_src } = &settings.custom_ui_csp;
    let sources = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let policy = custom_ui_policy(&sources(script_src), &sources(connect_src), &admin_origins(ctx));
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    Ok(response)
}

fn answer(file: StoredFile, media_type: &str, cache: &'static str, request: &HeaderMap) -> Response {
    let StoredFile { body, range, size, tag } = file;
    let tag = tag.and_then(|tag| HeaderValue::try_from(format!("\"{}\"", tag.trim_matches('"'))).ok());
    let known = request.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
    let is_known = tag.as_ref().and_then(|tag| tag.to_str().ok()).is_some_and(|tag| known.contains(tag));
    if is_known {
        return (StatusCode::NOT_MODIFIED, [(CACHE_CONTROL, cache)]).into_response();
    }
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    if let Some(tag) = tag {
        headers.insert(ETAG, tag);
    }
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    if range.end - range.start < size {
        let part = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
        if let Ok(part) = HeaderValue::try_from(part) {
            headers.insert(CONTENT_RANGE, part);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// The part that a request asks for. Several parts, and what cannot be read, mean the whole (RFC 9110 §14.2).
fn range(headers: &HeaderMap) -> Option<FileRange> {
    let parsed = parse_range_header(headers.get(RANGE)?.to_str().ok()?).ok()?;
    match parsed.into_ranges().as_slice() {
        [SyntacticallyCorrectRange::Indexed(first, last)] => {
            Some(FileRange::Bounded(*first..last.saturating_add(1)))
        }
        [SyntacticallyCorrectRange::FromStart(first)] => Some(FileRange::Offset(*first)),
        [SyntacticallyCorrectRange::FromLast(length)] => Some(FileRange::Suffix(*length)),
        _ => None,
    }
}
