import type { Operation } from './operation';

export type SignInIdentifier = 'username' | 'email' | 'phone';

export interface SignInMethod {
  identifier: SignInIdentifier;
  password: boolean;
  verificationCode: boolean;
  isPasswordPrimary: boolean;
}

export interface SignUp {
  identifiers: SignInIdentifier[];
  password: boolean;
  verify: boolean;
  secondaryIdentifiers?: { identifier: SignInIdentifier | 'emailOrPhone'; verify?: boolean }[];
}

export type AgreeToTermsPolicy = 'Automatic' | 'ManualRegistrationOnly' | 'Manual';
export type SignInMode = 'SignIn' | 'Register' | 'SignInAndRegister';

/** Absent parts have the server's defaults. */
export interface PasswordPolicy {
  length?: { min?: number; max?: number };
  characterTypes?: { min?: number };
  rejects?: { pwned?: boolean; repetitionAndSequence?: boolean; userInfo?: boolean; words?: string[] };
}

export interface SignInExperience {
  color: { primaryColor: string; isDarkModeEnabled: boolean; darkPrimaryColor: string };
  branding: { logoUrl?: string; darkLogoUrl?: string; favicon?: string; darkFavicon?: string };
  hideLogtoBranding: boolean;
  languageInfo: { autoDetect: boolean; fallbackLanguage: string };
  termsOfUseUrl: string | null;
  privacyPolicyUrl: string | null;
  agreeToTermsPolicy: AgreeToTermsPolicy;
  signIn: { methods: SignInMethod[] };
  signUp: SignUp;
  socialSignIn: { automaticAccountLinking?: boolean; skipRequiredIdentifiers?: boolean };
  socialSignInConnectorTargets: string[];
  signInMode: SignInMode;
  customCss: string | null;
  customContent: Record<string, string>;
  passwordPolicy: PasswordPolicy;
  usernamePolicy?: Record<string, unknown>;
  forgotPasswordMethods?: ('EmailVerificationCode' | 'PhoneVerificationCode')[] | null;
  supportEmail: string | null;
  supportWebsiteUrl: string | null;
}

export interface SignInExperiencePaths {
  '/api/sign-in-exp': {
    get: Operation<SignInExperience>;
    patch: Operation<SignInExperience, object, Partial<SignInExperience>>;
  };
}
