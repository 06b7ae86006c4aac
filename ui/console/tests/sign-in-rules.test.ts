import { describe, expect, it } from 'vitest';
import type { SignInMethod } from '../src/api/sign-in-experience';
import {
  choiceOf,
  chooseSignUp,
  findProblems,
  isFixed,
  isLockedOut,
  missingMethods,
  newMethod,
  setFactor,
  setSignUpPassword,
  type SignInSettings,
} from '../src/pages/sign-in-experience/sign-in-rules';

const username: SignInMethod = { identifier: 'username', password: true, verificationCode: false, isPasswordPrimary: true };
const seeded: SignInSettings = {
  signUp: { identifiers: ['username'], password: true, verify: false },
  methods: [username],
};
const all = { email: true, phone: true };
const none = { email: false, phone: false };

describe('what people sign up with', () => {
  it('is recognised in any order, and as a combination of its own otherwise', () => {
    expect(choiceOf(['phone', 'email'])).toBe('emailOrPhone');
    expect(choiceOf([])).toBe('none');
    expect(choiceOf(['username', 'email'])).toBe('custom');
  });

  it('leaves neither password nor verification without an identifier, and the methods as they are', () => {
    const next = chooseSignUp(seeded, 'none');
    expect(next).toEqual({ signUp: { identifiers: [], password: false, verify: false }, methods: [username] });
    expect(findProblems(next, none)).toEqual([]);
  });

  it('becomes a way to sign in, with what new accounts have', () => {
    const { signUp, methods } = chooseSignUp(seeded, 'email');
    expect(signUp).toEqual({ identifiers: ['email'], password: true, verify: true });
    expect(methods).toContainEqual({ identifier: 'email', password: true, verificationCode: true, isPasswordPrimary: true });
  });

  it('always has a password with a username', () => {
    const withoutIdentifier = chooseSignUp(seeded, 'none');
    expect(chooseSignUp(withoutIdentifier, 'username').signUp).toMatchObject({ password: true, verify: false });
  });

  it('drops further identifiers that it repeats, or that have nothing to follow', () => {
    const settings = { ...seeded, signUp: { ...seeded.signUp, secondaryIdentifiers: [{ identifier: 'email' as const }, { identifier: 'phone' as const }] } };
    expect(chooseSignUp(settings, 'email').signUp.secondaryIdentifiers).toEqual([{ identifier: 'phone' }]);
    expect(chooseSignUp(settings, 'none').signUp.secondaryIdentifiers).toEqual([]);
  });

  it.each(['username', 'email', 'phone', 'emailOrPhone', 'none'] as const)('%s is never refused by the server', (choice) => {
    const chosen = chooseSignUp(seeded, choice);
    for (const settings of [chosen, choice === 'none' ? chosen : setSignUpPassword(chosen, choice === 'username')]) {
      expect(findProblems(settings, all)).toEqual([]);
      expect(missingMethods(settings)).toEqual([]);
    }
  });
});

describe('switches that depend on others', () => {
  it('cannot be changed where only one answer works', () => {
    expect(isFixed(seeded.signUp, 'password')).toBe(true);
    expect(isFixed({ identifiers: ['email'], password: true, verify: true }, 'verify')).toBe(false);
    expect(isFixed({ identifiers: ['email'], password: false, verify: true }, 'verify')).toBe(true);
  });

  it('verify addresses when the password goes, and ask for codes at sign-in', () => {
    const withPassword: SignInSettings = {
      signUp: { identifiers: ['email'], password: true, verify: false },
      methods: [{ identifier: 'email', password: true, verificationCode: false, isPasswordPrimary: true }],
    };
    const next = setSignUpPassword(withPassword, false);
    expect(next.signUp).toMatchObject({ password: false, verify: true });
    expect(next.methods[0]).toMatchObject({ verificationCode: true });
  });
});

describe('factors of a method', () => {
  const email = newMethod('email', { identifiers: ['email'], password: true, verify: true });

  it('ask first for the one that is left', () => {
    expect(setFactor(email, 'password', false)).toMatchObject({ password: false, isPasswordPrimary: false });
    expect(setFactor({ ...email, isPasswordPrimary: false }, 'verificationCode', false)).toMatchObject({ isPasswordPrimary: true });
  });

  it('are never both missing in a new method', () => {
    expect(newMethod('phone', { identifiers: [], password: false, verify: false })).toMatchObject({ password: true });
    expect(newMethod('username', { identifiers: [], password: false, verify: true })).toEqual(username);
  });
});

describe('what the server would refuse', () => {
  it('is an identifier or a code that nothing delivers', () => {
    const settings = chooseSignUp(seeded, 'email');
    expect(findProblems(settings, none)).toEqual([
      { kind: 'signUpNeedsDelivery', channel: 'email' },
      { kind: 'methodNeedsDelivery', channel: 'email' },
    ]);
    expect(findProblems(settings, { email: true, phone: false })).toEqual([]);
  });

  it('is a method without any factor', () => {
    const methods = [{ ...username, password: false }];
    expect(findProblems({ ...seeded, methods }, all)).toEqual([{ kind: 'methodNeedsFactor', identifier: 'username' }]);
  });

  it('is a password only, where new accounts have none', () => {
    const settings = setSignUpPassword(chooseSignUp(seeded, 'email'), false);
    const methods = settings.methods.map((method) => (method.identifier === 'email' ? { ...method, password: true, verificationCode: false } : method));
    expect(findProblems({ ...settings, methods }, all)).toEqual([{ kind: 'codeNeeded', identifier: 'email' }]);
  });

  it('is an address that neither a password nor a code protects', () => {
    const settings = chooseSignUp(seeded, 'email');
    expect(findProblems({ ...settings, signUp: { ...settings.signUp, password: false, verify: false } }, all)).toContainEqual({
      kind: 'verifyNeeded',
    });
  });
});

it('notices when nobody could sign in', () => {
  expect(isLockedOut([], [])).toBe(true);
  expect(isLockedOut([], ['acme'])).toBe(false);
});
