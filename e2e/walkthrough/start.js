// A.1: one command starts everything; the data stays; Ctrl-C ends it in order.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { connectMachine } from '../support/management.js';
import { runCommand, startPortico } from '../support/portico.js';

/** What anybody may read about the sign-in of a tenant. */
async function readSignInMode(address) {
  const response = await fetch(`${address}/api/.well-known/sign-in-exp`);
  assert.equal(response.status, 200);
  return (await response.json()).signInMode;
}

async function firstStart(world) {
  const { installation } = world;
  world.portico = await startPortico(installation);
  const printed = world.portico.output();
  for (const address of [installation.core, installation.admin, `${installation.admin}/console`]) {
    assert.ok(printed.includes(address), `${address} is not among what it printed:\n${printed}`);
  }
  assert.ok(existsSync(path.join(installation.folder, 'portico.db')));
  const discovery = await fetch(`${installation.core}/oidc/.well-known/openid-configuration`);
  assert.equal((await discovery.json()).issuer, `${installation.core}/oidc`);
  assert.equal(await readSignInMode(installation.admin), 'Register', 'the first visitor becomes administrator');
}

async function machineAccess(world) {
  const { installation } = world;
  world.api = await connectMachine(installation);
  const user = runCommand(
    installation,
    ['users', 'create', '--username', 'machine_made', '--password-stdin', '--json'],
    'Sturdy-Lantern-71',
  );
  const found = await world.api.get(`/users/${user.id}`);
  assert.equal(found.username, 'machine_made');
  await world.api.delete(`/users/${user.id}`);
}

async function restart(world) {
  // An open page may ask for something at any time, its icon for one, while nobody answers.
  await world.admin.page.goto('about:blank');
  assert.equal(await world.portico.interrupt(), 0, `Ctrl-C ends it in order:\n${world.portico.output()}`);
  world.portico = await startPortico(world.installation);
  const applications = await world.api.get('/applications');
  assert.ok(applications.some(({ name }) => name === 'Bookstore'));
  assert.equal(await readSignInMode(world.installation.admin), 'SignIn', 'the administrator is still there');
}

async function stop(world) {
  assert.equal(await world.portico.interrupt(), 0);
}

export const startSteps = [
  ['starts in an empty folder and says where it is', firstStart],
  ['machines get access from the command line', machineAccess],
];

export const restartSteps = [['a second start finds the data of the first', restart]];

export const stopSteps = [['Ctrl-C ends it in order', stop]];
