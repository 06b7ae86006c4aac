// A.6: the sign-in pages are changed in the Console, with the real page as a preview beside the form.
import assert from 'node:assert/strict';
import { inspect, pictureUrl } from '../support/browser.js';
import { eventually } from '../support/waiting.js';

const brandColor = { hex: '#0e7490', css: 'rgb(14, 116, 144)' };
/** Nobody has chosen it. */
const initialDarkColor = '#8768f8';

const preview = (page) => page.frameLocator('iframe[title="Preview of the sign-in page"]');

async function changeBranding(world) {
  const { page, assertClean } = world.admin;
  await page.getByRole('navigation').getByRole('link', { name: 'Sign-in experience' }).click();
  await page.getByRole('heading', { name: 'Sign-in experience', level: 1 }).waitFor();
  // What earlier steps reported lies over the preview for a moment.
  await eventually(() => page.locator('.mantine-Notification-root').count(), (count) => count === 0);
  const frame = preview(page);
  const button = frame.getByRole('button', { name: 'Sign in', exact: true });
  await button.waitFor();
  await inspect(page, 'console-branding');

  await page.getByRole('textbox', { name: 'Brand colour', exact: true }).fill(brandColor.hex);
  await eventually(
    () => button.evaluate((element) => getComputedStyle(element).backgroundColor),
    (color) => color === brandColor.css,
  );
  await page.getByRole('textbox', { name: 'Logo URL', exact: true }).fill(pictureUrl);
  await frame.locator(`img.logto_logo[src="${pictureUrl}"]`).waitFor();
  await page.getByRole('switch', { name: 'Dark mode' }).check({ force: true });
  await page.getByRole('radiogroup', { name: 'Appearance of the preview' }).getByText('Dark').click({ force: true });
  await frame.locator('html[data-theme=dark]').waitFor();
  await page.getByRole('textbox', { name: 'Custom CSS' }).click();
  await page.keyboard.insertText('.logto_title { font-style: italic }');
  await frame.locator('h1.logto_title').waitFor();
  await eventually(
    () => frame.locator('h1').evaluate((element) => getComputedStyle(element).fontStyle),
    (style) => style === 'italic',
  );
  await page.getByRole('radiogroup', { name: 'Device of the preview' }).getByText('Mobile').click({ force: true });
  await frame.locator('html[data-platform=mobile]').waitFor();
  await inspect(page, 'console-branding-changed');

  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
  const saved = await world.api.get('/sign-in-exp');
  assert.deepEqual([saved.color.primaryColor, saved.color.isDarkModeEnabled], [brandColor.hex, true]);
  assert.notEqual(saved.color.darkPrimaryColor.toLowerCase(), initialDarkColor, 'it follows the brand colour');
  assert.equal(saved.branding.logoUrl, pictureUrl);
  assert.equal(saved.customCss, '.logto_title { font-style: italic }');
  assertClean('branding');
}

async function enableConnector(world) {
  const { page, assertClean } = world.admin;
  const frame = preview(page);
  await page.getByRole('tab', { name: 'Sign-up and sign-in' }).click();
  await page.getByRole('combobox', { name: 'Sign-up identifier' }).click();
  await page.getByRole('option', { name: 'Not applicable' }).click();
  await page.getByRole('button', { name: 'Add social connector' }).click();
  await page.getByRole('menuitem', { name: 'OIDC' }).click();
  await frame.getByRole('button', { name: 'Continue with OIDC' }).waitFor();
  await frame.getByRole('link', { name: 'Create account' }).waitFor({ state: 'detached' });
  await inspect(page, 'console-sign-in-methods');

  await page.getByRole('button', { name: 'Save changes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change how people sign in?' });
  await dialog.getByRole('region', { name: 'Before' }).getByText('Username').first().waitFor();
  await dialog.getByRole('region', { name: 'After' }).getByText('OIDC').waitFor();
  await inspect(page, 'console-sign-in-confirmation');
  await dialog.getByRole('button', { name: 'Confirm changes' }).click();
  await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
  const saved = await world.api.get('/sign-in-exp');
  assert.deepEqual(saved.signUp.identifiers, []);
  assert.deepEqual(saved.socialSignInConnectorTargets, ['oidc']);
  assertClean('sign-up and sign-in');
}

async function seeOtherTabs(world) {
  const { page, assertClean } = world.admin;
  for (const [tab, field] of [['Content', 'Terms of use URL'], ['Password policy', 'Minimum length']]) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('textbox', { name: field }).waitFor();
    await inspect(page, `console-${tab.toLowerCase().replace(' ', '-')}`);
  }
  assertClean('content and password policy');
}

export const experienceSteps = [
  ['colours, logo, dark mode and style are changed with a live preview', changeBranding],
  ['sign-up is closed and the connector added, after a confirmation', enableConnector],
  ['the other settings of the sign-in pages are there', seeOtherTabs],
];
