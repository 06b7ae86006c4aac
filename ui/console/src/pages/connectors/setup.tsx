import { Button, Group, Paper, Skeleton, Stack, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useConnectorFactories,
  useConnectors,
  useCreateConnector,
  type Connector,
  type ConnectorFactory,
} from '../../api/connectors';
import { ConnectorLogo } from '../../components/connector-logo';
import { FormSection } from '../../components/form-section';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/page';
import { LeaveGuard } from '../../components/save-bar';
import { FormSkeleton, LoadFailure, NotFound } from '../../components/states';
import { ConfigFields } from './config-fields';
import { formItemsOf, toConfig, toValues } from './config-model';
import { focusFirst, useConnectorForm, useRefusal } from './connector-form';
import { applyMetadata } from './discovery';
import { DiscoveryHelper } from './discovery-helper';
import { CallbackAddress, GeneralFields } from './general-fields';
import { localized, newConnectorId, newGeneralValues, toMetadata } from './general-model';
import classes from './setup.module.css';
import { tabOf } from './tabs';

const Markdown = lazy(() => import('../../components/markdown'));

/** Sets up a new connector: the provider's guide beside its form. */
export function ConnectorSetup() {
  const { t } = useTranslation();
  const { tab, factoryId } = useParams({ from: '/shell/connectors/$tab/guide/$factoryId' });
  const factories = useConnectorFactories();
  const connectors = useConnectors();
  const factory = factories.data?.find(({ id }) => id === factoryId);
  const error = factories.error ?? connectors.error;

  if (factory && connectors.data) {
    if (tabOf(factory.type) !== tab) return <NotFound />;
    return <Setup key={factoryId} factory={factory} existing={connectors.data} />;
  }
  if (factories.data && connectors.data) return <NotFound />;
  return (
    <Page title={t('connectors.title')}>
      {error ? (
        <LoadFailure error={error} onRetry={() => void Promise.all([factories.refetch(), connectors.refetch()])} />
      ) : (
        <FormSkeleton />
      )}
    </Page>
  );
}

function Setup({ factory, existing }: { factory: ConnectorFactory; existing: Connector[] }) {
  const { t, i18n } = useTranslation();
  const name = localized(factory.name, i18n.language);
  return (
    <Page
      title={name}
      subtitle={localized(factory.description, i18n.language)}
      back={{ to: '/connectors', label: t('connectors.title') }}
      icon={<ConnectorLogo logo={factory.logo} logoDark={factory.logoDark} size={48} />}
    >
      <div className={classes.columns}>
        <Paper component="section" withBorder className={classes.guide} aria-labelledby="connector-guide" tabIndex={0}>
          <Title order={2} id="connector-guide" fz="md" mb="md">
            {t('connectors.guide')}
          </Title>
          <Suspense fallback={<Skeleton h={320} radius="md" />}>
            <Markdown>{factory.readme}</Markdown>
          </Suspense>
        </Paper>
        <SetupForm factory={factory} existing={existing} />
      </div>
    </Page>
  );
}

function SetupForm({ factory, existing }: { factory: ConnectorFactory; existing: Connector[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateConnector();
  const [id] = useState(newConnectorId);
  const items = formItemsOf(factory);
  const isSocial = factory.type === 'Social';
  const [initialValues] = useState(() => ({
    ...newGeneralValues(factory, existing),
    config: toValues(items),
  }));
  const form = useConnectorForm(items, initialValues, factory.isStandard === true);
  const refuse = useRefusal(form, items);

  const submit = form.onSubmit(
    ({ config, ...general }) =>
      create.mutate(
        {
          id,
          connectorId: factory.id,
          config: toConfig(items, config),
          ...(factory.isStandard && { metadata: toMetadata(general) }),
          ...(isSocial && { syncProfile: general.syncProfile }),
        },
        {
          onSuccess: (connector) => {
            notifications.show({ color: 'teal', message: t('connectors.created') });
            return navigate({
              to: '/connectors/$tab/$connectorId',
              params: { tab: tabOf(factory.type), connectorId: connector.id },
              ignoreBlocker: true,
            });
          },
          onError: refuse,
        },
      ),
    (errors) => focusFirst(form, errors),
  );

  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <Stack gap="lg">
        {isSocial && (
          <FormSection stacked title={t('connectors.sectionGeneral')}>
            <GeneralFields form={form} factory={factory} />
          </FormSection>
        )}
        <FormSection stacked title={t('connectors.settings')}>
          {isSocial && <CallbackAddress connectorId={id} />}
          {items.some(({ key }) => key === 'idTokenVerificationConfig') && (
            <DiscoveryHelper
              onFound={(metadata) => {
                form.setFieldValue('config', applyMetadata(items, form.values.config, metadata));
                form.clearErrors();
              }}
            />
          )}
          <ConfigFields items={items} form={form} />
        </FormSection>
        <Group justify="flex-end" gap="xs">
          <LinkButton to="/connectors" variant="default">
            {t('common.cancel')}
          </LinkButton>
          <Button type="submit" loading={create.isPending}>
            {t('connectors.saveAndDone')}
          </Button>
        </Group>
      </Stack>
      <LeaveGuard active={form.isDirty() && !create.isPending && !create.isSuccess} />
    </form>
  );
}
