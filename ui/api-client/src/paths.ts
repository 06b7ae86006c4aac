/**
 * The part of the Management API that the web apps call, until `management.d.ts` is generated from
 * the server's OpenAPI file. Shapes follow openapi-typescript, so that callers do not change.
 */
import type { ConnectorPaths } from './connectors';
import type { ById, JsonObject, Operation, Page } from './operation';
import type { SignInExperiencePaths } from './sign-in-experience';
import type { UserPaths } from './users';

export type * from './connectors';
export type { JsonObject, Page } from './operation';
export type * from './sign-in-experience';
export type * from './users';

export type ApplicationType = 'Native' | 'SPA' | 'Traditional' | 'MachineToMachine' | 'Protected' | 'SAML';

export interface OidcClientMetadata {
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  backchannelLogoutUri?: string;
  backchannelLogoutSessionRequired?: boolean;
  logoUri?: string;
}

export interface CustomClientMetadata {
  corsAllowedOrigins?: string[];
  idTokenTtl?: number;
  refreshTokenTtl?: number;
  refreshTokenTtlInDays?: number;
  tenantId?: string;
  alwaysIssueRefreshToken?: boolean;
  rotateRefreshToken?: boolean;
  allowTokenExchange?: boolean;
  isDeviceFlow?: boolean;
  maxAllowedGrants?: number;
}

export interface Application {
  tenantId: string;
  id: string;
  name: string;
  description: string | null;
  type: ApplicationType;
  oidcClientMetadata: OidcClientMetadata;
  customClientMetadata: CustomClientMetadata;
  protectedAppMetadata: JsonObject | null;
  customData: JsonObject;
  isThirdParty: boolean;
  appLevelAccessControlEnabled: boolean;
  createdAt: number;
  /** Only there for an application of an early version that still keeps its secret in its own row. */
  secret?: string;
}

export interface ApplicationCreate {
  name: string;
  type: ApplicationType;
  description?: string | null;
  oidcClientMetadata?: OidcClientMetadata;
  customClientMetadata?: CustomClientMetadata;
  isThirdParty?: boolean;
}

export type ApplicationPatch = Partial<
  Pick<Application, 'name' | 'description' | 'oidcClientMetadata' | 'customClientMetadata' | 'customData'>
>;

export interface ApplicationSecret {
  applicationId: string;
  name: string;
  value: string;
  createdAt: number;
  expiresAt: number | null;
}

export interface Resource {
  id: string;
  name: string;
  indicator: string;
  isDefault: boolean;
  accessTokenTtl: number;
}

export interface paths extends ConnectorPaths, SignInExperiencePaths, UserPaths {
  '/api/applications': {
    get: Operation<
      Application[],
      { query?: Page & { types?: ApplicationType[]; isThirdParty?: 'true' | 'false'; search?: string } }
    >;
    post: Operation<Application, object, ApplicationCreate>;
  };
  '/api/applications/{id}': {
    get: Operation<Application & { isAdmin: boolean }, ById>;
    patch: Operation<Application, ById, ApplicationPatch>;
    delete: Operation<never, ById, never, 204>;
  };
  '/api/applications/{id}/secrets': {
    get: Operation<ApplicationSecret[], ById>;
    post: Operation<ApplicationSecret, ById, { name: string; expiresAt?: number | null }, 201>;
  };
  '/api/applications/{id}/secrets/{name}': {
    patch: Operation<ApplicationSecret, { path: { id: string; name: string } }, { name: string }>;
    delete: Operation<never, { path: { id: string; name: string } }, never, 204>;
  };
  '/api/resources': {
    post: Operation<Resource, object, { name: string; indicator: string }, 201>;
  };
  '/api/resources/{id}': {
    get: Operation<Resource, ById>;
  };
}
