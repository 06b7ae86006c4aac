import { Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCreateApplication } from '../../api/applications';
import { ApiError, errorBeyondFields } from '../../api/errors';
import { ApplicationIcon } from '../../components/application-icon';
import { DialogFooter, useNameRule } from './create-dialog';
import classes from './plain-dialog.module.css';

const types = ['Traditional', 'SPA', 'Native', 'MachineToMachine'] as const;

/** Creates an application of a chosen type, without a guide. */
export function PlainDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateApplication();
  const form = useForm({
    initialValues: { name: '', type: 'Traditional' as (typeof types)[number] },
    validate: { name: useNameRule() },
  });

  const submit = form.onSubmit(({ name, type }) =>
    create.mutate(
      { name: name.trim(), type },
      {
        onSuccess: ({ id }) => navigate({ to: '/applications/$applicationId', params: { applicationId: id } }),
        onError: (error) => {
          if (error instanceof ApiError) form.setErrors(error.fieldErrors);
        },
      },
    ),
  );

  return (
    <Modal opened onClose={onClose} title={t('guides.typeTitle')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Radio.Group label={t('guides.typeLabel')} {...form.getInputProps('type')}>
            <Stack gap={8} mt={6}>
              {types.map((type) => (
                <Radio.Card key={type} value={type} className={classes.card} aria-label={t(`applications.type.${type}`)}>
                  <Group gap="sm" wrap="nowrap">
                    <ApplicationIcon type={type} size={34} />
                    <div className={classes.text}>
                      <Text fz="sm" fw={550}>
                        {t(`applications.type.${type}`)}
                      </Text>
                      <Text fz="xs" c="dimmed">
                        {t(`guides.typeHint.${type}`)}
                      </Text>
                    </div>
                    <Radio.Indicator />
                  </Group>
                </Radio.Card>
              ))}
            </Stack>
          </Radio.Group>
          <TextInput
            withAsterisk
            data-autofocus
            autoComplete="off"
            label={t('common.name')}
            placeholder={t('applications.namePlaceholder')}
            {...form.getInputProps('name')}
          />
          <DialogFooter error={errorBeyondFields(create.error, ['name'])} busy={create.isPending} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
