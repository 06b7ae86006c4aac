import { Code, MultiSelect, NumberInput, PasswordInput, Select, Skeleton, Switch, Textarea, TextInput } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectorFormItem } from '../../api/connectors';
import type { ConnectorForm } from './connector-form';
import { isShown, wholeKey } from './config-model';

const JsonEditor = lazy(() => import('../../components/json-editor'));

interface ConfigFieldsProps {
  items: ConnectorFormItem[];
  form: ConnectorForm;
}

/** The fields that a factory asks for. */
export function ConfigFields({ items, form }: ConfigFieldsProps) {
  return items
    .filter((item) => isShown(item, items, form.values.config))
    .map((item) => <ConfigField key={item.key} item={item} form={form} />);
}

function ConfigField({ item, form }: { item: ConnectorFormItem; form: ConnectorForm }) {
  const { t } = useTranslation();
  const path = `config.${item.key}`;
  const shared = {
    label: item.key === wholeKey ? t('connectors.settings') : item.label,
    description: withCode(item.description ?? ''),
    placeholder: item.placeholder,
  };
  const text = { ...shared, withAsterisk: item.required, autoComplete: 'off', spellCheck: false };
  const choices = (item.selectItems ?? []).map(({ value, title }) => ({ value, label: title }));

  switch (item.type) {
    case 'Switch':
      return <Switch label={shared.label} description={shared.description} {...form.getInputProps(path, { type: 'checkbox' })} />;
    case 'Number':
      return <NumberInput {...text} {...form.getInputProps(path)} />;
    case 'Select':
      return (
        <Select
          {...shared}
          withAsterisk={item.required}
          data={choices}
          allowDeselect={item.required !== true}
          comboboxProps={{ withinPortal: true }}
          {...form.getInputProps(path)}
          onChange={(value) => form.setFieldValue(path, value ?? '')}
        />
      );
    case 'MultiSelect':
      return <MultiSelect {...shared} withAsterisk={item.required} data={choices} {...form.getInputProps(path)} />;
    case 'MultilineText':
      return <Textarea {...text} autosize minRows={2} maxRows={10} {...form.getInputProps(path)} />;
    case 'Json':
      return <JsonField label={shared.label} description={shared.description} path={path} form={form} />;
    default:
      return item.isConfidential ? (
        <PasswordInput
          {...text}
          // Keeps password managers from offering the administrator's own password.
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('common.showThing', { thing: shared.label }) }}
          {...form.getInputProps(path)}
          // Mantine marks the frame only; the input is what is read out.
          aria-invalid={form.errors[path] ? true : undefined}
        />
      ) : (
        <TextInput {...text} {...form.getInputProps(path)} />
      );
  }
}

/** Explanations of the server put names between backticks. */
function withCode(text: string): ReactNode {
  if (text === '') return undefined;
  return text.split('`').map((part, index) => (index % 2 === 1 ? <Code key={index}>{part}</Code> : part));
}

interface JsonFieldProps {
  label: string;
  description?: ReactNode;
  path: string;
  form: ConnectorForm;
}

function JsonField({ path, form, ...texts }: JsonFieldProps) {
  const error = form.errors[path];
  const { value } = form.getInputProps(path) as { value: string };
  return (
    <div data-field={path}>
      <Suspense fallback={<Skeleton h={170} radius="md" />}>
        <JsonEditor
          {...texts}
          value={value}
          error={typeof error === 'string' ? error : undefined}
          onChange={(next) => form.setFieldValue(path, next)}
        />
      </Suspense>
    </div>
  );
}
