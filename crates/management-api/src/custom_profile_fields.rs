//! Custom profile fields: the catalogue of what a tenant asks its users about themselves.

use crate::{custom_profile_field_rules as rules, patch::replace};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_crypto::id::standard_id;
use portico_http_kit::{ApiError, ApiJson, ApiPath, Issue, JsonBody, ManagementCaller, invalid_input};
use portico_identity::Ctx;
use portico_model::{
    CustomProfileField, ErrorCode, TenantId,
    custom_profile_field::{ProfileFieldConfig, ProfileFieldType},
};
use portico_store::{StoreError, Tx, account_centers, custom_profile_fields, sign_in_experiences};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most fields of one batch.
const MAX_BATCH: usize = 20;
/// Most fields of a tenant.
const MAX_FIELDS: usize = 200;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(create_batch))
        .routes(routes!(reorder))
        .routes(routes!(get, update, delete))
}

/// A new field.
#[derive(Deserialize, ToSchema)]
pub struct CustomProfileFieldCreate {
    /// Key of the answer among the user's data.
    pub name: String,
    /// The field itself.
    #[serde(flatten)]
    pub field: CustomProfileFieldInput,
}

/// What a field asks and how.
#[derive(Deserialize, ToSchema)]
pub struct CustomProfileFieldInput {
    /// How it is entered.
    #[serde(rename = "type")]
    pub kind: ProfileFieldType,
    /// What the page calls it.
    #[schema(nullable = false, min_length = 1)]
    pub label: Option<String>,
    /// Help under the field.
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// Whether an answer is needed; a checkbox never is.
    pub required: bool,
    /// Rules of its kind.
    #[schema(nullable = false)]
    pub config: Option<ProfileFieldConfig>,
}

/// Places in the catalogue.
#[derive(Deserialize, ToSchema)]
pub struct ProfileFieldOrderInput {
    order: Vec<ProfileFieldPlace>,
}

/// The place of a field.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileFieldPlace {
    name: String,
    sie_order: i32,
}

async fn append(
    ctx: &Ctx,
    fields: Vec<CustomProfileFieldCreate>,
) -> Result<Vec<CustomProfileField>, ApiError> {
    for field in &fields {
        rules::check_new(field)?;
    }
    let (tenant, now) = (ctx.tenant.id.clone(), ctx.now_ms());
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            let present = custom_profile_fields::list(tx, &tenant).await?.len();
            if present + fields.len() > MAX_FIELDS {
                return Err(ErrorCode::EntityCreateFailed.into());
            }
            let mut added = Vec::with_capacity(fields.len());
            for field in fields {
                let field = new_field(&tenant, field, now);
                added.push(custom_profile_fields::append(tx, &tenant, &field).await.map_err(explain)?);
            }
            Ok(added)
        })
    })
    .await
}

fn new_field(tenant: &TenantId, create: CustomProfileFieldCreate, now: i64) -> CustomProfileField {
    let field = create.field;
    CustomProfileField {
        tenant_id: tenant.to_string(),
        id: standard_id(),
        name: create.name,
        kind: field.kind,
        label: field.label.unwrap_or_default(),
        description: field.description,
        required: field.required,
        config: rules::of_kind(field.kind, field.config.unwrap_or_default()),
        created_at: now,
        sie_order: 0,
    }
}

fn explain(error: StoreError) -> ApiError {
    if error.is_unique_violation_of("name") {
        return ErrorCode::CustomProfileFieldsNameExists.into();
    }
    error.into()
}

/// The catalogue, in its order.
#[utoipa::path(
    get, path = "/api/custom-profile-fields", operation_id = "ListCustomProfileFields",
    tag = "Custom profile fields",
    responses((status = 200, description = "The fields.", body = Vec<CustomProfileField>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
) -> Result<JsonBody<Vec<CustomProfileField>>, ApiError> {
    Ok(JsonBody(custom_profile_fields::list(&ctx.app.db, &ctx.tenant.id).await?))
}

/// The field of this name.
#[utoipa::path(
    get, path = "/api/custom-profile-fields/{name}", operation_id = "GetCustomProfileFieldByName",
    tag = "Custom profile fields", params(("name" = String, Path)),
    responses(
        (status = 200, description = "The field.", body = CustomProfileField),
        (status = 404, description = "No such field."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(name): ApiPath<String>,
) -> Result<JsonBody<CustomProfileField>, ApiError> {
    let found = custom_profile_fields::find(&ctx.app.db, &ctx.tenant.id, &name).await?;
    found.map(JsonBody).ok_or_else(|| ErrorCode::EntityNotFound.into())
}

/// Adds a field at the end of the catalogue.
#[utoipa::path(
    post, path = "/api/custom-profile-fields", operation_id = "CreateCustomProfileField",
    tag = "Custom profile fields", request_body = CustomProfileFieldCreate,
    responses(
        (status = 201, description = "The field.", body = CustomProfileField),
        (status = 422, description = "The name is taken."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<CustomProfileFieldCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let added = append(&ctx, vec![body]).await?.pop();
    added
        .map(|field| (StatusCode::CREATED, JsonBody(field)))
        .ok_or_else(|| ErrorCode::EntityCreateFailed.into())
}

/// Adds several fields, all or none.
#[utoipa::path(
    post, path = "/api/custom-profile-fields/batch", operation_id = "CreateCustomProfileFieldsBatch",
    tag = "Custom profile fields", request_body = Vec<CustomProfileFieldCreate>,
    responses(
        (status = 201, description = "The fields.", body = Vec<CustomProfileField>),
        (status = 422, description = "A name is taken."),
    )
)]
async fn create_batch(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<Vec<CustomProfileFieldCreate>>,
) -> Result<impl IntoResponse, ApiError> {
    if body.len() > MAX_BATCH {
        let mut issue = Issue::at("", "too_big", format!("At most {MAX_BATCH} fields are allowed."));
        issue.extra = vec![("maximum", MAX_BATCH.into()), ("type", "array".into())];
        return Err(invalid_input("body", &[issue]));
    }
    Ok((StatusCode::CREATED, JsonBody(append(&ctx, body).await?)))
}

/// Replaces a field; its name and its place stay.
#[utoipa::path(
    put, path = "/api/custom-profile-fields/{name}", operation_id = "UpdateCustomProfileFieldByName",
    tag = "Custom profile fields", params(("name" = String, Path)), request_body = CustomProfileFieldInput,
    responses(
        (status = 200, description = "The field.", body = CustomProfileField),
        (status = 404, description = "No such field."),
    )
)]
async fn update(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(name): ApiPath<String>,
    ApiJson(body): ApiJson<CustomProfileFieldInput>,
) -> Result<JsonBody<CustomProfileField>, ApiError> {
    rules::check_change(&body)?;
    let tenant = ctx.tenant.id.clone();
    let saved = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let found = custom_profile_fields::find(tx, &tenant, &name).await?;
                let mut field = found.ok_or(ErrorCode::EntityNotExists)?;
                field.kind = body.kind;
                field.required = body.required;
                field.config = rules::of_kind(body.kind, body.config.unwrap_or_default());
                replace(&mut field.label, body.label);
                replace(&mut field.description, body.description.map(Some));
                custom_profile_fields::update(tx, &tenant, &field).await?;
                Ok::<_, ApiError>(field)
            })
        })
        .await?;
    Ok(JsonBody(saved))
}

/// Removes a field from the catalogue, from the sign-up and from the account pages.
#[utoipa::path(
    delete, path = "/api/custom-profile-fields/{name}", operation_id = "DeleteCustomProfileFieldByName",
    tag = "Custom profile fields", params(("name" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such field."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(name): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx: &Tx| {
        Box::pin(async move {
            if !custom_profile_fields::delete(tx, &tenant, &name).await? {
                return Err(ErrorCode::EntityNotFound.into());
            }
            forget(tx, &tenant, &name).await?;
            Ok::<_, ApiError>(())
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a deleted field out of the lists that name it.
async fn forget(tx: &Tx, tenant: &TenantId, name: &str) -> Result<(), StoreError> {
    if let Some(mut settings) = sign_in_experiences::find_for_update(tx, tenant).await?
        && let Some(fields) = &mut settings.sign_up_profile_fields
        && fields.iter().any(|field| field.name == name)
    {
        fields.retain(|field| field.name != name);
        sign_in_experiences::update(tx, tenant, &settings).await?;
    }
    if let Some(mut settings) = account_centers::find_for_update(tx, tenant).await?
        && let Some(fields) = &mut settings.profile_fields
        && fields.iter().any(|field| field.name == name)
    {
        fields.retain(|field| field.name != name);
        account_centers::update(tx, tenant, &settings).await?;
    }
    Ok(())
}

/// Gives fields other places; answers the whole catalogue in its new order.
#[utoipa::path(
    post, path = "/api/custom-profile-fields/properties/sie-order",
    operation_id = "UpdateCustomProfileFieldsSieOrder", tag = "Custom profile fields",
    request_body = ProfileFieldOrderInput,
    responses((status = 200, description = "The fields.", body = Vec<CustomProfileField>))
)]
async fn reorder(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<ProfileFieldOrderInput>,
) -> Result<JsonBody<Vec<CustomProfileField>>, ApiError> {
    let places: HashMap<String, i64> =
        body.order.iter().map(|place| (place.name.clone(), i64::from(place.sie_order))).collect();
    if places.len() != body.order.len() {
        return Err(invalid_input("body", &[Issue::at("order", "custom", "A name is there twice.")]));
    }
    let tenant = ctx.tenant.id.clone();
    let fields = ctx
        .write_settings(move |tx: &Tx| {
            Box::pin(async move {
                let fields = custom_profile_fields::list(tx, &tenant).await?;
                check_known(&places, &fields)?;
                for mut field in fields {
                    if let Some(place) = places.get(&field.name) {
                        field.sie_order = *place;
                        custom_profile_fields::update(tx, &tenant, &field).await?;
                    }
                }
                Ok::<_, ApiError>(custom_profile_fields::list(tx, &tenant).await?)
            })
        })
        .await?;
    Ok(JsonBody(fields))
}

fn check_known(places: &HashMap<String, i64>, fields: &[CustomProfileField]) -> Result<(), ApiError> {
    let known: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let mut unknown: Vec<&str> =
        places.keys().map(String::as_str).filter(|name| !known.contains(name)).collect();
    unknown.sort_unstable();
    if unknown.is_empty() {
        return Ok(());
    }
    let error = ApiError::new(ErrorCode::CustomProfileFieldsEntityNotExistsWithNames);
    Err(error.with_parameter("names", unknown.join(", ")))
}
