import { ActionIcon, Button, Group, Input, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { findListProblems, type UriRule } from '../validation/uri';

interface UriListProps {
  label: string;
  description?: ReactNode;
  placeholder?: string;
  rule: UriRule;
  value: string[];
  onChange: (value: string[]) => void;
  /** Refusals of the server by index. */
  errors?: Record<number, string>;
  /** An address to offer with one click while the list is empty. */
  suggestion?: string;
}

/** A list of addresses, one field each, every mistake beside its field. */
export function UriList({ label, description, placeholder, rule, value, onChange, errors, suggestion }: UriListProps) {
  const { t } = useTranslation();
  const labelId = useId();
  const rows = value.length === 0 ? [''] : value;
  const problems = findListProblems(rows, rule);

  const set = (index: number, text: string) => onChange(rows.map((row, at) => (at === index ? text : row)));
  const remove = (index: number) => onChange(rows.filter((_, at) => at !== index));

  return (
    <Stack gap={6} role="group" aria-labelledby={labelId}>
      <div>
        <Input.Label id={labelId} component="div">{label}</Input.Label>
        {description && <Input.Description>{description}</Input.Description>}
      </div>
      {rows.map((row, index) => {
        const problem = problems.get(index);
        return (
          <Group key={index} gap={6} align="flex-start" wrap="nowrap">
            <TextInput
              flex={1}
              type="url"
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              aria-label={rows.length === 1 ? label : t('common.numbered', { thing: label, number: index + 1 })}
              placeholder={placeholder}
              value={row}
              error={problem ? t(`uri.${problem}`) : errors?.[index]}
              onChange={(event) => set(index, event.currentTarget.value)}
            />
            {(rows.length > 1 || row !== '') && (
              <Tooltip label={t('common.remove')} withArrow>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={36}
                  aria-label={t('common.removeThing', { thing: row || label })}
                  onClick={() => remove(index)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        );
      })}
      <Group gap="xs">
        {rows.at(-1) !== '' && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...rows, ''])}
          >
            {t('common.addAnother')}
          </Button>
        )}
        {suggestion && !rows.includes(suggestion) && (
          <Button
            variant="light"
            size="compact-sm"
            onClick={() => onChange([...rows.filter((row) => row !== ''), suggestion])}
          >
            {t('common.useSuggestion', { suggestion })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
