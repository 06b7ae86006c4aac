import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './copy.module.css';

interface CopyButtonProps {
  value: string;
  /** What is copied, for people who cannot see the button's surroundings. */
  label: string;
  size?: 'xs' | 'sm' | 'md';
}

/** A small button that copies a text and says so. */
export function CopyButton({ value, label, size = 'sm' }: CopyButtonProps) {
  const { t } = useTranslation();
  const { copied, copy } = useClipboard({ timeout: 1600 });
  const title = copied ? t('common.copied') : t('common.copyThing', { thing: label });
  return (
    <Tooltip label={copied ? t('common.copied') : t('common.copy')} withArrow>
      <ActionIcon
        variant="subtle"
        color={copied ? 'teal' : 'gray'}
        size={size}
        aria-label={title}
        onClick={(event) => {
          event.stopPropagation();
          event.preventDefault();
          copy(value);
        }}
      >
        {copied ? <IconCheck size="70%" /> : <IconCopy size="70%" />}
      </ActionIcon>
    </Tooltip>
  );
}

interface CopyTextProps {
  value: string;
  label: string;
  /** Shows dots until the reader asks for the value. */
  secret?: boolean;
  /** Takes the whole width with a frame, as in a form; otherwise as wide as its text. */
  block?: boolean;
}

/** A machine-readable value, in monospace, with a button to copy it. */
export function CopyText({ value, label, secret = false, block = false }: CopyTextProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(!secret);
  return (
    <Group gap={4} wrap="nowrap" className={block ? classes.block : classes.inline}>
      <Text component="span" ff="monospace" fz={block ? 'sm' : 'xs'} className={classes.value} title={shown ? value : undefined}>
        {shown ? value : '•'.repeat(16)}
      </Text>
      {secret && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={shown ? t('common.hideThing', { thing: label }) : t('common.showThing', { thing: label })}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <IconEyeOff size="70%" /> : <IconEye size="70%" />}
        </ActionIcon>
      )}
      <CopyButton value={value} label={label} />
    </Group>
  );
}
