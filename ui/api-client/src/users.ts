import type { JsonObject, Operation, Page } from './operation';

/** Claims of the standard `profile` and `address` scopes. */
export interface UserProfile {
  familyName?: string;
  givenName?: string;
  middleName?: string;
  nickname?: string;
  preferredUsername?: string;
  profile?: string;
  website?: string;
  gender?: string;
  birthdate?: string;
  zoneinfo?: string;
  locale?: string;
  address?: Record<string, string>;
}

export interface UserIdentity {
  userId: string;
  details?: JsonObject;
}

export interface User {
  id: string;
  username: string | null;
  primaryEmail: string | null;
  primaryPhone: string | null;
  name: string | null;
  avatar: string | null;
  customData: JsonObject;
  identities: Record<string, UserIdentity>;
  profile: UserProfile;
  lastSignInAt: number | null;
  createdAt: number;
  updatedAt: number;
  applicationId: string | null;
  isSuspended: boolean;
  hasPassword?: boolean;
}

export interface UserCreate {
  username?: string;
  primaryEmail?: string;
  primaryPhone?: string;
  name?: string;
  password?: string;
}

export type UserPatch = Partial<
  Pick<User, 'username' | 'primaryEmail' | 'primaryPhone' | 'name' | 'avatar' | 'customData' | 'profile'>
>;

interface ByUser {
  path: { userId: string };
}

export interface UserPaths {
  '/api/users': {
    get: Operation<User[], { query?: Page & { search?: string } }>;
    post: Operation<User, object, UserCreate>;
  };
  '/api/users/{userId}': {
    get: Operation<User, ByUser>;
    patch: Operation<User, ByUser, UserPatch>;
    delete: Operation<never, ByUser, never, 204>;
  };
  '/api/users/{userId}/password': { patch: Operation<User, ByUser, { password: string }> };
  '/api/users/{userId}/is-suspended': { patch: Operation<User, ByUser, { isSuspended: boolean }> };
  '/api/users/{userId}/identities/{target}': {
    delete: Operation<User, { path: { userId: string; target: string } }>;
  };
}
