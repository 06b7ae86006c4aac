import { Button, Group, Modal, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './confirm-changes.module.css';
import type { Difference } from './sign-in-words';

interface ConfirmChangesProps {
  /** Nothing while nobody is asked. */
  changes: Difference[] | undefined;
  saving: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Shows what people will meet differently, before and after, and asks whether that is meant. */
export function ConfirmChanges({ changes, saving, onClose, onConfirm }: ConfirmChangesProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={changes !== undefined} onClose={onClose} title={t('experience.confirmTitle')} size="lg">
      <Text fz="sm" mb="md">
        {t('experience.confirmText')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <Side title={t('experience.before')} changes={changes ?? []} side="before" />
        <Side title={t('experience.after')} changes={changes ?? []} side="after" />
      </SimpleGrid>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button loading={saving} onClick={onConfirm} data-autofocus>
          {t('experience.confirm')}
        </Button>
      </Group>
    </Modal>
  );
}

function Side({ title, changes, side }: { title: string; changes: Difference[]; side: 'before' | 'after' }) {
  const { t } = useTranslation();
  return (
    <Paper component="section" withBorder p="md" className={classes.side} data-side={side} aria-label={title}>
      <Title order={3} fz="sm" mb="sm">
        {title}
      </Title>
      <Stack gap="md">
        {changes.map((change) => {
          const other = side === 'before' ? change.after : change.before;
          return (
            <div key={change.section}>
              <Text fz="xs" c="dimmed" mb={4}>
                {t(`experience.section.${change.section}`)}
              </Text>
              <ul className={classes.lines}>
                {change[side].map((line) => (
                  <li key={line} data-changed={other.includes(line) ? undefined : true}>
                    {line}
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </Stack>
    </Paper>
  );
}
