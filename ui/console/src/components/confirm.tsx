import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './states';

interface ConfirmDeleteProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  text: ReactNode;
  /** Label of the red button. */
  action: string;
  /** What has to be typed first, for things that cannot be brought back. */
  typeName?: string;
  onConfirm: () => Promise<unknown>;
}

/** Asks before something is destroyed, and keeps asking when the server refuses. */
export function ConfirmDelete({ opened, onClose, title, ...body }: ConfirmDeleteProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <ConfirmBody onClose={onClose} {...body} />
    </Modal>
  );
}

/** Inside the modal, so that what was typed is forgotten when it closes. */
function ConfirmBody({ onClose, text, action, typeName, onConfirm }: Omit<ConfirmDeleteProps, 'opened' | 'title'>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const ready = typeName === undefined || typed.trim() === typeName.trim();

  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // A modal is inside the page's form in React's tree, though not in the document.
        event.stopPropagation();
        if (ready) void confirm();
      }}
    >
      <Stack gap="md">
        <Text fz="sm">{text}</Text>
        {typeName !== undefined && (
          <TextInput
            data-autofocus
            autoComplete="off"
            label={t('common.typeToConfirm', { name: typeName })}
            placeholder={typeName}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {failure && (
          <Text c="red" fz="sm" role="alert">
            {failure}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" loading={busy} disabled={!ready}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
