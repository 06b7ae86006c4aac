import { expect, it } from 'vitest';
import { createManagementClient } from '../src';

const client = createManagementClient({
  baseUrl: 'https://auth.example.com',
  getAccessToken: () => Promise.resolve('token-1'),
  getLanguage: () => 'de',
});

/** A server that answers everything with an empty list, and what it was asked. */
function emptyServer() {
  const requests: Request[] = [];
  const fetch = (request: Request) => {
    requests.push(request);
    return Promise.resolve(Response.json([]));
  };
  return { requests, fetch };
}

it('sends each search parameter under its own name', async () => {
  const { requests, fetch } = emptyServer();
  const query = { page: 2, search_params: { 'search.username': '%a&b%', joint: 'and' } };
  await client.GET('/api/users', { fetch, params: { query } });
  expect([...new URL(requests[0]!.url).searchParams]).toEqual([
    ['page', '2'],
    ['search.username', '%a&b%'],
    ['joint', 'and'],
  ]);
});

it('sends the token and the language with every request', async () => {
  const { requests, fetch } = emptyServer();
  const query = { isThirdParty: false, types: ['SPA' as const, 'Native' as const] };
  await client.GET('/api/applications', { fetch, params: { query } });
  const { headers, url } = requests[0]!;
  expect([headers.get('authorization'), headers.get('accept-language')]).toEqual(['Bearer token-1', 'de']);
  expect(new URL(url).search).toBe('?isThirdParty=false&types=SPA&types=Native');
});
