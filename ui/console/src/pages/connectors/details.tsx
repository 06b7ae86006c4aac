import { ActionIcon, Alert, Badge, Button, Drawer, Menu, Skeleton, Stack, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconBook2, IconCircleCheck, IconDots, IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { useConnector, useDeleteConnector, useUpdateConnector, type Connector } from '../../api/connectors';
import { useSignInExperience } from '../../api/sign-in-experience';
import { ConfirmDelete } from '../../components/confirm';
import { ConnectorLogo } from '../../components/connector-logo';
import { CopyText } from '../../components/copy';
import { FormSection } from '../../components/form-section';
import { LinkAnchor } from '../../components/links';
import { Page } from '../../components/page';
import { SaveBar } from '../../components/save-bar';
import { FormSkeleton, LoadFailure, NotFound } from '../../components/states';
import { ConfigFields } from './config-fields';
import { formItemsOf, toConfig, toValues } from './config-model';
import { focusFirst, useConnectorForm, useRefusal, type ConnectorFormValues } from './connector-form';
import { CallbackAddress, GeneralFields } from './general-fields';
import { generalValuesOf, localized, toMetadata } from './general-model';
import { tabOf } from './tabs';

const Markdown = lazy(() => import('../../components/markdown'));

/** One connector: what it is called, its settings, and whether the sign-in page offers it. */
export function ConnectorDetails() {
  const { t } = useTranslation();
  const { tab, connectorId } = useParams({ from: '/shell/connectors/$tab/$connectorId' });
  const connector = useConnector(connectorId);
  if (connector.data) {
    return tabOf(connector.data.type) === tab ? <Details key={connectorId} connector={connector.data} /> : <NotFound />;
  }
  return (
    <Page title={t('connectors.title')} width="narrow" back={{ to: '/connectors', label: t('connectors.title') }}>
      {connector.isError ? (
        <LoadFailure error={connector.error} onRetry={() => void connector.refetch()} />
      ) : (
        <FormSkeleton />
      )}
    </Page>
  );
}

function Details({ connector }: { connector: Connector }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const remove = useDeleteConnector(connector.id);
  const experience = useSignInExperience();
  const [guideOpened, guide] = useDisclosure();
  const [deleteOpened, deletion] = useDisclosure();
  const isSocial = connector.type === 'Social';
  const inUse = isSocial ? experience.data?.socialSignInConnectorTargets.includes(connector.target) : undefined;
  const name = localized(connector.name, i18n.language);

  const confirmDelete = async () => {
    await remove.mutateAsync();
    notifications.show({ color: 'teal', message: t('connectors.deleted') });
    await navigate({ to: '/connectors', ignoreBlocker: true });
  };

  return (
    <Page
      title={name}
      width="narrow"
      back={{ to: '/connectors', label: t('connectors.title') }}
      icon={<ConnectorLogo logo={connector.logo} logoDark={connector.logoDark} size={52} />}
      badges={
        <Badge variant="light" tt="none" radius="sm">
          {t(`connectors.type.${connector.type}`)}
        </Badge>
      }
      subtitle={<CopyText value={connector.id} label={t('connectors.id')} />}
      actions={
        <>
          <Button variant="default" leftSection={<IconBook2 size={16} />} onClick={guide.open}>
            {t('connectors.checkGuide')}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Tooltip label={t('applications.moreActions')} withArrow>
                <ActionIcon variant="default" size={36} aria-label={t('applications.moreActions')}>
                  <IconDots size={18} />
                </ActionIcon>
              </Tooltip>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={deletion.open}>
                {t('connectors.deleteAction')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Stack gap="lg">
        {inUse !== undefined && <Usage inUse={inUse} />}
        <DetailsForm connector={connector} />
      </Stack>
      <Drawer opened={guideOpened} onClose={guide.close} title={name} position="right" size="lg">
        <Suspense fallback={<Skeleton h={320} radius="md" />}>
          <Markdown>{connector.readme}</Markdown>
        </Suspense>
      </Drawer>
      <ConfirmDelete
        opened={deleteOpened}
        onClose={deletion.close}
        title={t('connectors.deleteTitle', { name })}
        text={t(inUse ? 'connectors.deleteInUseText' : 'connectors.deleteText')}
        action={t('connectors.deleteAction')}
        onConfirm={confirmDelete}
      />
    </Page>
  );
}

/** Whether people see this connector, and where to change that. */
function Usage({ inUse }: { inUse: boolean }) {
  const link = <LinkAnchor to="/sign-in-experience/$tab" params={{ tab: 'sign-up-and-sign-in' }} fz="sm" c="inherit" td="underline" />;
  return (
    <Alert
      variant="light"
      color={inUse ? 'teal' : 'blue'}
      icon={inUse ? <IconCircleCheck size={18} /> : <IconInfoCircle size={18} />}
    >
      <Trans i18nKey={inUse ? 'connectors.inUse' : 'connectors.notInUse'} components={{ experience: link }} />
    </Alert>
  );
}

function DetailsForm({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  const update = useUpdateConnector(connector.id);
  const items = formItemsOf(connector);
  const isStandard = connector.isStandard === true;
  const isSocial = connector.type === 'Social';
  const valuesOf = (source: Connector): ConnectorFormValues => ({
    ...generalValuesOf(source),
    config: toValues(items, source.config),
  });
  const form = useConnectorForm(items, valuesOf(connector), isStandard);
  const refuse = useRefusal(form, items);

  const submit = form.onSubmit(
    ({ config, ...general }) =>
      update.mutate(
        {
          config: toConfig(items, config, connector.config),
          ...(isStandard && { metadata: toMetadata(general, connector.metadata) }),
          ...(isSocial && { syncProfile: general.syncProfile }),
        },
        {
          onSuccess: (saved) => {
            const next = valuesOf(saved);
            form.setInitialValues(next);
            form.setValues(next);
            form.resetDirty(next);
            notifications.show({ color: 'teal', message: t('common.saved') });
          },
          onError: refuse,
        },
      ),
    (errors) => focusFirst(form, errors),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {isSocial && (
          <FormSection title={t('connectors.sectionGeneral')} text={t('connectors.sectionGeneralText')}>
            <GeneralFields form={form} factory={connector} isExisting />
          </FormSection>
        )}
        <FormSection title={t('connectors.settings')} text={t('connectors.settingsText')}>
          {isSocial && <CallbackAddress connectorId={connector.id} />}
          <ConfigFields items={items} form={form} />
        </FormSection>
      </Stack>
      <SaveBar dirty={form.isDirty()} saving={update.isPending} onDiscard={form.reset} />
    </form>
  );
}
