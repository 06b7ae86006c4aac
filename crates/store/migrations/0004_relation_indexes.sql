-- Who is related to one thing is read in both directions. An index that holds the whole answer is what SQLite
-- prefers without statistics, so both directions have one.
drop index users_roles__role_id;
create index users_roles__role_id_user_id on users_roles (tenant_id, role_id, user_id);
drop index applications_roles__role_id;
create index applications_roles__role_id_application_id on applications_roles (tenant_id, role_id, application_id);
drop index organization_user_relations__user_id;
create index organization_user_relations__user_id_organization_id on organization_user_relations (tenant_id, user_id, organization_id);
drop index organization_application_relations__application_id;
create index organization_application_relations__app_id_organization_id on organization_application_relations (tenant_id, application_id, organization_id);
drop index organization_role_user_relations__organization_id_user_id;
create index organization_role_user_relations__org_id_user_id_role_id on organization_role_user_relations (tenant_id, organization_id, user_id, organization_role_id);
drop index organization_role_application_relations__organization_id_applic;
create index organization_role_application_relations__org_id_app_id_role_id on organization_role_application_relations (tenant_id, organization_id, application_id, organization_role_id);
