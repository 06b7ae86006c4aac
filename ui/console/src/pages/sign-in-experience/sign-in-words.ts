import { useTranslation } from 'react-i18next';
import type { Connector } from '../../api/connectors';
import type { SignInIdentifier, SignInMethod } from '../../api/sign-in-experience';
import { localized } from '../connectors/general-model';
import type { ExperienceValues } from './experience-model';
import { choiceOf, type SignUpChoice } from './sign-in-rules';

/** Names for everything that has to do with signing in, in the reader's language. */
export interface SignInWords {
  choice: (choice: SignUpChoice) => string;
  identifier: (identifier: SignInIdentifier) => string;
  method: (method: SignInMethod) => string;
  target: (target: string) => string;
  flag: (name: 'password' | 'verify' | 'linking' | 'registration', isOn: boolean) => string;
  nothing: string;
}

export function useSignInWords(connectors: Connector[]): SignInWords {
  const { t, i18n } = useTranslation();
  const identifier = (each: SignInIdentifier) => t(`experience.identifier.${each}`);
  return {
    identifier,
    choice: (choice) => t(`experience.choice.${choice}`),
    method: (method) => {
      const factors = [
        method.password && t('experience.password'),
        method.verificationCode && t('experience.verificationCode'),
      ].filter((each) => each !== false);
      const ordered = method.isPasswordPrimary ? factors : factors.toReversed();
      return `${identifier(method.identifier)}: ${ordered.join(', ')}`;
    },
    target: (target) => {
      const connector = connectors.find((each) => each.target === target);
      return connector ? localized(connector.name, i18n.language) : target;
    },
    flag: (name, isOn) => t(`experience.flag.${name}.${isOn ? 'on' : 'off'}`),
    nothing: t('experience.nothing'),
  };
}

export const signInSections = ['signUp', 'signIn', 'social', 'advanced'] as const;

export type SignInSection = (typeof signInSections)[number];

/** What people will meet, in short lines by section. */
export function describeSignIn(values: ExperienceValues, words: SignInWords): Record<SignInSection, string[]> {
  const { signUp } = values;
  const hasIdentifier = signUp.identifiers.length > 0;
  const choice = choiceOf(signUp.identifiers);
  return {
    signUp: [
      choice === 'custom' ? signUp.identifiers.map(words.identifier).join(', ') : words.choice(choice),
      ...(hasIdentifier ? [words.flag('password', signUp.password)] : []),
      ...(hasIdentifier && choice !== 'username' ? [words.flag('verify', signUp.verify)] : []),
    ],
    signIn: values.methods.length > 0 ? values.methods.map(words.method) : [words.nothing],
    social: [
      ...(values.socialTargets.length > 0 ? values.socialTargets.map(words.target) : [words.nothing]),
      words.flag('linking', values.automaticAccountLinking),
    ],
    advanced: [words.flag('registration', values.isRegistrationEnabled)],
  };
}

export interface Difference {
  section: SignInSection;
  before: string[];
  after: string[];
}

/** The sections that differ. */
export function differences(before: Record<SignInSection, string[]>, after: Record<SignInSection, string[]>): Difference[] {
  return signInSections
    .map((section) => ({ section, before: before[section], after: after[section] }))
    .filter((each) => each.before.join('\n') !== each.after.join('\n'));
}
