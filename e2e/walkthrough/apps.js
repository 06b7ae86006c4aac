// A.4: the two real apps. Sign up, sign out, sign in, the wrong password, a change of mind, single
// sign-on, refresh.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startApp } from '../support/apps.js';
import { inspect, openPerson } from '../support/browser.js';
import { register } from './console.js';

export const reader = { username: 'reader', password: 'Velvet-Orchard-93' };
const v4Port = 3005;
const sessionCookie = 'authjs.session-token';

async function startApps(world) {
  world.authSecret = randomBytes(33).toString('base64');
  // `next start` is production, where Auth.js wants to be told that its address can be trusted.
  const v5 = `AUTH_SECRET=${world.authSecret}\nAUTH_TRUST_HOST=true\n${world.environment.v5}`;

  const second = await world.api.post('/applications', {
    name: 'Reading room',
    type: 'Traditional',
    oidcClientMetadata: {
      redirectUris: [`http://localhost:${v4Port}/api/auth/callback/logto`],
      postLogoutRedirectUris: [],
    },
  });
  const [{ value: secret }] = await world.api.get(`/applications/${second.id}/secrets`);
  const v4 = world.environment.v4
    .replace('localhost:3000', `localhost:${v4Port}`)
    .replace(world.bookstore.id, second.id)
    .replace(world.bookstore.secret, secret)
    .replace('paste-the-output-of-openssl-here', randomBytes(33).toString('base64'));

  world.apps = {};
  world.apps.v5 = await startApp('auth-js', 3000, v5);
  world.closing.push(world.apps.v5.stop);
  world.apps.v4 = await startApp('next-auth-v4', v4Port, v4);
  world.closing.push(world.apps.v4.stop);
}

/** Opens the app and goes to the sign-in page from it. */
export async function goToSignIn(page, app) {
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
}

async function signIn(page, { username, password }) {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const waitForSession = (page, name) => page.getByText(`Signed in as ${name}`).waitFor();

async function signUp(world) {
  const person = await openPerson(world.browser);
  world.reader = person;
  world.closing.push(person.close);
  const { page, assertClean } = person;
  await goToSignIn(page, world.apps.v5);
  await inspect(page, 'sign-in');
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
  await inspect(page, 'register');
  await register(page, reader);
  await inspect(page, 'register-password');
  await page.getByRole('button', { name: 'Save password' }).click();
  await waitForSession(page, reader.username);
  assert.equal(new URL(page.url()).origin, world.apps.v5.url);
  assertClean('sign-up');
}

async function signOut({ reader: { page, assertClean } }) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assertClean('sign-out');
}

async function wrongPassword(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean, expectAnswer } = person;
  await goToSignIn(page, world.apps.v5);
  const messages = [];
  for (const username of [reader.username, 'nobody_at_all']) {
    expectAnswer(422, '/verification/password');
    const answer = page.waitForResponse((response) => response.url().endsWith('/verification/password'));
    await signIn(page, { username, password: 'Wrong-Password-00' });
    assert.equal((await (await answer).json()).code, 'session.invalid_credentials');
    await page.getByRole('alert').getByText(/./).first().waitFor();
    messages.push(await page.getByRole('alert').first().innerText());
  }
  assert.equal(messages[0], messages[1], 'an account that exists and one that does not are told the same');
  await inspect(page, 'sign-in-wrong-password');
  await signIn(page, reader);
  await waitForSession(page, reader.username);
  assertClean('wrong password');
  await person.close();
}

async function changeOfMind(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean } = person;
  await goToSignIn(page, world.apps.v5);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.waitForURL(`${world.apps.v5.url}/`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await goToSignIn(page, world.apps.v5);
  assertClean('cancelled sign-in');
  await person.close();
}

/** The sign-in page remembers the reader: neither app asks for anything. */
async function singleSignOn(world) {
  const { page, assertClean } = world.reader;
  const seen = [];
  const note = (frame) => frame === page.mainFrame() && seen.push(new URL(frame.url()).pathname);
  page.on('framenavigated', note);
  for (const app of [world.apps.v4, world.apps.v5]) {
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await waitForSession(page, reader.username);
    assert.equal(new URL(page.url()).origin, app.url);
  }
  page.off('framenavigated', note);
  assert.ok(!seen.includes('/sign-in'), seen.join());
  assertClean('single sign-on');
}

/** Sign-out of the version 4 app. */
async function signOutOfSecond(world) {
  const { page, assertClean } = world.reader;
  await page.goto(world.apps.v4.url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assertClean('sign-out of the second app');
}

/** What Auth.js keeps in its encrypted cookie. The test has the app's secret, so it can look and age it. */
async function openSessionCookie(world) {
  const { decode, encode } = await import(
    pathToFileURL(createRequire(path.resolve('apps/auth-js/package.json')).resolve('next-auth/jwt')).href
  );
  const key = { secret: world.authSecret, salt: sessionCookie };
  const { context } = world.reader;
  return {
    async read() {
      const cookies = await context.cookies(world.apps.v5.url);
      return decode({ ...key, token: cookies.find(({ name }) => name === sessionCookie).value });
    },
    async write(token) {
      const value = await encode({ ...key, token });
      const { hostname: domain } = new URL(world.apps.v5.url);
      await context.addCookies([{ name: sessionCookie, value, domain, path: '/', httpOnly: true, sameSite: 'Lax' }]);
    },
  };
}

/** The app renews its access token once the old one has run out, and the new one works. */
async function refresh(world) {
  const { page, assertClean } = world.reader;
  const cookie = await openSessionCookie(world);
  const first = await cookie.read();
  assert.ok(first.refreshToken, 'the app was given a refresh token');
  await cookie.write({ ...first, expiresAt: Math.floor(Date.now() / 1000) - 10 });
  await page.goto(world.apps.v5.url);
  await waitForSession(page, reader.username);

  const renewed = await cookie.read();
  assert.equal(renewed.error, undefined);
  assert.notEqual(renewed.accessToken, first.accessToken);
  assert.ok(renewed.expiresAt * 1000 > Date.now());
  const answer = await fetch(`${world.installation.core}/oidc/me`, {
    headers: { Authorization: `Bearer ${renewed.accessToken}` },
  });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).username, reader.username);
  assertClean('refresh');
}

export const appSteps = [
  ['the apps start with the lines of the guide', startApps],
  ['Auth.js 5: sign up', signUp],
  ['Auth.js 5: sign out', signOut],
  ['Auth.js 5: a wrong password, then the right one', wrongPassword],
  ['Auth.js 5: a change of mind', changeOfMind],
  ['Next Auth 4 and Auth.js 5: signed in without being asked', singleSignOn],
  ['Next Auth 4: sign out', signOutOfSecond],
  ['Auth.js 5: the refresh token is used', refresh],
];
