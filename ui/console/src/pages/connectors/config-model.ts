import type { JsonObject } from 'api-client';
import type { ApiError } from '../../api/errors';
import type { ConnectorFactory, ConnectorFormItem } from '../../api/connectors';

/**
 * What the generated form holds by field key: texts for text and JSON fields, a list for several
 * choices, a boolean for switches, a number or an empty text for numbers.
 */
export type ConfigValues = Record<string, ConfigValue>;
export type ConfigValue = string | number | boolean | string[];

export type ConfigProblem = 'required' | 'invalidJson' | 'notANumber';

/** Key of the only field of a factory without a form: the settings as one JSON text. */
export const wholeKey = '$';

/** The fields of a factory's form. */
export function formItemsOf({ formItems, configTemplate }: Pick<ConnectorFactory, 'formItems' | 'configTemplate'>): ConnectorFormItem[] {
  if (formItems) return formItems;
  return [{ key: wholeKey, type: 'Json', label: 'JSON', required: true, defaultValue: parseJson(configTemplate ?? '{}') ?? {} }];
}

/** The form for existing settings, or for a new connector when there are none. */
export function toValues(items: ConnectorFormItem[], config?: JsonObject): ConfigValues {
  return Object.fromEntries(
    items.map((item) => {
      if (item.key === wholeKey) return [item.key, toValue(item, config ?? item.defaultValue)];
      return [item.key, toValue(item, config ? config[item.key] : item.defaultValue)];
    }),
  );
}

function toValue(item: ConnectorFormItem, value: unknown): ConfigValue {
  switch (item.type) {
    case 'Switch':
      return value === true;
    case 'MultiSelect':
      return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
    case 'Json':
      return value === undefined ? '' : JSON.stringify(value, undefined, 2);
    case 'Number':
      return typeof value === 'number' ? value : '';
    default:
      // An address or a list of scopes that was saved as something else is still shown.
      return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  }
}

/** Whether a field shows: all of its conditions hold, on fields that show themselves. */
export function isShown(item: ConnectorFormItem, items: ConnectorFormItem[], values: ConfigValues): boolean {
  return (item.showConditions ?? []).every(({ targetKey, expectValue }) => {
    const target = items.find(({ key }) => key === targetKey);
    if (!target || target === item || !isShown(target, items, values)) return false;
    const value = values[targetKey];
    return expectValue === undefined ? isFilled(value) : value === expectValue;
  });
}

function isFilled(value: ConfigValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== false;
}

/**
 * The settings that the form says. Fields that do not show are left out; members of `existing` that
 * have no field are kept.
 */
export function toConfig(items: ConnectorFormItem[], values: ConfigValues, existing: JsonObject = {}): JsonObject {
  const whole = items.find(({ key }) => key === wholeKey);
  if (whole) return parseJson(String(values[wholeKey])) as JsonObject;
  const fields = new Set(items.map(({ key }) => key));
  const kept = Object.entries(existing).filter(([key]) => !fields.has(key));
  const said = items
    .filter((item) => isShown(item, items, values))
    .map((item) => [item.key, serialise(item, values[item.key])] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries([...kept, ...said]);
}

function serialise(item: ConnectorFormItem, value: ConfigValue | undefined): unknown {
  switch (item.type) {
    case 'Switch':
      return value === true;
    case 'MultiSelect':
      return value;
    case 'Number':
      return value === '' || value === undefined ? undefined : Number(value);
    case 'Json':
      return typeof value === 'string' && value.trim() !== '' ? parseJson(value) : undefined;
    default:
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  }
}

/** What keeps the form from being sent, by field key. */
export function findProblems(items: ConnectorFormItem[], values: ConfigValues): Record<string, ConfigProblem> {
  const problems = items
    .filter((item) => isShown(item, items, values))
    .map((item) => [item.key, findProblem(item, values[item.key])] as const)
    .filter((entry): entry is [string, ConfigProblem] => entry[1] !== undefined);
  return Object.fromEntries(problems);
}

function findProblem(item: ConnectorFormItem, value: ConfigValue | undefined): ConfigProblem | undefined {
  if (item.type === 'Switch') return undefined;
  if (!isFilled(value)) return item.required ? 'required' : undefined;
  if (item.type === 'Json' && parseJson(String(value)) === undefined) return 'invalidJson';
  if (item.type === 'Number' && !Number.isFinite(Number(value))) return 'notANumber';
  return undefined;
}

/**
 * Refusals of the server by field key. A mistake inside a JSON field names the member; one that
 * belongs to no field stands under the empty key.
 */
export function toFieldErrors(items: ConnectorFormItem[], error: ApiError): Record<string, string> {
  const errors: Record<string, string[]> = {};
  for (const { path, message } of error.issues) {
    const [first, ...rest] = path[0] === 'config' ? path.slice(1) : path;
    const field = items.find(({ key }) => key === first || key === wholeKey);
    const inner = field?.key === wholeKey ? path : rest;
    (errors[field?.key ?? ''] ??= []).push(inner.length > 0 && field ? `${inner.join('.')}: ${message}` : message);
  }
  return Object.fromEntries(Object.entries(errors).map(([key, messages]) => [key, messages.join(' · ')]));
}

/** The JSON value of a text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
