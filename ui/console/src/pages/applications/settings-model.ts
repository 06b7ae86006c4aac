import type { Application, ApplicationPatch, ApplicationType } from '../../api/applications';
import type { ApiError } from '../../api/errors';
import { cleanList, findListProblems, findUriProblem, type UriRule } from '../../validation/uri';

/** The settings form: an application with its JSON columns spread into fields. */
export interface SettingsValues {
  name: string;
  description: string;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  corsAllowedOrigins: string[];
  alwaysIssueRefreshToken: boolean;
  rotateRefreshToken: boolean;
  /** Empty for the server's default. */
  refreshTokenTtlInDays: number | string;
  backchannelLogoutUri: string;
  backchannelLogoutSessionRequired: boolean;
  /** Empty for no limit. */
  maxAllowedGrants: number | string;
  /** JSON text. */
  customData: string;
}

/** Which parts of the form an application of this type has. */
export function sectionsOf({ type }: Pick<Application, 'type'>) {
  const signsIn = type !== 'MachineToMachine' && type !== 'SAML';
  const isOidc = type !== 'Protected' && type !== 'SAML';
  return {
    addresses: signsIn && isOidc,
    endpoints: isOidc,
    refreshTokens: signsIn && isOidc,
    alwaysIssueRefreshToken: type === 'Traditional' || type === 'SPA',
    backchannelLogout: signsIn,
    grantLimit: signsIn && isOidc,
  };
}

/** Native applications may return to a custom scheme (RFC 8252 section 7.1). */
export function redirectRule(type: ApplicationType): UriRule {
  return type === 'Native' ? 'native' : 'web';
}

export function toValues(application: Application): SettingsValues {
  const { oidcClientMetadata: oidc, customClientMetadata: custom } = application;
  return {
    name: application.name,
    description: application.description ?? '',
    redirectUris: oidc.redirectUris,
    postLogoutRedirectUris: oidc.postLogoutRedirectUris,
    corsAllowedOrigins: custom.corsAllowedOrigins ?? [],
    alwaysIssueRefreshToken: custom.alwaysIssueRefreshToken ?? false,
    rotateRefreshToken: custom.rotateRefreshToken ?? true,
    refreshTokenTtlInDays: custom.refreshTokenTtlInDays ?? '',
    backchannelLogoutUri: oidc.backchannelLogoutUri ?? '',
    backchannelLogoutSessionRequired: oidc.backchannelLogoutSessionRequired ?? false,
    maxAllowedGrants: custom.maxAllowedGrants ?? '',
    customData: JSON.stringify(application.customData, undefined, 2),
  };
}

function optionalNumber(value: number | string): number | undefined {
  return value === '' ? undefined : Number(value);
}

/**
 * The request for what the form says. The server replaces both metadata columns as a whole, so
 * members that the form does not show are sent back as they are.
 */
export function toPatch(application: Application, values: SettingsValues): ApplicationPatch {
  const cors = cleanList(values.corsAllowedOrigins);
  const backchannelLogoutUri = values.backchannelLogoutUri.trim();
  return {
    name: values.name.trim(),
    description: values.description.trim() || null,
    customData: JSON.parse(values.customData) as Record<string, unknown>,
    oidcClientMetadata: withoutUndefined({
      ...application.oidcClientMetadata,
      redirectUris: cleanList(values.redirectUris),
      postLogoutRedirectUris: cleanList(values.postLogoutRedirectUris),
      backchannelLogoutUri: backchannelLogoutUri || undefined,
      backchannelLogoutSessionRequired: backchannelLogoutUri ? values.backchannelLogoutSessionRequired : undefined,
    }),
    customClientMetadata: withoutUndefined({
      ...application.customClientMetadata,
      corsAllowedOrigins: cors.length > 0 ? cors : undefined,
      alwaysIssueRefreshToken: values.alwaysIssueRefreshToken,
      rotateRefreshToken: values.rotateRefreshToken,
      refreshTokenTtlInDays: optionalNumber(values.refreshTokenTtlInDays),
      maxAllowedGrants: optionalNumber(values.maxAllowedGrants),
    }),
  };
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
}

export type JsonProblem = 'invalidJson' | 'jsonObjectNeeded';

/** What keeps a text from being a JSON object. */
export function findJsonProblem(text: string): JsonProblem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? undefined : 'jsonObjectNeeded';
  } catch {
    return 'invalidJson';
  }
}

/** Whether a number field is empty or a whole number in the range. */
export function isOptionalInteger(value: number | string, from: number, to: number): boolean {
  const number = Number(value);
  return value === '' || (Number.isInteger(number) && number >= from && number <= to);
}

/** Whether a list or address field has a mistake that is shown beside it. */
export function hasUriProblems(type: ApplicationType, values: SettingsValues): boolean {
  return (
    findListProblems(values.redirectUris, redirectRule(type)).size > 0 ||
    findListProblems(values.postLogoutRedirectUris, 'postLogout').size > 0 ||
    findListProblems(values.corsAllowedOrigins, 'origin').size > 0 ||
    hasWebhookProblem(values.backchannelLogoutUri)
  );
}

export function hasWebhookProblem(value: string): boolean {
  return value.trim() !== '' && findUriProblem(value.trim(), 'webhook') !== undefined;
}

/**
 * Refusals of the server by form field. An index at the end of a path is dropped: a list field shows
 * the message once.
 */
export function toFieldErrors(error: ApiError): Record<string, string> {
  const entries = error.issues.map(({ path, message }) => {
    const names = path.filter((part) => typeof part === 'string');
    return [names.at(-1) ?? '', message] as const;
  });
  return Object.fromEntries(entries.filter(([field]) => field !== ''));
}
