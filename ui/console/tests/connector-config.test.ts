import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/api/errors';
import type { ConnectorFormItem } from '../src/api/connectors';
import {
  findProblems,
  formItemsOf,
  isShown,
  toConfig,
  toFieldErrors,
  toValues,
  wholeKey,
  type ConfigValues,
} from '../src/pages/connectors/config-model';

const items: ConnectorFormItem[] = [
  { key: 'clientId', type: 'Text', label: 'Client ID', required: true },
  { key: 'method', type: 'Select', label: 'Method', required: true, defaultValue: 'post', selectItems: [{ value: 'post', title: 'Post' }, { value: 'jwt', title: 'JWT' }] },
  { key: 'algorithm', type: 'Select', label: 'Algorithm', required: true, defaultValue: 'HS256', showConditions: [{ targetKey: 'method', expectValue: 'jwt' }] },
  { key: 'hint', type: 'Text', label: 'Hint', required: true, showConditions: [{ targetKey: 'algorithm', expectValue: 'HS512' }] },
  { key: 'scope', type: 'MultilineText', label: 'Scope' },
  { key: 'prompts', type: 'MultiSelect', label: 'Prompts', defaultValue: ['select_account'] },
  { key: 'timeout', type: 'Number', label: 'Timeout' },
  { key: 'trust', type: 'Switch', label: 'Trust', defaultValue: false },
  { key: 'verification', type: 'Json', label: 'Verification', required: true, defaultValue: { jwksUri: '' } },
  { key: 'custom', type: 'Json', label: 'Custom', defaultValue: {} },
];

const filled: ConfigValues = { ...toValues(items), clientId: 'portico' };

function shown(values = filled) {
  return items.filter((item) => isShown(item, items, values)).map(({ key }) => key);
}

describe('which fields show', () => {
  it('hides a field whose condition does not hold, and what depends on it', () => {
    expect(shown()).not.toContain('algorithm');
    expect(shown({ ...filled, algorithm: 'HS512' })).not.toContain('hint');
  });

  it('shows a chain of fields once every condition holds', () => {
    const values = { ...filled, method: 'jwt', algorithm: 'HS512' };
    expect(shown(values)).toEqual(expect.arrayContaining(['algorithm', 'hint']));
  });

  it('takes any value when none is expected', () => {
    const some: ConnectorFormItem[] = [
      { key: 'key', type: 'Text', label: 'Key' },
      { key: 'pass', type: 'Text', label: 'Pass', showConditions: [{ targetKey: 'key' }] },
    ];
    const [, pass] = some;
    expect(pass && isShown(pass, some, { key: '', pass: '' })).toBe(false);
    expect(pass && isShown(pass, some, { key: 'k', pass: '' })).toBe(true);
  });

  it('never shows a field that depends on itself', () => {
    const loop: ConnectorFormItem = { key: 'a', type: 'Text', label: 'A', showConditions: [{ targetKey: 'a' }] };
    expect(isShown(loop, [loop], { a: 'x' })).toBe(false);
  });
});

describe('settings of a form', () => {
  it('starts with the defaults of the factory', () => {
    expect(toConfig(items, filled)).toEqual({
      clientId: 'portico',
      method: 'post',
      prompts: ['select_account'],
      trust: false,
      verification: { jwksUri: '' },
      custom: {},
    });
  });

  it('sends numbers as numbers, trims texts and leaves empty ones out', () => {
    const config = toConfig(items, { ...filled, clientId: ' portico ', timeout: '30', scope: '  ' });
    expect(config).toMatchObject({ clientId: 'portico', timeout: 30 });
    expect(config).not.toHaveProperty('scope');
  });

  it('comes back as it was saved', () => {
    const saved = { clientId: 'portico', method: 'jwt', algorithm: 'HS384', timeout: 5, trust: true, prompts: [], verification: { jwksUri: 'https://a.example' } };
    expect(toConfig(items, toValues(items, saved), saved)).toEqual(saved);
  });

  it('keeps members that have no field, but not a field that no longer shows', () => {
    const saved = { clientId: 'portico', method: 'jwt', algorithm: 'HS384', verification: {}, oneTap: { isEnabled: true } };
    const config = toConfig(items, { ...toValues(items, saved), method: 'post' }, saved);
    expect(config.oneTap).toEqual({ isEnabled: true });
    expect(config).not.toHaveProperty('algorithm');
  });

  it('is one JSON text for a factory without a form', () => {
    const whole = formItemsOf({ configTemplate: '{"endpoint":"https://a.example"}' });
    const values = toValues(whole);
    expect(toConfig(whole, values)).toEqual({ endpoint: 'https://a.example' });
    expect(toConfig(whole, { [wholeKey]: '{"other":1}' }, { endpoint: 'gone' })).toEqual({ other: 1 });
  });
});

describe('mistakes', () => {
  it('finds empty required fields, broken JSON and texts that are no number', () => {
    const values = { ...filled, clientId: ' ', custom: '{', timeout: 'soon' };
    expect(findProblems(items, values)).toEqual({ clientId: 'required', custom: 'invalidJson', timeout: 'notANumber' });
  });

  it('does not ask for a required field that does not show', () => {
    expect(findProblems(items, filled)).toEqual({});
    expect(findProblems(items, { ...filled, method: 'jwt', algorithm: '' })).toEqual({ algorithm: 'required' });
  });
});

describe('refusals of the server', () => {
  const refusal = (...path: (string | number)[]) =>
    new ApiError(400, { code: 'connector.invalid_config', data: { issues: [{ path, message: 'wrong' }] } });

  it('stand at the field, with the member inside a JSON field', () => {
    expect(toFieldErrors(items, refusal('clientId'))).toEqual({ clientId: 'wrong' });
    expect(toFieldErrors(items, refusal('verification', 'jwksUri'))).toEqual({ verification: 'jwksUri: wrong' });
  });

  it('are found below the member of the request body, too', () => {
    expect(toFieldErrors(items, refusal('config', 'verification', 'algorithms', 0))).toEqual({
      verification: 'algorithms.0: wrong',
    });
  });

  it('that belong to no field stand under the empty key', () => {
    expect(toFieldErrors(items, refusal('unknown'))).toEqual({ '': 'wrong' });
    expect(toFieldErrors(items, refusal())).toEqual({ '': 'wrong' });
  });
});
