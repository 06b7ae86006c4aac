import { describe, expect, it } from 'vitest';
import type { Application } from '../src/api/applications';
import { ApiError } from '../src/api/errors';
import {
  findJsonProblem,
  hasUriProblems,
  isOptionalInteger,
  sectionsOf,
  toFieldErrors,
  toPatch,
  toValues,
} from '../src/pages/applications/settings-model';

const application: Application = {
  tenantId: 'default',
  id: 'a45faya69t3chp4zv6we5',
  name: 'Shop',
  description: null,
  type: 'Traditional',
  oidcClientMetadata: {
    redirectUris: ['https://shop.example/callback'],
    postLogoutRedirectUris: [],
    logoUri: 'https://shop.example/logo.png',
  },
  customClientMetadata: { idTokenTtl: 600, refreshTokenTtlInDays: 7 },
  protectedAppMetadata: null,
  customData: { team: 'commerce' },
  isThirdParty: false,
  appLevelAccessControlEnabled: false,
  createdAt: 0,
};

describe('settings of an application', () => {
  it('sends back what the form does not show, since the server replaces whole columns', () => {
    const patch = toPatch(application, toValues(application));
    expect(patch.oidcClientMetadata).toEqual(application.oidcClientMetadata);
    expect(patch.customClientMetadata).toMatchObject({ idTokenTtl: 600, refreshTokenTtlInDays: 7 });
    expect(patch.customData).toEqual({ team: 'commerce' });
    expect(patch.description).toBeNull();
  });

  it('leaves out what was emptied', () => {
    const withLogout = toPatch(application, {
      ...toValues(application),
      backchannelLogoutUri: 'https://shop.example/logout',
      backchannelLogoutSessionRequired: true,
    });
    expect(withLogout.oidcClientMetadata).toMatchObject({
      backchannelLogoutUri: 'https://shop.example/logout',
      backchannelLogoutSessionRequired: true,
    });

    const emptied = toPatch(application, {
      ...toValues(application),
      backchannelLogoutSessionRequired: true,
      refreshTokenTtlInDays: '',
      corsAllowedOrigins: ['', ' '],
    });
    expect(emptied.oidcClientMetadata).not.toHaveProperty('backchannelLogoutUri');
    expect(emptied.oidcClientMetadata).not.toHaveProperty('backchannelLogoutSessionRequired');
    expect(emptied.customClientMetadata).not.toHaveProperty('refreshTokenTtlInDays');
    expect(emptied.customClientMetadata).not.toHaveProperty('corsAllowedOrigins');
  });

  it('treats rotation as on until it was switched off', () => {
    expect(toValues(application).rotateRefreshToken).toBe(true);
    const off = { ...application, customClientMetadata: { rotateRefreshToken: false } };
    expect(toValues(off).rotateRefreshToken).toBe(false);
  });

  it('shows each type only what it can have', () => {
    const machine = sectionsOf({ type: 'MachineToMachine' });
    expect(machine).toMatchObject({ addresses: false, refreshTokens: false, endpoints: true });
    const native = sectionsOf({ type: 'Native' });
    expect(native).toMatchObject({ addresses: true, alwaysIssueRefreshToken: false });
  });

  it('allows custom schemes for native applications only', () => {
    const values = { ...toValues(application), redirectUris: ['com.example.app://callback'] };
    expect(hasUriProblems('Native', values)).toBe(false);
    expect(hasUriProblems('SPA', values)).toBe(true);
  });

  it('puts refusals of the server beside their fields', () => {
    const error = new ApiError(400, {
      code: 'guard.invalid_input',
      data: {
        issues: [
          { path: ['name'], message: 'too long' },
          { path: ['oidcClientMetadata', 'redirectUris', 1], message: 'not a URI' },
          { path: [], message: 'not an object' },
        ],
      },
    });
    expect(toFieldErrors(error)).toEqual({ name: 'too long', redirectUris: 'not a URI' });
  });
});

describe('fields', () => {
  it.each([
    ['{}', undefined],
    ['{"a": [1]}', undefined],
    ['[]', 'jsonObjectNeeded'],
    ['null', 'jsonObjectNeeded'],
    ['"text"', 'jsonObjectNeeded'],
    ['{"a": ', 'invalidJson'],
    ['', 'invalidJson'],
  ])('JSON %s', (text, problem) => {
    expect(findJsonProblem(text)).toBe(problem);
  });

  it.each([
    ['', true],
    [1, true],
    ['180', true],
    [0, false],
    [181, false],
    [1.5, false],
    ['many', false],
  ])('days %s', (value, fine) => {
    expect(isOptionalInteger(value, 1, 180)).toBe(fine);
  });
});
