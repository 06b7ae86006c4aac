import { Alert, Button, Group, Modal, PasswordInput, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCircleCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/errors';
import { useCreateUser, type User } from '../../api/users';
import { CopyText } from '../../components/copy';
import { DialogFooter } from '../guides/create-dialog';
import { identifierRefusals, useIdentifierRules } from './identifier-rules';
import { displayName, generatePassword, hasIdentifier, toCreate, type NewUserValues } from './user-model';

interface Created {
  user: User;
  password: string | undefined;
}

/** Creates an account, and shows its password once. */
export default function CreateDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [created, setCreated] = useState<Created>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(created ? 'users.createdTitle' : 'users.create')}
      // A click beside the dialog must not lose the password.
      closeOnClickOutside={created === undefined}
    >
      {created ? <CreatedView created={created} onClose={onClose} /> : <CreateForm onCreated={setCreated} onClose={onClose} />}
    </Modal>
  );
}

const kinds = ['generated', 'typed', 'none'] as const;

function CreateForm({ onCreated, onClose }: { onCreated: (created: Created) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateUser();
  const rules = useIdentifierRules();
  const form = useForm<NewUserValues>({
    initialValues: { name: '', username: '', email: '', phone: '', passwordKind: 'generated', password: '' },
    validate: {
      ...rules,
      username: (text, values) => (hasIdentifier(values) ? rules.username(text) : t('users.identifierNeeded')),
      password: (text, values) => (values.passwordKind === 'typed' && text === '' ? t('common.required') : null),
    },
  });

  const submit = form.onSubmit((values) => {
    const body = toCreate(values, generatePassword());
    create.mutate(body, {
      onSuccess: (user) => onCreated({ user, password: body.password }),
      onError: (error) => {
        if (error instanceof ApiError) form.setErrors(identifierRefusals(error));
      },
    });
  });
  const isAtField = create.error instanceof ApiError && Object.keys(identifierRefusals(create.error)).length > 0;

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          data-autofocus
          autoComplete="off"
          label={t('users.username')}
          placeholder="ada_lovelace"
          spellCheck={false}
          {...form.getInputProps('username')}
        />
        <TextInput type="email" autoComplete="off" label={t('users.email')} placeholder="ada@example.com" {...form.getInputProps('email')} />
        <TextInput type="tel" autoComplete="off" label={t('users.phone')} placeholder="+44 20 7946 0000" {...form.getInputProps('phone')} />
        <TextInput autoComplete="off" label={t('users.name')} placeholder="Ada Lovelace" {...form.getInputProps('name')} />
        <Radio.Group label={t('users.passwordKind')} {...form.getInputProps('passwordKind')}>
          <Stack gap="xs" mt={6}>
            {kinds.map((kind) => (
              <Radio key={kind} value={kind} label={t(`users.passwordKinds.${kind}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {form.values.passwordKind === 'typed' && (
          <PasswordInput
            withAsterisk
            autoComplete="new-password"
            label={t('users.password')}
            visibilityToggleButtonProps={{ 'aria-label': t('common.showThing', { thing: t('users.password') }) }}
            {...form.getInputProps('password')}
          />
        )}
        <DialogFooter error={isAtField ? null : create.error} busy={create.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

function CreatedView({ created: { user, password }, onClose }: { created: Created; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} />} role="status">
        {t('users.createdText', { name: displayName(user) })}
      </Alert>
      {user.username && <Shown label={t('users.username')} value={user.username} />}
      {user.primaryEmail && <Shown label={t('users.email')} value={user.primaryEmail} />}
      {password !== undefined && (
        <>
          <Shown label={t('users.password')} value={password} secret />
          <Text fz="sm" c="dimmed">
            {t('users.passwordOnce')}
          </Text>
        </>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.close')}
        </Button>
        <Button onClick={() => void navigate({ to: '/users/$userId', params: { userId: user.id } })}>{t('users.open')}</Button>
      </Group>
    </Stack>
  );
}

function Shown({ label, value, secret }: { label: string; value: string; secret?: boolean }) {
  return (
    <div>
      <Text fz="sm" fw={500} mb={4}>
        {label}
      </Text>
      <CopyText block value={value} label={label} secret={secret} />
    </div>
  );
}
