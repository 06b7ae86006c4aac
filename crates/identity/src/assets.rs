//! Uploaded files: pictures and documents of people, and the pages of a custom UI.

use crate::Ctx;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use portico_assets::{
    AssetStorage, AssetType, StorageError, StoredFile,
    archive::{self, ArchiveError},
    content::{self, MEDIA_TYPES},
    storage::FileRange,
};
use portico_crypto::id;
use portico_model::ErrorCode;
use time::OffsetDateTime;

pub use portico_assets::content::MEDIA_TYPES as UPLOAD_MEDIA_TYPES;

/// Path below which a tenant's uploads are served.
pub const PUBLIC_PATH: &str = "/user-assets/";
/// Longest name of an upload, without its ending.
const MAX_NAME_CHARS: usize = 64;
/// Characters of the random part of an upload's address, and of a custom UI's id.
const SHORT_ID: usize = 8;
/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'/');

/// An uploaded file.
#[derive(Debug)]
pub struct Upload {
    /// The name it had.
    pub name: String,
    /// The media type that the client claims.
    pub claimed_type: Option<String>,
    /// Its bytes.
    pub data: Bytes,
}

/// Why an upload is refused.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The content is none that is taken here.
    #[error("the type of the file is not allowed")]
    Type,
    /// Uploads are off.
    #[error("no storage is configured")]
    NotConfigured,
    /// The admin tenant has no custom UI.
    #[error("not for the admin tenant")]
    AdminTenant,
    /// The archive is not in order.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The work was not finished.
    #[error("unpacking was interrupted")]
    Interrupted,
}

impl AssetError {
    /// The code on the wire.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Type => ErrorCode::GuardMimeTypeNotAllowed,
            Self::NotConfigured => ErrorCode::StorageNotConfigured,
            Self::AdminTenant => ErrorCode::GuardNotAllowedForAdminTenant,
            Self::Archive(_) => ErrorCode::RequestInvalidInput,
            Self::Storage(StorageError::Read(_) | StorageError::Range) => ErrorCode::StorageDownloadError,
            Self::Storage(_) | Self::Interrupted => ErrorCode::StorageUploadError,
        }
    }
}

/// Whose an upload is; the first part of its address.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'a> {
    /// A user, or an application that calls the Management API.
    Subject(&'a str),
    /// Somebody who is registering: the id of the sign-in under way. Kept by the day after, so that what never became
    /// an account can be swept by its prefix.
    Registering(&'a str),
}

/// Keeps a file of any kind that is allowed, and returns its address.
///
/// # Errors
/// [`AssetError`].
pub async fn store_file(ctx: &Ctx, owner: Owner<'_>, upload: Upload) -> Result<String, AssetError> {
    let is_claimed = |claim: &String| MEDIA_TYPES.contains(&claim.as_str());
    if !upload.claimed_type.as_ref().is_none_or(is_claimed) {
        return Err(AssetError::Type);
    }
    let kind = AssetType::detect(&upload.data).ok_or(AssetError::Type)?;
    store(ctx, owner, kind, upload).await
}

/// Keeps a picture of a person, and returns its address.
///
/// # Errors
/// [`AssetError`].
pub async fn store_avatar(ctx: &Ctx, owner: Owner<'_>, upload: Upload) -> Result<String, AssetError> {
    let kind = AssetType::detect(&upload.data).filter(|kind| kind.is_photo()).ok_or(AssetError::Type)?;
    store(ctx, owner, kind, upload).await
}

async fn store(ctx: &Ctx, owner: Owner<'_>, kind: AssetType, upload: Upload) -> Result<String, AssetError> {
    let storage = storage(ctx)?;
    let folder = folder(owner, ctx.now_ms());
    let path = format!("{folder}/{}/{}", &id::standard_id()[..SHORT_ID], safe_name(&upload.name, kind));
    let key = format!("{}/{path}", ctx.tenant.id.as_str());
    storage.put(&key, upload.data, kind.media_type().to_owned()).await?;
    let encoded = |path: &str| utf8_percent_encode(path, PLAIN).to_string();
    Ok(storage
        .public_url(&encoded(&key))
        .unwrap_or_else(|| ctx.tenant.url(&format!("{PUBLIC_PATH}{}", encoded(&path)))))
}

/// A tenant's upload by its path below [`PUBLIC_PATH`], with its media type.
///
/// # Errors
/// When the storage fails.
pub async fn open_file(
    ctx: &Ctx,
    path: &str,
    range: Option<FileRange>,
) -> Result<Option<(StoredFile, AssetType)>, AssetError> {
    let Some(kind) = AssetType::from_name(path) else { return Ok(None) };
    let file = storage(ctx)?.get(&format!("{}/{path}", ctx.tenant.id.as_str()), range).await?;
    Ok(file.map(|file| (file, kind)))
}

/// Unpacks and keeps the pages of a custom UI, and returns their id.
///
/// # Errors
/// [`AssetError`].
pub async fn store_custom_ui(ctx: &Ctx, archive: Bytes) -> Result<String, AssetError> {
    if ctx.tenant.id.is_admin() {
        return Err(AssetError::AdminTenant);
    }
    if AssetType::detect(&archive) != Some(AssetType::Zip) {
        return Err(AssetError::Type);
    }
    let storage = storage(ctx)?;
    let unpacked = tokio::task::spawn_blocking(move || archive::unpack(&archive)).await;
    let files = unpacked.map_err(|_| AssetError::Interrupted)??;
    let id = id::standard_id()[..SHORT_ID].to_owned();
    let files = files.into_iter().map(|file| {
        let media_type = content::page_media_type(&file.name);
        (custom_ui_key(ctx, &id, &file.name), file.data, media_type)
    });
    storage.put_all(files.collect()).await?;
    Ok(id)
}

/// A file of a custom UI.
///
/// # Errors
/// When the storage fails.
pub async fn open_custom_ui_file(
    ctx: &Ctx,
    id: &str,
    name: &str,
    range: Option<FileRange>,
) -> Result<Option<StoredFile>, AssetError> {
    // The id is a setting, and leads to no other folder.
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Ok(None);
    }
    Ok(storage(ctx)?.get(&custom_ui_key(ctx, id, name), range).await?)
}

fn custom_ui_key(ctx: &Ctx, id: &str, name: &str) -> String {
    format!("custom-ui/{}/{id}/{name}", ctx.tenant.id.as_str())
}

fn storage(ctx: &Ctx) -> Result<&AssetStorage, AssetError> {
    ctx.app.assets.as_ref().ok_or(AssetError::NotConfigured)
}

fn folder(owner: Owner<'_>, now_ms: i64) -> String {
    let day = |add: i64| {
        let second = now_ms.div_euclid(1000) + add * 86_400;
        OffsetDateTime::from_unix_timestamp(second).unwrap_or(OffsetDateTime::UNIX_EPOCH).date()
    };
    match owner {
        Owner::Subject(id) => {
            let day = day(0);
            format!("{}/{:04}/{:02}/{:02}", safe_text(id), day.year(), u8::from(day.month()), day.day())
        }
        Owner::Registering(id) => format!("_pending/{}/avatar/{}", day(1), safe_text(id)),
    }
}

/// The name of an upload as part of an address, with an ending that says what it is.
fn safe_name(name: &str, kind: AssetType) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let own = kind.extensions().iter().find(|known| known.eq_ignore_ascii_case(extension));
    let extension = own.or(kind.extensions().first()).copied().unwrap_or_default();
    format!("{}.{extension}", safe_text(stem))
}

fn safe_text(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' || c == '-' { c } else { '-' };
    let text: String = text.chars().take(MAX_NAME_CHARS).map(plain).collect();
    if text.is_empty() { "file".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_harmless_and_say_what_the_file_is() {
        for (name, safe) in [
            ("me.jpeg", "me.jpeg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("C:\\fotos\\Über mich.JPG", "Über-mich.jpg"),
            ("page.html", "page.jpg"),
            ("", "file.jpg"),
            (".jpg", "file.jpg"),
            ("a\u{0}b?.png", "a-b-.jpg"),
        ] {
            assert_eq!(safe_name(name, AssetType::Jpeg), safe, "{name:?}");
        }
        assert!(safe_name(&"x".repeat(1000), AssetType::Png).len() < 100);
    }

    #[test]
    fn folders_name_owner_and_day() {
        let new_year = 1_767_225_600_000;
        assert_eq!(folder(Owner::Subject("user/1"), new_year), "user-1/2026/01/01");
        assert_eq!(folder(Owner::Registering("jti"), new_year), "_pending/2026-01-02/avatar/jti");
    }
}
