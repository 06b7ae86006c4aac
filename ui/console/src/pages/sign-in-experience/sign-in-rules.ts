/** How sign-up and sign-in settings depend on each other, and on connectors that deliver codes. */
import type { SignInIdentifier, SignInMethod, SignUp } from '../../api/sign-in-experience';

export const signInIdentifiers: readonly SignInIdentifier[] = ['username', 'email', 'phone'];

/** What people give when they create an account; `custom` is a combination that only the API can set. */
export type SignUpChoice = 'username' | 'email' | 'phone' | 'emailOrPhone' | 'none' | 'custom';

const choices: Record<Exclude<SignUpChoice, 'custom'>, SignInIdentifier[]> = {
  username: ['username'],
  email: ['email'],
  phone: ['phone'],
  emailOrPhone: ['email', 'phone'],
  none: [],
};

export const signUpChoices = Object.keys(choices) as Exclude<SignUpChoice, 'custom'>[];

/** The choice that a list of identifiers stands for. */
export function choiceOf(identifiers: readonly SignInIdentifier[]): SignUpChoice {
  const wanted = identifiers.toSorted().join();
  return signUpChoices.find((choice) => choices[choice].toSorted().join() === wanted) ?? 'custom';
}

export interface SignInSettings {
  signUp: SignUp;
  methods: SignInMethod[];
}

/** Whether a connector delivers messages of this kind. */
export interface Deliveries {
  email: boolean;
  phone: boolean;
}

/** Chooses what people sign up with; what follows from it is set along, so that they can come back. */
export function chooseSignUp({ signUp, methods }: SignInSettings, choice: Exclude<SignUpChoice, 'custom'>): SignInSettings {
  const identifiers = choices[choice];
  const sendsCodes = identifiers.some((identifier) => identifier !== 'username');
  const next: SignUp = {
    ...signUp,
    identifiers,
    // A username alone proves nothing, and without any identifier there is nothing to type a password for.
    password: choice === 'username' || (choice !== 'none' && signUp.password),
    verify: sendsCodes,
    ...(signUp.secondaryIdentifiers && { secondaryIdentifiers: remainingSecondary(signUp, identifiers) }),
  };
  return followSignUp({ signUp: next, methods });
}

function remainingSecondary({ secondaryIdentifiers = [] }: SignUp, identifiers: SignInIdentifier[]) {
  if (identifiers.length === 0) return [];
  return secondaryIdentifiers.filter(({ identifier }) => !identifiers.includes(identifier as SignInIdentifier));
}

/** Turns the password of new accounts on or off. */
export function setSignUpPassword({ signUp, methods }: SignInSettings, password: boolean): SignInSettings {
  // Without a password, only a verified address proves who somebody is.
  const verify = signUp.verify || (!password && signUp.identifiers.some((identifier) => identifier !== 'username'));
  return followSignUp({ signUp: { ...signUp, password, verify }, methods });
}

/** Makes every identifier of new accounts a way to sign in, with a factor that these accounts have. */
function followSignUp({ signUp, methods }: SignInSettings): SignInSettings {
  const kept = methods.map((method) => (signUp.identifiers.includes(method.identifier) ? withFactorOf(signUp, method) : method));
  const missing = signUp.identifiers.filter((identifier) => !methods.some((method) => method.identifier === identifier));
  return { signUp, methods: [...kept, ...missing.map((identifier) => newMethod(identifier, signUp))] };
}

function withFactorOf(signUp: SignUp, method: SignInMethod): SignInMethod {
  if (method.identifier === 'username') return { ...method, password: true, verificationCode: false };
  if (signUp.password) return method.password || method.verificationCode ? method : { ...method, password: true };
  return { ...method, verificationCode: true, isPasswordPrimary: method.password && method.isPasswordPrimary };
}

/** A further way to sign in. */
export function newMethod(identifier: SignInIdentifier, signUp: SignUp): SignInMethod {
  const verificationCode = identifier !== 'username' && signUp.verify;
  const password = identifier === 'username' || signUp.password || !verificationCode;
  return { identifier, password, verificationCode, isPasswordPrimary: password };
}

/** Turns a factor of a method on or off; the one that is left is asked for first. */
export function setFactor(method: SignInMethod, factor: 'password' | 'verificationCode', on: boolean): SignInMethod {
  const next = { ...method, [factor]: on };
  return { ...next, isPasswordPrimary: next.password && (!next.verificationCode || method.isPasswordPrimary) };
}

/** Switches that cannot be changed, because something else depends on them. */
export function isFixed(signUp: SignUp, switchName: 'password' | 'verify'): boolean {
  const choice = choiceOf(signUp.identifiers);
  if (choice === 'none' || choice === 'username') return true;
  return switchName === 'verify' && !signUp.password;
}

export type SignInProblem =
  | { kind: 'signUpNeedsDelivery'; channel: keyof Deliveries }
  | { kind: 'methodNeedsDelivery'; channel: keyof Deliveries }
  | { kind: 'methodNeedsFactor'; identifier: SignInIdentifier }
  | { kind: 'codeNeeded'; identifier: SignInIdentifier }
  | { kind: 'verifyNeeded' };

/** What the server would refuse. */
export function findProblems({ signUp, methods }: SignInSettings, deliveries: Deliveries): SignInProblem[] {
  const channels = Object.keys(deliveries).filter((key): key is keyof Deliveries => !deliveries[key as keyof Deliveries]);
  const problems: SignInProblem[] = [];
  for (const channel of channels) {
    if (signUp.identifiers.includes(channel)) problems.push({ kind: 'signUpNeedsDelivery', channel });
    if (methods.some((method) => method.identifier === channel && method.verificationCode)) {
      problems.push({ kind: 'methodNeedsDelivery', channel });
    }
  }
  for (const { identifier, password, verificationCode } of methods) {
    if (!password && !verificationCode) problems.push({ kind: 'methodNeedsFactor', identifier });
    else if (signUp.identifiers.includes(identifier) && !signUp.password && identifier !== 'username' && !verificationCode) {
      problems.push({ kind: 'codeNeeded', identifier });
    }
  }
  const sendsCodes = signUp.identifiers.some((identifier) => identifier !== 'username');
  if (sendsCodes && !signUp.password && !signUp.verify) problems.push({ kind: 'verifyNeeded' });
  return problems;
}

/** Identifiers of new accounts that are no way to sign in: allowed, though rarely meant. */
export function missingMethods({ signUp, methods }: SignInSettings): SignInIdentifier[] {
  return signUp.identifiers.filter((identifier) => !methods.some((method) => method.identifier === identifier));
}

/** Whether nobody could sign in at all. */
export function isLockedOut(methods: SignInMethod[], targets: string[]): boolean {
  return methods.length === 0 && targets.length === 0;
}
