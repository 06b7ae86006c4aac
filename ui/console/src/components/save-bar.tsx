import { Button, Group, Modal, Paper, Text, Transition } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './save-bar.module.css';

interface SaveBarProps {
  dirty: boolean;
  saving: boolean;
  /** Saving is pointless while a field is wrong. */
  invalid?: boolean;
  onDiscard: () => void;
  /** Start of the addresses among which the form goes on living, such as its tabs. */
  within?: string;
}

/**
 * The bar at the bottom of a form with unsaved changes. Place it inside the `<form>`: its button
 * submits it. While it shows, leaving the page asks first.
 */
export function SaveBar({ dirty, saving, invalid = false, onDiscard, within }: SaveBarProps) {
  const { t } = useTranslation();
  return (
    <>
      <Transition mounted={dirty} transition="slide-up" duration={160}>
        {(style) => (
          <div className={classes.place} style={style}>
            <Paper withBorder shadow="lg" className={classes.bar}>
              <Text fz="sm" fw={500} role="status">
                {t('common.unsavedChanges')}
              </Text>
              <div className={classes.actions}>
                <Button variant="default" onClick={onDiscard} disabled={saving}>
                  {t('common.discard')}
                </Button>
                <Button type="submit" loading={saving} disabled={invalid}>
                  {t('common.saveChanges')}
                </Button>
              </div>
            </Paper>
          </div>
        )}
      </Transition>
      <LeaveGuard active={dirty && !saving} within={within} />
    </>
  );
}

/** Asks before unsaved changes are lost, inside the Console and when the tab is closed. */
export function LeaveGuard({ active, within }: { active: boolean; within?: string }) {
  const { t } = useTranslation();
  const { proceed, reset, status } = useBlocker({
    // A change of the query or the hash stays on the page.
    shouldBlockFn: ({ current, next }) =>
      active && current.pathname !== next.pathname && !(within && next.pathname.startsWith(within)),
    enableBeforeUnload: active,
    withResolver: true,
  });
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title={t('common.leaveTitle')} size="sm">
      <Text fz="sm">{t('common.leaveText')}</Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={reset} data-autofocus>
          {t('common.stay')}
        </Button>
        <Button color="red" onClick={proceed}>
          {t('common.leave')}
        </Button>
      </Group>
    </Modal>
  );
}
