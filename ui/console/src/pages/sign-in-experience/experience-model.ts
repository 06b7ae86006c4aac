import type {
  AgreeToTermsPolicy,
  PasswordPolicy,
  SignInExperience,
  SignInMethod,
  SignInMode,
  SignUp,
} from '../../api/sign-in-experience';

/** The settings as the form holds them: nothing is absent, texts are never null. */
export interface ExperienceValues {
  primaryColor: string;
  isDarkModeEnabled: boolean;
  darkPrimaryColor: string;
  logoUrl: string;
  darkLogoUrl: string;
  favicon: string;
  darkFavicon: string;
  customCss: string;
  signUp: SignUp;
  methods: SignInMethod[];
  socialTargets: string[];
  automaticAccountLinking: boolean;
  isRegistrationEnabled: boolean;
  autoDetectLanguage: boolean;
  fallbackLanguage: string;
  termsOfUseUrl: string;
  privacyPolicyUrl: string;
  agreeToTermsPolicy: AgreeToTermsPolicy;
  supportEmail: string;
  supportWebsiteUrl: string;
  minLength: number | string;
  maxLength: number | string;
  characterTypes: number | string;
  rejectsPwned: boolean;
  rejectsSequences: boolean;
  rejectsUserInfo: boolean;
  /** One word a line. */
  rejectedWords: string;
}

/** What the server applies where the policy says nothing. */
const policyDefaults = { min: 8, max: 256, types: 1, rejects: true } as const;

export const passwordLimits = { lowest: 1, highest: 256, types: 4 } as const;

export function toValues(settings: SignInExperience): ExperienceValues {
  const { branding, color, languageInfo, passwordPolicy: policy } = settings;
  return {
    ...color,
    logoUrl: branding.logoUrl ?? '',
    darkLogoUrl: branding.darkLogoUrl ?? '',
    favicon: branding.favicon ?? '',
    darkFavicon: branding.darkFavicon ?? '',
    customCss: settings.customCss ?? '',
    signUp: settings.signUp,
    methods: settings.signIn.methods,
    socialTargets: settings.socialSignInConnectorTargets,
    automaticAccountLinking: settings.socialSignIn.automaticAccountLinking ?? false,
    isRegistrationEnabled: settings.signInMode !== 'SignIn',
    autoDetectLanguage: languageInfo.autoDetect,
    fallbackLanguage: languageInfo.fallbackLanguage,
    termsOfUseUrl: settings.termsOfUseUrl ?? '',
    privacyPolicyUrl: settings.privacyPolicyUrl ?? '',
    agreeToTermsPolicy: settings.agreeToTermsPolicy,
    supportEmail: settings.supportEmail ?? '',
    supportWebsiteUrl: settings.supportWebsiteUrl ?? '',
    minLength: policy.length?.min ?? policyDefaults.min,
    maxLength: policy.length?.max ?? policyDefaults.max,
    characterTypes: policy.characterTypes?.min ?? policyDefaults.types,
    rejectsPwned: policy.rejects?.pwned ?? policyDefaults.rejects,
    rejectsSequences: policy.rejects?.repetitionAndSequence ?? policyDefaults.rejects,
    rejectsUserInfo: policy.rejects?.userInfo ?? policyDefaults.rejects,
    rejectedWords: (policy.rejects?.words ?? []).join('\n'),
  };
}

/** Everything that the form says, in the shape of the server. */
function toMembers(original: SignInExperience, values: ExperienceValues) {
  return {
    color: {
      primaryColor: values.primaryColor,
      isDarkModeEnabled: values.isDarkModeEnabled,
      darkPrimaryColor: values.darkPrimaryColor,
    },
    branding: withoutEmpty({
      logoUrl: values.logoUrl.trim(),
      darkLogoUrl: values.darkLogoUrl.trim(),
      favicon: values.favicon.trim(),
      darkFavicon: values.darkFavicon.trim(),
    }),
    customCss: values.customCss.trim() === '' ? null : values.customCss,
    signUp: values.signUp,
    signIn: { methods: values.methods },
    socialSignInConnectorTargets: values.socialTargets,
    socialSignIn: { ...original.socialSignIn, automaticAccountLinking: values.automaticAccountLinking },
    signInMode: toMode(original.signInMode, values.isRegistrationEnabled),
    languageInfo: { autoDetect: values.autoDetectLanguage, fallbackLanguage: values.fallbackLanguage },
    termsOfUseUrl: values.termsOfUseUrl.trim() || null,
    privacyPolicyUrl: values.privacyPolicyUrl.trim() || null,
    agreeToTermsPolicy: values.agreeToTermsPolicy,
    supportEmail: values.supportEmail.trim() || null,
    supportWebsiteUrl: values.supportWebsiteUrl.trim() || null,
    passwordPolicy: toPolicy(values),
  } satisfies Partial<SignInExperience>;
}

function toMode(original: SignInMode, isRegistrationEnabled: boolean): SignInMode {
  if (!isRegistrationEnabled) return 'SignIn';
  // A page that only registers stays one: the switch does not speak about it.
  return original === 'Register' ? 'Register' : 'SignInAndRegister';
}

function toPolicy(values: ExperienceValues): PasswordPolicy {
  return {
    length: { min: Number(values.minLength), max: Number(values.maxLength) },
    characterTypes: { min: Number(values.characterTypes) },
    rejects: {
      pwned: values.rejectsPwned,
      repetitionAndSequence: values.rejectsSequences,
      userInfo: values.rejectsUserInfo,
      words: [...new Set(values.rejectedWords.split('\n').map((word) => word.trim()).filter(Boolean))],
    },
  };
}

function withoutEmpty<Value extends Record<string, string>>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, text]) => text !== '')) as Partial<Value>;
}

/** The members that the form changes. */
export function toPatch(original: SignInExperience, values: ExperienceValues): Partial<SignInExperience> {
  const before = Object.entries(toMembers(original, toValues(original)));
  const after = new Map<string, unknown>(Object.entries(toMembers(original, values)));
  const changed = before.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(after.get(key)));
  return Object.fromEntries(changed.map(([key]) => [key, after.get(key)]));
}

/** All settings as they would be after saving. */
export function applied(original: SignInExperience, values: ExperienceValues): SignInExperience {
  return { ...original, ...toMembers(original, values) };
}

export const experienceTabs = ['branding', 'sign-up-and-sign-in', 'content', 'password-policy'] as const;

export type ExperienceTab = (typeof experienceTabs)[number];

export function isExperienceTab(text: string): text is ExperienceTab {
  return experienceTabs.some((tab) => tab === text);
}

export type FieldProblem = 'color' | 'url' | 'email' | 'minLength' | 'maxLength' | 'characterTypes';

/** Mistakes by field, and the tab on which each stands. */
export function findFieldProblems(values: ExperienceValues): Partial<Record<keyof ExperienceValues, FieldProblem>> {
  const problems: Partial<Record<keyof ExperienceValues, FieldProblem>> = {};
  const urls = ['logoUrl', 'darkLogoUrl', 'favicon', 'darkFavicon', 'termsOfUseUrl', 'privacyPolicyUrl', 'supportWebsiteUrl'] as const;
  for (const field of ['primaryColor', 'darkPrimaryColor'] as const) {
    if (!/^#(?:[\da-f]{3}){1,2}$/i.test(values[field])) problems[field] = 'color';
  }
  for (const field of urls) {
    const text = values[field].trim();
    if (text !== '' && !(/^https?:\/\//i.test(text) && URL.canParse(text))) problems[field] = 'url';
  }
  if (values.supportEmail.trim() !== '' && !/^\S+@\S+\.\S+$/.test(values.supportEmail.trim())) problems.supportEmail = 'email';
  const { lowest, highest, types } = passwordLimits;
  const min = wholeNumber(values.minLength);
  const max = wholeNumber(values.maxLength);
  const characterTypes = wholeNumber(values.characterTypes);
  if (!(min >= lowest && min <= highest)) problems.minLength = 'minLength';
  if (!(max >= Math.max(min, lowest) && max <= highest)) problems.maxLength = 'maxLength';
  if (!(characterTypes >= 1 && characterTypes <= types)) problems.characterTypes = 'characterTypes';
  return problems;
}

/** Not a number, which no comparison accepts, unless it is a whole one. */
function wholeNumber(value: number | string): number {
  return value !== '' && Number.isInteger(Number(value)) ? Number(value) : Number.NaN;
}

const tabOfField: Partial<Record<keyof ExperienceValues, ExperienceTab>> = {
  termsOfUseUrl: 'content',
  privacyPolicyUrl: 'content',
  supportEmail: 'content',
  supportWebsiteUrl: 'content',
  minLength: 'password-policy',
  maxLength: 'password-policy',
  characterTypes: 'password-policy',
};

/** The tab on which a field stands that can be wrong. */
export function tabOf(field: keyof ExperienceValues): ExperienceTab {
  return tabOfField[field] ?? 'branding';
}
