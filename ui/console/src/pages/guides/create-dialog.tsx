import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCreateApplication } from '../../api/applications';
import { ApiError, errorBeyondFields } from '../../api/errors';
import { useCreateResource } from '../../api/resources';
import { GuideLogo } from '../../components/guide-card';
import { useErrorText } from '../../components/states';
import type { Guide } from '../../guides/types';

interface CreateDialogProps {
  guide: Guide;
  onClose: () => void;
}

/** Asks for a name and creates what the guide is for: an application, or an API resource. */
export default function CreateDialog({ guide, onClose }: CreateDialogProps) {
  const { t } = useTranslation();
  const isApi = guide.applicationType === 'API';
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        <Group gap="sm" wrap="nowrap">
          <GuideLogo guide={guide} size={32} />
          <Text fw={600}>
            {t(isApi ? 'applications.createApiDialogTitle' : 'applications.createDialogTitle', { guide: guide.name })}
          </Text>
        </Group>
      }
    >
      {isApi ? <ResourceForm guide={guide} onClose={onClose} /> : <ApplicationForm guide={guide} onClose={onClose} />}
    </Modal>
  );
}

export const longestName = 256;

/** Problem with a required name, as a phrase. */
export function useNameRule(): (name: string) => string | null {
  const { t } = useTranslation();
  return (name) => {
    if (name.trim() === '') return t('common.required');
    return name.trim().length > longestName ? t('common.tooLong', { limit: longestName }) : null;
  };
}

function ApplicationForm({ guide, onClose }: CreateDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateApplication();
  const form = useForm({
    initialValues: { name: '', description: '' },
    validate: { name: useNameRule() },
  });

  const submit = form.onSubmit(({ name, description }) => {
    if (guide.applicationType === 'API') return;
    create.mutate(
      {
        name: name.trim(),
        type: guide.applicationType,
        ...(description.trim() && { description: description.trim() }),
        ...(guide.isThirdParty && { isThirdParty: true }),
        // The device flow is a property that can only be given at creation.
        ...(guide.id === 'native-device-flow' && { customClientMetadata: { isDeviceFlow: true } }),
      },
      {
        onSuccess: ({ id }) => {
          notifications.show({ color: 'teal', message: t('applications.created') });
          return guide.skipGuideAfterCreation
            ? navigate({ to: '/applications/$applicationId', params: { applicationId: id } })
            : navigate({
                to: '/applications/$applicationId/guide/$guideId',
                params: { applicationId: id, guideId: guide.id },
              });
        },
        onError: (error) => {
          if (error instanceof ApiError) form.setErrors(error.fieldErrors);
        },
      },
    );
  });

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          withAsterisk
          autoComplete="off"
          label={t('common.name')}
          description={t('applications.nameHint')}
          placeholder={t('applications.namePlaceholder')}
          {...form.getInputProps('name')}
        />
        <Textarea label={t('common.description')} autosize minRows={2} {...form.getInputProps('description')} />
        <DialogFooter error={errorBeyondFields(create.error, ['name', 'description'])} busy={create.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

function ResourceForm({ guide, onClose }: CreateDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateResource();
  const form = useForm({
    initialValues: { name: '', indicator: '' },
    validate: {
      name: useNameRule(),
      // RFC 8707 section 2: an absolute URI without a fragment.
      indicator: (value) =>
        URL.canParse(value.trim()) && !value.includes('#') ? null : t('applications.identifierInvalid'),
    },
  });

  const submit = form.onSubmit(({ name, indicator }) =>
    create.mutate(
      { name: name.trim(), indicator: indicator.trim() },
      {
        onSuccess: ({ id }) =>
          navigate({ to: '/api-resources/$resourceId/guide/$guideId', params: { resourceId: id, guideId: guide.id } }),
        onError: (error) => {
          if (error instanceof ApiError) form.setErrors(error.fieldErrors);
        },
      },
    ),
  );

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          withAsterisk
          autoComplete="off"
          label={t('common.name')}
          {...form.getInputProps('name')}
        />
        <TextInput
          withAsterisk
          autoComplete="off"
          label={t('applications.identifier')}
          description={t('applications.identifierHint')}
          placeholder="https://api.example.com"
          {...form.getInputProps('indicator')}
        />
        <DialogFooter error={errorBeyondFields(create.error, ['name', 'indicator'])} busy={create.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

interface DialogFooterProps {
  error: Error | null;
  busy: boolean;
  onClose: () => void;
}

/** The server's refusal, and the two buttons. */
export function DialogFooter({ error, busy, onClose }: DialogFooterProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <>
      {error && (
        <Alert color="red" variant="light" role="alert">
          {errorText(error)}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('common.create')}
        </Button>
      </Group>
    </>
  );
}
