// Chromium, and what every page of ours has to keep to: nothing fails, nothing is reported by axe.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

const screenshots = path.resolve(import.meta.dirname, '../screenshots');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const desktop = { width: 1280, height: 800 };
const mobile = { width: 390, height: 844 };
const stepTimeoutMs = Number(process.env.STEP_TIMEOUT_MS ?? 45_000);
/** Pages of ours: Portico and the two apps. What others do on theirs is not judged. */
const ours = /^http:\/\/localhost:(300\d)\//;

/** A logo at an address that only these browsers know. */
export const pictureUrl = 'https://pictures.example/bookstore.svg';
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40" viewBox="0 0 160 40">
  <rect width="40" height="40" rx="8" fill="#0e7490"/><path d="M12 10h16v20H12z" fill="#fff"/>
  <text x="50" y="27" font-family="sans-serif" font-size="20" font-weight="600" fill="#0e7490">Bookstore</text></svg>`;

/** Starts the browser that is installed on this machine. */
export async function openBrowser() {
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A person with a browser of their own: no cookies, no cache. Options as of Playwright's context. */
export async function openPerson(browser, options = {}) {
  const context = await browser.newContext({ viewport: desktop, locale: 'en-GB', colorScheme: 'light', ...options });
  context.setDefaultTimeout(stepTimeoutMs);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {});
  await context.route(pictureUrl, (route) => route.fulfill({ contentType: 'image/svg+xml', body: picture }));
  const page = await context.newPage();
  const record = watch(page);
  return { context, page, ...record, close: () => context.close() };
}

/**
 * Collects what went wrong on a page without stopping it. An answer that a step provokes on
 * purpose is announced with `expectAnswer` and has to come.
 */
function watch(page) {
  const problems = [];
  const expected = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // Refused requests are judged by their answers, below.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer && ours.test(page.url())) problems.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    // A navigation aborts what the page before it was still loading.
    const { errorText } = request.failure();
    if (errorText !== 'net::ERR_ABORTED' && ours.test(request.url())) problems.push(`request: ${request.url()} ${errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() < 400 || !ours.test(response.url())) return;
    const found = expected.find((each) => !each.seen && each.status === response.status() && response.url().includes(each.path));
    if (found) found.seen = true;
    else problems.push(`answer: ${response.request().method()} ${response.url()} ${response.status()}`);
  });
  return {
    expectAnswer: (status, part) => expected.push({ status, path: part, seen: false }),
    assertClean(where) {
      assert.deepEqual(problems.splice(0), [], `problems on the pages of: ${where}`);
      const missing = expected.splice(0).filter((each) => !each.seen);
      assert.deepEqual(missing, [], `answers that did not come: ${where}`);
    },
  };
}

/** What is wrong with the pages seen so far; the last step of the walkthrough wants nothing. */
export const pageFindings = [];

/** Pictures in both themes and both sizes, axe in both themes, and nothing wider than the window. */
export async function inspect(page, name) {
  if (process.env.INSPECT === '0') return;
  // A picture of the whole page shows what is fixed to the window where the window stands.
  const scrolled = await page.evaluate(() => [window.scrollX, window.scrollY]);
  await page.evaluate(() => window.scrollTo(0, 0));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const [size, viewport] of Object.entries({ mobile, desktop })) {
      await page.setViewportSize(viewport);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({
        path: path.join(screenshots, `${name}-${size}-${colorScheme}.png`),
        animations: 'disabled',
        fullPage: true,
      });
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (excess > 0) pageFindings.push(`${name}, ${size}: ${excess} pixels wider than the window`);
    }
    pageFindings.push(...(await runAxe(page)).map((finding) => `${name}, ${colorScheme}: ${finding}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(([x, y]) => window.scrollTo(x, y), scrolled);
}

async function runAxe(page) {
  // Through the debugger, which the page's content policy does not bind.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ iframes: false }));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  );
}

/** Bytes that crossed the wire to show a page to somebody who has never been here. */
export async function measureFirstLoad(page, url) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const requests = new Map();
  session.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    // An address that redirects keeps its id: the last one is the page.
    requests.set(requestId, { url: request.url, type, bytes: 0 });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const entry = requests.get(requestId);
    if (entry) entry.bytes = encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await session.detach();
  const wire = [...requests.values()].filter(({ url: address }) => !address.startsWith('data:'));
  return { requests: wire, bytes: wire.reduce((sum, { bytes }) => sum + bytes, 0) };
}
