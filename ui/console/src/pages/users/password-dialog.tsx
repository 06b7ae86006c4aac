import { Alert, Button, Group, Modal, PasswordInput, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSetPassword, type User } from '../../api/users';
import { CopyText } from '../../components/copy';
import { useErrorText } from '../../components/states';
import { displayName, generatePassword } from './user-model';

interface PasswordDialogProps {
  user: User;
  opened: boolean;
  onClose: () => void;
}

/** Gives a person a new password, made up or typed, and shows it once. */
export function PasswordDialog({ user, opened, onClose }: PasswordDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('users.resetPassword')}>
      <PasswordForm user={user} onClose={onClose} />
    </Modal>
  );
}

/** Inside the modal, so that the password is forgotten when it closes. */
function PasswordForm({ user, onClose }: Omit<PasswordDialogProps, 'opened'>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const set = useSetPassword(user.id);
  const [kind, setKind] = useState('generated');
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<string>();

  if (done !== undefined) {
    return (
      <Stack gap="md">
        <Text fz="sm">{t('users.passwordSet', { name: displayName(user) })}</Text>
        <CopyText block secret value={done} label={t('users.password')} />
        <Text fz="sm" c="dimmed">
          {t('users.passwordOnce')}
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Group>
      </Stack>
    );
  }

  const submit = () => {
    const password = kind === 'typed' ? typed : generatePassword();
    set.mutate(password, { onSuccess: () => setDone(password) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <Text fz="sm">{t('users.resetPasswordText', { name: displayName(user) })}</Text>
        <Radio.Group aria-label={t('users.passwordKind')} value={kind} onChange={setKind}>
          <Stack gap="xs">
            <Radio value="generated" label={t('users.passwordKinds.generated')} />
            <Radio value="typed" label={t('users.passwordKinds.typed')} />
          </Stack>
        </Radio.Group>
        {kind === 'typed' && (
          <PasswordInput
            withAsterisk
            autoComplete="new-password"
            label={t('users.password')}
            visibilityToggleButtonProps={{ 'aria-label': t('common.showThing', { thing: t('users.password') }) }}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {set.error && (
          <Alert color="red" variant="light" role="alert">
            {errorText(set.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={set.isPending} disabled={kind === 'typed' && typed === ''}>
            {t('users.setPassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
