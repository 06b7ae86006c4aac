import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/errors';
import type { ConnectorFormItem } from '../../api/connectors';
import { useErrorText } from '../../components/states';
import { longestName } from '../guides/create-dialog';
import { findProblems, toFieldErrors, type ConfigValues } from './config-model';
import { isPictureUrl, isTarget, type GeneralValues } from './general-model';

export interface ConnectorFormValues extends GeneralValues {
  config: ConfigValues;
}

export type ConnectorForm = UseFormReturnType<ConnectorFormValues>;

/** The form of a connector, new or existing; only standard connectors have a name and a target of their own. */
export function useConnectorForm(items: ConnectorFormItem[], initialValues: ConnectorFormValues, isStandard: boolean): ConnectorForm {
  const { t } = useTranslation();
  return useForm<ConnectorFormValues>({
    initialValues,
    validateInputOnBlur: true,
    validate: (values) => {
      const errors: Record<string, string> = {};
      for (const [key, problem] of Object.entries(findProblems(items, values.config))) {
        errors[`config.${key}`] = t(`connectors.problem.${problem}`);
      }
      if (!isStandard) return errors;
      if (values.name.trim() === '') errors.name = t('common.required');
      if (values.name.trim().length > longestName) errors.name = t('common.tooLong', { limit: longestName });
      if (!isTarget(values.target)) errors.target = t('connectors.targetInvalid');
      if (!isPictureUrl(values.logo)) errors.logo = t('connectors.logoInvalid');
      if (!isPictureUrl(values.logoDark)) errors.logoDark = t('connectors.logoInvalid');
      return errors;
    },
  });
}

/** Puts the focus into the first field with a mistake. */
export function focusFirst(form: ConnectorForm, errors: Record<string, ReactNode>): void {
  const [field] = Object.keys(errors);
  if (!field) return;
  const node = form.getInputNode(field);
  if (node) node.focus();
  else document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"] [contenteditable]`)?.focus();
}

const targetCodes = ['connector.multiple_target_with_same_platform', 'connector.should_specify_target'];

/** Shows the server's refusal at the fields it is about; the rest as a notification. */
export function useRefusal(form: ConnectorForm, items: ConnectorFormItem[]): (error: unknown) => void {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => {
    const errors = error instanceof ApiError ? refusalsByField(items, error, t('connectors.targetTaken')) : {};
    form.setErrors(errors);
    focusFirst(form, errors);
    const isAtField = Object.keys(errors).length > 0;
    notifications.show({ color: 'red', message: isAtField ? t('connectors.refused') : errorText(error) });
  };
}

function refusalsByField(items: ConnectorFormItem[], error: ApiError, targetTaken: string): Record<string, string> {
  if (targetCodes.includes(error.code)) return { target: targetTaken };
  const entries = Object.entries(toFieldErrors(items, error));
  return Object.fromEntries(entries.filter(([key]) => key !== '').map(([key, message]) => [`config.${key}`, message]));
}
