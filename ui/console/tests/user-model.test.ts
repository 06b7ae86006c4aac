import { describe, expect, it } from 'vitest';
import type { User } from '../src/api/users';
import {
  displayName,
  findIdentifierProblem,
  generatePassword,
  initialsOf,
  phoneDigits,
  subtitleOf,
  toCreate,
  toPatch,
  toValues,
} from '../src/pages/users/user-model';

const ada: User = {
  id: 'u1',
  username: 'ada',
  primaryEmail: 'ada@example.com',
  primaryPhone: '442079460000',
  name: 'Ada Lovelace',
  avatar: null,
  customData: { tier: 1 },
  identities: {},
  profile: { givenName: 'Ada', address: { locality: 'London' } },
  lastSignInAt: null,
  createdAt: 0,
  updatedAt: 0,
  applicationId: null,
  cimdClientId: null,
  isSuspended: false,
};

describe('how a person is called', () => {
  it('is the best name known, and something else below it', () => {
    expect([displayName(ada), subtitleOf(ada)]).toEqual(['Ada Lovelace', 'ada@example.com']);
    const bare = { ...ada, name: null, username: null, primaryEmail: null };
    expect([displayName(bare), subtitleOf(bare)]).toEqual(['+442079460000', undefined]);
  });

  it.each([['Ada Lovelace', 'AL'], ['ada_lovelace', 'AL'], ['ada@example.com', 'AE'], ['李小龍', '李'], ['', '?']])('%s: %s', (name, initials) =>
    expect(initialsOf(name)).toBe(initials));
});

describe('identifiers', () => {
  it.each([
    ['username', '1ada'],
    ['username', 'ada lovelace'],
    ['email', 'ada'],
    ['phone', 'call me'],
  ] as const)('%s %s is refused', (kind, text) => expect(findIdentifierProblem(kind, text)).toBe(kind));

  it('may be left empty', () => expect(findIdentifierProblem('username', ' ')).toBeUndefined());

  it('keep the digits of a phone number', () => {
    expect(phoneDigits('+44 (20) 7946-0000')).toBe('442079460000');
    expect(phoneDigits('0044 20 7946 0000')).toBe('442079460000');
  });
});

describe('what is sent', () => {
  it('for a new person leaves out what is empty', () => {
    const values = { name: '', username: ' ada ', email: '', phone: '', passwordKind: 'generated' as const, password: 'typed' };
    expect(toCreate(values, 'made-up')).toEqual({ username: 'ada', password: 'made-up' });
    expect(toCreate({ ...values, passwordKind: 'typed' }, 'made-up').password).toBe('typed');
    expect(toCreate({ ...values, passwordKind: 'none' }, 'made-up')).toEqual({ username: 'ada' });
  });

  it('for an existing person keeps parts of the profile without a field', () => {
    const values = toValues(ada);
    expect(toPatch(ada, values)).toMatchObject({ primaryPhone: '442079460000', profile: ada.profile, customData: ada.customData });
    expect(toPatch(ada, { ...values, profile: { ...values.profile, givenName: '' }, username: '' })).toMatchObject({
      username: null,
      profile: { address: { locality: 'London' } },
    });
  });
});

it('makes up passwords that differ and have letters of both cases and digits', () => {
  const passwords = Array.from({ length: 50 }, generatePassword);
  expect(new Set(passwords).size).toBe(50);
  for (const password of passwords) expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z2-9]{5}-[A-Za-z2-9]{5}-[A-Za-z2-9]{5}$/);
});
