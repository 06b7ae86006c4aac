// Somebody else's application: the person is asked before it gets anything, and may say no.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { inspect, openBrowser, openPerson, pageFindings } from './support/browser.js';
import { startClient } from './support/client.js';
import { connectMachine } from './support/management.js';
import { createInstallation, startPortico } from './support/portico.js';

const person = { username: 'asked_person', password: 'Quiet-Harbour-58' };
const installation = createInstallation();
let portico;
let client;
let browser;
let application;

before(async () => {
  portico = await startPortico(installation);
  const api = await connectMachine(installation);
  client = await startClient(4012);
  browser = await openBrowser();
  await api.post('/users', person);
  const created = await api.post('/applications', {
    name: 'Paperwork',
    type: 'Traditional',
    isThirdParty: true,
    oidcClientMetadata: { redirectUris: [client.redirectUri], postLogoutRedirectUris: [] },
  });
  const [{ value: secret }] = await api.get(`/applications/${created.id}/secrets`);
  application = { id: created.id, secret };
});

after(async () => {
  await browser?.close();
  await client?.close();
  portico?.kill();
  installation.remove();
});

/** Goes to the provider as the application sends people there; returns what it has to remember. */
async function authorize(page, extra = {}) {
  const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
  const request = new URL('/oidc/auth', installation.core);
  request.search = new URLSearchParams({
    client_id: application.id,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    scope: 'openid offline_access',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  });
  await page.goto(request.href);
  return { state, verifier };
}

/** Presses Tab until a control has the focus, as somebody without a mouse does. */
async function tabTo(page, control) {
  await control.waitFor();
  const isFocused = () => control.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 12 && !(await isFocused()); presses += 1) await page.keyboard.press('Tab');
  assert.ok(await isFocused(), `Tab does not reach ${control}`);
}

async function signIn(page) {
  await tabTo(page, page.getByLabel('Username'));
  await page.keyboard.type(person.username);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
}

const consentHeading = (page) => page.getByRole('heading', { name: 'Paperwork', level: 1 });

async function press(page, name) {
  await tabTo(page, page.getByRole('button', { name, exact: true }));
  await page.keyboard.press('Enter');
}

/** The answer that the application received. */
async function readAnswer(page) {
  await page.getByRole('heading', { name: 'Arrived' }).waitFor();
  return Object.fromEntries(new URL(page.url()).searchParams);
}

async function exchange(code, verifier) {
  const response = await fetch(`${installation.core}/oidc/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${application.id}:${application.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: client.redirectUri,
    }),
  });
  return { status: response.status, body: await response.json() };
}

test('a person agrees, with the keyboard alone, and is not asked again in the same session', async (t) => {
  const { page, assertClean, close } = await openPerson(browser);
  t.after(close);
  const first = await authorize(page, { prompt: 'consent' });
  await signIn(page);
  await consentHeading(page).waitFor();
  await page.getByText(person.username).waitFor();
  await inspect(page, 'consent');
  await press(page, 'Allow access');
  const answer = await readAnswer(page);
  assert.equal(answer.state, first.state);
  const { status, body } = await exchange(answer.code, first.verifier);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.scope, 'openid offline_access');
  for (const token of ['access_token', 'id_token', 'refresh_token']) assert.ok(body[token], token);

  const second = await authorize(page);
  const silent = await readAnswer(page);
  assert.equal(silent.state, second.state);
  assert.equal((await exchange(silent.code, second.verifier)).status, 200);

  await authorize(page, { prompt: 'consent' });
  await consentHeading(page).waitFor();
  assertClean('consent');
});

test('a person refuses, and the application is told so', async (t) => {
  const { page, assertClean, close } = await openPerson(browser);
  t.after(close);
  const { state } = await authorize(page);
  await signIn(page);
  await consentHeading(page).waitFor();
  await press(page, 'Cancel');
  const answer = await readAnswer(page);
  assert.equal(answer.error, 'access_denied');
  assert.equal(answer.state, state);
  assert.equal(answer.code, undefined);

  await authorize(page);
  await consentHeading(page).waitFor();
  assertClean('refusal');
});

test('the consent page has no barrier and is not wider than its window', () => assert.deepEqual(pageFindings, []));
