import { ActionIcon, Badge, Button, Menu, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconCircleCheck, IconDots, IconKey, IconLock, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDeleteUser, useSuspendUser, useUser, type User } from '../../api/users';
import { ConfirmDelete } from '../../components/confirm';
import { CopyText } from '../../components/copy';
import { Page } from '../../components/page';
import { FormSkeleton, LoadFailure, useErrorText } from '../../components/states';
import { PasswordDialog } from './password-dialog';
import { UserAvatar } from './user-avatar';
import { UserForm } from './user-form';
import { displayName } from './user-model';

/** One person: profile, accounts elsewhere, data, and what an administrator can do. */
export function UserDetails() {
  const { t } = useTranslation();
  const { userId } = useParams({ from: '/shell/users/$userId' });
  const user = useUser(userId);
  if (user.data) return <Details key={userId} user={user.data} />;
  return (
    <Page title={t('users.title')} width="narrow" back={{ to: '/users', label: t('users.title') }}>
      {user.isError ? <LoadFailure error={user.error} onRetry={() => void user.refetch()} /> : <FormSkeleton />}
    </Page>
  );
}

function Details({ user }: { user: User }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const remove = useDeleteUser(user.id);
  const suspend = useSuspendUser(user.id);
  const [passwordOpened, password] = useDisclosure();
  const [suspendOpened, suspension] = useDisclosure();
  const [deleteOpened, deletion] = useDisclosure();
  const name = displayName(user);

  const confirmDelete = async () => {
    await remove.mutateAsync();
    notifications.show({ color: 'teal', message: t('users.deleted') });
    await navigate({ to: '/users', ignoreBlocker: true });
  };
  const setSuspended = async (isSuspended: boolean) => {
    await suspend.mutateAsync(isSuspended);
    notifications.show({ color: 'teal', message: t(isSuspended ? 'users.suspendDone' : 'users.reactivateDone') });
  };

  const reactivate = () =>
    setSuspended(false).catch((error: unknown) => notifications.show({ color: 'red', message: errorText(error) }));

  return (
    <Page
      title={name}
      width="narrow"
      back={{ to: '/users', label: t('users.title') }}
      icon={<UserAvatar user={user} size={52} />}
      badges={
        user.isSuspended && (
          <Badge variant="light" color="red" tt="none" radius="sm">
            {t('users.suspended')}
          </Badge>
        )
      }
      subtitle={<CopyText value={user.id} label={t('users.id')} />}
      actions={
        <>
          <Button variant="default" leftSection={<IconKey size={16} />} onClick={password.open}>
            {t('users.resetPassword')}
          </Button>
          <UserMenu
            isSuspended={user.isSuspended}
            onSuspend={suspension.open}
            onReactivate={() => void reactivate()}
            onDelete={deletion.open}
          />
        </>
      }
    >
      <UserForm user={user} />
      <PasswordDialog user={user} opened={passwordOpened} onClose={password.close} />
      <ConfirmDelete
        opened={suspendOpened}
        onClose={suspension.close}
        title={t('users.suspendTitle', { name })}
        text={t('users.suspendText')}
        action={t('users.suspend')}
        onConfirm={() => setSuspended(true)}
      />
      <ConfirmDelete
        opened={deleteOpened}
        onClose={deletion.close}
        title={t('users.deleteTitle', { name })}
        text={t('users.deleteText')}
        action={t('users.deleteAction')}
        onConfirm={confirmDelete}
      />
    </Page>
  );
}

interface UserMenuProps {
  isSuspended: boolean;
  onSuspend: () => void;
  onReactivate: () => void;
  onDelete: () => void;
}

function UserMenu({ isSuspended, onSuspend, onReactivate, onDelete }: UserMenuProps) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('applications.moreActions')} withArrow>
          <ActionIcon variant="default" size={36} aria-label={t('applications.moreActions')}>
            <IconDots size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {isSuspended ? (
          <Menu.Item leftSection={<IconCircleCheck size={16} />} onClick={onReactivate}>
            {t('users.reactivate')}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconLock size={16} />} onClick={onSuspend}>
            {t('users.suspend')}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
          {t('users.deleteAction')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
