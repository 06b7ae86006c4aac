import { describe, expect, it } from 'vitest';
import type { Connector } from '../src/api/connectors';
import type { SignInExperience } from '../src/api/sign-in-experience';
import { moved } from '../src/components/sortable-list';
import { applied, findFieldProblems, toPatch, toValues } from '../src/pages/sign-in-experience/experience-model';
import { toPreviewSettings } from '../src/pages/sign-in-experience/preview-message';

const seeded: SignInExperience = {
  tenantId: 'default',
  id: 'default',
  color: { primaryColor: '#4c5fd5', isDarkModeEnabled: false, darkPrimaryColor: '#8fa0ff' },
  branding: {},
  hideLogtoBranding: false,
  languageInfo: { autoDetect: true, fallbackLanguage: 'en' },
  termsOfUseUrl: null,
  privacyPolicyUrl: null,
  agreeToTermsPolicy: 'Automatic',
  signIn: { methods: [{ identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true }] },
  signUp: { identifiers: ['username'], password: true, verify: false },
  socialSignIn: { skipRequiredIdentifiers: true },
  socialSignInConnectorTargets: [],
  signInMode: 'SignInAndRegister',
  customCss: null,
  customContent: {},
  customUiAssets: null,
  customUiCsp: {},
  passwordPolicy: {},
  mfa: { factors: [], policy: 'UserControlled' },
  adaptiveMfa: {},
  singleSignOnEnabled: false,
  forgotPasswordMethods: [],
  supportEmail: null,
  supportWebsiteUrl: null,
  unknownSessionRedirectUrl: null,
  captchaPolicy: {},
  sentinelPolicy: {},
  emailBlocklistPolicy: {},
  verificationCodePolicy: {},
  passkeySignIn: {},
  signUpProfileFields: null,
  passwordExpiration: {},
  usernamePolicy: {
    caseSensitive: true,
    minLength: 1,
    maxLength: 128,
    allowedChars: { lowercase: true, uppercase: true, numbers: true, underscore: true },
  },
};

describe('what is sent', () => {
  it('is nothing when nothing changed, defaults of the server included', () => {
    expect(toPatch(seeded, toValues(seeded))).toEqual({});
  });

  it('is only what changed', () => {
    const values = { ...toValues(seeded), isDarkModeEnabled: true, customCss: 'body { margin: 0 }' };
    expect(toPatch(seeded, values)).toEqual({
      color: { ...seeded.color, isDarkModeEnabled: true },
      customCss: 'body { margin: 0 }',
    });
  });

  it('keeps the members of social sign-in that the form does not show', () => {
    const values = { ...toValues(seeded), automaticAccountLinking: true };
    expect(toPatch(seeded, values).socialSignIn).toEqual({ skipRequiredIdentifiers: true, automaticAccountLinking: true });
  });

  it('clears what was emptied', () => {
    const settings = { ...seeded, termsOfUseUrl: 'https://a.example', customCss: 'a {}', branding: { logoUrl: 'https://a.example/l.svg' } };
    const values = { ...toValues(settings), termsOfUseUrl: ' ', customCss: '', logoUrl: '' };
    expect(toPatch(settings, values)).toEqual({ termsOfUseUrl: null, customCss: null, branding: {} });
  });

  it('turns registration off and on again without making a page that only registers', () => {
    expect(toPatch(seeded, { ...toValues(seeded), isRegistrationEnabled: false }).signInMode).toBe('SignIn');
    const closed: SignInExperience = { ...seeded, signInMode: 'SignIn' };
    expect(toPatch(closed, { ...toValues(closed), isRegistrationEnabled: true }).signInMode).toBe('SignInAndRegister');
  });

  it('writes the whole password policy once one rule changes', () => {
    const values = { ...toValues(seeded), minLength: 12, rejectedWords: ' portico \n\nportico\nbookstore' };
    expect(toPatch(seeded, values).passwordPolicy).toEqual({
      length: { min: 12, max: 256 },
      characterTypes: { min: 1 },
      rejects: { pwned: true, repetitionAndSequence: true, userInfo: true, words: ['portico', 'bookstore'] },
    });
  });
});

describe('mistakes', () => {
  it('are found at their field', () => {
    const values = { ...toValues(seeded), primaryColor: 'blue', logoUrl: 'logo.svg', supportEmail: 'help', minLength: 20, maxLength: 10, characterTypes: 5 };
    expect(findFieldProblems(values)).toEqual({
      primaryColor: 'color',
      logoUrl: 'url',
      supportEmail: 'email',
      maxLength: 'maxLength',
      characterTypes: 'characterTypes',
    });
  });

  it('do not include scripts as addresses, nor empty numbers', () => {
    const values = { ...toValues(seeded), termsOfUseUrl: 'javascript:alert(1)', minLength: '' };
    expect(findFieldProblems(values)).toEqual({ termsOfUseUrl: 'url', minLength: 'minLength', maxLength: 'maxLength' });
  });

  it('are none in the seeded settings', () => expect(findFieldProblems(toValues(seeded))).toEqual({}));
});

describe('the preview', () => {
  const connector = (id: string, target: string, platform: Connector['platform'], type: Connector['type'] = 'Social') =>
    ({ id, target, platform, type, name: { en: id }, logo: 'data:,', logoDark: null, config: { clientSecret: 'secret' } }) as unknown as Connector;
  const connectors = [connector('app', 'pay', 'Native'), connector('web', 'pay', 'Web'), connector('acme', 'acme', 'Universal'), connector('mail', 'smtp', null, 'Email')];

  it('shows one button a target, in the order of the form, without those of deleted connectors', () => {
    const values = { ...toValues(seeded), socialTargets: ['acme', 'gone', 'pay'] };
    const { socialConnectors } = toPreviewSettings(applied(seeded, values), connectors);
    expect(socialConnectors.map(({ id }) => id)).toEqual(['acme', 'web']);
  });

  it('never gets the settings of connectors', () => {
    const values = { ...toValues(seeded), socialTargets: ['acme'] };
    expect(JSON.stringify(toPreviewSettings(applied(seeded, values), connectors))).not.toContain('secret');
  });

  it('offers to reset a password only where codes arrive', () => {
    const settings: SignInExperience = { ...seeded, forgotPasswordMethods: ['EmailVerificationCode', 'PhoneVerificationCode'] };
    expect(toPreviewSettings(settings, connectors).forgotPassword).toEqual({ email: true, phone: false });
  });
});

it('moves an item of a list', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
});
