import { Button, Collapse, Input, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Application } from '../../api/applications';
import { bootstrap } from '../../bootstrap';
import { CopyText } from '../../components/copy';

/** Paths of the OpenID Connect endpoints, as the discovery document announces them. */
const paths = {
  discovery: '/oidc/.well-known/openid-configuration',
  jwks: '/oidc/jwks',
  authorization: '/oidc/auth',
  token: '/oidc/token',
  userinfo: '/oidc/me',
} as const;

/** What an application is configured with, each to be copied. */
export function Endpoints({ application }: { application: Application }) {
  const { t } = useTranslation();
  const [shown, { toggle }] = useDisclosure();
  return (
    <Stack gap="sm">
      <Field label={t('applications.appId')} value={application.id} />
      <Field label={t('applications.endpoint')} value={bootstrap.endpoint} />
      <Field label={t('applications.issuer')} value={`${bootstrap.endpoint}/oidc`} />
      <Collapse expanded={shown}>
        <Stack gap="sm">
          {(Object.keys(paths) as (keyof typeof paths)[]).map((name) => (
            <Field key={name} label={t(`applications.${name}`)} value={bootstrap.endpoint + paths[name]} />
          ))}
        </Stack>
      </Collapse>
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={toggle}
          aria-expanded={shown}
          rightSection={shown ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
        >
          {t(shown ? 'applications.hideEndpoints' : 'applications.showEndpoints')}
        </Button>
      </div>
    </Stack>
  );
}

function Field({ label, value }: { label: string; value: string }) {
  return (
    <div role="group" aria-label={label}>
      <Input.Label component="div" mb={4}>
        {label}
      </Input.Label>
      <CopyText block value={value} label={label} />
    </div>
  );
}
