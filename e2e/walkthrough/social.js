// A.7: signed in to the real app through somebody else's identity provider.
import assert from 'node:assert/strict';
import { inspect, openPerson } from '../support/browser.js';
import { goToSignIn } from './apps.js';

/** Signs in at the provider, on its own pages. */
export async function signInAtProvider(page, login) {
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function buttonShown(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean } = person;
  await goToSignIn(page, world.apps.v5);
  await page.getByRole('button', { name: 'Continue with OIDC' }).waitFor();
  await inspect(page, 'sign-in-social');
  assertClean('sign-in page with the connector');
  await person.close();
}

async function signUpThroughProvider(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean, expectAnswer } = person;
  await goToSignIn(page, world.apps.v5);
  // Nobody has this identity yet: the page learns so, and registers.
  expectAnswer(404, '/identification');
  await page.getByRole('button', { name: 'Continue with OIDC' }).click();
  await signInAtProvider(page, 'grace');
  await page.getByText('Signed in as Grace Hopper').waitFor();
  assert.equal(new URL(page.url()).origin, world.apps.v5.url);
  assertClean('sign-up through the provider');

  const found = (await world.api.get('/users?page_size=100')).filter(({ name }) => name === 'Grace Hopper');
  assert.equal(found.length, 1);
  const [user] = found;
  assert.equal(user.primaryEmail, 'grace@example.com');
  assert.deepEqual(Object.values(user.identities).map(({ userId }) => userId), ['grace']);
  await person.close();
}

/** The second time there is an account already. */
async function signInAgain(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean } = person;
  const count = (await world.api.get('/users?page_size=100')).length;
  await goToSignIn(page, world.apps.v5);
  await page.getByRole('button', { name: 'Continue with OIDC' }).click();
  await signInAtProvider(page, 'grace');
  await page.getByText('Signed in as Grace Hopper').waitFor();
  assertClean('sign-in through the provider');
  assert.equal((await world.api.get('/users?page_size=100')).length, count);
  await person.close();
}

export const socialSteps = [
  ['the sign-in page offers the provider', buttonShown],
  ['a new person signs in to the app through the provider', signUpThroughProvider],
  ['the same person signs in again', signInAgain],
];
