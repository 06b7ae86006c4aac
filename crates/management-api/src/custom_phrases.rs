//! Custom phrases: a tenant's own texts of the sign-in pages.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_crypto::id::standard_id;
use portico_http_kit::{
    ApiError, ApiJson, ApiPath, Issue, JsonBody, ManagementCaller, invalid_input, is_translation,
};
use portico_identity::Ctx;
use portico_model::{CustomPhrase, ErrorCode, JsonObject, language::is_language_tag};
use portico_store::{Tx, custom_phrases, sign_in_experiences};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, replace, delete))
}

/// Texts by key, nested like the built-in ones.
#[derive(Deserialize, ToSchema)]
#[schema(value_type = Object)]
pub struct TranslationInput(JsonObject);

fn check_tag(tag: &str) -> Result<(), ApiError> {
    if is_language_tag(tag) {
        return Ok(());
    }
    Err(invalid_input("params", &[Issue::at("languageTag", "custom", "Not a known language tag.")]))
}

/// Drops empty texts, and groups that hold nothing else.
fn without_empty(texts: JsonObject) -> JsonObject {
    let keep = |(key, value)| match value {
        Value::Object(group) => {
            let group = without_empty(group);
            (!group.is_empty()).then(|| (key, Value::Object(group)))
        }
        Value::String(text) if text.is_empty() => None,
        other => Some((key, other)),
    };
    texts.into_iter().filter_map(keep).collect()
}

/// Every language that the tenant has texts of its own in.
#[utoipa::path(
    get, path = "/api/custom-phrases", operation_id = "ListCustomPhrases", tag = "Custom phrases",
    responses((status = 200, description = "The texts.", body = Vec<CustomPhrase>))
)]
async fn list(_: ManagementCaller, State(ctx): State<Ctx>) -> Result<JsonBody<Vec<CustomPhrase>>, ApiError> {
    Ok(JsonBody(custom_phrases::list(&ctx.app.db, &ctx.tenant.id).await?))
}

/// The tenant's own texts in a language.
#[utoipa::path(
    get, path = "/api/custom-phrases/{languageTag}", operation_id = "GetCustomPhrase", tag = "Custom phrases",
    params(("languageTag" = String, Path)),
    responses(
        (status = 200, description = "The texts.", body = CustomPhrase),
        (status = 404, description = "There are none in this language."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(tag): ApiPath<String>,
) -> Result<JsonBody<CustomPhrase>, ApiError> {
    check_tag(&tag)?;
    let found = custom_phrases::find(&ctx.app.db, &ctx.tenant.id, &tag).await?;
    found.map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Sets the tenant's own texts in a language.
#[utoipa::path(
    put, path = "/api/custom-phrases/{languageTag}", operation_id = "ReplaceCustomPhrase",
    tag = "Custom phrases", params(("languageTag" = String, Path)), request_body = TranslationInput,
    responses(
        (status = 201, description = "The texts.", body = CustomPhrase),
        (status = 422, description = "The texts do not have the shape of the built-in ones."),
    )
)]
async fn replace(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(tag): ApiPath<String>,
    ApiJson(TranslationInput(texts)): ApiJson<TranslationInput>,
) -> Result<impl IntoResponse, ApiError> {
    check_tag(&tag)?;
    if !is_translation(&texts) {
        return Err(ErrorCode::LocalizationInvalidTranslationStructure.into());
    }
    let tenant = ctx.tenant.id.clone();
    let phrase = CustomPhrase {
        tenant_id: tenant.to_string(),
        id: standard_id(),
        language_tag: tag,
        translation: without_empty(texts),
    };
    let saved = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move { custom_phrases::upsert(tx, &tenant, &phrase).await })
        })
        .await?;
    Ok((StatusCode::CREATED, JsonBody(saved)))
}

/// Returns a language to its built-in texts; the fallback language keeps its own.
#[utoipa::path(
    delete, path = "/api/custom-phrases/{languageTag}", operation_id = "DeleteCustomPhrase",
    tag = "Custom phrases", params(("languageTag" = String, Path)),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "There are none in this language."),
        (status = 409, description = "It is the fallback language."),
    )
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(tag): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    check_tag(&tag)?;
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let settings = sign_in_experiences::find_for_update(tx, &tenant).await?;
            if settings.is_some_and(|settings| settings.language_info.fallback_language == tag) {
                let error = ApiError::new(ErrorCode::LocalizationCannotDeleteDefaultLanguage);
                return Err(error.with_parameter("languageTag", tag));
            }
            let deleted = custom_phrases::delete(tx, &tenant, &tag).await?;
            if deleted { Ok(()) } else { Err(ErrorCode::EntityNotFound.into()) }
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
