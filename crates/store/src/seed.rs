//! What a new database holds: the tenants `default` and `admin`, and in them what the Console and its
//! scripts expect to find. Ids that are not looked up by anyone are random.

mod rows;

use portico_crypto::clock::Clock;
use portico_crypto::id::{secret, standard_id};
use portico_crypto::jose::{Alg, SigningKey};
use portico_model::TenantId;
use portico_model::config::{self, OidcCookieKey, OidcPrivateKey, SigningKeyStatus};
use serde_json::json;

use crate::db::{Db, Executor, StoreError, Tx};
use crate::{
    account_centers, applications, configs, organizations, resources, roles, sign_in_experiences, tenants,
};
use crate::{args, sql};
use rows::Scopes;

/// Indicator of the API with which the Console asks about its own user.
const ME_API: &str = "https://admin.logto.app/me";
/// Indicator of the API between tenants and the service that runs them.
const CLOUD_API: &str = "https://cloud.logto.io/api";

/// Keys of one tenant. Generated unless the operator brings their own.
#[derive(Clone)]
pub struct TenantSecrets {
    /// PKCS#8 PEM texts; the first signs, the others still verify.
    pub private_keys: Vec<String>,
    /// Cookie keys; the first signs, the others still verify.
    pub cookie_keys: Vec<String>,
}

impl TenantSecrets {
    /// One new key of each kind: ES384 (RFC 7518 §3.4) and 32 random characters.
    pub fn generate() -> Result<Self, StoreError> {
        let failed = |error: portico_crypto::jose::JoseError| StoreError::Argument(error.to_string());
        let key = SigningKey::generate(Alg::Es384).map_err(failed)?;
        let pem = key.to_pkcs8_pem().map_err(failed)?;
        Ok(Self { private_keys: vec![pem.expose().to_owned()], cookie_keys: vec![secret()] })
    }
}

impl std::fmt::Debug for TenantSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantSecrets").finish_non_exhaustive()
    }
}

/// Fills a new database with generated keys; does nothing to one that was filled before.
pub async fn run(db: &Db, clock: &dyn Clock) -> Result<(), StoreError> {
    if tenants::find(db, &TenantId::default_tenant()).await?.is_some() {
        return Ok(());
    }
    run_with(db, clock, TenantSecrets::generate()?, TenantSecrets::generate()?).await
}

/// Fills a new database with these keys; does nothing to one that was filled before.
pub async fn run_with(
    db: &Db,
    clock: &dyn Clock,
    default: TenantSecrets,
    admin: TenantSecrets,
) -> Result<(), StoreError> {
    let now_ms = clock.now_ms();
    db.write(move |tx| {
        Box::pin(async move {
            // Two processes may start on the same empty database: only one inserts the tenant.
            let first =
                sql!("insert into tenants (id, created_at) values ($1, $2) on conflict (id) do nothing");
            if tx.execute(first, args![TenantId::DEFAULT, now_ms]).await? == 0 {
                return Ok(());
            }
            let cloud_service = rows::cloud_service_application(now_ms);
            fill_default(tx, &default, &cloud_service, now_ms).await?;
            fill_admin(tx, &admin, &cloud_service, now_ms).await
        })
    })
    .await
}

async fn fill_default(
    tx: &Tx,
    secrets: &TenantSecrets,
    cloud_service: &portico_model::Application,
    now_ms: i64,
) -> Result<(), StoreError> {
    let tenant = &TenantId::default_tenant();
    fill_configs(tx, tenant, secrets, now_ms).await?;
    let connection = json!({
        "appId": cloud_service.id,
        "appSecret": cloud_service.secret,
        "resource": CLOUD_API,
    });
    configs::set(tx, tenant, config::CLOUD_CONNECTION, &connection).await?;

    let api = rows::resource("management-api", "Logto Management API", &tenant.management_api_indicator());
    resources::insert(tx, tenant, &api).await?;
    let mut all = rows::scope(&api, "all", "Use every operation of the Management API", now_ms);
    all.id = "management-api-all".to_owned();
    resources::insert_scope(tx, tenant, &all).await?;
    let internal = rows::machine_role(
        "admin-role",
        "#internal:admin",
        "Kept for the server itself: every operation of the Management API",
    );
    let access = rows::machine_role(
        &standard_id(),
        "Logto Management API access",
        "Give this to a machine-to-machine application that calls the Management API",
    );
    for role in [internal, access] {
        roles::insert(tx, tenant, &role).await?;
        roles::assign_scopes(tx, tenant, &role.id, std::slice::from_ref(&all.id)).await?;
    }
    sign_in_experiences::insert(tx, tenant, &rows::sign_in_experience()).await?;
    account_centers::insert(tx, tenant, &rows::account_center()).await
}

async fn fill_admin(
    tx: &Tx,
    secrets: &TenantSecrets,
    cloud_service: &portico_model::Application,
    now_ms: i64,
) -> Result<(), StoreError> {
    let tenant = &TenantId::admin_tenant();
    tx.execute(sql!("insert into tenants (id, created_at) values ($1, $2)"), args![tenant, now_ms]).await?;
    fill_configs(tx, tenant, secrets, now_ms).await?;

    let user = rows::user_role("user", "May sign in to the Console");
    let tenant_administrator =
        rows::user_role("default:admin", "May use every operation of the default tenant's Management API");
    let tenant_application = rows::machine_role(
        &standard_id(),
        "tenantApplication",
        "Lets a tenant use the services of whoever runs it: messages, scripts, reports",
    );
    for role in [&user, &tenant_administrator, &tenant_application] {
        roles::insert(tx, tenant, role).await?;
    }
    applications::insert(tx, tenant, &rows::console_application(now_ms)).await?;

    for target in [TenantId::default_tenant(), TenantId::admin_tenant()] {
        let all = fill_management_proxy(tx, tenant, &target, now_ms).await?;
        if !target.is_admin() {
            roles::assign_scopes(tx, tenant, &tenant_administrator.id, &[all]).await?;
        }
    }
    let me = rows::resource(&standard_id(), "Logto Me API", ME_API);
    let me_scopes = rows::scopes(&me, rows::ME_SCOPES, now_ms);
    let cloud = rows::resource(&standard_id(), "Logto Cloud API", CLOUD_API);
    let cloud_scopes = rows::scopes(&cloud, rows::CLOUD_SCOPES, now_ms);
    for (resource, scopes) in [(&me, &me_scopes), (&cloud, &cloud_scopes)] {
        resources::insert(tx, tenant, resource).await?;
        for scope in scopes {
            resources::insert_scope(tx, tenant, scope).await?;
        }
    }
    let own =
        [me_scopes.ids_of(&["all"]), cloud_scopes.ids_of(&["create:tenant", "manage:tenant:self"])].concat();
    roles::assign_scopes(tx, tenant, &user.id, &own).await?;
    let services =
        cloud_scopes.ids_of(&["send:sms", "send:email", "fetch:custom:jwt", "report:subscription:updates"]);
    roles::assign_scopes(tx, tenant, &tenant_application.id, &services).await?;
    applications::insert(tx, tenant, cloud_service).await?;
    roles::assign_to_application(tx, tenant, &cloud_service.id, &[tenant_application.id]).await?;

    fill_tenant_organizations(tx, tenant, now_ms).await?;
    sign_in_experiences::insert(tx, tenant, &rows::admin_sign_in_experience()).await?;
    account_centers::insert(tx, tenant, &rows::admin_account_center()).await
}

async fn fill_configs(
    tx: &Tx,
    tenant: &TenantId,
    secrets: &TenantSecrets,
    now_ms: i64,
) -> Result<(), StoreError> {
    let created_at = now_ms / 1000;
    let status = |index| if index == 0 { SigningKeyStatus::Current } else { SigningKeyStatus::Previous };
    let private_keys: Vec<OidcPrivateKey> = secrets
        .private_keys
        .iter()
        .enumerate()
        .map(|(index, value)| OidcPrivateKey {
            id: standard_id(),
            value: value.clone(),
            created_at,
            status: Some(status(index)),
        })
        .collect();
    let cookie_keys: Vec<OidcCookieKey> = secrets
        .cookie_keys
        .iter()
        .map(|value| OidcCookieKey { id: standard_id(), value: value.clone(), created_at })
        .collect();
    configs::set(tx, tenant, config::OIDC_PRIVATE_KEYS, &private_keys).await?;
    configs::set(tx, tenant, config::OIDC_COOKIE_KEYS, &cookie_keys).await?;
    let console = json!({ "organizationCreated": false, "signInExperienceCustomized": false });
    configs::set(tx, tenant, config::ADMIN_CONSOLE, &console).await?;
    let claims = json!({ "enabledExtendedClaims": ["roles", "organizations", "organization_roles"] });
    configs::set(tx, tenant, config::ID_TOKEN, &claims).await
}

/// The admin tenant knows each tenant's Management API as a resource of its own, with an application and a
/// role that may use it. The answer is the id of its scope `all`.
async fn fill_management_proxy(
    tx: &Tx,
    tenant: &TenantId,
    target: &TenantId,
    now_ms: i64,
) -> Result<String, StoreError> {
    let api = rows::resource(
        &standard_id(),
        &format!("Logto Management API for tenant {target}"),
        &target.management_api_indicator(),
    );
    resources::insert(tx, tenant, &api).await?;
    let all = rows::scope(&api, "all", "Use every operation of the Management API", now_ms);
    resources::insert_scope(tx, tenant, &all).await?;
    let role = rows::machine_role(
        &format!("m-{target}"),
        &format!("machine:mapi:{target}"),
        &format!("Lets a machine use every operation of the Management API of tenant {target}"),
    );
    roles::insert(tx, tenant, &role).await?;
    roles::assign_scopes(tx, tenant, &role.id, std::slice::from_ref(&all.id)).await?;
    let application = rows::management_application(target, now_ms);
    applications::insert(tx, tenant, &application).await?;
    roles::assign_to_application(tx, tenant, &application.id, &[role.id]).await?;
    Ok(all.id)
}

/// Administrators of a tenant are members of an organization of the admin tenant.
async fn fill_tenant_organizations(tx: &Tx, tenant: &TenantId, now_ms: i64) -> Result<(), StoreError> {
    for target in [TenantId::DEFAULT, TenantId::ADMIN] {
        let statement =
            sql!("insert into organizations (tenant_id, id, name, created_at) values ($1, $2, $3, $4)");
        let arguments = args![tenant, format!("t-{target}"), format!("Tenant {target}"), now_ms];
        tx.execute(statement, arguments).await?;
    }
    for (id, description) in rows::ORGANIZATION_ROLES {
        let statement =
            sql!("insert into organization_roles (tenant_id, id, name, description) values ($1, $2, $2, $3)");
        tx.execute(statement, args![tenant, *id, *description]).await?;
    }
    for (name, description) in rows::ORGANIZATION_SCOPES {
        let statement = sql!(
            "insert into organization_scopes (tenant_id, id, name, description) values ($1, $2, $3, $4)"
        );
        tx.execute(statement, args![tenant, rows::organization_scope_id(name), *name, *description]).await?;
    }
    let everything: Vec<String> =
        rows::ORGANIZATION_SCOPES.iter().map(|(name, _)| rows::organization_scope_id(name)).collect();
    let collaboration: Vec<String> =
        rows::COLLABORATOR_SCOPES.iter().map(|name| rows::organization_scope_id(name)).collect();
    organizations::roles::add_scopes(tx, tenant, "admin", &everything).await?;
    organizations::roles::add_scopes(tx, tenant, "collaborator", &collaboration).await.map(drop)
}
