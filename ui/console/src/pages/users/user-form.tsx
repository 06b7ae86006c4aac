import { Alert, Button, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectors } from '../../api/connectors';
import { ApiError } from '../../api/errors';
import { useRemoveIdentity, useUpdateUser, type User } from '../../api/users';
import { ConfirmDelete } from '../../components/confirm';
import { ConnectorLogo } from '../../components/connector-logo';
import { FormSection } from '../../components/form-section';
import { SaveBar } from '../../components/save-bar';
import { useErrorText } from '../../components/states';
import { findJsonProblem } from '../applications/settings-model';
import { isPictureUrl, localized } from '../connectors/general-model';
import { identifierRefusals, useIdentifierRules } from './identifier-rules';
import { hasIdentifier, profileFields, toPatch, toValues, type UserValues } from './user-model';
import classes from './user-form.module.css';

const JsonEditor = lazy(() => import('../../components/json-editor'));

/** Everything about a person that can be edited, saved together. */
export function UserForm({ user }: { user: User }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const update = useUpdateUser(user.id);
  const form = useForm<UserValues>({
    initialValues: toValues(user),
    validateInputOnBlur: true,
    validate: {
      ...useIdentifierRules(),
      avatar: (url) => (isPictureUrl(url) ? null : t('connectors.logoInvalid')),
      customData: (text) => {
        const problem = findJsonProblem(text);
        return problem ? t(`common.${problem}`) : null;
      },
    },
  });
  const customDataError = form.errors.customData;

  const submit = form.onSubmit((values) =>
    update.mutate(toPatch(user, values), {
      onSuccess: (saved) => {
        const next = toValues({ ...user, ...saved });
        form.setInitialValues(next);
        form.setValues(next);
        form.resetDirty(next);
        notifications.show({ color: 'teal', message: t('common.saved') });
      },
      onError: (error) => {
        const errors = error instanceof ApiError ? identifierRefusals(error) : {};
        form.setErrors(errors);
        notifications.show({ color: 'red', message: Object.values(errors)[0] ?? errorText(error) });
      },
    }),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <FormSection title={t('users.sectionAccount')} text={t('users.sectionAccountText')}>
          <TextInput autoComplete="off" label={t('users.name')} {...form.getInputProps('name')} />
          <TextInput autoComplete="off" spellCheck={false} label={t('users.username')} {...form.getInputProps('username')} />
          <TextInput type="email" autoComplete="off" label={t('users.email')} {...form.getInputProps('email')} />
          <TextInput type="tel" autoComplete="off" label={t('users.phone')} {...form.getInputProps('phone')} />
          <TextInput type="url" autoComplete="off" label={t('users.avatar')} {...form.getInputProps('avatar')} />
          {!hasIdentifier(form.values) && form.isDirty() && (
            <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} role="alert">
              {t('users.noIdentifierLeft')}
            </Alert>
          )}
        </FormSection>
        <FormSection title={t('users.sectionIdentities')} text={t('users.sectionIdentitiesText')}>
          <Identities user={user} />
        </FormSection>
        <FormSection title={t('users.sectionProfile')} text={t('users.sectionProfileText')}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="lg">
            {profileFields.map((field) => (
              <TextInput key={field} autoComplete="off" label={t(`users.profile.${field}`)} {...form.getInputProps(`profile.${field}`)} />
            ))}
          </SimpleGrid>
        </FormSection>
        <FormSection title={t('applications.sectionCustomData')} text={t('users.sectionCustomDataText')}>
          <Suspense fallback={<Skeleton h={150} radius="md" />}>
            <JsonEditor
              label={t('applications.customData')}
              value={form.values.customData}
              error={typeof customDataError === 'string' ? customDataError : undefined}
              onChange={(text) => form.setFieldValue('customData', text)}
            />
          </Suspense>
        </FormSection>
      </Stack>
      <SaveBar dirty={form.isDirty()} saving={update.isPending} onDiscard={form.reset} />
    </form>
  );
}

/** Accounts of identity providers that are linked to this person. */
function Identities({ user }: { user: User }) {
  const { t, i18n } = useTranslation();
  const connectors = useConnectors().data ?? [];
  const remove = useRemoveIdentity(user.id);
  const [chosen, setChosen] = useState<string>();
  const identities = Object.entries(user.identities);
  const nameOf = (target: string) => {
    const connector = connectors.find((each) => each.target === target);
    return connector ? localized(connector.name, i18n.language) : target;
  };
  if (identities.length === 0) {
    return (
      <Text fz="sm" c="dimmed">
        {t('users.noIdentities')}
      </Text>
    );
  }
  return (
    <ul className={classes.identities}>
      {identities.map(([target, identity]) => {
        const connector = connectors.find((each) => each.target === target);
        const email = identity.details?.email;
        return (
          <li key={target}>
            <ConnectorLogo logo={connector?.logo ?? ''} logoDark={connector?.logoDark} />
            <div className={classes.identity}>
              <Text fz="sm" fw={550}>
                {nameOf(target)}
              </Text>
              <Text fz="xs" c="dimmed" truncate>
                {typeof email === 'string' ? email : identity.userId}
              </Text>
            </div>
            <Group>
              <Button
                variant="default"
                size="xs"
                aria-label={t('users.unlinkThing', { thing: nameOf(target) })}
                onClick={() => setChosen(target)}
              >
                {t('users.unlink')}
              </Button>
            </Group>
          </li>
        );
      })}
      <ConfirmDelete
        opened={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        title={t('users.unlinkTitle', { name: nameOf(chosen ?? '') })}
        text={t('users.unlinkText')}
        action={t('users.unlink')}
        onConfirm={() => remove.mutateAsync(chosen ?? '')}
      />
    </ul>
  );
}
