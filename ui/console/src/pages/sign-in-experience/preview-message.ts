/** What the Console tells the sign-in page in the preview frame. */
import type { Connector, Localized } from '../../api/connectors';
import type { SignInExperience } from '../../api/sign-in-experience';
import type { Deliveries } from './sign-in-rules';

/** The public settings: what the sign-in page knows of the settings and of the connectors. */
export type PreviewSettings = Omit<SignInExperience, 'socialSignInConnectorTargets' | 'forgotPasswordMethods'> & {
  socialConnectors: {
    id: string;
    target: string;
    platform: Connector['platform'];
    name: Localized;
    logo: string;
    logoDark: string | null;
  }[];
  forgotPassword: { email: boolean; phone: boolean };
};

export interface PreviewMessage {
  type: 'portico:preview';
  signInExperience: PreviewSettings;
  language: string;
  theme: 'light' | 'dark';
  platform: 'web' | 'mobile';
  /** The strings of the pages in that language. */
  phrases?: object;
}

export function isPreviewReady(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'portico:preview-ready';
}

/** Whether connectors deliver codes. */
export function deliveriesOf(connectors: Pick<Connector, 'type'>[]): Deliveries {
  return {
    email: connectors.some(({ type }) => type === 'Email'),
    phone: connectors.some(({ type }) => type === 'Sms'),
  };
}

export function toPreviewSettings(settings: SignInExperience, connectors: Connector[]): PreviewSettings {
  const { socialSignInConnectorTargets: targets, forgotPasswordMethods: methods, ...rest } = settings;
  const deliveries = deliveriesOf(connectors);
  return {
    ...rest,
    // Two connectors of one target serve a browser and an app; the browser shows one button.
    socialConnectors: targets.flatMap((target) =>
      connectors
        .filter((each) => each.type === 'Social' && each.target === target && each.platform !== 'Native')
        .slice(0, 1)
        .map(({ id, platform, name, logo, logoDark }) => ({ id, target, platform, name, logo, logoDark })),
    ),
    forgotPassword: {
      email: deliveries.email && (methods?.includes('EmailVerificationCode') ?? true),
      phone: deliveries.phone && (methods?.includes('PhoneVerificationCode') ?? true),
    },
  };
}
