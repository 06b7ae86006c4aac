// A.5: the generic OIDC connector, set up in the Console for somebody else's identity provider.
import assert from 'node:assert/strict';
import { inspect } from '../support/browser.js';
import { client, startIdentityProvider } from '../support/identity-provider.js';

const providerPort = 4012;

async function openSetup(world) {
  world.provider = await startIdentityProvider(providerPort);
  world.closing.push(world.provider.close);
  const { page, assertClean } = world.admin;
  await page.goto(`${world.installation.admin}/console`);
  await page.getByRole('navigation').getByRole('link', { name: 'Connectors' }).click();
  await page.getByRole('heading', { name: 'Connectors', level: 1 }).waitFor();
  await page.getByText('No social connectors yet').waitFor();
  await inspect(page, 'console-connectors-empty');
  await page.getByRole('button', { name: 'Add social connector' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^OIDC/ }).waitFor();
  await inspect(page, 'console-connectors-add');
  await page.getByRole('dialog').getByRole('button', { name: /^OIDC/ }).click();
  await page.getByRole('heading', { name: 'OIDC', level: 1 }).waitFor();
  assertClean('open the set-up of a connector');
}

/** An input by its label; buttons in it have labels of their own. */
const field = (page, label) => page.getByLabel(label).and(page.locator('input, textarea')).first();

/** Mistakes are said at their fields: those that the form sees, and those that only the server does. */
async function makeMistakes(world) {
  const { page, assertClean, expectAnswer } = world.admin;
  const save = page.getByRole('button', { name: 'Save and done' });
  await save.click();
  for (const label of ['Authorization Endpoint', 'Token Endpoint', 'Client ID', 'Client Secret', 'Scope']) {
    assert.equal(await field(page, label).getAttribute('aria-invalid'), 'true', label);
  }
  await inspect(page, 'console-connector-mistakes');

  await field(page, 'Authorization Endpoint').fill('not an address');
  await field(page, 'Token Endpoint').fill(`${world.provider.issuer}/token`);
  await field(page, 'Client ID').fill(client.id);
  await field(page, 'Client Secret').fill(client.secret);
  await field(page, 'Scope').fill('openid profile email');
  expectAnswer(400, '/api/connectors');
  await save.click();
  await page.getByText('The server refused these settings.').waitFor();
  assert.equal(await field(page, 'Authorization Endpoint').getAttribute('aria-invalid'), 'true');
  assert.equal(await field(page, 'Token Endpoint').getAttribute('aria-invalid'), null);
  assertClean('mistakes in the settings of a connector');
}

async function fillFromDiscovery(world) {
  const { page, assertClean } = world.admin;
  const { issuer } = world.provider;
  await page.getByLabel('Fill from discovery URL').fill(issuer);
  await page.getByRole('button', { name: 'Fill in' }).click();
  await page.getByText(`Filled in from ${issuer}`).waitFor();
  assert.equal(await field(page, 'Authorization Endpoint').inputValue(), `${issuer}/auth`);
  assert.equal(await field(page, 'Token Endpoint').inputValue(), `${issuer}/token`);
  const verification = await page.getByRole('textbox', { name: 'ID Token Verification Config' }).innerText();
  assert.deepEqual(JSON.parse(verification), { jwksUri: `${issuer}/jwks`, issuer });
  await inspect(page, 'console-connector-filled');
  assertClean('fill in from the discovery document');
}

async function saveConnector(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('button', { name: 'Copy Callback URI' }).click();
  const callback = await page.evaluate(() => navigator.clipboard.readText());
  world.provider.allow(callback);

  await page.getByRole('button', { name: 'Save and done' }).click();
  await page.getByText('The sign-in page does not offer this connector yet.').waitFor();
  const [connector] = await world.api.get('/connectors');
  assert.equal(connector.connectorId, 'oidc');
  assert.equal(callback, `${world.installation.core}/callback/${connector.id}`);
  assert.equal(new URL(page.url()).pathname.split('/').at(-1), connector.id);
  await inspect(page, 'console-connector');
  assertClean('save the connector');
}

export const connectorSteps = [
  ['the OIDC connector is chosen in the Console', openSetup],
  ['mistakes in its settings are said at their fields', makeMistakes],
  ["the provider's discovery document fills in the addresses", fillFromDiscovery],
  ['the connector is saved and has a page of its own', saveConnector],
];
