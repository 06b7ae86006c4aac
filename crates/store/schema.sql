-- What the migrations add up to. Written by a test (BLESS=1); do not edit.

CREATE TABLE account_centers (
    tenant_id text not null,
    id text not null,
    enabled boolean not null default true,
    fields json_text not null default '{}',
    webauthn_related_origins json_text not null default '[]',
    delete_account_url text,
    custom_css text,
    profile_fields json_text,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE aggregated_daily_active_users (
    tenant_id text not null,
    activity_date bigint not null,
    user_id text not null,
    activity_count bigint not null,
    primary key (tenant_id, activity_date, user_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX aggregated_daily_active_users__user_id_activity_date on aggregated_daily_active_users (tenant_id, user_id, activity_date desc);
CREATE TABLE application_access_control_org_role_relations (
    tenant_id text not null,
    application_id text not null,
    organization_id text not null,
    organization_role_id text not null,
    primary key (tenant_id, application_id, organization_id, organization_role_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_access_control_org_role_relations__organization_id on application_access_control_org_role_relations (tenant_id, organization_id);
CREATE INDEX application_access_control_org_role_relations__organization_rol on application_access_control_org_role_relations (tenant_id, organization_role_id);
CREATE TABLE application_access_control_organization_relations (
    tenant_id text not null,
    application_id text not null,
    organization_id text not null,
    primary key (tenant_id, application_id, organization_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_access_control_organization_relations__organization on application_access_control_organization_relations (tenant_id, organization_id);
CREATE TABLE application_access_control_user_relations (
    tenant_id text not null,
    application_id text not null,
    user_id text not null,
    primary key (tenant_id, application_id, user_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_access_control_user_relations__user_id on application_access_control_user_relations (tenant_id, user_id);
CREATE TABLE application_access_control_user_role_relations (
    tenant_id text not null,
    application_id text not null,
    role_id text not null,
    primary key (tenant_id, application_id, role_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, role_id) references roles (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_access_control_user_role_relations__role_id on application_access_control_user_role_relations (tenant_id, role_id);
CREATE TABLE application_secrets (
    tenant_id text not null,
    application_id text not null,
    name text not null,
    value text not null,
    created_at bigint not null,
    expires_at bigint,
    primary key (tenant_id, application_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE application_sign_in_experiences (
    tenant_id text not null,
    application_id text not null,
    color json_text not null default '{}',
    branding json_text not null default '{}',
    custom_css text,
    terms_of_use_url text,
    privacy_policy_url text,
    display_name text,
    primary key (tenant_id, application_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE application_user_consent_organization_resource_scopes (
    tenant_id text not null,
    application_id text not null,
    scope_id text not null,
    primary key (tenant_id, application_id, scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, scope_id) references scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_user_consent_organization_resource_scopes__scope_id on application_user_consent_organization_resource_scopes (tenant_id, scope_id);
CREATE TABLE application_user_consent_organization_scopes (
    tenant_id text not null,
    application_id text not null,
    organization_scope_id text not null,
    primary key (tenant_id, application_id, organization_scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_scope_id) references organization_scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_user_consent_organization_scopes__organization_scop on application_user_consent_organization_scopes (tenant_id, organization_scope_id);
CREATE TABLE application_user_consent_organizations (
    tenant_id text not null,
    application_id text not null,
    organization_id text not null,
    user_id text not null,
    primary key (tenant_id, application_id, organization_id, user_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id, user_id) references organization_user_relations (tenant_id, organization_id, user_id) on update cascade on delete cascade
);
CREATE INDEX application_user_consent_organizations__organization_id_user_id on application_user_consent_organizations (tenant_id, organization_id, user_id);
CREATE TABLE application_user_consent_resource_scopes (
    tenant_id text not null,
    application_id text not null,
    scope_id text not null,
    primary key (tenant_id, application_id, scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, scope_id) references scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX application_user_consent_resource_scopes__scope_id on application_user_consent_resource_scopes (tenant_id, scope_id);
CREATE TABLE application_user_consent_user_scopes (
    tenant_id text not null,
    application_id text not null,
    user_scope text not null,
    primary key (tenant_id, application_id, user_scope),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE applications (
    tenant_id text not null,
    id text not null,
    name text not null,
    secret text not null,
    description text,
    type text not null,
    oidc_client_metadata json_text not null,
    custom_client_metadata json_text not null default '{}',
    protected_app_metadata json_text,
    custom_data json_text not null default '{}',
    is_third_party boolean not null default false,
    app_level_access_control_enabled boolean not null default false,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    constraint applications__type check (type in ('Native', 'SPA', 'Traditional', 'MachineToMachine', 'Protected', 'SAML'))
);
CREATE INDEX applications__is_third_party on applications (tenant_id, is_third_party);
CREATE UNIQUE INDEX applications__protected_app_custom_domain on applications ((protected_app_metadata -> 'customDomains' -> 0 ->> 'domain'));
CREATE UNIQUE INDEX applications__protected_app_host on applications ((protected_app_metadata ->> 'host'));
CREATE INDEX applications__type on applications (tenant_id, type);
CREATE TABLE applications_roles (
    tenant_id text not null,
    id text not null,
    application_id text not null,
    role_id text not null,
    primary key (tenant_id, id),
    unique (tenant_id, application_id, role_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, role_id) references roles (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX applications_roles__role_id_application_id on applications_roles (tenant_id, role_id, application_id);
CREATE TABLE captcha_providers (
    tenant_id text not null,
    id text not null,
    config json_text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE cimd_grant_client_snapshots (
    tenant_id text not null,
    grant_id text not null,
    grant_model_name text not null default 'Grant',
    client_id text not null,
    name text,
    logo_uri text,
    created_at bigint not null,
    primary key (tenant_id, grant_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, grant_model_name, grant_id) references oidc_model_instances (tenant_id, model_name, id) on update cascade on delete cascade,
    constraint cimd_grant_client_snapshots__grant_model_name check (grant_model_name = 'Grant')
);
CREATE TABLE cimd_grant_organizations (
    tenant_id text not null,
    grant_id text not null,
    grant_model_name text not null default 'Grant',
    organization_id text not null,
    user_id text not null,
    primary key (tenant_id, grant_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, grant_model_name, grant_id) references oidc_model_instances (tenant_id, model_name, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id, user_id) references organization_user_relations (tenant_id, organization_id, user_id) on update cascade on delete cascade,
    constraint cimd_grant_organizations__grant_model_name check (grant_model_name = 'Grant')
);
CREATE INDEX cimd_grant_organizations__organization_id_user_id on cimd_grant_organizations (tenant_id, organization_id, user_id);
CREATE TABLE cimd_organization_resource_scopes (
    tenant_id text not null,
    scope_id text not null,
    primary key (tenant_id, scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, scope_id) references scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE cimd_organization_scopes (
    tenant_id text not null,
    organization_scope_id text not null,
    primary key (tenant_id, organization_scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_scope_id) references organization_scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE cimd_resource_scopes (
    tenant_id text not null,
    scope_id text not null,
    primary key (tenant_id, scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, scope_id) references scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE cimd_user_scopes (
    tenant_id text not null,
    user_scope text not null,
    primary key (tenant_id, user_scope),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE connectors (
    tenant_id text not null,
    id text not null,
    sync_profile boolean not null default false,
    enable_token_storage boolean not null default false,
    connector_id text not null,
    config json_text not null default '{}',
    metadata json_text not null default '{}',
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE custom_phrases (
    tenant_id text not null,
    id text not null,
    language_tag text not null,
    translation json_text not null,
    primary key (tenant_id, id),
    unique (tenant_id, language_tag),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE custom_profile_fields (
    tenant_id text not null,
    id text not null,
    name text not null,
    type text not null,
    label text not null default '',
    description text,
    required boolean not null default false,
    config json_text not null default '{}',
    created_at bigint not null,
    sie_order bigint not null default 0,
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE daily_active_users (
    id text not null,
    tenant_id text not null,
    user_id text not null,
    date bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id, user_id, date),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX daily_active_users__date_user_id on daily_active_users (tenant_id, date, user_id);
CREATE TABLE daily_token_usage (
    id text not null,
    tenant_id text not null,
    usage bigint not null default 0,
    user_token_usage bigint not null default 0,
    m2m_token_usage bigint not null default 0,
    date bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE UNIQUE INDEX daily_token_usage__date on daily_token_usage (tenant_id, date);
CREATE TABLE domains (
    tenant_id text not null,
    id text not null,
    domain text not null,
    status text not null default 'PendingVerification',
    error_message text,
    dns_records json_text not null default '[]',
    verification_files json_text not null default '[]',
    cloudflare_data json_text,
    updated_at bigint not null,
    created_at bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id, domain),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE email_templates (
    tenant_id text not null,
    id text not null,
    language_tag text not null,
    template_type text not null,
    details json_text not null,
    created_at bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id, language_tag, template_type),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX email_templates__template_type on email_templates (tenant_id, template_type);
CREATE TABLE hook_deliveries (
    tenant_id text not null,
    id text not null,
    hook_id text not null,
    event text not null,
    -- Order of the deliveries of one webhook.
    sequence bigint not null,
    -- The exact bytes to send and sign.
    body text not null,
    attempts bigint not null default 0,
    -- When it is due; while it is being delivered, when to give up on whoever took it.
    due_at bigint not null,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX hook_deliveries__hook_id_sequence on hook_deliveries (tenant_id, hook_id, sequence, id);
CREATE TABLE hooks (
    tenant_id text not null,
    id text not null,
    name text not null default '',
    event text,
    events json_text not null default '[]',
    config json_text not null,
    signing_key text not null default '',
    enabled boolean not null default true,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE idp_initiated_saml_sso_sessions (
    tenant_id text not null,
    id text not null,
    connector_id text not null,
    assertion_content json_text not null default '{}',
    created_at bigint not null,
    expires_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, connector_id) references sso_connectors (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX idp_initiated_saml_sso_sessions__connector_id on idp_initiated_saml_sso_sessions (tenant_id, connector_id);
CREATE TABLE logs (
    tenant_id text not null,
    id text not null,
    key text not null,
    payload json_text not null default '{}',
    created_at bigint not null,
    -- Ours: copied from the payload, for the indexes.
    user_id text,
    application_id text,
    hook_id text,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX logs__application_id on logs (tenant_id, application_id, created_at, id);
CREATE INDEX logs__created_at_id on logs (tenant_id, created_at, id);
CREATE INDEX logs__hook_id on logs (tenant_id, hook_id, created_at, id);
CREATE INDEX logs__key on logs (tenant_id, key, created_at, id);
CREATE INDEX logs__user_id on logs (tenant_id, user_id, created_at, id);
CREATE TABLE logto_configs (
    tenant_id text not null,
    key text not null,
    value json_text not null default '{}',
    primary key (tenant_id, key),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE oidc_model_instances (
    tenant_id text not null,
    model_name text not null,
    id text not null,
    payload json_text not null,
    expires_at bigint not null,
    consumed_at bigint,
    -- Ours: copied from the payload, for the indexes.
    grant_id text,
    uid text,
    user_code text,
    account_id text,
    primary key (tenant_id, model_name, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX oidc_model_instances__account_id_model_name_expires_at on oidc_model_instances (tenant_id, account_id, model_name, expires_at) where account_id is not null;
CREATE INDEX oidc_model_instances__expires_at on oidc_model_instances (tenant_id, expires_at);
CREATE INDEX oidc_model_instances__grant_id on oidc_model_instances (tenant_id, grant_id) where grant_id is not null;
CREATE INDEX oidc_model_instances__model_name_uid on oidc_model_instances (tenant_id, model_name, uid) where uid is not null;
CREATE INDEX oidc_model_instances__model_name_user_code on oidc_model_instances (tenant_id, model_name, user_code) where user_code is not null;
CREATE TABLE oidc_session_extensions (
    tenant_id text not null,
    session_uid text not null,
    account_id text not null,
    last_submission json_text not null default '{}',
    client_id text,
    cimd_client_id text,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, session_uid),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, account_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX oidc_session_extensions__account_id on oidc_session_extensions (tenant_id, account_id, session_uid);
CREATE TABLE one_time_tokens (
    tenant_id text not null,
    id text not null,
    email text not null,
    token text not null,
    context json_text not null default '{}',
    status text not null default 'active',
    created_at bigint not null,
    expires_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX one_time_tokens__email_status on one_time_tokens (tenant_id, email, status);
CREATE UNIQUE INDEX one_time_tokens__token on one_time_tokens (tenant_id, token);
CREATE TABLE organization_application_relations (
    tenant_id text not null,
    organization_id text not null,
    application_id text not null,
    primary key (tenant_id, organization_id, application_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_application_relations__app_id_organization_id on organization_application_relations (tenant_id, application_id, organization_id);
CREATE TABLE organization_invitation_role_relations (
    tenant_id text not null,
    organization_invitation_id text not null,
    organization_role_id text not null,
    primary key (tenant_id, organization_invitation_id, organization_role_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_invitation_id) references organization_invitations (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_invitation_role_relations__organization_role_id on organization_invitation_role_relations (tenant_id, organization_role_id);
CREATE TABLE organization_invitations (
    tenant_id text not null,
    id text not null,
    inviter_id text,
    invitee text not null,
    accepted_user_id text,
    organization_id text not null,
    status text not null,
    created_at bigint not null,
    updated_at bigint not null,
    expires_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, inviter_id) references users (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, accepted_user_id) references users (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade,
    constraint organization_invitations__status check (status in ('Pending', 'Accepted', 'Expired', 'Revoked'))
);
CREATE INDEX organization_invitations__accepted_user_id on organization_invitations (tenant_id, accepted_user_id);
CREATE UNIQUE INDEX organization_invitations__invitee_organization_id on organization_invitations (tenant_id, invitee, organization_id) where status = 'Pending';
CREATE INDEX organization_invitations__inviter_id on organization_invitations (tenant_id, inviter_id);
CREATE INDEX organization_invitations__organization_id on organization_invitations (tenant_id, organization_id);
CREATE TABLE organization_jit_email_domains (
    tenant_id text not null,
    organization_id text not null,
    email_domain text not null,
    primary key (tenant_id, organization_id, email_domain),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_jit_email_domains__email_domain on organization_jit_email_domains (tenant_id, lower(email_domain));
CREATE TABLE organization_jit_roles (
    tenant_id text not null,
    organization_id text not null,
    organization_role_id text not null,
    primary key (tenant_id, organization_id, organization_role_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_jit_roles__organization_role_id on organization_jit_roles (tenant_id, organization_role_id);
CREATE TABLE organization_jit_sso_connectors (
    tenant_id text not null,
    organization_id text not null,
    sso_connector_id text not null,
    primary key (tenant_id, organization_id, sso_connector_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, sso_connector_id) references sso_connectors (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_jit_sso_connectors__sso_connector_id on organization_jit_sso_connectors (tenant_id, sso_connector_id);
CREATE TABLE organization_role_application_relations (
    tenant_id text not null,
    organization_id text not null,
    organization_role_id text not null,
    application_id text not null,
    primary key (tenant_id, organization_id, organization_role_id, application_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id, application_id) references organization_application_relations (tenant_id, organization_id, application_id) on update cascade on delete cascade
);
CREATE INDEX organization_role_application_relations__org_id_app_id_role_id on organization_role_application_relations (tenant_id, organization_id, application_id, organization_role_id);
CREATE INDEX organization_role_application_relations__organization_role_id on organization_role_application_relations (tenant_id, organization_role_id);
CREATE TABLE organization_role_resource_scope_relations (
    tenant_id text not null,
    organization_role_id text not null,
    scope_id text not null,
    primary key (tenant_id, organization_role_id, scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, scope_id) references scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_role_resource_scope_relations__scope_id on organization_role_resource_scope_relations (tenant_id, scope_id);
CREATE TABLE organization_role_scope_relations (
    tenant_id text not null,
    organization_role_id text not null,
    organization_scope_id text not null,
    primary key (tenant_id, organization_role_id, organization_scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_scope_id) references organization_scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_role_scope_relations__organization_scope_id on organization_role_scope_relations (tenant_id, organization_scope_id);
CREATE TABLE organization_role_user_relations (
    tenant_id text not null,
    organization_id text not null,
    organization_role_id text not null,
    user_id text not null,
    primary key (tenant_id, organization_id, organization_role_id, user_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_role_id) references organization_roles (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id, user_id) references organization_user_relations (tenant_id, organization_id, user_id) on update cascade on delete cascade
);
CREATE INDEX organization_role_user_relations__org_id_user_id_role_id on organization_role_user_relations (tenant_id, organization_id, user_id, organization_role_id);
CREATE INDEX organization_role_user_relations__organization_role_id on organization_role_user_relations (tenant_id, organization_role_id);
CREATE TABLE organization_roles (
    tenant_id text not null,
    id text not null,
    name text not null,
    description text,
    type text not null default 'User',
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    constraint organization_roles__type check (type in ('User', 'MachineToMachine'))
);
CREATE INDEX organization_roles__type on organization_roles (tenant_id, type);
CREATE TABLE organization_scopes (
    tenant_id text not null,
    id text not null,
    name text not null,
    description text,
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TRIGGER organization_user_relations__count_added after insert on organization_user_relations begin
    insert into row_counts values (new.tenant_id, 'organization:' || new.organization_id, 1)
        on conflict (tenant_id, subject) do update set number = number + 1;
end;
CREATE TRIGGER organization_user_relations__count_removed after delete on organization_user_relations begin
    update row_counts set number = number - 1
        where tenant_id = old.tenant_id and subject = 'organization:' || old.organization_id;
end;
CREATE TABLE organization_user_relations (
    tenant_id text not null,
    organization_id text not null,
    user_id text not null,
    primary key (tenant_id, organization_id, user_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, organization_id) references organizations (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX organization_user_relations__user_id_organization_id on organization_user_relations (tenant_id, user_id, organization_id);
CREATE TABLE organizations (
    tenant_id text not null,
    id text not null,
    name text not null,
    description text,
    custom_data json_text not null default '{}',
    is_mfa_required boolean not null default false,
    is_trusted_device_allowed boolean not null default true,
    color json_text not null default '{}',
    branding json_text not null default '{}',
    custom_css text,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE passcodes (
    tenant_id text not null,
    id text not null,
    interaction_jti text,
    phone text,
    email text,
    type text not null,
    code text not null,
    consumed boolean not null default false,
    try_count bigint not null default 0,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX passcodes__email_type on passcodes (tenant_id, email, type);
CREATE INDEX passcodes__interaction_jti_type on passcodes (tenant_id, interaction_jti, type);
CREATE INDEX passcodes__phone_type on passcodes (tenant_id, phone, type);
CREATE TABLE personal_access_tokens (
    tenant_id text not null,
    user_id text not null,
    name text not null,
    value text not null,
    created_at bigint not null,
    expires_at bigint,
    primary key (tenant_id, user_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX personal_access_tokens__value on personal_access_tokens (tenant_id, value);
CREATE TABLE resources (
    tenant_id text not null,
    id text not null,
    name text not null,
    indicator text not null,
    is_default boolean not null default false,
    access_token_ttl bigint not null default 3600,
    primary key (tenant_id, id),
    unique (tenant_id, indicator),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE UNIQUE INDEX resources__default on resources (tenant_id) where is_default;
CREATE TABLE roles (
    tenant_id text not null,
    id text not null,
    name text not null,
    description text not null,
    type text not null default 'User',
    is_default boolean not null default false,
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    constraint roles__type check (type in ('User', 'MachineToMachine'))
);
CREATE INDEX roles__type on roles (tenant_id, type);
CREATE TABLE roles_scopes (
    tenant_id text not null,
    id text not null,
    role_id text not null,
    scope_id text not null,
    primary key (tenant_id, id),
    unique (tenant_id, role_id, scope_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, role_id) references roles (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, scope_id) references scopes (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX roles_scopes__scope_id on roles_scopes (tenant_id, scope_id);
CREATE TABLE row_counts (
    tenant_id text not null,
    subject text not null,
    number bigint not null
);
CREATE UNIQUE INDEX row_counts__subject on row_counts (tenant_id, subject);
CREATE TABLE saml_application_configs (
    tenant_id text not null,
    application_id text not null,
    attribute_mapping json_text not null default '{}',
    entity_id text,
    acs_url json_text,
    encryption json_text,
    name_id_format text not null,
    primary key (tenant_id, application_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE saml_application_secrets (
    tenant_id text not null,
    id text not null,
    application_id text not null,
    private_key text not null,
    certificate text not null,
    created_at bigint not null,
    expires_at bigint not null,
    active boolean not null,
    primary key (tenant_id, application_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE UNIQUE INDEX saml_application_secrets__application_id_active on saml_application_secrets (tenant_id, application_id, active) where active;
CREATE TABLE saml_application_sessions (
    tenant_id text not null,
    id text not null,
    application_id text not null,
    saml_request_id text not null,
    oidc_state text,
    relay_state text,
    raw_auth_request text not null,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX saml_application_sessions__application_id on saml_application_sessions (tenant_id, application_id);
CREATE TABLE saml_sso_connector_signing_keys (
    tenant_id text not null,
    id text not null,
    sso_connector_id text not null,
    private_key text not null,
    certificate text not null,
    created_at bigint not null,
    expires_at bigint not null,
    active boolean not null,
    primary key (tenant_id, sso_connector_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, sso_connector_id) references sso_connectors (tenant_id, id) on update cascade on delete cascade
);
CREATE UNIQUE INDEX saml_sso_connector_signing_keys__sso_connector_id_active on saml_sso_connector_signing_keys (tenant_id, sso_connector_id, active) where active;
CREATE TABLE schema_migrations (version bigint primary key, name text not null, checksum text not null);
CREATE TABLE scopes (
    tenant_id text not null,
    id text not null,
    resource_id text not null,
    name text not null,
    description text,
    created_at bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id, resource_id, name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on update cascade on delete cascade
);
CREATE TABLE secret_enterprise_sso_connector_relations (
    tenant_id text not null,
    secret_id text not null,
    sso_connector_id text not null,
    issuer text not null,
    identity_id text not null,
    primary key (tenant_id, secret_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, secret_id) references secrets (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, sso_connector_id) references sso_connectors (tenant_id, id) on update cascade,
    foreign key (tenant_id, issuer, identity_id) references user_sso_identities (tenant_id, issuer, identity_id) on update cascade
);
CREATE INDEX secret_enterprise_sso_connector_relations__issuer_identity_id on secret_enterprise_sso_connector_relations (tenant_id, issuer, identity_id);
CREATE INDEX secret_enterprise_sso_connector_relations__sso_connector_id on secret_enterprise_sso_connector_relations (tenant_id, sso_connector_id);
CREATE TABLE secret_social_connector_relations (
    tenant_id text not null,
    secret_id text not null,
    connector_id text not null,
    target text not null,
    identity_id text not null,
    primary key (tenant_id, secret_id),
    unique (tenant_id, target, identity_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, secret_id) references secrets (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, connector_id) references connectors (tenant_id, id) on update cascade
);
CREATE INDEX secret_social_connector_relations__connector_id on secret_social_connector_relations (tenant_id, connector_id);
CREATE TABLE secrets (
    tenant_id text not null,
    id text not null,
    user_id text not null,
    type text not null,
    encrypted_dek bytea not null,
    iv bytea not null,
    auth_tag bytea not null,
    ciphertext bytea not null,
    metadata json_text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX secrets__user_id on secrets (tenant_id, user_id);
CREATE TABLE sentinel_activities (
    tenant_id text not null,
    id text not null,
    target_type text not null,
    target_hash text not null,
    action text not null,
    action_result text not null,
    payload json_text not null,
    decision text not null,
    decision_expires_at bigint not null,
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    constraint sentinel_activities__action_result check (action_result in ('Success', 'Failed')),
    constraint sentinel_activities__decision check (decision in ('Undecided', 'Allowed', 'Blocked', 'Challenge'))
);
CREATE INDEX sentinel_activities__created_at on sentinel_activities (tenant_id, created_at);
CREATE INDEX sentinel_activities__target_action on sentinel_activities (tenant_id, target_type, target_hash, action, action_result, decision);
CREATE TABLE service_logs (
    id text not null,
    tenant_id text not null,
    type text not null,
    payload json_text not null default '{}',
    created_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE INDEX service_logs__created_at on service_logs (created_at);
CREATE INDEX service_logs__created_at_id on service_logs (tenant_id, created_at desc, id desc);
CREATE INDEX service_logs__type_created_at on service_logs (tenant_id, type, created_at);
CREATE TABLE sign_in_experiences (
    tenant_id text not null,
    id text not null,
    color json_text not null,
    branding json_text not null,
    hide_logto_branding boolean not null default false,
    language_info json_text not null,
    terms_of_use_url text,
    privacy_policy_url text,
    agree_to_terms_policy text not null default 'Automatic',
    sign_in json_text not null,
    sign_up json_text not null,
    social_sign_in json_text not null default '{}',
    social_sign_in_connector_targets json_text not null default '[]',
    sign_in_mode text not null default 'SignInAndRegister',
    custom_css text,
    custom_content json_text not null default '{}',
    custom_ui_assets json_text,
    custom_ui_csp json_text not null default '{}',
    password_policy json_text not null default '{}',
    mfa json_text not null default '{}',
    adaptive_mfa json_text not null default '{}',
    trusted_device json_text not null default '{}',
    single_sign_on_enabled boolean not null default false,
    support_email text,
    support_website_url text,
    unknown_session_redirect_url text,
    captcha_policy json_text not null default '{}',
    sentinel_policy json_text not null default '{}',
    email_blocklist_policy json_text not null default '{}',
    verification_code_policy json_text not null default '{}',
    forgot_password_methods json_text default '[]',
    passkey_sign_in json_text not null default '{}',
    sign_up_profile_fields json_text default '[]',
    password_expiration json_text not null default '{}',
    username_policy json_text not null default '{"caseSensitive":true,"minLength":1,"maxLength":128,"allowedChars":{"lowercase":true,"uppercase":true,"numbers":true,"underscore":true}}',
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    constraint sign_in_experiences__agree_to_terms_policy check (agree_to_terms_policy in ('Automatic', 'ManualRegistrationOnly', 'Manual')),
    constraint sign_in_experiences__sign_in_mode check (sign_in_mode in ('SignIn', 'Register', 'SignInAndRegister'))
);
CREATE TABLE sso_connector_idp_initiated_auth_configs (
    tenant_id text not null,
    connector_id text not null,
    default_application_id text not null,
    redirect_uri text,
    auth_parameters json_text not null default '{}',
    auto_send_authorization_request boolean not null default false,
    client_idp_initiated_auth_callback_uri text,
    created_at bigint not null,
    primary key (tenant_id, connector_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, connector_id) references sso_connectors (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, default_application_id) references applications (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX sso_connector_idp_initiated_auth_configs__default_application_i on sso_connector_idp_initiated_auth_configs (tenant_id, default_application_id);
CREATE TABLE sso_connectors (
    tenant_id text not null,
    id text not null,
    provider_name text not null,
    connector_name text not null,
    config json_text not null default '{}',
    domains json_text not null default '[]',
    branding json_text not null default '{}',
    sync_profile boolean not null default false,
    enable_token_storage boolean not null default false,
    created_at bigint not null,
    primary key (tenant_id, id),
    unique (tenant_id, connector_name),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade
);
CREATE TABLE subject_tokens (
    tenant_id text not null,
    id text not null,
    context json_text not null default '{}',
    expires_at bigint not null,
    consumed_at bigint,
    user_id text not null,
    created_at bigint not null,
    creator_id text not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX subject_tokens__user_id on subject_tokens (tenant_id, user_id);
CREATE TABLE systems (
    key text not null,
    value json_text not null default '{}',
    primary key (key)
);
CREATE TABLE tenants (
    id text primary key,
    name text not null default 'My Project',
    tag text not null default 'development',
    created_at bigint not null,
    is_suspended boolean not null default false,
    -- Ours: grows with every write to what processes keep in memory of the tenant.
    snapshot_version bigint not null default 0,
    constraint tenants__tag check (tag in ('development', 'production'))
);
CREATE TABLE trusted_devices (
    tenant_id text not null,
    id text not null,
    user_id text not null,
    secret_hash bytea not null,
    user_agent text,
    ip text,
    country text,
    city text,
    created_at bigint not null,
    last_used_at bigint not null,
    expires_at bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX trusted_devices__expires_at on trusted_devices (tenant_id, expires_at);
CREATE INDEX trusted_devices__user_id_expires_at on trusted_devices (tenant_id, user_id, expires_at);
CREATE TABLE user_geo_locations (
    tenant_id text not null,
    user_id text not null,
    latitude double precision,
    longitude double precision,
    updated_at bigint not null,
    primary key (tenant_id, user_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade,
    constraint user_geo_locations__both check ((latitude is null) = (longitude is null))
);
CREATE VIRTUAL TABLE user_search using fts5(names, tokenize = 'trigram', content = '', contentless_delete = 1);
CREATE TABLE 'user_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'user_search_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'user_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);
CREATE TABLE 'user_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE user_search_rows (
    number integer primary key,
    tenant_id text not null,
    user_id text not null,
    unique (tenant_id, user_id)
);
CREATE TABLE user_sign_in_countries (
    tenant_id text not null,
    user_id text not null,
    country text not null,
    last_sign_in_at bigint not null,
    primary key (tenant_id, user_id, country),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX user_sign_in_countries__user_id_last_sign_in_at on user_sign_in_countries (tenant_id, user_id, last_sign_in_at desc);
CREATE TABLE user_social_identities (
    tenant_id text not null,
    target text not null,
    identity_id text not null,
    user_id text not null,
    primary key (tenant_id, target, identity_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX user_social_identities__user_id on user_social_identities (tenant_id, user_id);
CREATE TABLE user_sso_identities (
    tenant_id text not null,
    id text not null,
    user_id text not null,
    issuer text not null,
    identity_id text not null,
    detail json_text not null default '{}',
    created_at bigint not null,
    updated_at bigint not null,
    sso_connector_id text not null,
    primary key (tenant_id, id),
    unique (tenant_id, issuer, identity_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, sso_connector_id) references sso_connectors (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX user_sso_identities__sso_connector_id on user_sso_identities (tenant_id, sso_connector_id);
CREATE INDEX user_sso_identities__user_id on user_sso_identities (tenant_id, user_id);
CREATE TRIGGER users__count_added after insert on users begin
    insert into row_counts values (new.tenant_id, 'users', 1)
        on conflict (tenant_id, subject) do update set number = number + 1;
end;
CREATE TRIGGER users__count_removed after delete on users begin
    update row_counts set number = number - 1 where tenant_id = old.tenant_id and subject = 'users';
end;
CREATE TRIGGER users__search_added after insert on users begin
    insert into user_search_rows (tenant_id, user_id) values (new.tenant_id, new.id);
    insert into user_search (rowid, names)
        select number, concat_ws(char(10), new.id, new.username, new.primary_email, new.primary_phone, new.name_folded)
        from user_search_rows where tenant_id = new.tenant_id and user_id = new.id;
end;
CREATE TRIGGER users__search_changed after update on users
    when new.username is not old.username or new.primary_email is not old.primary_email
        or new.primary_phone is not old.primary_phone or new.name_folded is not old.name_folded
begin
    delete from user_search where rowid =
        (select number from user_search_rows where tenant_id = new.tenant_id and user_id = new.id);
    insert into user_search (rowid, names)
        select number, concat_ws(char(10), new.id, new.username, new.primary_email, new.primary_phone, new.name_folded)
        from user_search_rows where tenant_id = new.tenant_id and user_id = new.id;
end;
CREATE TRIGGER users__search_removed after delete on users begin
    delete from user_search where rowid =
        (select number from user_search_rows where tenant_id = old.tenant_id and user_id = old.id);
    delete from user_search_rows where tenant_id = old.tenant_id and user_id = old.id;
end;
CREATE TABLE users (
    tenant_id text not null,
    id text not null,
    username text,
    primary_email text,
    primary_phone text,
    password_encrypted text,
    password_encryption_method text,
    name text,
    avatar text,
    profile json_text not null default '{}',
    application_id text,
    cimd_client_id text,
    identities json_text not null default '{}',
    custom_data json_text not null default '{}',
    logto_config json_text not null default '{}',
    mfa_verifications json_text not null default '[]',
    is_suspended boolean not null default false,
    is_password_expired boolean not null default false,
    last_sign_in_at bigint,
    password_updated_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    -- Ours: the name in lower case, as Rust folds it, for search in any script.
    name_folded text,
    primary key (tenant_id, id),
    unique (tenant_id, username),
    unique (tenant_id, primary_email),
    unique (tenant_id, primary_phone),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    constraint users__password_encryption_method check (password_encryption_method in ('Argon2i', 'Argon2id', 'Argon2d', 'SHA1', 'SHA256', 'MD5', 'Bcrypt', 'Legacy'))
);
CREATE INDEX users__created_at on users (tenant_id, created_at, id);
CREATE INDEX users__lower_primary_email on users (tenant_id, lower(primary_email)) where primary_email is not null;
CREATE INDEX users__lower_username on users (tenant_id, lower(username)) where username is not null;
CREATE INDEX users__name on users (tenant_id, name);
CREATE TRIGGER users_roles__count_added after insert on users_roles begin
    insert into row_counts values (new.tenant_id, 'role:' || new.role_id, 1)
        on conflict (tenant_id, subject) do update set number = number + 1;
end;
CREATE TRIGGER users_roles__count_removed after delete on users_roles begin
    update row_counts set number = number - 1 where tenant_id = old.tenant_id and subject = 'role:' || old.role_id;
end;
CREATE TABLE users_roles (
    tenant_id text not null,
    id text not null,
    user_id text not null,
    role_id text not null,
    primary key (tenant_id, id),
    unique (tenant_id, user_id, role_id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade,
    foreign key (tenant_id, role_id) references roles (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX users_roles__role_id_user_id on users_roles (tenant_id, role_id, user_id);
CREATE TABLE verification_records (
    tenant_id text not null,
    id text not null,
    user_id text,
    created_at bigint not null,
    expires_at bigint not null,
    data json_text not null default '{}',
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX verification_records__user_id on verification_records (tenant_id, user_id);
CREATE TABLE verification_statuses (
    tenant_id text not null,
    id text not null,
    user_id text not null,
    created_at bigint not null,
    verified_identifier text,
    primary key (tenant_id, id),
    foreign key (tenant_id) references tenants (id) on update cascade on delete cascade,
    foreign key (tenant_id, user_id) references users (tenant_id, id) on update cascade on delete cascade
);
CREATE INDEX verification_statuses__user_id on verification_statuses (tenant_id, user_id);
