// The promises of the sign-in pages: small, usable without a mouse, right to left where people write so.
import assert from 'node:assert/strict';
import { inspect, measureFirstLoad, openPerson } from '../support/browser.js';
import { goToSignIn, reader } from './apps.js';

const firstLoadBytesMax = 60 * 1024;

/** The address to which the app sends people. */
async function readAuthorizationUrl(world) {
  const person = await openPerson(world.browser);
  const sent = person.page.waitForRequest((request) => request.url().includes('/oidc/auth?'));
  await goToSignIn(person.page, world.apps.v5);
  const address = (await sent).url();
  await person.close();
  return address;
}

async function firstLoad(world) {
  const address = await readAuthorizationUrl(world);
  const person = await openPerson(world.browser);
  const { bytes, requests } = await measureFirstLoad(person.page, address);
  await person.page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
  const list = requests.map((request) => `${request.bytes} ${request.type} ${request.url}`).join('\n');
  console.log(`first load of the sign-in page: ${bytes} bytes in ${requests.length} requests`);
  assert.ok(bytes > 0 && bytes <= firstLoadBytesMax, `${bytes} bytes\n${list}`);
  const asked = requests.filter(({ type }) => type === 'Fetch' || type === 'XHR');
  assert.deepEqual(asked, [], `the page comes with its data:\n${list}`);
  person.assertClean('first load');
  await person.close();
}

async function keyboardOnly(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean } = person;
  await page.goto(world.apps.v5.url);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('autocomplete'));
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 8 && (await focused()) !== wanted; presses += 1) await page.keyboard.press('Tab');
    assert.equal(await focused(), wanted);
  };
  await tabTo('username');
  await page.keyboard.type(reader.username);
  await tabTo('current-password');
  await page.keyboard.type(reader.password);
  await page.keyboard.press('Enter');
  await page.getByText(`Signed in as ${reader.username}`).waitFor();
  assertClean('keyboard only');
  await person.close();
}

/** Each language we have, as its people's browsers ask for it. */
async function languages(world) {
  for (const [locale, direction] of [
    ['ar', 'rtl'],
    ['de-DE', 'ltr'],
    ['zh-CN', 'ltr'],
  ]) {
    const person = await openPerson(world.browser, { locale });
    const { page, assertClean } = person;
    await page.goto(world.apps.v5.url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const html = page.locator('html');
    assert.equal(await html.evaluate((element) => getComputedStyle(element).direction), direction);
    assert.equal((await html.getAttribute('lang')).split('-')[0], locale.split('-')[0]);
    assert.notEqual(await page.getByRole('heading', { level: 1 }).innerText(), 'Sign in to your account');
    await inspect(page, `sign-in-${locale}`);
    assertClean(locale);
    await person.close();
  }
}

/** Pages that say that something is over. */
async function problems(world) {
  const person = await openPerson(world.browser);
  const { page, assertClean } = person;
  await page.goto(`${world.installation.core}/unknown-session`);
  await page.getByRole('heading', { name: 'This sign-in has ended' }).waitFor();
  await inspect(page, 'unknown-session');
  assertClean('problem pages');
  await person.close();
}

export const signInPageSteps = [
  ['the first load of the sign-in page is small and complete', firstLoad],
  ['the sign-in page works with the keyboard alone', keyboardOnly],
  ['the sign-in page speaks the language of the browser', languages],
  ['a sign-in that is over says so', problems],
];
