import { Group, Input, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConnectorFactory } from '../../api/connectors';
import { ConnectorLogo } from '../../components/connector-logo';
import { CopyText } from '../../components/copy';
import { bootstrap } from '../../bootstrap';
import type { ConnectorForm } from './connector-form';
import { suggestTarget } from './general-model';

interface GeneralFieldsProps {
  form: ConnectorForm;
  factory: Pick<ConnectorFactory, 'logo' | 'logoDark' | 'isStandard'>;
  /** An existing connector keeps its target: people's identities are filed under it. */
  isExisting?: boolean;
}

/** Name, pictures and target of a standard connector, and what happens to people's profiles. */
export function GeneralFields({ form, factory, isExisting = false }: GeneralFieldsProps) {
  const { t } = useTranslation();
  const nameField = form.getInputProps('name');

  const rename = (name: string) => {
    const { values } = form;
    const followsName = values.target === suggestTarget(values.name);
    form.setFieldValue('name', name);
    if (!isExisting && followsName) form.setFieldValue('target', suggestTarget(name));
  };

  return (
    <>
      {factory.isStandard && (
        <>
          <TextInput
            withAsterisk
            autoComplete="off"
            label={t('connectors.name')}
            description={t('connectors.nameHint')}
            placeholder={t('connectors.namePlaceholder')}
            {...nameField}
            onChange={(event) => rename(event.currentTarget.value)}
          />
          <LogoField form={form} field="logo" fallback={factory.logo} />
          <LogoField form={form} field="logoDark" fallback={factory.logoDark ?? factory.logo} />
          <TextInput
            withAsterisk={!isExisting}
            autoComplete="off"
            spellCheck={false}
            readOnly={isExisting}
            variant={isExisting ? 'filled' : 'default'}
            label={t('connectors.target')}
            description={t(isExisting ? 'connectors.targetFixedHint' : 'connectors.targetHint')}
            placeholder="acme"
            {...form.getInputProps('target')}
          />
        </>
      )}
      <Switch
        label={t('connectors.syncProfile')}
        description={t('connectors.syncProfileHint')}
        {...form.getInputProps('syncProfile', { type: 'checkbox' })}
      />
    </>
  );
}

function LogoField({ form, field, fallback }: { form: ConnectorForm; field: 'logo' | 'logoDark'; fallback: string }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" align="flex-end" wrap="nowrap">
      <TextInput
        flex={1}
        type="url"
        autoComplete="off"
        spellCheck={false}
        label={t(`connectors.${field}`)}
        description={field === 'logo' ? t('connectors.logoHint') : undefined}
        placeholder="https://acme.example.com/logo.svg"
        {...form.getInputProps(field)}
      />
      <ConnectorLogo logo={form.values[field].trim() || fallback} scheme={field === 'logo' ? 'light' : 'dark'} />
    </Group>
  );
}

/** The address to register at the provider. */
export function CallbackAddress({ connectorId }: { connectorId: string }) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper
      label={t('connectors.callbackUri')}
      description={t('connectors.callbackUriHint')}
      labelElement="div"
      inputWrapperOrder={['label', 'description', 'input']}
    >
      <div style={{ marginTop: 6 }}>
        <CopyText block value={`${bootstrap.endpoint}/callback/${connectorId}`} label={t('connectors.callbackUri')} />
      </div>
    </Input.Wrapper>
  );
}
