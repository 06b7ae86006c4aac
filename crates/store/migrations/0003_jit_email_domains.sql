-- Finds the organizations that new users of an e-mail domain join.
create index organization_jit_email_domains__email_domain on organization_jit_email_domains (tenant_id, lower(email_domain));
