// A.2 and A.3: the first administrator, the guide library, the application and its details.
import assert from 'node:assert/strict';
import { assertAppHas } from '../support/apps.js';
import { inspect, openPerson } from '../support/browser.js';
import { restartSteps } from './start.js';

const administrator = { username: 'admin', password: 'Granite-Harbour-58' };
const redirectUri = 'http://localhost:3000/api/auth/callback/logto';

/** Fills in the two screens of a registration. */
export async function register(page, { username, password }) {
  await page.getByLabel('Username').fill(username);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Repeat the password').fill(password);
}

async function firstAdministrator(world) {
  const person = await openPerson(world.browser);
  world.admin = person;
  world.closing.push(person.close);
  const { page, assertClean } = person;
  const answers = [];
  page.on('response', (response) => answers.push(response));

  await page.goto(`${world.installation.admin}/console`);
  await page.getByRole('heading', { name: 'Welcome to Portico' }).waitFor();
  await inspect(page, 'console-welcome');
  await page.getByRole('button', { name: 'Create the first administrator' }).click();
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
  await inspect(page, 'administrator-register');
  await register(page, administrator);
  await page.getByRole('button', { name: 'Save password' }).click();
  await page.getByRole('heading', { name: 'Hello, admin' }).waitFor();

  // Signed in as any client is: at the authorization endpoint, with a code for tokens.
  const authorization = answers.map((answer) => new URL(answer.url())).find(({ pathname }) => pathname === '/oidc/auth');
  assert.equal(authorization.origin, world.installation.admin);
  assert.equal(authorization.searchParams.get('client_id'), 'admin-console');
  assert.ok(answers.some((answer) => answer.url() === `${world.installation.admin}/oidc/token` && answer.ok()));
  await page.getByRole('region', { name: 'Popular guides' }).getByRole('button', { name: 'Next.js (App Router)' }).waitFor();
  await inspect(page, 'console-get-started');
  assertClean('first administrator');
}

async function findGuide({ admin: { page, assertClean } }) {
  const cards = page.locator('[data-guide]');
  await page.getByRole('link', { name: 'View all' }).click();
  await page.getByRole('heading', { name: 'Start with a guide' }).waitFor();
  await inspect(page, 'console-guides');
  const all = await cards.count();
  assert.ok(all >= 44, `${all} guides`);

  await page.getByRole('radio', { name: 'Traditional web' }).check({ force: true });
  await page.getByRole('heading', { name: 'Single-page app' }).waitFor({ state: 'detached' });
  const traditional = await cards.count();
  assert.ok(traditional > 1 && traditional < all);
  await page.getByRole('searchbox', { name: 'Search guides' }).fill('auth.js');
  await page.locator('[data-guide=web-express]').waitFor({ state: 'detached' });
  assert.equal(await cards.count(), 1);
  await inspect(page, 'console-guides-found');
  assertClean('guide library');
}

async function createBookstore(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('button', { name: 'Auth.js (Next Auth)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText('Fill in this field.').waitFor();
  await dialog.getByLabel('Name').fill('Bookstore');
  await inspect(page, 'console-create-application');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Auth.js (Next Auth)' }).waitFor();
  await page.getByText('Guide for Bookstore').waitFor();
  assertClean('create an application');
}

/** The text of a code block by its caption; `index` counts blocks with the same one. */
const readCode = (page, title, index = 0) =>
  page.locator('figure', { has: page.locator('figcaption', { hasText: title }) }).nth(index).locator('pre').innerText();

async function followGuide(world) {
  const { page, assertClean } = world.admin;
  const [application] = (await world.api.get('/applications')).filter(({ name }) => name === 'Bookstore');
  const [{ value: secret }] = await world.api.get(`/applications/${application.id}/secrets`);
  world.bookstore = { id: application.id, secret };

  await page.getByRole('button', { name: `Use ${redirectUri}` }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const saved = await world.api.get(`/applications/${application.id}`);
  assert.deepEqual(saved.oidcClientMetadata.redirectUris, [redirectUri]);

  await page.getByRole('button', { name: 'Copy Issuer' }).first().click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${world.installation.core}/oidc`);
  await page.getByRole('button', { name: 'Copy App secret' }).first().click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  await page.getByText('Checkpoint').first().waitFor();

  world.environment = { v5: await readCode(page, '.env.local') };
  for (const value of [`${world.installation.core}/oidc`, application.id, secret]) {
    assert.ok(world.environment.v5.includes(value), `the lines for .env.local lack ${value}`);
  }
  await inspect(page, 'console-guide-auth-js');
  const [auth, , callbacks] = [await readCode(page, 'src/auth.ts'), undefined, await readCode(page, 'src/auth.ts', 1)];
  // The app has the optional callback too: the configuration goes on where the first sample ends.
  assertAppHas('auth-js', 'src/auth.ts', auth.replace(/\}\);\s*$/, '').replace("import NextAuth from 'next-auth';", ''));
  assertAppHas('auth-js', 'src/auth.ts', callbacks);
  assertAppHas('auth-js', 'src/tokens.ts', await readCode(page, 'src/tokens.ts'));
  assertAppHas('auth-js', 'src/app/page.tsx', await readCode(page, 'src/app/page.tsx'));
  assertAppHas('auth-js', 'src/app/api/auth/[...nextauth]/route.ts', await readCode(page, 'route.ts'));
  const middleware = await readCode(page, 'src/middleware.ts');
  assertAppHas('auth-js', 'src/proxy.ts', middleware.replace('auth as middleware', 'auth as proxy'));

  await page.getByText('Next Auth 4', { exact: true }).click();
  await page.getByRole('heading', { name: 'Configure Next Auth' }).waitFor();
  await inspect(page, 'console-guide-next-auth');
  world.environment.v4 = await readCode(page, '.env.local');
  assertAppHas('next-auth-v4', 'src/auth.ts', await readCode(page, 'src/auth.ts'));
  assertAppHas('next-auth-v4', 'src/app/page.tsx', await readCode(page, 'src/app/page.tsx'));
  assertAppHas('next-auth-v4', 'src/app/auth-buttons.tsx', await readCode(page, 'auth-buttons.tsx'));
  assertAppHas('next-auth-v4', 'src/app/api/auth/[...nextauth]/route.ts', await readCode(page, 'route.ts'));
  assertClean('guide');
}

async function showDetails(world) {
  const { page, assertClean } = world.admin;
  const { core } = world.installation;
  await page.getByRole('link', { name: 'Finish and done' }).click();
  await page.getByRole('heading', { name: 'Bookstore' }).waitFor();
  await page.getByRole('button', { name: 'Show endpoint details' }).click();
  const endpoints = {
    'App ID': world.bookstore.id,
    'Issuer endpoint': `${core}/oidc`,
    'OpenID configuration endpoint': `${core}/oidc/.well-known/openid-configuration`,
    'JWKS endpoint': `${core}/oidc/jwks`,
    'Authorization endpoint': `${core}/oidc/auth`,
    'Token endpoint': `${core}/oidc/token`,
    'Userinfo endpoint': `${core}/oidc/me`,
  };
  for (const [label, value] of Object.entries(endpoints)) {
    await page.getByRole('group', { name: label, exact: true }).getByText(value, { exact: true }).waitFor();
  }
  await inspect(page, 'console-application');
  assertClean('application details');
}

async function handleSecrets(world) {
  const { page, assertClean } = world.admin;
  const secrets = () => world.api.get(`/applications/${world.bookstore.id}/secrets`);
  await page.getByRole('button', { name: 'Create new secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('nightly');
  await dialog.getByRole('combobox', { name: 'Expiration' }).click();
  await page.getByRole('option', { name: '30 days' }).click();
  await inspect(page, 'console-create-secret');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const row = page.getByRole('row', { name: /nightly/ });
  await row.waitFor();
  const created = (await secrets()).find(({ name }) => name === 'nightly');
  const days = (created.expiresAt - Date.now()) / 86_400_000;
  assert.ok(days > 29 && days <= 30, `expires in ${days} days`);

  await row.getByText(created.value).waitFor({ state: 'detached' });
  await row.getByRole('button', { name: 'Show nightly' }).click();
  await row.getByText(created.value).waitFor();
  await row.getByRole('button', { name: 'Copy nightly' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), created.value);

  await row.getByRole('button', { name: 'Delete nightly' }).click();
  const confirmation = page.getByRole('dialog');
  assert.ok(await confirmation.getByRole('button', { name: 'Delete' }).isDisabled());
  await confirmation.getByLabel('Type nightly to confirm').fill('nightly');
  await confirmation.getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  assert.equal((await secrets()).length, 1);
  assertClean('secrets');
}

async function changeSettings(world) {
  const { page, assertClean } = world.admin;
  const group = (name) => page.getByRole('group', { name, exact: true });
  await group('Post sign-out redirect URIs').getByRole('textbox').fill('http://localhost:3000');
  const origins = group('CORS allowed origins');
  await origins.getByRole('textbox').fill('http://localhost:3000/path');
  await origins.getByText('Enter an origin only').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Save changes' }).isDisabled());
  await origins.getByRole('textbox').fill('http://localhost:3000');
  const editor = page.getByRole('textbox', { name: 'Custom data' });
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{ "shelf": 3 }');
  await inspect(page, 'console-application-changed');

  await page.getByRole('link', { name: 'Get started' }).first().click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
  const saved = await world.api.get(`/applications/${world.bookstore.id}`);
  assert.deepEqual(saved.oidcClientMetadata, {
    redirectUris: [redirectUri],
    postLogoutRedirectUris: ['http://localhost:3000'],
  });
  assert.deepEqual(saved.customClientMetadata.corsAllowedOrigins, ['http://localhost:3000']);
  assert.deepEqual(saved.customData, { shelf: 3 });
  assertClean('settings');
}

async function deleteAnother(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('link', { name: 'Applications' }).first().click();
  await page.getByRole('table', { name: 'Applications' }).getByText('Bookstore').waitFor();
  await inspect(page, 'console-applications');
  await page.getByRole('link', { name: 'Create application' }).click();
  await page.getByRole('button', { name: 'Continue without a guide' }).click();
  await page.getByRole('dialog').getByRole('radio', { name: /Single-page app/ }).check({ force: true });
  await page.getByRole('dialog').getByLabel('Name').fill('A mistake');
  await inspect(page, 'console-create-plain');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'A mistake' }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete application' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type A mistake to confirm').fill('A mistake');
  await inspect(page, 'console-delete-application');
  await dialog.getByRole('button', { name: 'Delete application' }).click();
  await page.getByRole('heading', { name: 'Applications', level: 1 }).waitFor();
  const names = (await world.api.get('/applications')).map(({ name }) => name);
  assert.ok(names.includes('Bookstore') && !names.includes('A mistake'), names.join());
  assertClean('delete an application');
}

export const consoleSteps = [
  ['the first visit to the Console makes the first administrator', firstAdministrator],
  ['the guide library is searched and filtered', findGuide],
  ['an application is created from the Auth.js guide', createBookstore],
  ['the guide has the values of the application and saves its redirect URI', followGuide],
  ['the details show every endpoint', showDetails],
  ['secrets are created, shown, copied and deleted', handleSecrets],
  ['settings are checked and saved', changeSettings],
  ['an application is deleted by typing its name', deleteAnother],
  ...restartSteps,
];
