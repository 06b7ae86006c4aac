import { createManagementClient, type ManagementClient } from 'api-client';
import i18next from 'i18next';
import { session } from '../auth/session';
import { bootstrap } from '../bootstrap';
import { ApiError } from './errors';

async function getAccessToken(): Promise<string> {
  try {
    return await session.getAccessToken(bootstrap.resource);
  } catch (error) {
    // The refresh token has expired or was revoked: for the reader that is the end of the session.
    throw new ApiError(401, { code: 'auth.unauthorized', message: error instanceof Error ? error.message : undefined });
  }
}

/** The Management API of the default tenant, as the administrator who is signed in. */
export const api: ManagementClient = createManagementClient({
  baseUrl: bootstrap.endpoint,
  getAccessToken,
  getLanguage: () => i18next.language,
});
