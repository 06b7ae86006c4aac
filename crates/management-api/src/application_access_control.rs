//! To whom an application is open, when its operator limits that.

use crate::{
    applications::{get_application, not_found},
    checks::Checks,
};
use axum::extract::State;
use portico_http_kit::{ApiError, ApiJson, ApiPath, JsonBody, ManagementCaller};
use portico_identity::Ctx;
use portico_model::{
    ErrorCode, TenantId,
    application_access::{ApplicationAccess, OrganizationRoleRule},
};
use portico_store::{StoreError, Tx, application_access, applications};
use serde::Deserialize;
use std::collections::HashSet;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Most entries of a list, repetitions counted.
const MAX_RAW: usize = 2000;
/// Most different entries of a list.
const MAX_DISTINCT: usize = 1000;

pub(crate) fn router() -> OpenApiRouter<Ctx> {
    OpenApiRouter::new().routes(routes!(get, replace))
}

/// Those to whom an application is open.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationAccessInput {
    user_ids: Vec<String>,
    user_role_ids: Vec<String>,
    organization_ids: Vec<String>,
    organization_role_rules: Vec<OrganizationRoleRuleInput>,
}

/// Members of an organization that hold one of these roles there.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleRuleInput {
    organization_id: String,
    #[schema(min_items = 1)]
    organization_role_ids: Vec<String>,
}

impl ApplicationAccessInput {
    fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        for (field, ids) in [
            ("userIds", &self.user_ids),
            ("userRoleIds", &self.user_role_ids),
            ("organizationIds", &self.organization_ids),
        ] {
            checks.count(field, ids.len(), 0, MAX_RAW);
        }
        let rules = &self.organization_role_rules;
        checks.count("organizationRoleRules", rules.len(), 0, MAX_RAW);
        let pairs = rules.iter().map(|rule| rule.organization_role_ids.len()).sum();
        checks.count("organizationRoleRules", pairs, 0, MAX_RAW);
        checks.finish()?;
        if rules.iter().any(|rule| rule.organization_role_ids.is_empty()) {
            return Err(unusable("A rule without roles lets nobody in."));
        }
        Ok(())
    }

    /// The same with every entry once, and one rule for each organization.
    fn into_access(self) -> Result<ApplicationAccess, ApiError> {
        let mut rules: Vec<OrganizationRoleRule> = Vec::new();
        for rule in self.organization_role_rules {
            match rules.iter_mut().find(|known| known.organization_id == rule.organization_id) {
                Some(known) => known.organization_role_ids.extend(rule.organization_role_ids),
                None => rules.push(OrganizationRoleRule {
                    organization_id: rule.organization_id,
                    organization_role_ids: rule.organization_role_ids,
                }),
            }
        }
        for rule in &mut rules {
            rule.organization_role_ids = distinct(std::mem::take(&mut rule.organization_role_ids));
        }
        let access = ApplicationAccess {
            user_ids: distinct(self.user_ids),
            user_role_ids: distinct(self.user_role_ids),
            organization_ids: distinct(self.organization_ids),
            organization_role_rules: rules,
        };
        let pairs: usize =
            access.organization_role_rules.iter().map(|rule| rule.organization_role_ids.len()).sum();
        let longest =
            [access.user_ids.len(), access.user_role_ids.len(), access.organization_ids.len(), pairs];
        if longest.into_iter().any(|length| length > MAX_DISTINCT) {
            return Err(unusable("A list has too many entries."));
        }
        Ok(access)
    }
}

fn distinct(ids: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    ids.into_iter().filter(|id| seen.insert(id.clone())).collect()
}

/// Rules that would not work.
fn unusable(details: &str) -> ApiError {
    ApiError::new(ErrorCode::RequestInvalidInput).with_status(422).with_parameter("details", details)
}

/// An application with access control and without rules would let nobody in.
pub async fn require_rules(tx: &Tx, tenant: &TenantId, application_id: &str) -> Result<(), ApiError> {
    if application_access::find(tx, tenant, application_id).await?.is_empty() {
        return Err(unusable("Nobody could use the application."));
    }
    Ok(())
}

/// To whom the application is open.
#[utoipa::path(
    get, path = "/api/applications/{applicationId}/access-control",
    operation_id = "GetApplicationAccessControl", tag = "Applications", params(("applicationId" = String, Path)),
    responses(
        (status = 200, description = "Users, roles and organizations.", body = ApplicationAccess),
        (status = 404, description = "No such application."),
    )
)]
async fn get(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
) -> Result<JsonBody<ApplicationAccess>, ApiError> {
    get_application(&ctx, &id).await?;
    Ok(JsonBody(application_access::find(&ctx.app.db, &ctx.tenant.id, &id).await?))
}

/// Opens the application to these and nobody else.
#[utoipa::path(
    put, path = "/api/applications/{applicationId}/access-control",
    operation_id = "ReplaceApplicationAccessControl", tag = "Applications",
    params(("applicationId" = String, Path)), request_body = ApplicationAccessInput,
    responses(
        (status = 200, description = "Users, roles and organizations.", body = ApplicationAccess),
        (status = 404, description = "No such application, user, role or organization."),
        (status = 422, description = "Roles of machines, or nobody at all though access is limited."),
    )
)]
async fn replace(
    _: ManagementCaller,
    State(ctx): State<Ctx>,
    ApiPath(id): ApiPath<String>,
    ApiJson(body): ApiJson<ApplicationAccessInput>,
) -> Result<JsonBody<ApplicationAccess>, ApiError> {
    body.check()?;
    let access = body.into_access()?;
    let tenant = ctx.tenant.id.clone();
    let write = ctx.app.db.write(move |tx: &Tx| {
        Box::pin(async move {
            let found = applications::find_for_update(tx, &tenant, &id).await?;
            let application = found.ok_or_else(|| not_found(&id))?;
            if access.is_empty() && application.app_level_access_control_enabled {
                return Err(unusable("Nobody could use the application."));
            }
            let rules = &access.organization_role_rules;
            let roles: Vec<String> =
                rules.iter().flat_map(|rule| rule.organization_role_ids.iter().cloned()).collect();
            if application_access::any_role_of_machines(tx, &tenant, &access.user_role_ids, &roles).await? {
                return Err(ErrorCode::EntityDbConstraintViolated.into());
            }
            application_access::replace(tx, &tenant, &id, &access).await.map_err(explain)?;
            Ok(application_access::find(tx, &tenant, &id).await?)
        })
    });
    write.await.map(JsonBody)
}

/// What is named has to exist.
fn explain(error: StoreError) -> ApiError {
    match error {
        StoreError::ForeignKeyViolation => {
            ApiError::new(ErrorCode::EntityRelationForeignKeyNotFound).with_status(404)
        }
        other => other.into(),
    }
}
