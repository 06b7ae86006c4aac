//! Second factors of users, and what users answered about them.

use crate::{
    patch::present,
    users::{Told, change, change_and_tell, get_user},
};
use axum::{extract::State, http::StatusCode};
use portico_crypto::{qr_code, totp::TotpSecret};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, RequestEvents};
use portico_identity::{Ctx, second_factors};
use portico_model::{ErrorCode, HookEvent, User, second_factor::SecondFactor, text_enum};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What an authenticator app shows for a user without any name.
const NAMELESS_USER: &str = "Unnamed User";

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
        .routes(routes!(get_choices, update_choices))
}

text_enum! {
    /// A second factor that an administrator can enrol for somebody.
    EnrollableFactor { Totp = "Totp", BackupCode = "BackupCode" }
}

/// A second factor to enrol; what is not given is generated.
#[derive(Deserialize, ToSchema)]
pub struct SecondFactorCreate {
    #[serde(rename = "type")]
    factor: EnrollableFactor,
    /// `Totp`: the secret in base32.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    secret: Option<String>,
    /// `BackupCode`: ten codes of ten hexadecimal digits.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    codes: Option<Vec<String>>,
}

/// What the user must be given; it is not shown again.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum SecondFactorCreated {
    /// For an authenticator app.
    Totp(TotpCreated),
    /// To keep in a safe place.
    BackupCode(BackupCodesCreated),
}

/// The secret of an authenticator app.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TotpCreated {
    /// `Totp`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    factor: EnrollableFactor,
    /// In base32.
    secret: String,
    /// The same as a picture, in a `data:` address.
    secret_qr_code: String,
}

/// Backup codes.
#[derive(Serialize, ToSchema)]
pub struct BackupCodesCreated {
    /// `BackupCode`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    factor: EnrollableFactor,
    /// The codes.
    codes: Vec<String>,
}

/// Second factors of a user, without their secrets.
#[utoipa::path(
    get, path = "/api/users/{userId}/mfa-verifications",
    operation_id = "ListUserMfaVerifications", tag = "Users",
    params(("userId" = String, Path)),
    responses(
        (status = 200, description = "The factors.", body = Vec<SecondFactor>),
        (status = 404, description = "No such user."),
    )
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<Vec<SecondFactor>>, ApiError> {
    Ok(JsonBody(second_factors::list(&get_user(&ctx, &id).await?)))
}

/// Enrols a second factor for a user.
#[utoipa::path(
    post, path = "/api/users/{userId}/mfa-verifications",
    operation_id = "CreateUserMfaVerification", tag = "Users",
    params(("userId" = String, Path)), request_body = SecondFactorCreate,
    responses(
        (status = 200, description = "What the user must be given.", body = SecondFactorCreated),
        (status = 404, description = "No such user."),
        (status = 422, description = "The user has the factor, or the secret is not one."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<SecondFactorCreate>,
) -> Result<JsonBody<SecondFactorCreated>, ApiError> {
    let created = match body.factor {
        EnrollableFactor::Totp => SecondFactorCreated::Totp(create_totp(&ctx, id, body.secret).await?),
        EnrollableFactor::BackupCode => {
            SecondFactorCreated::BackupCode(create_backup_codes(&ctx, id, body.codes).await?)
        }
    };
    Ok(JsonBody(created))
}

async fn create_totp(ctx: &Ctx, user_id: String, secret: Option<String>) -> Result<TotpCreated, ApiError> {
    let secret = match secret {
        Some(text) => TotpSecret::parse(&text).ok_or_else(|| refusal(ErrorCode::UserTotpSecretInvalid))?,
        None => TotpSecret::generate(),
    };
    let (stored, now) = (secret.clone(), ctx.now_ms());
    let user =
        change(ctx, user_id, move |user| second_factors::add_totp(user, &stored, now).map_err(refusal))
            .await?;
    let endpoint = Url::parse(&ctx.tenant.endpoint).map_err(ApiError::internal)?;
    let issuer = endpoint.host_str().unwrap_or_default();
    let uri = secret
        .otpauth_uri(issuer, display_name(&user))
        .ok_or_else(|| ApiError::internal("the names make no otpauth address"))?;
    Ok(TotpCreated {
        factor: EnrollableFactor::Totp,
        secret: secret.to_base32(),
        secret_qr_code: qr_code::png_data_uri(&uri).map_err(ApiError::internal)?,
    })
}

fn display_name(user: &User) -> &str {
    [&user.name, &user.username, &user.primary_email, &user.primary_phone]
        .into_iter()
        .find_map(Option::as_deref)
        .unwrap_or(NAMELESS_USER)
}

async fn create_backup_codes(
    ctx: &Ctx,
    user_id: String,
    codes: Option<Vec<String>>,
) -> Result<BackupCodesCreated, ApiError> {
    let codes = codes.unwrap_or_else(second_factors::generate_backup_codes);
    if !second_factors::are_backup_codes(&codes) {
        return Err(refusal(ErrorCode::UserWrongBackupCodeFormat));
    }
    let (stored, now) = (codes.clone(), ctx.now_ms());
    change(ctx, user_id, move |user| second_factors::add_backup_codes(user, &stored, now).map_err(refusal))
        .await?;
    Ok(BackupCodesCreated { factor: EnrollableFactor::BackupCode, codes })
}

/// Some of these codes have another status where people enrol by themselves.
fn refusal(code: ErrorCode) -> ApiError {
    ApiError::new(code).with_status(422)
}

/// Takes a second factor from a user.
#[utoipa::path(
    delete, path = "/api/users/{userId}/mfa-verifications/{verificationId}",
    operation_id = "DeleteUserMfaVerification", tag = "Users",
    params(("userId" = String, Path), ("verificationId" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such factor."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath((id, verification_id)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    change(&ctx, id, move |user| match second_factors::remove(user, &verification_id) {
        true => Ok(()),
        false => Err(ErrorCode::EntityNotFound.into()),
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a user answered when asked for second factors.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserChoices {
    mfa: MfaChoices,
    passkey_sign_in: PasskeyChoices,
}

/// Answers about second factors.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MfaChoices {
    /// Whether the user wants them; absent when never asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Declined to enrol.
    skipped: bool,
    /// Does not want to be asked at sign-in.
    skip_mfa_on_sign_in: bool,
}

/// Answers about signing in with a passkey.
#[derive(Serialize, ToSchema)]
pub struct PasskeyChoices {
    /// Declined to add one.
    skipped: bool,
}

impl UserChoices {
    fn of(user: &User) -> Self {
        let flag = |group: &str, name: &str| {
            user.logto_config.get(group).and_then(|group| group.get(name)).and_then(Value::as_bool)
        };
        Self {
            mfa: MfaChoices {
                enabled: flag("mfa", "enabled"),
                skipped: flag("mfa", "skipped") == Some(true),
                skip_mfa_on_sign_in: flag("mfa", "skipMfaOnSignIn") == Some(true),
            },
            passkey_sign_in: PasskeyChoices { skipped: flag("passkey_sign_in", "skipped") == Some(true) },
        }
    }
}

/// Answers to change; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserChoicesPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    mfa: Option<MfaChoicesPatch>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    passkey_sign_in: Option<PasskeyChoicesPatch>,
}

/// Answers about second factors to change.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MfaChoicesPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    skipped: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    additional_binding_suggestion_skipped: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    skip_mfa_on_sign_in: Option<bool>,
}

/// Answers about signing in with a passkey to change.
#[derive(Deserialize, ToSchema)]
pub struct PasskeyChoicesPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    skipped: Option<bool>,
}

impl UserChoicesPatch {
    fn apply(&self, user: &mut User) {
        if let Some(mfa) = &self.mfa {
            let flags = [
                ("enabled", mfa.enabled),
                ("skipped", mfa.skipped),
                ("additionalBindingSuggestionSkipped", mfa.additional_binding_suggestion_skipped),
                ("skipMfaOnSignIn", mfa.skip_mfa_on_sign_in),
            ];
            merge(user, "mfa", &flags);
        }
        if let Some(passkey) = &self.passkey_sign_in {
            merge(user, "passkey_sign_in", &[("skipped", passkey.skipped)]);
        }
    }
}

fn merge(user: &mut User, group: &str, flags: &[(&str, Option<bool>)]) {
    let entry = user.logto_config.entry(group).or_insert_with(|| json!({}));
    if let Value::Object(entry) = entry {
        let given = flags.iter().filter_map(|(name, flag)| Some(((*name).to_owned(), json!((*flag)?))));
        entry.extend(given);
    }
}

/// What a user answered when asked for second factors.
#[utoipa::path(
    get, path = "/api/users/{userId}/logto-configs", operation_id = "ListUserLogtoConfigs", tag = "Users",
    params(("userId" = String, Path)),
    responses(
        (status = 200, description = "The answers.", body = UserChoices),
        (status = 404, description = "No such user."),
    )
)]
async fn get_choices(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<UserChoices>, ApiError> {
    Ok(JsonBody(UserChoices::of(&get_user(&ctx, &id).await?)))
}

/// Changes what a user answered when asked for second factors.
#[utoipa::path(
    patch, path = "/api/users/{userId}/logto-configs", operation_id = "UpdateUserLogtoConfigs", tag = "Users",
    params(("userId" = String, Path)), request_body = UserChoicesPatch,
    responses(
        (status = 200, description = "The answers.", body = UserChoices),
        (status = 404, description = "No such user."),
    )
)]
async fn update_choices(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<UserChoicesPatch>,
) -> Result<JsonBody<UserChoices>, ApiError> {
    let told = Told { events, event: HookEvent::UserDataUpdated, answer: UserChoices::of };
    change_and_tell(&ctx, id, told, move |user| {
        body.apply(user);
        Ok(())
    })
    .await
}
