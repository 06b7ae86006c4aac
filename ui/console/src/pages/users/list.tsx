import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconSearchOff, IconUsers } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useUsers, type User } from '../../api/users';
import { DataTable, RowLink, SearchField, type Column } from '../../components/data-table';
import { Page } from '../../components/page';
import { EmptyState, LoadFailure } from '../../components/states';
import { useDayFormat, useMomentFormat } from '../../phrases/dates';
import { UserAvatar } from './user-avatar';
import { displayName, subtitleOf } from './user-model';

const CreateDialog = lazy(() => import('./create-dialog'));

const pageSize = 20;

/** Everybody who has an account. */
export function UserList() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/users' });
  const navigate = useNavigate({ from: '/users' });
  const { page = 1, q = '' } = search;
  const list = useUsers({ page, pageSize, search: q });
  const columns = useColumns();
  const [creating, dialog] = useDisclosure();
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      {t('users.create')}
    </Button>
  );

  return (
    <Page title={t('users.title')} subtitle={t('users.subtitle')} actions={create}>
      <Group justify="flex-end" mb="md">
        <SearchField
          placeholder={t('users.searchPlaceholder')}
          value={q}
          onChange={(text) => void navigate({ search: text ? { q: text } : {}, replace: true })}
        />
      </Group>
      {list.isError ? (
        <LoadFailure error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label={t('users.title')}
          columns={columns}
          rows={list.data?.rows}
          rowKey={(row) => row.id}
          onRowClick={(row) => void navigate({ to: '/users/$userId', params: { userId: row.id } })}
          empty={<Empty isSearch={q !== ''} onClear={() => void navigate({ search: {} })} onCreate={dialog.open} />}
          page={page}
          pageSize={pageSize}
          total={list.data?.total ?? 0}
          onPageChange={(next) => void navigate({ search: { ...search, page: next > 1 ? next : undefined } })}
        />
      )}
      {creating && (
        <Suspense>
          <CreateDialog onClose={dialog.close} />
        </Suspense>
      )}
    </Page>
  );
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation();
  const formatDay = useDayFormat();
  const formatMoment = useMomentFormat();
  return [
    {
      header: t('users.columnUser'),
      render: (row) => (
        <Group gap="sm" wrap="nowrap">
          <RowLink
            icon={<UserAvatar user={row} />}
            title={displayName(row)}
            subtitle={subtitleOf(row)}
            link={{ to: '/users/$userId', params: { userId: row.id } }}
          />
          {row.isSuspended && (
            <Badge variant="light" color="red" tt="none" radius="sm">
              {t('users.suspended')}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      header: t('users.columnLastSignIn'),
      width: 210,
      secondary: true,
      render: (row) => (
        <Text fz="sm" c="dimmed">
          {row.lastSignInAt === null ? t('users.never') : formatMoment(row.lastSignInAt)}
        </Text>
      ),
    },
    {
      header: t('users.columnCreated'),
      width: 150,
      secondary: true,
      render: (row) => (
        <Text fz="sm" c="dimmed">
          {formatDay(row.createdAt)}
        </Text>
      ),
    },
  ];
}

function Empty({ isSearch, onClear, onCreate }: { isSearch: boolean; onClear: () => void; onCreate: () => void }) {
  const { t } = useTranslation();
  if (isSearch) {
    return (
      <EmptyState
        icon={IconSearchOff}
        title={t('users.noMatchTitle')}
        text={t('users.noMatchText')}
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
      icon={IconUsers}
      title={t('users.emptyTitle')}
      text={t('users.emptyText')}
      action={
        <Button variant="light" leftSection={<IconPlus size={16} />} onClick={onCreate}>
          {t('users.createFirst')}
        </Button>
      }
    />
  );
}
