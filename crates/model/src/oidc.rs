//! Names of the OpenID provider that more than one crate speaks: scopes, artifact models, lifetimes.

use crate::text_enum;

text_enum! {
    /// Kinds of rows in `oidc_model_instances`; the text is the stored model name.
    OidcModel {
        AccessToken = "AccessToken",
        AuthorizationCode = "AuthorizationCode",
        ClientCredentials = "ClientCredentials",
        DeviceCode = "DeviceCode",
        Grant = "Grant",
        Interaction = "Interaction",
        PushedAuthorizationRequest = "PushedAuthorizationRequest",
        RefreshToken = "RefreshToken",
        ReplayDetection = "ReplayDetection",
        Session = "Session",
    }
}

/// Access token lifetime in seconds when the resource names none.
pub const ACCESS_TOKEN_TTL_SECONDS: i64 = 3600;
/// ID token lifetime in seconds when the client names none.
pub const ID_TOKEN_TTL_SECONDS: i64 = 3600;
/// Refresh token lifetime in days when the client names none.
pub const REFRESH_TOKEN_TTL_DAYS: i64 = 14;
/// Authorization code lifetime in seconds (RFC 6749 §4.1.2: short-lived).
pub const AUTHORIZATION_CODE_TTL_SECONDS: i64 = 60;
/// Device code lifetime in seconds.
pub const DEVICE_CODE_TTL_SECONDS: i64 = 600;
/// Lifetime of a sign-in interaction in seconds.
pub const INTERACTION_TTL_SECONDS: i64 = 3600;
/// Session lifetime in seconds when the tenant names none.
pub const SESSION_TTL_SECONDS: i64 = 14 * 24 * 3600;
/// Grant lifetime in seconds.
pub const GRANT_TTL_SECONDS: i64 = 180 * 24 * 3600;

/// Client id of the Console in the admin tenant.
pub const ADMIN_CONSOLE_APPLICATION_ID: &str = "admin-console";
/// Client id of the built-in preview application.
pub const DEMO_APP_APPLICATION_ID: &str = "demo-app";
/// Client id of the built-in account pages.
pub const ACCOUNT_CENTER_APPLICATION_ID: &str = "account-center";
/// Client id of the built-in device flow preview.
pub const DEVICE_DEMO_APP_APPLICATION_ID: &str = "device-demo-app";
