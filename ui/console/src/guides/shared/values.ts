import type { GuideProps } from '../types';

/** First address that is already saved, or the suggestion with which the field starts. */
export function savedOr(saved: string[], suggestion: string): string {
  return saved[0] ?? suggestion;
}

/** Scheme, host and port of an address: what frameworks call the base URL of an app. */
export function originOf(address: string): string {
  const match = /^https?:\/\/[^/?#]+/.exec(address);
  return match ? match[0] : address;
}

/** The app secret, or words in its place when the application has none that is valid. */
export function secretOf({ appSecret }: Pick<GuideProps, 'appSecret'>): string {
  return appSecret || 'create-a-secret-in-the-application-details';
}

/** Addresses of the protocol, all below the issuer. */
export function endpointsOf(issuer: string) {
  return {
    discovery: `${issuer}/.well-known/openid-configuration`,
    authorization: `${issuer}/auth`,
    token: `${issuer}/token`,
    userinfo: `${issuer}/me`,
    jwks: `${issuer}/jwks`,
    endSession: `${issuer}/session/end`,
    deviceAuthorization: `${issuer}/device/auth`,
  };
}
