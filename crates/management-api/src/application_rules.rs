//! What an application may look like.

use crate::{checks::Checks, redirect_uri};
use portico_crypto::jose::JwkSet;
use portico_http_kit::ApiError;
use portico_model::{ApplicationType, CustomClientMetadata, ErrorCode, OidcClientMetadata};

/// Longest refresh token lifetime, in days.
const MAX_REFRESH_TOKEN_DAYS: i64 = 180;
/// Most URIs of one kind.
const MAX_URIS: usize = 200;

/// Checks the addresses of a client.
pub fn check_oidc_metadata(checks: &mut Checks, metadata: &OidcClientMetadata) {
    let lists = [
        ("oidcClientMetadata.redirectUris", &metadata.redirect_uris),
        ("oidcClientMetadata.postLogoutRedirectUris", &metadata.post_logout_redirect_uris),
    ];
    for (field, uris) in lists {
        checks.count(field, uris.len(), 0, MAX_URIS);
        for (index, uri) in uris.iter().enumerate() {
            if let Some(fault) = redirect_uri::fault(uri) {
                checks.require(false, &format!("{field}[{index}]"), fault);
            }
        }
    }
    if let Some(uri) = &metadata.backchannel_logout_uri {
        checks.web_url("oidcClientMetadata.backchannelLogoutUri", uri);
    }
    check_keys(checks, metadata);
}

/// RFC 7591 §2: keys by value or by reference, never both.
fn check_keys(checks: &mut Checks, metadata: &OidcClientMetadata) {
    if let Some(uri) = &metadata.jwks_uri {
        checks.web_url("oidcClientMetadata.jwksUri", uri);
        let is_secure = uri.starts_with("https://") && metadata.jwks.is_none();
        checks.require(is_secure, "oidcClientMetadata.jwksUri", "An https address, and no jwks beside it.");
    }
    if let Some(keys) = &metadata.jwks {
        let keys = JwkSet::from_value(&keys.clone().into());
        let is_usable = keys.is_ok_and(|keys| !keys.keys().is_empty());
        checks.require(
            is_usable,
            "oidcClientMetadata.jwks",
            "A key set with at least one public signature key.",
        );
    }
}

/// Checks the settings of a client beyond the standard ones.
pub fn check_custom_metadata(checks: &mut Checks, metadata: &CustomClientMetadata) {
    if let Some(origins) = &metadata.cors_allowed_origins {
        checks.count("customClientMetadata.corsAllowedOrigins", origins.len(), 0, MAX_URIS);
        for (index, origin) in origins.iter().enumerate() {
            checks.length(&format!("customClientMetadata.corsAllowedOrigins[{index}]"), origin, 1, 2048);
        }
    }
    if let Some(days) = metadata.refresh_token_ttl_in_days {
        let is_allowed = (1..=MAX_REFRESH_TOKEN_DAYS).contains(&days);
        checks.require(is_allowed, "customClientMetadata.refreshTokenTtlInDays", "Between 1 and 180 days.");
    }
    for (field, seconds) in
        [("idTokenTtl", metadata.id_token_ttl), ("refreshTokenTtl", metadata.refresh_token_ttl)]
    {
        let is_allowed = seconds.is_none_or(|seconds| seconds > 0);
        checks.require(is_allowed, &format!("customClientMetadata.{field}"), "A positive number of seconds.");
    }
    let is_allowed = metadata.max_allowed_grants.is_none_or(|grants| grants > 0);
    checks.require(is_allowed, "customClientMetadata.maxAllowedGrants", "A positive number.");
}

/// Rules on the kind of a new application.
pub fn check_kind(
    kind: ApplicationType,
    is_third_party: bool,
    metadata: &CustomClientMetadata,
) -> Result<(), ApiError> {
    use ApplicationType as Kind;
    if kind == Kind::Saml {
        return Err(ErrorCode::ApplicationSamlUseSamlAppApi.into());
    }
    if is_third_party {
        if !matches!(kind, Kind::Traditional | Kind::Spa | Kind::Native) {
            return Err(ErrorCode::ApplicationInvalidThirdPartyApplicationType.into());
        }
        check_token_exchange(is_third_party, metadata)?;
    }
    if metadata.is_device_flow == Some(true) && kind != Kind::Native {
        return Err(ErrorCode::ApplicationDeviceFlowNativeOnly.into());
    }
    Ok(())
}

/// Someone else's application cannot act for people who are not there.
pub fn check_token_exchange(is_third_party: bool, metadata: &CustomClientMetadata) -> Result<(), ApiError> {
    if is_third_party && metadata.allow_token_exchange == Some(true) {
        return Err(ErrorCode::ApplicationThirdPartyApplicationCannotEnableTokenExchange.into());
    }
    Ok(())
}

/// Whether the device flow is on is decided when the application is created. A patch replaces the settings whole, so
/// one that leaves it out would turn it off.
pub fn check_device_flow(
    before: &CustomClientMetadata,
    after: &CustomClientMetadata,
) -> Result<(), ApiError> {
    if before.is_device_flow.unwrap_or(false) == after.is_device_flow.unwrap_or(false) {
        return Ok(());
    }
    Err(ErrorCode::ApplicationDeviceFlowNotChangeable.into())
}
