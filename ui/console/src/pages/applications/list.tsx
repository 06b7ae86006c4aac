import { Button, Group, Tabs, Text } from '@mantine/core';
import { IconApps, IconPlus, IconSearchOff, IconUsersGroup } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useApplications, type Application } from '../../api/applications';
import { ApplicationIcon } from '../../components/application-icon';
import { CopyText } from '../../components/copy';
import { DataTable, RowLink, SearchField, type Column } from '../../components/data-table';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/page';
import { EmptyState, LoadFailure } from '../../components/states';
import { useDayFormat } from '../../phrases/dates';
import type { ApplicationListSearch } from '../search';
import classes from './list.module.css';

const pageSize = 20;

/** All applications, our own and those of other parties. */
export function ApplicationList() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/applications' });
  const navigate = useNavigate({ from: '/applications' });
  const { tab, page = 1, q = '' } = search;
  const isThirdParty = tab === 'third-party';
  const list = useApplications({ page, pageSize, search: q, isThirdParty });
  const set = (change: ApplicationListSearch, replace = false) => void navigate({ search: change, replace });
  const formatDay = useDayFormat();

  const columns: Column<Application>[] = [
    {
      header: t('applications.columnName'),
      render: (row) => (
        <RowLink
          icon={<ApplicationIcon type={row.type} />}
          title={row.name}
          subtitle={t(`applications.type.${row.type}`)}
          link={{ to: '/applications/$applicationId', params: { applicationId: row.id } }}
        />
      ),
    },
    {
      header: t('applications.columnId'),
      width: 280,
      secondary: true,
      render: (row) => <CopyText value={row.id} label={t('applications.appId')} />,
    },
    {
      header: t('applications.columnCreated'),
      width: 150,
      secondary: true,
      render: (row) => (
        <Text fz="sm" c="dimmed">
          {formatDay(row.createdAt)}
        </Text>
      ),
    },
  ];

  return (
    <Page
      title={t('applications.title')}
      subtitle={t('applications.subtitle')}
      actions={
        <LinkButton to="/applications/create" leftSection={<IconPlus size={16} />}>
          {t('applications.create')}
        </LinkButton>
      }
    >
      <Group justify="space-between" mb="md" gap="sm" className={classes.bar}>
        <Tabs
          value={isThirdParty ? 'third-party' : 'mine'}
          onChange={(value) => set(value === 'third-party' ? { tab: 'third-party' } : {})}
          variant="pills"
        >
          <Tabs.List>
            <Tabs.Tab value="mine">{t('applications.tabMine')}</Tabs.Tab>
            <Tabs.Tab value="third-party">{t('applications.tabThirdParty')}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        <SearchField
          placeholder={t('applications.searchPlaceholder')}
          value={q}
          onChange={(text) => set({ ...(tab && { tab }), ...(text && { q: text }) }, true)}
        />
      </Group>
      {list.isError ? (
        <LoadFailure error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label={t('applications.title')}
          columns={columns}
          rows={list.data?.rows}
          rowKey={(row) => row.id}
          onRowClick={(row) => void navigate({ to: '/applications/$applicationId', params: { applicationId: row.id } })}
          empty={<Empty isThirdParty={isThirdParty} isSearch={q !== ''} onClear={() => set(tab ? { tab } : {})} />}
          page={page}
          pageSize={pageSize}
          total={list.data?.total ?? 0}
          onPageChange={(next) => set({ ...search, page: next > 1 ? next : undefined })}
        />
      )}
    </Page>
  );
}

interface EmptyProps {
  isThirdParty: boolean;
  isSearch: boolean;
  onClear: () => void;
}

function Empty({ isThirdParty, isSearch, onClear }: EmptyProps) {
  const { t } = useTranslation();
  if (isSearch) {
    return (
      <EmptyState
        icon={IconSearchOff}
        title={t('applications.noMatchTitle')}
        text={t('applications.noMatchText')}
        action={
          <Button variant="default" onClick={onClear}>
            {t('applications.clearSearch')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={isThirdParty ? IconUsersGroup : IconApps}
      title={t(isThirdParty ? 'applications.emptyThirdPartyTitle' : 'applications.emptyTitle')}
      text={t(isThirdParty ? 'applications.emptyThirdPartyText' : 'applications.emptyText')}
      action={
        <LinkButton
          to="/applications/create"
          search={isThirdParty ? { category: 'ThirdParty' } : {}}
          leftSection={<IconPlus size={16} />}
        >
          {t('applications.create')}
        </LinkButton>
      }
    />
  );
}
