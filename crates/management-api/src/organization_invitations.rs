//! Invitations into organizations.

use crate::{
    checks::{Checks, MAX_NAME, MAX_SHORT, MAX_URL, is_email},
    query::QueryPairs,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller, RequestEvents};
use portico_identity::{
    Ctx,
    organization_invitations::{self as use_cases, Ending, NewInvitation},
    sign_in::SignInError,
};
use portico_model::{
    ErrorCode, JsonObject,
    organization_invitation::{InvitationWithRoles, OrganizationInvitation},
    text_enum,
};
use portico_store::organization_invitations::{self, InvitationFilter};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, delete))
        .routes(routes!(send_message))
        .routes(routes!(replace_status))
}

/// Values for the template of the message.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagePayloadInput {
    #[schema(nullable = false)]
    code: Option<String>,
    /// Where the invitee goes on.
    #[schema(nullable = false)]
    link: Option<String>,
    /// Language of the message.
    #[schema(nullable = false)]
    locale: Option<String>,
    /// Languages of the message, best first, separated by spaces; go before `locale`.
    #[schema(nullable = false)]
    ui_locales: Option<String>,
}

impl MessagePayloadInput {
    fn into_payload(self) -> Result<JsonObject, ApiError> {
        let Self { code, link, locale, ui_locales } = self;
        let fields = [("code", code), ("link", link), ("locale", locale), ("uiLocales", ui_locales)];
        let mut checks = Checks::default();
        for (name, value) in &fields {
            checks.length(name, value.as_deref().unwrap_or_default(), 0, MAX_URL);
        }
        checks.finish()?;
        Ok(use_cases::message_payload(fields))
    }
}

/// Values for the template, or `false` for no message.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum MessageInput {
    /// No message.
    Switch(bool),
    /// Values for the template.
    Payload(MessagePayloadInput),
}

/// A new invitation.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationInvitationCreate {
    inviter_id: Option<String>,
    invitee: String,
    #[schema(min_length = 1, max_length = 21)]
    organization_id: String,
    /// Epoch milliseconds.
    expires_at: i64,
    #[schema(nullable = false)]
    organization_role_ids: Option<Vec<String>>,
    #[schema(nullable = false)]
    message_payload: Option<MessageInput>,
}

text_enum! {
    /// How an invitation can end by order.
    InvitationEnding { Accepted = "Accepted", Revoked = "Revoked" }
}

/// How an invitation ends.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationInvitationStatusInput {
    accepted_user_id: Option<String>,
    status: InvitationEnding,
}

async fn get_invitation(ctx: &Ctx, id: &str) -> Result<OrganizationInvitation, ApiError> {
    let found = organization_invitations::find_by_id(&ctx.app.db, &ctx.tenant.id, id).await?;
    let found = found.ok_or_else(|| SignInError::from(use_cases::not_found(id)))?;
    Ok(found.at(ctx.now_ms()))
}

/// Invitations of the tenant, newest first.
#[utoipa::path(
    get, path = "/api/organization-invitations", operation_id = "ListOrganizationInvitations",
    tag = "Organization invitations",
    params(
        ("organizationId" = Option<String>, Query, description = "Only those into this organization."),
        ("inviterId" = Option<String>, Query, description = "Only those by this user."),
        ("invitee" = Option<String>, Query, description = "Only those to this address."),
    ),
    responses((status = 200, description = "The invitations.", body = Vec<InvitationWithRoles>))
)]
async fn list(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    query: QueryPairs,
) -> Result<JsonBody<Vec<InvitationWithRoles>>, ApiError> {
    let text = |name: &str| query.get(name).map(str::to_owned);
    let filter = InvitationFilter {
        organization_id: text("organizationId"),
        inviter_id: text("inviterId"),
        invitee: text("invitee"),
    };
    let (db, tenant, now_ms) = (&ctx.app.db, &ctx.tenant.id, ctx.now_ms());
    let found = organization_invitations::list(db, tenant, &filter).await?;
    let ids: Vec<String> = found.iter().map(|invitation| invitation.id.clone()).collect();
    let mut roles = organization_invitations::roles_of(db, tenant, &ids).await?;
    let answers = found.into_iter().map(|invitation| InvitationWithRoles {
        organization_roles: roles.remove(&invitation.id).unwrap_or_default(),
        invitation: invitation.at(now_ms),
    });
    Ok(JsonBody(answers.collect()))
}

/// Invites somebody, with a message when one is given.
#[utoipa::path(
    post, path = "/api/organization-invitations", operation_id = "CreateOrganizationInvitation",
    tag = "Organization invitations", request_body = OrganizationInvitationCreate,
    responses(
        (status = 201, description = "The invitation.", body = InvitationWithRoles),
        (status = 422, description = "A member already, invited already, or no such organization, role or user."),
        (status = 429, description = "Too many messages to this address."),
        (status = 501, description = "No e-mail connector."),
    )
)]
async fn create(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationInvitationCreate>,
) -> Result<impl IntoResponse, ApiError> {
    let role_ids = body.organization_role_ids.unwrap_or_default();
    let mut checks = Checks::default();
    checks.length("invitee", &body.invitee, 1, MAX_NAME);
    checks.require_as(is_email(&body.invitee), "invitee", "invalid_string", "Not an e-mail address.");
    checks.length("organizationId", &body.organization_id, 1, MAX_SHORT);
    checks.ids("organizationRoleIds", &role_ids, 0);
    let is_consent = matches!(body.message_payload, Some(MessageInput::Switch(true)));
    checks.require(!is_consent, "messagePayload", "An object, or false.");
    checks.finish()?;
    let message = match body.message_payload {
        Some(MessageInput::Payload(payload)) => Some(payload.into_payload()?),
        Some(MessageInput::Switch(_)) | None => None,
    };
    let new = NewInvitation {
        inviter_id: body.inviter_id,
        invitee: body.invitee,
        organization_id: body.organization_id,
        expires_at: body.expires_at,
        role_ids,
    };
    let created = use_cases::create(&ctx, new, message, events).await?;
    Ok((StatusCode::CREATED, JsonBody(created)))
}

/// One invitation.
#[utoipa::path(
    get, path = "/api/organization-invitations/{id}", operation_id = "GetOrganizationInvitation",
    tag = "Organization invitations", params(("id" = String, Path)),
    responses(
        (status = 200, description = "The invitation.", body = InvitationWithRoles),
        (status = 404, description = "No such invitation."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<InvitationWithRoles>, ApiError> {
    let invitation = get_invitation(&ctx, &id).await?;
    Ok(JsonBody(use_cases::with_roles(&ctx.app.db, &ctx.tenant.id, invitation).await?))
}

/// Deletes an invitation.
#[utoipa::path(
    delete, path = "/api/organization-invitations/{id}", operation_id = "DeleteOrganizationInvitation",
    tag = "Organization invitations", params(("id" = String, Path)),
    responses((status = 204, description = "Deleted."), (status = 404, description = "No such invitation."))
)]
async fn delete(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let deleted = organization_invitations::delete(&ctx.app.db, &ctx.tenant.id, &id).await?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ErrorCode::EntityNotFound.into()) }
}

/// Sends the message of an invitation once more.
#[utoipa::path(
    post, path = "/api/organization-invitations/{id}/message",
    operation_id = "CreateOrganizationInvitationMessage", tag = "Organization invitations",
    params(("id" = String, Path)), request_body = MessagePayloadInput,
    responses(
        (status = 204, description = "Sent."),
        (status = 404, description = "No such invitation."),
        (status = 429, description = "Too many messages to this address."),
    )
)]
async fn send_message(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    RequestEvents(events): RequestEvents,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<MessagePayloadInput>,
) -> Result<StatusCode, ApiError> {
    let payload = body.into_payload()?;
    let invitation = get_invitation(&ctx, &id).await?;
    use_cases::send(&ctx, &invitation, payload, events).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts an invitation in the name of the invitee, or takes it back.
#[utoipa::path(
    put, path = "/api/organization-invitations/{id}/status",
    operation_id = "ReplaceOrganizationInvitationStatus", tag = "Organization invitations",
    params(("id" = String, Path)), request_body = OrganizationInvitationStatusInput,
    responses(
        (status = 200, description = "The invitation.", body = InvitationWithRoles),
        (status = 404, description = "No such invitation."),
        (status = 422, description = "It has ended, or is for somebody else."),
    )
)]
async fn replace_status(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    RequestEvents(events): RequestEvents,
    ApiJson(body): ApiJson<OrganizationInvitationStatusInput>,
) -> Result<JsonBody<InvitationWithRoles>, ApiError> {
    let ending = match (body.status, body.accepted_user_id) {
        (InvitationEnding::Revoked, _) => Ending::Revoked,
        (InvitationEnding::Accepted, Some(user_id)) => Ending::Accepted(user_id),
        (InvitationEnding::Accepted, None) => {
            let details = "acceptedUserId says who accepts.";
            return Err(ApiError::new(ErrorCode::RequestInvalidInput)
                .with_status(422)
                .with_parameter("details", details)
                .with_details(details));
        }
    };
    Ok(JsonBody(use_cases::end(&ctx, events, id, ending).await?))
}
