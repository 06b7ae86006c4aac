// The people who came in, as the administrator sees them.
import assert from 'node:assert/strict';
import { inspect } from '../support/browser.js';

async function findPeople(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
  const table = page.getByRole('table', { name: 'Users' });
  await table.getByText('Grace Hopper').waitFor();
  await table.getByText('reader').first().waitFor();
  await inspect(page, 'console-users');
  await page.getByRole('searchbox', { name: 'Search users' }).fill('grace');
  await table.getByText('reader').first().waitFor({ state: 'detached' });
  await table.getByRole('link', { name: 'Grace Hopper' }).click();
  await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor();
  assert.equal(await page.getByLabel('Email address').inputValue(), 'grace@example.com');
  await page.getByRole('button', { name: 'Unlink OIDC' }).waitFor();
  await inspect(page, 'console-user');
  assertClean('users');
}

async function createAndDelete(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Create user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Username').fill('short_lived');
  await inspect(page, 'console-create-user');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText('short_lived has an account now.').waitFor();
  await dialog.getByRole('button', { name: 'Show Password' }).waitFor();
  await inspect(page, 'console-user-created');
  await dialog.getByRole('button', { name: 'Open user' }).click();
  await page.getByRole('heading', { name: 'short_lived' }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete user' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete user' }).click();
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  const left = await world.api.get('/users?page_size=100');
  assert.ok(!left.some(({ username }) => username === 'short_lived'));
  assertClean('create and delete a user');
}

/** The way out of the Console leads to the sign-in page, which asks for the password again. */
async function leaveConsole(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
  await inspect(page, 'administrator-sign-in');
  assertClean('sign-out of the Console');
}

export const userSteps = [
  ['the Console lists the people who signed up', findPeople],
  ['an administrator creates and deletes a user', createAndDelete],
  ['the administrator signs out', leaveConsole],
];
