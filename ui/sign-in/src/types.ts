/** Way to name an account. */
export type Identifier = "username" | "email" | "phone";

/** Whether the person signs in, creates an account or resets a password. */
export type InteractionEvent = "SignIn" | "Register" | "ForgotPassword";

/** What may be missing before an account is complete (`user.missing_profile`). */
export type MissingProfile = Identifier | "emailOrPhone" | "password" | "extraProfile";

/** One row of `signIn.methods`. */
export interface SignInMethod {
  identifier: Identifier;
  password: boolean;
  verificationCode: boolean;
  isPasswordPrimary: boolean;
}

/** Names in several languages, as connectors carry them. */
export type Localized = { en: string } & Record<string, string>;

/** A social sign-in provider that the pages offer. */
export interface SocialConnector {
  id: string;
  target: string;
  platform: "Web" | "Native" | "Universal" | null;
  name: Localized;
  logo: string;
  logoDark: string | null;
}

/** Rules for new passwords; absent parts have their defaults. */
export interface PasswordPolicy {
  length?: { min?: number; max?: number };
  characterTypes?: { min?: number };
}

/** Rules for usernames. */
export interface UsernamePolicy {
  minLength?: number;
  maxLength?: number;
  allowedChars?: Partial<Record<"lowercase" | "uppercase" | "numbers" | "underscore", boolean>>;
}

/** Body of `GET /api/.well-known/sign-in-exp`, as far as these pages use it. */
export interface SignInExperience {
  color: { primaryColor: string; isDarkModeEnabled: boolean; darkPrimaryColor: string };
  branding: { logoUrl?: string; darkLogoUrl?: string; favicon?: string; darkFavicon?: string };
  hideLogtoBranding: boolean;
  languageInfo: { autoDetect: boolean; fallbackLanguage: string };
  termsOfUseUrl: string | null;
  privacyPolicyUrl: string | null;
  agreeToTermsPolicy: "Automatic" | "ManualRegistrationOnly" | "Manual";
  signIn: { methods: SignInMethod[] };
  signUp: { identifiers: Identifier[]; password: boolean; verify: boolean };
  socialSignIn: { automaticAccountLinking?: boolean; skipRequiredIdentifiers?: boolean };
  signInMode: "SignIn" | "Register" | "SignInAndRegister";
  customCss: string | null;
  customContent: Record<string, string>;
  passwordPolicy: PasswordPolicy;
  usernamePolicy?: UsernamePolicy;
  supportEmail: string | null;
  supportWebsiteUrl: string | null;
  socialConnectors: SocialConnector[];
  forgotPassword: { phone: boolean; email: boolean };
}

/** Data that the server writes into the page, so that the first paint needs no request. */
export interface Bootstrap {
  signInExperience: SignInExperience;
  phrases: { language: string; data: PhraseTree };
  app?: { id: string; name?: string };
  /** Origins of the administration console, the only ones that may drive the preview. */
  previewOrigins?: string[];
}

/** Nested page strings. */
export interface PhraseTree {
  [key: string]: string | PhraseTree;
}

/** Message from the console to a framed page opened with `?preview=1`. */
export interface PreviewMessage {
  type: "portico:preview";
  signInExperience: SignInExperience;
  language: string;
  theme: "light" | "dark";
  platform: "web" | "mobile";
  phrases?: PhraseTree;
}
