import type { User, UserCreate, UserPatch } from '../../api/users';

/** The best name that is known of a person. */
export function displayName(user: Pick<User, 'name' | 'username' | 'primaryEmail' | 'primaryPhone' | 'id'>): string {
  return user.name || user.username || user.primaryEmail || (user.primaryPhone && formatPhone(user.primaryPhone)) || user.id;
}

/** What tells people of the same name apart. */
export function subtitleOf(user: User): string | undefined {
  const title = displayName(user);
  const phone = user.primaryPhone && formatPhone(user.primaryPhone);
  return [user.primaryEmail, user.username, phone].find((each) => each && each !== title) ?? undefined;
}

/** Phone numbers are kept as digits, with the country first. */
export function formatPhone(digits: string): string {
  return `+${digits}`;
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/[\s._@-]+/u).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

export type IdentifierProblem = 'username' | 'email' | 'phone';

/** What is wrong with an identifier; an empty one is fine. */
export function findIdentifierProblem(kind: IdentifierProblem, text: string): IdentifierProblem | undefined {
  const value = text.trim();
  if (value === '') return undefined;
  const isGood = {
    username: () => /^[A-Za-z_]\w*$/.test(value),
    email: () => /^\S+@\S+\.\S+$/.test(value),
    phone: () => /^\+?[\d\s()/.-]+$/.test(value) && phoneDigits(value).length >= 5,
  }[kind]();
  return isGood ? undefined : kind;
}

/** The digits of a phone number as people write it. */
export function phoneDigits(text: string): string {
  return text.replaceAll(/\D/g, '').replace(/^00/, '');
}

export interface NewUserValues {
  name: string;
  username: string;
  email: string;
  phone: string;
  passwordKind: 'generated' | 'typed' | 'none';
  password: string;
}

export function toCreate(values: NewUserValues, generated: string): UserCreate {
  const name = values.name.trim();
  const username = values.username.trim();
  const primaryEmail = values.email.trim();
  const primaryPhone = phoneDigits(values.phone);
  const password = { generated, typed: values.password, none: '' }[values.passwordKind];
  return {
    ...(name && { name }),
    ...(username && { username }),
    ...(primaryEmail && { primaryEmail }),
    ...(primaryPhone && { primaryPhone }),
    ...(password && { password }),
  };
}

/** Claims of the standard profile that are plain texts, in the order of the form. */
export const profileFields = [
  'givenName',
  'familyName',
  'middleName',
  'nickname',
  'preferredUsername',
  'profile',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
] as const;

export type ProfileField = (typeof profileFields)[number];

export interface UserValues {
  name: string;
  username: string;
  email: string;
  phone: string;
  avatar: string;
  profile: Record<ProfileField, string>;
  /** JSON text. */
  customData: string;
}

export function toValues(user: User): UserValues {
  return {
    name: user.name ?? '',
    username: user.username ?? '',
    email: user.primaryEmail ?? '',
    phone: user.primaryPhone ? formatPhone(user.primaryPhone) : '',
    avatar: user.avatar ?? '',
    profile: Object.fromEntries(profileFields.map((field) => [field, user.profile[field] ?? ''])) as Record<ProfileField, string>,
    customData: JSON.stringify(user.customData, undefined, 2),
  };
}

/** The request for what the form says; parts of the profile without a field, such as the address, are kept. */
export function toPatch(user: User, values: UserValues): UserPatch {
  const fields = new Set<string>(profileFields);
  const kept = Object.entries(user.profile).filter(([key]) => !fields.has(key));
  const said = profileFields.map((field) => [field, values.profile[field].trim()] as const).filter(([, text]) => text !== '');
  return {
    name: values.name.trim() || null,
    username: values.username.trim() || null,
    primaryEmail: values.email.trim() || null,
    primaryPhone: phoneDigits(values.phone) || null,
    avatar: values.avatar.trim() || null,
    profile: Object.fromEntries([...kept, ...said]),
    customData: JSON.parse(values.customData) as Record<string, unknown>,
  };
}

/** Whether the person could still be found by something they know. */
export function hasIdentifier(values: Pick<UserValues, 'username' | 'email' | 'phone'>): boolean {
  return [values.username, values.email, values.phone].some((text) => text.trim() !== '');
}

// Without letters and digits that look alike.
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const digits = '23456789';
const groups = [5, 5, 5];

/** A password that can be read out: about 85 bits, with all that a usual policy asks for. */
export function generatePassword(): string {
  const alphabet = letters + digits;
  for (;;) {
    const password = groups.map((length) => Array.from({ length }, () => alphabet[randomBelow(alphabet.length)]).join('')).join('-');
    if (/[a-z]/.test(password) && /[A-Z]/.test(password) && /\d/.test(password)) return password;
  }
}

/** A uniform random number below a small limit. */
function randomBelow(limit: number): number {
  const most = 256 - (256 % limit);
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < most) return byte % limit;
  }
}
