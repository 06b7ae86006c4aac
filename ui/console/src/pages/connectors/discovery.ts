/** Fills an OpenID Connect connector from the provider's own description of itself. */
import type { ConnectorFormItem } from '../../api/connectors';
import { parseJson, type ConfigValues } from './config-model';

/** The members we use of a provider's metadata, OpenID Connect Discovery 1.0 section 3. */
export interface ProviderMetadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  scopes_supported?: string[];
  token_endpoint_auth_methods_supported?: string[];
}

export type DiscoveryProblem = 'invalidUrl' | 'unreachable' | 'refused' | 'notMetadata';

export class DiscoveryError extends Error {
  readonly problem: DiscoveryProblem;

  constructor(problem: DiscoveryProblem) {
    super(problem);
    this.problem = problem;
  }
}

const wellKnownPath = '/.well-known/openid-configuration';

/** Where a provider's metadata is: the text may be an issuer, or that address itself. */
export function discoveryUrl(text: string): string {
  const trimmed = text.trim();
  if (!/^https?:\/\//i.test(trimmed) || !URL.canParse(trimmed)) throw new DiscoveryError('invalidUrl');
  const { origin, pathname } = new URL(trimmed);
  const path = pathname.replace(/\/$/, '');
  return origin + (path.endsWith(wellKnownPath) ? path : path + wellKnownPath);
}

/** Reads a provider's metadata; the provider has to allow calls from other origins. */
export async function fetchMetadata(text: string): Promise<ProviderMetadata> {
  const url = discoveryUrl(text);
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    throw new DiscoveryError('unreachable');
  }
  if (!response.ok) throw new DiscoveryError('refused');
  return parseMetadata(await response.text());
}

/** A provider's metadata from its JSON text. */
export function parseMetadata(text: string): ProviderMetadata {
  const value = parseJson(text) as Partial<Record<keyof ProviderMetadata, unknown>> | null | undefined;
  const needed = [value?.issuer, value?.authorization_endpoint, value?.token_endpoint, value?.jwks_uri];
  if (!needed.every((each) => typeof each === 'string')) throw new DiscoveryError('notMetadata');
  return value as ProviderMetadata;
}

const usualScopes = ['openid', 'profile', 'email'];

/** The form with what the metadata tells; everything else stays as it was typed. */
export function applyMetadata(items: ConnectorFormItem[], values: ConfigValues, metadata: ProviderMetadata): ConfigValues {
  const verification = parseJson(String(values.idTokenVerificationConfig ?? '{}'));
  return {
    ...values,
    authorizationEndpoint: metadata.authorization_endpoint,
    tokenEndpoint: metadata.token_endpoint,
    tokenEndpointAuthMethod: chooseAuthMethod(items, values, metadata),
    scope: values.scope || chooseScope(metadata),
    idTokenVerificationConfig: JSON.stringify(
      {
        ...(typeof verification === 'object' ? verification : {}),
        jwksUri: metadata.jwks_uri,
        issuer: metadata.issuer,
      },
      undefined,
      2,
    ),
  };
}

function chooseAuthMethod(items: ConnectorFormItem[], values: ConfigValues, metadata: ProviderMetadata) {
  const choices = items.find(({ key }) => key === 'tokenEndpointAuthMethod')?.selectItems?.map(({ value }) => value) ?? [];
  // The default of the specification when the provider does not say.
  const supported = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const current = String(values.tokenEndpointAuthMethod);
  return supported.includes(current) ? current : (choices.find((choice) => supported.includes(choice)) ?? current);
}

function chooseScope({ scopes_supported: supported }: ProviderMetadata): string {
  return usualScopes.filter((scope) => scope === 'openid' || supported === undefined || supported.includes(scope)).join(' ');
}
