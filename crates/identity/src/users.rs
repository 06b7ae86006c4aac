//! Creating users.

use crate::{
    Ctx,
    enterprise_identities::EnterpriseChange,
    events::Events,
    organization_jit,
    organizations::record_joined,
    sign_in::{SignInError, profile, state::PendingProfile, told},
    token_sets::AccountTokenSet,
};
use portico_crypto::id::short_id;
use portico_model::{
    ErrorCode, HookEvent, TenantId, User, oidc::ADMIN_CONSOLE_APPLICATION_ID, sign_in_experience::SignInMode,
};
use portico_store::{
    StoreError, Tx,
    organizations::members::{self, MemberKind},
    roles, sign_in_experiences, tenants, users,
};
use serde_json::{Value, json};

/// Role that everybody who registers with the admin tenant gets.
pub const ADMIN_TENANT_USER_ROLE: &str = "user";
/// Role that opens the Management API of the default tenant.
pub const DEFAULT_TENANT_ADMIN_ROLE: &str = "default:admin";
/// Organization of the admin tenant that stands for the default tenant, and the role of its administrators.
const DEFAULT_TENANT_ORGANIZATION: &str = "t-default";
const DEFAULT_TENANT_ORGANIZATION_ROLE: &str = "admin";

/// Somebody who registers.
pub struct Registration {
    /// What the new user is like.
    pub profile: PendingProfile,
    /// The client through which they came.
    pub client_id: Option<String>,
    /// Records that there is a new user.
    pub events: Events,
}

/// Creates a user who registers, with the default roles. The first person to register through the Console
/// becomes the administrator, and registering there closes behind them.
///
/// # Errors
/// `user.*_already_in_use` when somebody else was faster.
pub async fn register(ctx: &Ctx, registration: Registration) -> Result<User, SignInError> {
    let now_ms = ctx.now_ms();
    let mut user = User::new(ctx.tenant.id.as_str(), short_id(), now_ms);
    user.logto_config.insert("mfa".into(), json!({ "enabled": false }));
    let events = registration.events;
    let tokens = registration.profile.social_connector_token_set_secret.clone();
    let brought = Brought { tokens, enterprise: EnterpriseChange::of(&registration.profile) };
    profile::apply(registration.profile, &mut user, now_ms);
    user.application_id.clone_from(&registration.client_id);
    let is_console = registration.client_id.as_deref() == Some(ADMIN_CONSOLE_APPLICATION_ID);
    if ctx.tenant.id.is_admin() && is_console {
        insert_administrator_or_user(ctx, user, brought, events).await
    } else {
        let tenant = ctx.tenant.id.clone();
        let is_case_sensitive = ctx.snapshot().await?.sign_in_experience.username_policy.case_sensitive;
        ctx.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    refuse_other_spelling(tx, &tenant, &user, is_case_sensitive).await?;
                    brought.insert(tx, &tenant, &user, &events).await?;
                    Ok(user)
                })
            })
            .await
    }
}

/// The check and the insert share a transaction that begins by locking the tenant's row, so two people who
/// register at once cannot both find the tenant empty.
async fn insert_administrator_or_user(
    ctx: &Ctx,
    user: User,
    brought: Brought,
    events: Events,
) -> Result<User, SignInError> {
    let tenant = ctx.tenant.id.clone();
    ctx.write_settings(move |tx| {
        Box::pin(async move {
            tenants::bump_version(tx, &tenant).await?;
            let is_first = !users::exist(tx, &tenant).await?;
            if is_first {
                brought.insert(tx, &tenant, &user, &events).await?;
                make_administrator(tx, &tenant, &user.id).await?;
            } else {
                brought.insert(tx, &tenant, &user, &events).await?;
            }
            Ok(user)
        })
    })
    .await
}

/// What a new user brings from the providers they come through.
struct Brought {
    tokens: Option<AccountTokenSet>,
    enterprise: EnterpriseChange,
}

impl Brought {
    /// Adds the user with it, and records what happened. Those who come through an enterprise connector join its
    /// organizations, not those of their e-mail domain.
    async fn insert(
        self,
        tx: &Tx,
        tenant: &TenantId,
        user: &User,
        events: &Events,
    ) -> Result<(), SignInError> {
        let Self { tokens, enterprise } = self;
        insert_registered(tx, tenant, user).await?;
        events.record_facts(tx, HookEvent::UserCreated, || told::user_facts(user)).await?;
        if !enterprise.is_new() {
            let joined = organization_jit::join_by_email(tx, tenant, user).await?;
            record_joined(tx, events, &user.id, &joined).await?;
        }
        if let Some(tokens) = tokens {
            tokens.write(tx, tenant, &user.id, user.created_at).await?;
        }
        enterprise.write(tx, tenant, &user.id, user.created_at, events).await
    }
}

/// Adds a user who administers the default tenant, and closes registration in the Console.
///
/// # Errors
/// `user.*_already_in_use`.
pub async fn insert_administrator(tx: &Tx, tenant: &TenantId, user: &User) -> Result<(), SignInError> {
    insert_registered(tx, tenant, user).await?;
    make_administrator(tx, tenant, &user.id).await
}

async fn make_administrator(tx: &Tx, tenant: &TenantId, user_id: &str) -> Result<(), SignInError> {
    give_roles(tx, tenant, user_id, &[DEFAULT_TENANT_ADMIN_ROLE]).await?;
    let administrator = [user_id.to_owned()];
    let (organization, kind) = (DEFAULT_TENANT_ORGANIZATION, MemberKind::User);
    members::add(tx, tenant, organization, kind, &administrator).await?;
    let role = [DEFAULT_TENANT_ORGANIZATION_ROLE.to_owned()];
    members::add_roles(tx, tenant, organization, kind, &administrator, &role).await?;
    let mut settings = sign_in_experiences::find_for_update(tx, tenant).await?.ok_or(StoreError::NotFound)?;
    settings.sign_in_mode = SignInMode::SignIn;
    sign_in_experiences::update(tx, tenant, &settings).await?;
    Ok(())
}

/// Adds a user with the tenant's default roles.
///
/// # Errors
/// `user.*_already_in_use`.
pub async fn insert(tx: &Tx, tenant: &TenantId, user: &User) -> Result<(), SignInError> {
    users::insert(tx, tenant, user).await.map_err(name_conflict)?;
    let defaults: Vec<String> =
        roles::list_default(tx, tenant).await?.into_iter().map(|role| role.id).collect();
    users::assign_roles(tx, tenant, &user.id, &defaults).await?;
    Ok(())
}

/// The same for somebody who comes by themselves: in the admin tenant they get the role that lets people see to
/// their own account.
///
/// # Errors
/// `user.*_already_in_use`.
pub async fn insert_registered(tx: &Tx, tenant: &TenantId, user: &User) -> Result<(), SignInError> {
    insert(tx, tenant, user).await?;
    if tenant.is_admin() {
        give_roles(tx, tenant, &user.id, &[ADMIN_TENANT_USER_ROLE]).await?;
    }
    Ok(())
}

async fn give_roles(tx: &Tx, tenant: &TenantId, user_id: &str, names: &[&str]) -> Result<(), SignInError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let found = roles::list_by_names(tx, tenant, &names).await?;
    if found.len() != names.len() {
        return Err(ErrorCode::RoleDefaultRoleMissing.into());
    }
    let ids: Vec<String> = found.into_iter().map(|role| role.id).collect();
    users::assign_roles(tx, tenant, user_id, &ids).await?;
    Ok(())
}

/// The unique indexes alone do not keep two spellings apart: of a phone number, and of a username where case is
/// not regarded.
async fn refuse_other_spelling(
    tx: &Tx,
    tenant: &TenantId,
    user: &User,
    is_case_sensitive: bool,
) -> Result<(), SignInError> {
    if let Some(username) = user.username.as_deref().filter(|_| !is_case_sensitive)
        && users::find_by_username(tx, tenant, username, false).await?.is_some()
    {
        return Err(ErrorCode::UserUsernameAlreadyInUse.into());
    }
    if let Some(phone) = &user.primary_phone
        && users::find_by_phone(tx, tenant, phone).await?.is_some()
    {
        return Err(ErrorCode::UserPhoneAlreadyInUse.into());
    }
    Ok(())
}

/// Names a lost race for a username, an address or a social account.
pub fn name_conflict(error: StoreError) -> SignInError {
    for (column, code) in [
        ("username", ErrorCode::UserUsernameAlreadyInUse),
        ("primary_email", ErrorCode::UserEmailAlreadyInUse),
        ("primary_phone", ErrorCode::UserPhoneAlreadyInUse),
        ("identity_id", ErrorCode::UserIdentityAlreadyInUse),
    ] {
        if error.is_unique_violation_of(column) {
            return code.into();
        }
    }
    error.into()
}

/// What is kept of an account at a social identity provider.
#[must_use]
pub fn social_identity(info: &portico_connectors::SocialUserInfo) -> portico_model::user::Identity {
    let details = match serde_json::to_value(info) {
        Ok(Value::Object(details)) => Some(details),
        _ => None,
    };
    portico_model::user::Identity { user_id: info.id.clone(), details }
}
