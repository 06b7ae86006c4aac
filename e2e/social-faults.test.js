// Everything that can be wrong with the answer of a social provider: refused with its documented
// code, said on the page, and no account comes of it. Then: linking with an existing account.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openBrowser, openPerson } from './support/browser.js';
import { client, startFaultyProvider, tokenFaultNames } from './support/faulty-provider.js';
import { connectMachine } from './support/management.js';
import { createInstallation, startPortico } from './support/portico.js';

const target = 'faulty';
const providerPort = 4010;
const installation = createInstallation();
let portico;
let api;
let provider;
let browser;
let connector;
let application;

before(async () => {
  portico = await startPortico(installation);
  api = await connectMachine(installation);
  provider = await startFaultyProvider(providerPort);
  browser = await openBrowser();
  connector = await api.post('/connectors', {
    connectorId: 'oidc',
    metadata: { target, name: { en: 'Faulty' } },
    config: {
      authorizationEndpoint: `${provider.url}/authorize`,
      tokenEndpoint: `${provider.url}/token`,
      clientId: client.id,
      clientSecret: client.secret,
      tokenEndpointAuthMethod: 'client_secret_post',
      scope: 'openid profile email',
      idTokenVerificationConfig: { jwksUri: `${provider.url}/jwks`, issuer: provider.url, algorithms: ['RS256'] },
    },
  });
  await api.patch('/sign-in-exp', {
    signUp: { identifiers: [], password: false, verify: false },
    socialSignInConnectorTargets: [target],
  });
  application = await api.post('/applications', {
    name: 'Faultless',
    type: 'SPA',
    oidcClientMetadata: { redirectUris: [`${provider.url}/arrived`], postLogoutRedirectUris: [] },
  });
});

after(async () => {
  await browser?.close();
  await provider?.close();
  portico?.kill();
  installation.remove();
});

/** Opens the sign-in page as the application sends people there. */
async function openSignIn(t) {
  const person = await openPerson(browser);
  t.after(() => person.close());
  const request = new URL('/oidc/auth', installation.core);
  request.search = new URLSearchParams({
    client_id: application.id,
    redirect_uri: `${provider.url}/arrived`,
    response_type: 'code',
    scope: 'openid profile email',
    state: randomUUID(),
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  await person.page.goto(request.href);
  return person;
}

const continueWithProvider = (page) => page.getByRole('button', { name: 'Continue with Faulty' }).click();
const isVerification = (response) => response.url().endsWith('/verify');
const listUsers = () => api.get('/users?page_size=100');

/** A new person at the provider, by default without an address. */
function arriveAs(t, claims = {}) {
  provider.person = { sub: randomUUID(), ...claims };
  t.after(() => {
    provider.fault = undefined;
  });
}

/** Calls the Experience API from the page, with its cookies. */
const callFrom = (page, method, path, body) =>
  page.evaluate(
    async (call) => {
      const response = await fetch(`/api/experience${call.path}`, {
        method: call.method,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(call.body),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : undefined };
    },
    { method, path, body },
  );

describe('answers of a social provider that are refused', () => {
  const refusals = [
    ...tokenFaultNames.map((fault) => ({ fault, status: 401, code: 'connector.social_invalid_id_token' })),
    { fault: 'error response', status: 401, code: 'connector.authorization_failed' },
    { fault: 'provider down', status: 400, code: 'connector.general' },
    { fault: 'provider slow', status: 400, code: 'connector.general' },
  ];
  for (const { fault, status, code } of refusals) {
    test(fault, async (t) => {
      const before = await listUsers();
      const { page, expectAnswer, assertClean } = await openSignIn(t);
      arriveAs(t, { email: 'new@example.com', email_verified: true });
      provider.fault = fault;
      expectAnswer(status, '/verify');
      const answered = page.waitForResponse(isVerification);
      await continueWithProvider(page);
      const answer = await answered;
      assert.equal(answer.status(), status);
      assert.equal((await answer.json()).code, code);
      assert.notEqual(await page.getByRole('alert').innerText(), '');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('button', { name: 'Continue with Faulty' }).waitFor();
      assertClean(fault);
      assert.deepEqual(await listUsers(), before);
    });
  }

  test('wrong state, at the page', async (t) => {
    const before = await listUsers();
    const { page, assertClean } = await openSignIn(t);
    arriveAs(t);
    provider.fault = 'wrong state';
    const asked = provider.tokenRequests;
    await continueWithProvider(page);
    await page.getByText('does not belong to this browser').waitFor();
    assert.equal(provider.tokenRequests, asked, 'the code was not even tried');
    assertClean('wrong state');
    assert.deepEqual(await listUsers(), before);
  });

  test('wrong state, at the API', async (t) => {
    const before = await listUsers();
    const { page } = await openSignIn(t);
    arriveAs(t);
    const { verificationId, connectorData } = await fetchAnswer(page);
    const answer = await callFrom(page, 'POST', `/verification/social/${connector.id}/verify`, {
      verificationId,
      connectorData: { ...connectorData, state: 'not-the-one-sent' },
    });
    assert.deepEqual([answer.status, answer.body.code], [400, 'connector.invalid_request_parameters']);
    assert.deepEqual(await listUsers(), before);
  });

  test('replayed callback, at the page', async (t) => {
    const { page, assertClean, expectAnswer } = await openSignIn(t);
    arriveAs(t);
    expectAnswer(404, '/identification');
    const callback = page.waitForRequest((request) => request.url().includes(`/callback/${connector.id}?`));
    await continueWithProvider(page);
    const address = (await callback).url();
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    const before = await listUsers();
    await page.goto(address);
    await page.getByText('does not belong to this browser').waitFor();
    assertClean('replayed callback');
    assert.deepEqual(await listUsers(), before);
  });

  test('replayed callback, at the API', async (t) => {
    const before = await listUsers();
    const { page } = await openSignIn(t);
    arriveAs(t);
    const { verificationId, connectorData } = await fetchAnswer(page);
    const verify = (id) =>
      callFrom(page, 'POST', `/verification/social/${connector.id}/verify`, { verificationId: id, connectorData });
    assert.equal((await verify(verificationId)).status, 200);
    const again = await verify(verificationId);
    assert.deepEqual([again.status, again.body.code], [400, 'session.connector_validation_session_not_found']);
    // A second request has a state and a verifier of its own; the first answer does not fit it.
    const second = await begin(page);
    const crossed = await verify(second.verificationId);
    assert.deepEqual([crossed.status, crossed.body.code], [400, 'connector.invalid_request_parameters']);
    assert.deepEqual(await listUsers(), before);
  });

  test('cancelled at the provider', async (t) => {
    const before = await listUsers();
    const { page, assertClean } = await openSignIn(t);
    await page.route(`${provider.url}/authorize*`, (route) => {
      const query = new URL(route.request().url()).searchParams;
      const back = `${query.get('redirect_uri')}?error=access_denied&state=${query.get('state')}`;
      return route.fulfill({ status: 302, headers: { Location: back } });
    });
    await continueWithProvider(page);
    await page.getByRole('heading', { name: 'Sign-in cancelled' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Continue with Faulty' }).waitFor();
    assertClean('cancelled');
    assert.deepEqual(await listUsers(), before);
  });
});

/** Begins a social sign-in through the API. */
async function begin(page) {
  await callFrom(page, 'PUT', '', { interactionEvent: 'SignIn' });
  const state = randomUUID();
  const redirectUri = `${installation.core}/callback/${connector.id}`;
  const { status, body } = await callFrom(page, 'POST', `/verification/social/${connector.id}/authorization-uri`, {
    state,
    redirectUri,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return { ...body, redirectUri };
}

/** Begins, asks the provider, and returns what it would send the browser back with. */
async function fetchAnswer(page) {
  const { verificationId, authorizationUri, redirectUri } = await begin(page);
  const sentBack = await fetch(authorizationUri, { redirect: 'manual' });
  const query = new URL(sentBack.headers.get('location')).searchParams;
  return { verificationId, connectorData: { ...Object.fromEntries(query), redirectUri } };
}

describe('an account with the same verified address', () => {
  const createUser = (name) =>
    api.post('/users', { username: name, primaryEmail: `${name}@example.com`, password: randomUUID() });
  const setLinking = (automaticAccountLinking) => api.patch('/sign-in-exp', { socialSignIn: { automaticAccountLinking } });

  test('is linked without a question when that is set', async (t) => {
    const user = await createUser('linked');
    await setLinking(true);
    const { page, expectAnswer, assertClean } = await openSignIn(t);
    arriveAs(t, { email: user.primaryEmail, email_verified: true });
    expectAnswer(404, '/identification');
    await continueWithProvider(page);
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    assertClean('automatic linking');
    const { identities } = await api.get(`/users/${user.id}`);
    assert.equal(identities[target].userId, provider.person.sub);
  });

  test('is linked after a question otherwise', async (t) => {
    const user = await createUser('asked');
    await setLinking(false);
    const { page, expectAnswer, assertClean } = await openSignIn(t);
    arriveAs(t, { email: user.primaryEmail, email_verified: true });
    expectAnswer(404, '/identification');
    await continueWithProvider(page);
    await page.getByRole('heading', { name: 'Connect your account' }).waitFor();
    assert.deepEqual((await api.get(`/users/${user.id}`)).identities, {});
    await page.getByRole('button', { name: /^Connect with/ }).click();
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    assertClean('linking');
    const { identities } = await api.get(`/users/${user.id}`);
    assert.equal(identities[target].userId, provider.person.sub);
  });

  test('is left alone when the provider has not verified the address', async (t) => {
    const user = await createUser('unverified');
    await setLinking(true);
    const { page, expectAnswer, assertClean } = await openSignIn(t);
    arriveAs(t, { email: user.primaryEmail, email_verified: false });
    expectAnswer(404, '/identification');
    await continueWithProvider(page);
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    assertClean('unverified address');
    assert.deepEqual((await api.get(`/users/${user.id}`)).identities, {});
    const created = (await listUsers()).find(({ identities }) => identities[target]?.userId === provider.person.sub);
    assert.equal(created.primaryEmail, null);
  });
});
