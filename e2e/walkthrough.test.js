// From an empty folder to a person who is signed in to a real app through somebody else's identity
// provider: every step that a new developer takes, in the order in which they take it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import path from 'node:path';
import { pageFindings, openBrowser } from './support/browser.js';
import { createInstallation } from './support/portico.js';
import { connectorSteps } from './walkthrough/connector.js';
import { consoleSteps } from './walkthrough/console.js';
import { appSteps } from './walkthrough/apps.js';
import { experienceSteps } from './walkthrough/experience.js';
import { signInPageSteps } from './walkthrough/sign-in-pages.js';
import { socialSteps } from './walkthrough/social.js';
import { startSteps, stopSteps } from './walkthrough/start.js';
import { userSteps } from './walkthrough/users.js';

const installation = createInstallation();

/** What one step leaves for the next: servers, browsers, and values read from pages. */
const world = { installation, closing: [] };

before(async () => {
  world.browser = await openBrowser();
});

after(async () => {
  for (const close of world.closing.reverse()) await close();
  await world.browser?.close();
  world.portico?.kill();
  installation.remove();
});

const steps = [
  ...startSteps,
  ...consoleSteps,
  ...appSteps,
  ...signInPageSteps,
  ...connectorSteps,
  ...experienceSteps,
  ...socialSteps,
  ...userSteps,
  ...stopSteps,
  ['no page has a barrier or is wider than its window', () => assert.deepEqual(pageFindings, [])],
];

test('the walkthrough', async (t) => {
  let failed = false;
  for (const [name, step] of steps) {
    await t.test(name, { skip: failed && 'a step before it failed' }, async () => {
      try {
        await step(world);
      } catch (error) {
        failed = true;
        await keepEvidence(name);
        throw error;
      }
    });
  }
});

/** Pictures of all open pages and the server's last words. */
async function keepEvidence(name) {
  const pages = world.browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    const file = path.join(import.meta.dirname, 'screenshots', `failed-${index}.png`);
    await page.screenshot({ path: file }).catch(() => {});
    console.error(`${name}: page ${index} is at ${page.url()}`);
  }
  console.error((world.portico?.output() ?? '').split('\n').slice(-40).join('\n'));
  for (const app of Object.values(world.apps ?? {})) console.error(app.output().split('\n').slice(-20).join('\n'));
}
