//! E-mail templates: what the tenant's e-mails say, by purpose and language.

use crate::{
    checks::Checks,
    patch::{present, replace},
    query::QueryPairs,
};
use axum::{extract::State, http::StatusCode};
use portico_crypto::id::standard_id;
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode,
    connector::TemplateType,
    email_template::{EmailContentType, EmailTemplate, EmailTemplateDetails},
};
use portico_store::{
    Tx,
    email_templates::{self, EmailTemplateFilter},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Longest language tag.
const MAX_TAG: usize = 16;
/// Most templates in one request.
const MAX_TEMPLATES: usize = 500;
/// Longest of the texts of a template.
const MAX_CONTENT: usize = 256 * 1024;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, replace_all, delete_all))
        .routes(routes!(get, delete))
        .routes(routes!(update_details))
}

/// A template to be set.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplateInput {
    #[schema(min_length = 1, max_length = 16)]
    language_tag: String,
    template_type: TemplateType,
    details: EmailTemplateDetails,
}

/// Templates to be set.
#[derive(Deserialize, ToSchema)]
pub struct EmailTemplatesInput {
    #[schema(min_items = 1)]
    templates: Vec<EmailTemplateInput>,
}

/// Changes to what a template says.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmailTemplateDetailsPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    subject: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    content: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    content_type: Option<EmailContentType>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    reply_to: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    send_from: Option<String>,
}

/// How many templates were deleted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedTemplates {
    row_count: u64,
}

fn check_details(checks: &mut Checks, place: &str, details: &EmailTemplateDetails) {
    checks.length(&format!("{place}subject"), &details.subject, 0, MAX_CONTENT);
    checks.length(&format!("{place}content"), &details.content, 0, MAX_CONTENT);
    for (field, text) in [("replyTo", &details.reply_to), ("sendFrom", &details.send_from)] {
        let Some(text) = text else { continue };
        // A header ends at a line break; what comes after it would be another header.
        let is_one_line = !text.contains(['\r', '\n']);
        checks.require_as(is_one_line, &format!("{place}{field}"), "invalid_string", "Must be one line.");
    }
}

fn filter(query: &QueryPairs) -> Result<EmailTemplateFilter, ApiError> {
    Ok(EmailTemplateFilter {
        language_tag: query.get("languageTag").map(str::to_owned),
        template_type: query.parse_each("templateType")?.first().copied(),
    })
}

fn not_found(id: &str) -> ApiError {
    ApiError::new(ErrorCode::EntityNotExistsWithId)
        .with_parameter("name", "email_templates")
        .with_parameter("id", id)
}

/// Templates of the tenant.
#[utoipa::path(
    get, path = "/api/email-templates", operation_id = "ListEmailTemplates", tag = "Email templates",
    params(
        ("languageTag" = Option<String>, Query, description = "Only those in this language."),
        ("templateType" = Option<TemplateType>, Query, description = "Only those for this purpose."),
    ),
    responses((status = 200, description = "The templates.", body = Vec<EmailTemplate>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    query: QueryPairs,
) -> Result<JsonBody<Vec<EmailTemplate>>, ApiError> {
    Ok(JsonBody(email_templates::list(&ctx.app.db, &ctx.tenant.id, &filter(&query)?).await?))
}

/// Sets templates; one that is there for the same purpose and language is replaced.
#[utoipa::path(
    put, path = "/api/email-templates", operation_id = "ReplaceEmailTemplates", tag = "Email templates",
    request_body = EmailTemplatesInput,
    responses(
        (status = 200, description = "The templates, in the order of the request.", body = Vec<EmailTemplate>),
        (status = 422, description = "They cannot be stored."),
    )
)]
async fn replace_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiJson(body): ApiJson<EmailTemplatesInput>,
) -> Result<JsonBody<Vec<EmailTemplate>>, ApiError> {
    let mut checks = Checks::default();
    checks.count("templates", body.templates.len(), 1, MAX_TEMPLATES);
    for (index, template) in body.templates.iter().enumerate() {
        let place = format!("templates[{index}].");
        checks.length(&format!("{place}languageTag"), &template.language_tag, 1, MAX_TAG);
        check_details(&mut checks, &format!("{place}details."), &template.details);
    }
    checks.finish()?;
    let tenant = ctx.tenant.id.clone();
    let templates = to_templates(&ctx, body.templates);
    let saved = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            email_templates::upsert(tx, &tenant, &templates).await?;
            let all = email_templates::list(tx, &tenant, &EmailTemplateFilter::default()).await?;
            let stored = |set: &EmailTemplate| all.iter().find(|stored| is_same_place(stored, set)).cloned();
            Ok::<_, ApiError>(templates.iter().filter_map(stored).collect())
        })
    });
    Ok(JsonBody(saved.await?))
}

fn is_same_place(one: &EmailTemplate, other: &EmailTemplate) -> bool {
    one.language_tag == other.language_tag && one.template_type == other.template_type
}

/// The templates as they would be new. Of two for the same purpose and language the last counts.
fn to_templates(ctx: &Ctx, inputs: Vec<EmailTemplateInput>) -> Vec<EmailTemplate> {
    let mut templates: Vec<EmailTemplate> = Vec::with_capacity(inputs.len());
    for input in inputs {
        let template = EmailTemplate {
            tenant_id: ctx.tenant.id.to_string(),
            id: standard_id(),
            language_tag: input.language_tag,
            template_type: input.template_type,
            details: input.details,
            created_at: ctx.now_ms(),
        };
        match templates.iter_mut().find(|earlier| is_same_place(earlier, &template)) {
            Some(earlier) => *earlier = template,
            None => templates.push(template),
        }
    }
    templates
}

/// Deletes the templates of a language, of a purpose, or of both.
#[utoipa::path(
    delete, path = "/api/email-templates", operation_id = "DeleteEmailTemplates", tag = "Email templates",
    params(
        ("languageTag" = Option<String>, Query, description = "Only those in this language."),
        ("templateType" = Option<TemplateType>, Query, description = "Only those for this purpose."),
    ),
    responses(
        (status = 200, description = "How many there were.", body = DeletedTemplates),
        (status = 422, description = "It is not said which."),
    )
)]
async fn delete_all(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    query: QueryPairs,
) -> Result<JsonBody<DeletedTemplates>, ApiError> {
    let filter = filter(&query)?;
    if filter.language_tag.is_none() && filter.template_type.is_none() {
        return Err(ApiError::new(ErrorCode::ConnectorEmailConnectorBulkDeletionNoFilter)
            .with_parameter("properties", "languageTag, templateType"));
    }
    let row_count = email_templates::delete_all(&ctx.app.db, &ctx.tenant.id, &filter).await?;
    Ok(JsonBody(DeletedTemplates { row_count }))
}

/// One template.
#[utoipa::path(
    get, path = "/api/email-templates/{id}", operation_id = "GetEmailTemplate", tag = "Email templates",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The template.", body = EmailTemplate),
        (status = 404, description = "No such template."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<EmailTemplate>, ApiError> {
    let found = email_templates::find_by_id(&ctx.app.db, &ctx.tenant.id, &id).await?;
    found.map(JsonBody).ok_or_else(|| not_found(&id))
}

/// Deletes a template.
#[utoipa::path(
    delete, path = "/api/email-templates/{id}", operation_id = "DeleteEmailTemplate", tag = "Email templates",
    params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such template."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let deleted = email_templates::delete(&ctx.app.db, &ctx.tenant.id, &id).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Changes what a template says.
#[utoipa::path(
    patch, path = "/api/email-templates/{id}/details", operation_id = "UpdateEmailTemplateDetails",
    tag = "Email templates", params(("id" = String, Path)), request_body = EmailTemplateDetailsPatch,
    responses(
        (status = 200, description = "The template.", body = EmailTemplate),
        (status = 404, description = "No such template."),
    )
)]
async fn update_details(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<EmailTemplateDetailsPatch>,
) -> Result<JsonBody<EmailTemplate>, ApiError> {
    let tenant = ctx.tenant.id.clone();
    let changed = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let found = email_templates::find_for_update(tx, &tenant, &id).await?;
            let mut template = found.ok_or_else(|| not_found(&id))?;
            let details = &mut template.details;
            replace(&mut details.subject, body.subject);
            replace(&mut details.content, body.content);
            replace(&mut details.content_type, body.content_type.map(Some));
            replace(&mut details.reply_to, body.reply_to.map(Some));
            replace(&mut details.send_from, body.send_from.map(Some));
            let mut checks = Checks::default();
            check_details(&mut checks, "", details);
            checks.finish()?;
            email_templates::update_details(tx, &tenant, &id, details).await?;
            Ok::<_, ApiError>(template)
        })
    });
    Ok(JsonBody(changed.await?))
}
