import { Alert, NumberInput, Skeleton, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUpdateApplication, type Application } from '../../api/applications';
import { ApiError } from '../../api/errors';
import { FormSection } from '../../components/form-section';
import { SaveBar } from '../../components/save-bar';
import { useErrorText } from '../../components/states';
import { UriList } from '../../components/uri-list';
import { useNameRule } from '../guides/create-dialog';
import { hasSecrets } from '../guides/guide-view';
import { Endpoints } from './endpoints';
import { Secrets } from './secrets';
import {
  findJsonProblem,
  hasUriProblems,
  hasWebhookProblem,
  isOptionalInteger,
  redirectRule,
  sectionsOf,
  toFieldErrors,
  toPatch,
  toValues,
  type SettingsValues,
} from './settings-model';

const JsonEditor = lazy(() => import('../../components/json-editor'));

type SettingsFormHandle = UseFormReturnType<SettingsValues>;

const longestRefreshDays = 180;

/** All settings of an application in one form, saved together. */
export function SettingsForm({ application }: { application: Application }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const update = useUpdateApplication(application.id);
  const sections = sectionsOf(application);
  const form = useForm<SettingsValues>({
    initialValues: toValues(application),
    validateInputOnBlur: true,
    validate: {
      name: useNameRule(),
      refreshTokenTtlInDays: (value) =>
        isOptionalInteger(value, 1, longestRefreshDays) ? null : t('applications.refreshTokenTtlInvalid'),
      maxAllowedGrants: (value) =>
        isOptionalInteger(value, 1, Number.MAX_SAFE_INTEGER) ? null : t('applications.maxAllowedGrantsInvalid'),
      backchannelLogoutUri: (value) => (hasWebhookProblem(value) ? t('uri.invalid') : null),
      customData: (value) => {
        const problem = findJsonProblem(value);
        return problem ? t(`common.${problem}`) : null;
      },
    },
  });

  const showProblems = (errors: Record<string, ReactNode>) => {
    const [field] = Object.keys(errors);
    if (field) form.getInputNode(field)?.focus();
  };

  const submit = form.onSubmit(
    (values) =>
      update.mutate(toPatch(application, values), {
        onSuccess: (saved) => {
          const next = toValues(saved);
          form.setInitialValues(next);
          form.setValues(next);
          form.resetDirty(next);
          notifications.show({ color: 'teal', message: t('common.saved') });
        },
        onError: (error) => {
          const fieldErrors = error instanceof ApiError ? toFieldErrors(error) : {};
          form.setErrors(fieldErrors);
          showProblems(fieldErrors);
          notifications.show({ color: 'red', message: Object.values(fieldErrors)[0] ?? errorText(error) });
        },
      }),
    showProblems,
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <FormSection title={t('applications.sectionGeneral')} text={t('applications.sectionGeneralText')}>
          <TextInput withAsterisk autoComplete="off" label={t('common.name')} {...form.getInputProps('name')} />
          <Textarea label={t('common.description')} autosize minRows={2} {...form.getInputProps('description')} />
        </FormSection>
        {sections.endpoints && (
          <FormSection title={t('applications.sectionEndpoints')} text={t('applications.sectionEndpointsText')}>
            <Endpoints application={application} />
            {hasSecrets(application) && <Secrets application={application} />}
          </FormSection>
        )}
        {sections.addresses && <Addresses application={application} form={form} />}
        {sections.refreshTokens && <RefreshTokens form={form} showAlways={sections.alwaysIssueRefreshToken} />}
        {sections.backchannelLogout && <BackchannelLogout form={form} />}
        {sections.grantLimit && <Advanced form={form} />}
        <FormSection title={t('applications.sectionCustomData')} text={t('applications.sectionCustomDataText')}>
          <Suspense fallback={<Skeleton h={150} radius="md" />}>
            <JsonEditor label={t('applications.customData')} {...textProps(form, 'customData')} />
          </Suspense>
        </FormSection>
      </Stack>
      <SaveBar
        dirty={form.isDirty()}
        saving={update.isPending}
        invalid={hasUriProblems(application.type, form.values)}
        onDiscard={form.reset}
      />
    </form>
  );
}

/** Value, change and error of a field whose component takes plain text instead of an event. */
function textProps(form: SettingsFormHandle, field: 'customData') {
  const error = form.errors[field];
  return {
    value: form.values[field],
    onChange: (value: string) => form.setFieldValue(field, value),
    error: typeof error === 'string' ? error : undefined,
  };
}

type UriListField = 'redirectUris' | 'postLogoutRedirectUris' | 'corsAllowedOrigins';

function Addresses({ application, form }: { application: Application; form: SettingsFormHandle }) {
  const { t } = useTranslation();
  const isNative = application.type === 'Native';
  const uris = form.values.redirectUris;
  const hasWildcard = uris.some((uri) => uri.includes('*'));
  const isMixed = uris.some((uri) => /^https?:/.test(uri)) && uris.some((uri) => /^(?!https?:)[a-z][\w.+-]*:/i.test(uri));
  const list = (field: UriListField) => {
    const error = form.errors[field];
    return {
      label: t(`applications.${field}`),
      value: form.values[field],
      onChange: (value: string[]) => form.setFieldValue(field, value),
      errors: typeof error === 'string' ? { 0: error } : undefined,
    };
  };

  return (
    <FormSection title={t('applications.sectionUris')} text={t('applications.sectionUrisText')}>
      <UriList
        {...list('redirectUris')}
        rule={redirectRule(application.type)}
        description={t(isNative ? 'applications.redirectUrisNativeHint' : 'applications.redirectUrisHint')}
        placeholder={isNative ? 'com.example.app://callback' : 'https://app.example.com/callback'}
      />
      {hasWildcard && <Warning>{t('applications.wildcardWarning')}</Warning>}
      {isMixed && <Warning>{t('applications.mixedWarning')}</Warning>}
      <UriList
        {...list('postLogoutRedirectUris')}
        rule="postLogout"
        description={t('applications.postLogoutRedirectUrisHint')}
        placeholder="https://app.example.com"
      />
      <UriList
        {...list('corsAllowedOrigins')}
        rule="origin"
        description={t('applications.corsAllowedOriginsHint')}
        placeholder="https://app.example.com"
      />
    </FormSection>
  );
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />}>
      {children}
    </Alert>
  );
}

function RefreshTokens({ form, showAlways }: { form: SettingsFormHandle; showAlways: boolean }) {
  const { t } = useTranslation();
  return (
    <FormSection title={t('applications.sectionTokens')} text={t('applications.sectionTokensText')}>
      {showAlways && (
        <Switch
          label={t('applications.alwaysIssueRefreshToken')}
          description={t('applications.alwaysIssueRefreshTokenHint')}
          {...form.getInputProps('alwaysIssueRefreshToken', { type: 'checkbox' })}
        />
      )}
      <Switch
        label={t('applications.rotateRefreshToken')}
        description={t('applications.rotateRefreshTokenHint')}
        {...form.getInputProps('rotateRefreshToken', { type: 'checkbox' })}
      />
      <NumberInput
        maw={320}
        allowDecimal={false}
        allowNegative={false}
        placeholder="14"
        label={t('applications.refreshTokenTtlInDays')}
        description={t('applications.refreshTokenTtlInDaysHint')}
        {...form.getInputProps('refreshTokenTtlInDays')}
      />
    </FormSection>
  );
}

function BackchannelLogout({ form }: { form: SettingsFormHandle }) {
  const { t } = useTranslation();
  return (
    <FormSection title={t('applications.sectionLogout')} text={t('applications.sectionLogoutText')}>
      <TextInput
        type="url"
        autoComplete="off"
        label={t('applications.backchannelLogoutUri')}
        description={t('applications.backchannelLogoutUriHint')}
        placeholder="https://app.example.com/backchannel-logout"
        {...form.getInputProps('backchannelLogoutUri')}
      />
      <Switch
        label={t('applications.backchannelLogoutSessionRequired')}
        description={t('applications.backchannelLogoutSessionRequiredHint')}
        disabled={form.values.backchannelLogoutUri.trim() === ''}
        {...form.getInputProps('backchannelLogoutSessionRequired', { type: 'checkbox' })}
      />
    </FormSection>
  );
}

function Advanced({ form }: { form: SettingsFormHandle }) {
  const { t } = useTranslation();
  return (
    <FormSection title={t('applications.sectionAdvanced')} text={t('applications.sectionAdvancedText')}>
      <NumberInput
        maw={320}
        allowDecimal={false}
        allowNegative={false}
        label={t('applications.maxAllowedGrants')}
        description={t('applications.maxAllowedGrantsHint')}
        {...form.getInputProps('maxAllowedGrants')}
      />
    </FormSection>
  );
}
