import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './paths';

export type * from './paths';
export type ManagementClient = Client<paths>;

export interface ManagementClientOptions {
  /** Address of the core server, without `/api`. */
  baseUrl: string;
  /** Called for every request, so that an expired access token is renewed. */
  getAccessToken: () => Promise<string>;
  /** Language of the messages in refusals, as a BCP 47 tag. */
  getLanguage: () => string;
}

/** A client of the Management API whose paths, parameters and bodies are checked by the compiler. */
export function createManagementClient({
  baseUrl,
  getAccessToken,
  getLanguage,
}: ManagementClientOptions): ManagementClient {
  const client = createClient<paths>({
    baseUrl,
    // `search_params` is one parameter in the document and many in the address, e.g. `search.name`.
    querySerializer: { object: { style: 'form', explode: true } },
  });
  const authorize: Middleware = {
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${await getAccessToken()}`);
      request.headers.set('accept-language', getLanguage());
      return request;
    },
  };
  client.use(authorize);
  return client;
}
