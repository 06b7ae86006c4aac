import { ActionIcon, Badge, Button, Menu, Tabs, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconBook2, IconDots, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useApplication, useDeleteApplication, type Application } from '../../api/applications';
import { ApplicationIcon } from '../../components/application-icon';
import { ConfirmDelete } from '../../components/confirm';
import { CopyText } from '../../components/copy';
import { Page } from '../../components/page';
import { FormSkeleton, LoadFailure } from '../../components/states';
import { SettingsForm } from './settings-form';

const GuideDrawer = lazy(() => import('./guide-drawer'));

/** One application: header with its identity and actions, and its settings. */
export function ApplicationDetails() {
  const { t } = useTranslation();
  const { applicationId } = useParams({ from: '/shell/applications/$applicationId' });
  const application = useApplication(applicationId);
  if (application.data) return <Details key={applicationId} application={application.data} />;
  return (
    <Page title={t('applications.title')} width="narrow" back={{ to: '/applications', label: t('applications.title') }}>
      {application.isError ? (
        <LoadFailure error={application.error} onRetry={() => void application.refetch()} />
      ) : (
        <FormSkeleton />
      )}
    </Page>
  );
}

function Details({ application }: { application: Application }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const remove = useDeleteApplication(application.id);
  const [guideOpened, guide] = useDisclosure();
  const [deleteOpened, deletion] = useDisclosure();

  const confirmDelete = async () => {
    await remove.mutateAsync();
    notifications.show({ color: 'teal', message: t('applications.deleted') });
    await navigate({ to: '/applications', ignoreBlocker: true });
  };

  return (
    <Page
      title={application.name}
      width="narrow"
      back={{ to: '/applications', label: t('applications.title') }}
      icon={<ApplicationIcon type={application.type} size={52} />}
      badges={
        <>
          <Badge variant="light" tt="none" radius="sm">
            {t(`applications.type.${application.type}`)}
          </Badge>
          {application.isThirdParty && (
            <Badge variant="light" color="orange" tt="none" radius="sm">
              {t('applications.thirdParty')}
            </Badge>
          )}
          {application.customClientMetadata.isDeviceFlow && (
            <Badge variant="light" color="grape" tt="none" radius="sm">
              {t('applications.deviceFlow')}
            </Badge>
          )}
        </>
      }
      subtitle={<CopyText value={application.id} label={t('applications.appId')} />}
      actions={
        <>
          <Button variant="default" leftSection={<IconBook2 size={16} />} onClick={guide.open}>
            {t('applications.checkGuide')}
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
                {t('applications.deleteAction')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Tabs value="settings">
        <Tabs.List mb="lg">
          <Tabs.Tab value="settings">{t('applications.tabSettings')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="settings">
          <SettingsForm application={application} />
        </Tabs.Panel>
      </Tabs>
      {guideOpened && (
        <Suspense>
          <GuideDrawer application={application} onClose={guide.close} />
        </Suspense>
      )}
      <ConfirmDelete
        opened={deleteOpened}
        onClose={deletion.close}
        title={t('applications.deleteTitle')}
        text={t('applications.deleteText')}
        action={t('applications.deleteAction')}
        typeName={application.name}
        onConfirm={confirmDelete}
      />
    </Page>
  );
}
