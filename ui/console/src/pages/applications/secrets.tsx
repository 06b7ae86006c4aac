import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Group,
  Input,
  Modal,
  Paper,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Tooltip,
  VisuallyHidden,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCreateSecret, useDeleteSecret, useSecrets, type Application, type ApplicationSecret } from '../../api/applications';
import { ConfirmDelete } from '../../components/confirm';
import { CopyText } from '../../components/copy';
import { LoadFailure } from '../../components/states';
import { useDayFormat } from '../../phrases/dates';
import { DialogFooter, useNameRule } from '../guides/create-dialog';
import classes from './secrets.module.css';

/** The secrets of an application: masked, to be copied, created and deleted. */
export function Secrets({ application }: { application: Application }) {
  const { t } = useTranslation();
  const secrets = useSecrets(application.id);
  const remove = useDeleteSecret(application.id);
  const [creating, creation] = useDisclosure();
  const [deleting, setDeleting] = useState<string>();
  const { secret: legacy } = application;

  if (secrets.isError) return <LoadFailure error={secrets.error} onRetry={() => void secrets.refetch()} />;
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Input.Label component="div">{t('applications.secrets')}</Input.Label>
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} />} onClick={creation.open}>
          {t('applications.secretCreate')}
        </Button>
      </Group>
      {!secrets.data && <Skeleton h={90} radius="md" />}
      {secrets.data?.length === 0 && !legacy && (
        <Alert variant="light" color="yellow">
          {t('applications.secretEmpty')}
        </Alert>
      )}
      {secrets.data && (secrets.data.length > 0 || legacy) && (
        <Paper withBorder radius="md" className={classes.frame}>
          <Table aria-label={t('applications.secrets')} verticalSpacing={8}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('applications.secretName')}</Table.Th>
                <Table.Th>{t('applications.secretValue')}</Table.Th>
                <Table.Th>{t('applications.secretExpires')}</Table.Th>
                <Table.Th w={44}>
                  <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {legacy && (
                <Table.Tr>
                  <Table.Td>{t('applications.legacySecret')}</Table.Td>
                  <Table.Td>
                    <CopyText secret value={legacy} label={t('applications.legacySecret')} />
                  </Table.Td>
                  <Table.Td>{t('applications.secretNever')}</Table.Td>
                  <Table.Td />
                </Table.Tr>
              )}
              {secrets.data.map((secret) => (
                <SecretRow key={secret.name} secret={secret} onDelete={() => setDeleting(secret.name)} />
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      {creating && <CreateSecret applicationId={application.id} onClose={creation.close} />}
      <ConfirmDelete
        opened={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={t('applications.secretDeleteTitle')}
        text={t('applications.secretDeleteText')}
        action={t('common.delete')}
        typeName={deleting}
        onConfirm={async () => {
          if (deleting !== undefined) await remove.mutateAsync(deleting);
          notifications.show({ color: 'teal', message: t('applications.secretDeleted') });
        }}
      />
    </Stack>
  );
}

function SecretRow({ secret, onDelete }: { secret: ApplicationSecret; onDelete: () => void }) {
  const { t } = useTranslation();
  const formatDay = useDayFormat();
  const { name, value, expiresAt } = secret;
  const expired = expiresAt !== null && expiresAt <= Date.now();
  return (
    <Table.Tr>
      <Table.Td className={classes.name}>{name}</Table.Td>
      <Table.Td>
        <CopyText secret value={value} label={name} />
      </Table.Td>
      <Table.Td>
        {expiresAt === null && (
          <Text fz="sm" c="dimmed">
            {t('applications.secretNever')}
          </Text>
        )}
        {expiresAt !== null && !expired && (
          <Text fz="sm">{formatDay(expiresAt)}</Text>
        )}
        {expired && (
          <Badge color="red" variant="light" tt="none">
            {t('applications.secretExpired')}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Tooltip label={t('common.delete')} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t('common.delete')} ${name}`}
            onClick={onDelete}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
}

const never = 'never';
const dayMs = 86_400_000;
const presets = [7, 30, 180];
const yearDays = 365;

function CreateSecret({ applicationId, onClose }: { applicationId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const formatDay = useDayFormat('long');
  const create = useCreateSecret(applicationId);
  const form = useForm({
    initialValues: { name: '', days: String(yearDays) },
    validate: { name: useNameRule() },
  });
  const expiresAt = form.values.days === never ? null : Date.now() + Number(form.values.days) * dayMs;

  const submit = form.onSubmit(({ name }) =>
    create.mutate(
      { name: name.trim(), expiresAt },
      {
        onSuccess: () => {
          notifications.show({ color: 'teal', message: t('applications.secretCreated') });
          onClose();
        },
      },
    ),
  );

  return (
    <Modal opened onClose={onClose} title={t('applications.secretCreateTitle')}>
      <form
        onSubmit={(event) => {
          // The dialog is inside the settings form in React's tree.
          event.stopPropagation();
          submit(event);
        }}
      >
        <Stack gap="md">
          <TextInput
            withAsterisk
            data-autofocus
            autoComplete="off"
            label={t('common.name')}
            placeholder={t('applications.secretNamePlaceholder')}
            {...form.getInputProps('name')}
          />
          <Select
            label={t('applications.secretExpiration')}
            allowDeselect={false}
            data={[
              ...presets.map((count) => ({ value: String(count), label: t('applications.secretDays', { count }) })),
              { value: String(yearDays), label: t('applications.secretYear') },
              { value: never, label: t('applications.secretNever') },
            ]}
            description={
              expiresAt === null
                ? t('applications.secretNeverHint')
                : t('applications.secretExpiresOn', {
                    date: formatDay(expiresAt),
                  })
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...form.getInputProps('days')}
          />
          <DialogFooter error={create.error} busy={create.isPending} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
