//! Files under fixed paths of a custom domain, with which others check who owns it.

use axum::{
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use portico_http_kit::ApiError;
use portico_identity::Ctx;
use portico_store::domains;

/// The file that the operator put at this path of the domain that the request is for.
///
/// # Errors
/// When the database fails.
pub async fn find(ctx: &Ctx, uri: &Uri, headers: &HeaderMap) -> Result<Option<Response>, ApiError> {
    let path = uri.path();
    // Pages have no dot in their names: their requests need not ask the database.
    let may_be_file = path.starts_with("/.well-known/") || path.contains('.');
    if ctx.app.settings.custom_domain_target.is_none() || !may_be_file {
        return Ok(None);
    }
    let Some(host) = host(ctx, uri, headers) else { return Ok(None) };
    let Some(domain) = domains::find_by_name(&ctx.app.db, &ctx.tenant.id, &host).await? else {
        return Ok(None);
    };
    let file = domain.verification_files.into_iter().find(|file| file.path == path);
    Ok(file.map(|file| ([(header::CONTENT_TYPE, file.content_type.as_str())], file.content).into_response()))
}

/// The host that the client asked for, in lower case and without a port.
fn host(ctx: &Ctx, uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = || text("x-forwarded-host").filter(|_| ctx.app.settings.trust_proxy_header);
    let host = forwarded().or_else(|| uri.host()).or_else(|| text("host"))?;
    let first = host.split(',').next()?.trim();
    Some(first.split(':').next()?.to_ascii_lowercase())
}
