// Unmodified SDKs of Logto against Portico: a server-side web app, and a script with the Management API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer } from 'node:http';
import { createManagementApi } from '@logto/api/management';
import LogtoClient from '@logto/node';
import { openBrowser, openPerson } from './support/browser.js';
import { connectMachine } from './support/management.js';
import { createInstallation, runCommand, startPortico } from './support/portico.js';

const appPort = 4011;
const appUrl = `http://localhost:${appPort}`;
const person = { username: 'sdk_reader', password: 'Marble-Thicket-26' };
const installation = createInstallation();
let portico;
let browser;

before(async () => {
  portico = await startPortico(installation);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  portico?.kill();
  installation.remove();
});

let scriptClient;

/** The client of a script, as the SDK's documentation makes it for a server of one's own. */
function connectScript() {
  if (scriptClient) return scriptClient;
  const { id, secret } = runCommand(installation, [
    'apps', 'create', '--name', 'Script', '--type', 'MachineToMachine', '--management-api', '--json',
  ]);
  const { apiClient } = createManagementApi('default', {
    clientId: id,
    clientSecret: secret,
    baseUrl: installation.core,
    apiIndicator: 'https://default.logto.app/api',
  });
  return (scriptClient = apiClient);
}

test('@logto/api: a script works with users', async () => {
  const apiClient = connectScript();
  const created = await apiClient.POST('/api/users', { body: person });
  assert.equal(created.response.status, 200, JSON.stringify(created.error));
  const listed = await apiClient.GET('/api/users', { params: { query: { page: 1, page_size: 20 } } });
  assert.deepEqual(listed.data.map(({ username }) => username), [person.username]);
  assert.equal(listed.response.headers.get('Total-Number'), '1');
  const missing = await apiClient.GET('/api/users/{userId}', { params: { path: { userId: 'nobody' } } });
  assert.equal(missing.response.status, 404);
  assert.equal(missing.error.code, 'entity.not_found');
});

// What a script can keep on this server: how it is made, changed and addressed. One test walks each.
const resources = [
  { path: '/api/roles', id: 'id', make: { name: 'Editor', description: 'Edits' }, change: { description: 'Edits more' } },
  { path: '/api/resources', id: 'id', make: { name: 'Shop', indicator: 'https://shop.example' }, change: { name: 'Store' } },
  { path: '/api/organizations', id: 'id', make: { name: 'Acme' }, change: { description: 'Makes everything' } },
  { path: '/api/organization-roles', id: 'id', make: { name: 'Owner' }, change: { description: 'Owns' } },
  { path: '/api/organization-scopes', id: 'id', make: { name: 'invite' }, change: { description: 'Invites' } },
  {
    path: '/api/hooks',
    id: 'id',
    make: { name: 'Listener', events: ['User.Created'], config: { url: 'https://hooks.example/portico' } },
    change: { enabled: false },
  },
  { path: '/api/users', id: 'userId', make: { username: 'walker', name: 'Walker' }, change: { name: 'Runner' } },
  {
    path: '/api/applications',
    id: 'id',
    make: { name: 'Web', type: 'Traditional' },
    change: { description: 'A web app' },
  },
];

for (const { path, id, make, change } of resources) {
  test(`@logto/api: ${path} made, read, changed, listed, deleted`, async () => {
    const client = connectScript();
    const succeed = async (call) => {
      const { data, error, response } = await call;
      assert.ok(response.ok, `${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
      return data;
    };
    const made = await succeed(client.POST(path, { body: make }));
    assert.ok(made.id);
    for (const [key, value] of Object.entries(make)) {
      if (key !== 'config') assert.deepEqual(made[key], value, key);
    }

    const one = `${path}/{${id}}`;
    const params = { path: { [id]: made.id } };
    const read = await succeed(client.GET(one, { params }));
    assert.equal(read.id, made.id);
    assert.equal(read.name, made.name);

    const changed = await succeed(client.PATCH(one, { params, body: change }));
    const again = await succeed(client.GET(one, { params }));
    for (const [key, value] of Object.entries(change)) {
      assert.deepEqual(changed[key], value, key);
      assert.deepEqual(again[key], value, key);
    }
    const listed = await succeed(client.GET(path, { params: { query: { page: 1, page_size: 100 } } }));
    assert.ok(listed.some((entity) => entity.id === made.id), 'it is in the list');

    const { response } = await client.DELETE(one, { params });
    assert.equal(response.status, 204);
    const gone = await client.GET(one, { params });
    assert.equal(gone.response.status, 404);
    assert.match(gone.error.code, /^entity\./);
  });
}

/** A web app as the SDK's documentation builds it: one client for a visitor, its storage on the server. */
function createWebApp(application) {
  const storage = new Map();
  let destination;
  const client = new LogtoClient(
    {
      endpoint: installation.core,
      appId: application.id,
      appSecret: application.secret,
      scopes: ['email', 'profile'],
    },
    {
      navigate: (url) => {
        destination = url;
      },
      storage: {
        getItem: async (key) => storage.get(key) ?? null,
        setItem: async (key, value) => void storage.set(key, value),
        removeItem: async (key) => void storage.delete(key),
      },
    },
  );
  const routes = {
    '/sign-in': async () => client.signIn(`${appUrl}/callback`),
    '/sign-out': async () => client.signOut(`${appUrl}/`),
    '/callback': async (url) => {
      await client.handleSignInCallback(`${appUrl}${url}`);
      destination = '/';
    },
  };
  const server = createServer(async (request, response) => {
    const route = routes[request.url.split('?')[0]];
    try {
      if (route) {
        await route(request.url);
        return response.writeHead(302, { Location: destination }).end();
      }
      const name = (await client.isAuthenticated()) ? (await client.fetchUserInfo()).username : 'nobody';
      response.writeHead(200, { 'Content-Type': 'text/html' });
      return response.end(`<!doctype html><title>App</title><link rel="icon" href="data:,"><h1>Hello, ${name}</h1>`);
    } catch (error) {
      return response.writeHead(500, { 'Content-Type': 'text/plain' }).end(error.stack);
    }
  });
  return { client, server };
}

test('@logto/node: sign-in, tokens, sign-out', async (t) => {
  const api = await connectMachine(installation);
  const application = await api.post('/applications', {
    name: 'SDK app',
    type: 'Traditional',
    oidcClientMetadata: { redirectUris: [`${appUrl}/callback`], postLogoutRedirectUris: [`${appUrl}/`] },
  });
  const [{ value: secret }] = await api.get(`/applications/${application.id}/secrets`);
  const { client, server } = createWebApp({ ...application, secret });
  await new Promise((resolve) => server.listen(appPort, resolve));
  const { page, close, assertClean } = await openPerson(browser);
  t.after(async () => {
    await close();
    server.closeAllConnections();
    server.close();
  });

  await page.goto(`${appUrl}/sign-in`);
  await page.getByLabel('Username').fill(person.username);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: `Hello, ${person.username}` }).waitFor();
  // The SDK has verified the ID token with the published keys.
  assert.equal((await client.getIdTokenClaims()).aud, application.id);
  await client.clearAccessToken();
  assert.ok(await client.getAccessToken(), 'a new access token for the refresh token');

  await page.goto(`${appUrl}/sign-out`);
  await page.getByRole('heading', { name: 'Hello, nobody' }).waitFor();
  await page.goto(`${appUrl}/sign-in`);
  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
  assertClean('SDK sign-in');
});
