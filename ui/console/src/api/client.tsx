import { useLogto } from '@logto/react';
import { createManagementClient, type ManagementClient } from 'api-client';
import { createContext, useContext, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { bootstrap } from '../bootstrap';
import { ApiError } from './errors';

const ClientContext = createContext<ManagementClient | undefined>(undefined);

/** Gives the pages below it a client that signs its requests with the administrator's access token. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const { getAccessToken } = useLogto();
  // The SDK makes a new function at every render; the client must stay the same.
  const latest = useRef(getAccessToken);
  useEffect(() => {
    latest.current = getAccessToken;
  });
  const client = useMemo(
    () =>
      createManagementClient({
        baseUrl: bootstrap.endpoint,
        getAccessToken: async () => {
          const token = await latest.current(bootstrap.resource);
          if (!token) throw new ApiError(401, { code: 'auth.unauthorized' });
          return token;
        },
      }),
    [],
  );
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The Management API client; only below [`ApiProvider`]. */
export function useApi(): ManagementClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useApi is only for pages inside ApiProvider');
  return client;
}
