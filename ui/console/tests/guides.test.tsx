// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { guides, loadContent } from '../src/guides';
import { GuideContext, type GuideEnvironment } from '../src/guides/context';
import type { GuideCategory } from '../src/guides/types';
import { router } from '../src/router';
import { findUriProblem } from '../src/validation/uri';

// The server writes it into the page; the router needs it for the sign-in of administrators.
vi.mock('../src/bootstrap', () => ({
  bootstrap: { endpoint: 'https://id.bookstore.test', adminEndpoint: 'https://admin.bookstore.test', resource: '' },
  consoleUrl: 'https://admin.bookstore.test/console',
  callbackUrl: 'https://admin.bookstore.test/console/callback',
}));

// The first page loads Mantine: slow on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const library: Record<GuideCategory, string[]> = {
  Traditional: [
    'web-dotnet-core',
    'web-dotnet-core-blazor-server',
    'web-dotnet-core-mvc',
    'web-express',
    'web-go',
    'web-gpt-plugin',
    'web-java-spring-boot',
    'web-next',
    'web-next-app-router',
    'web-next-auth',
    'web-nuxt',
    'web-outline',
    'web-passport',
    'web-php',
    'web-python',
    'web-react-router',
    'web-remix',
    'web-ruby',
    'web-sveltekit',
    'web-wordpress',
    'web-wordpress-plugin',
  ],
  SPA: [
    'spa-angular',
    'spa-chrome-extension',
    'spa-react',
    'spa-vanilla',
    'spa-vue',
    'spa-webflow',
    'web-dotnet-core-blazor-wasm',
  ],
  Native: [
    'native-android',
    'native-capacitor',
    'native-device-flow',
    'native-expo',
    'native-flutter',
    'native-ios-swift',
  ],
  MachineToMachine: ['m2m-general'],
  API: ['api-express', 'api-python', 'api-spring-boot'],
  ThirdParty: ['third-party-dynamic-app', 'third-party-oidc', 'third-party-oidc-native', 'third-party-oidc-spa'],
  SAML: ['saml-idp'],
  Protected: ['protected-app'],
};

/** Guides with a text of their own: what installs the library, and the redirect URI they suggest. */
const written: Record<string, { install?: string; redirectUri?: string }> = {
  'web-next-auth': {
    install: 'npm install next-auth@beta',
    redirectUri: 'http://localhost:3000/api/auth/callback/logto',
  },
  'web-next-app-router': { install: 'npm install @logto/next', redirectUri: 'http://localhost:3000/callback' },
  'web-express': { install: 'npm install @logto/express', redirectUri: 'http://localhost:3000/logto/sign-in-callback' },
  'spa-react': { install: 'npm install @logto/react', redirectUri: 'http://localhost:5173/callback' },
  'spa-vue': { install: 'npm install @logto/vue', redirectUri: 'http://localhost:5173/callback' },
  'spa-vanilla': { install: 'npm install @logto/browser', redirectUri: 'http://localhost:5173/callback' },
  'web-python': { install: 'pip install logto', redirectUri: 'http://localhost:3000/callback' },
  'm2m-general': {},
  'native-device-flow': {},
};

const environment: GuideEnvironment = {
  endpoint: 'https://id.bookstore.test',
  issuer: 'https://id.bookstore.test/oidc',
  name: 'Bookstore',
  appId: 'bookstore-app-id',
  appSecret: 'bookstore-app-secret',
  redirectUris: [],
  postLogoutRedirectUris: [],
  resource: 'https://api.bookstore.test',
  uris: { redirectUris: [], postLogoutRedirectUris: [], corsAllowedOrigins: [] },
  isNative: false,
  saveUris: () => Promise.resolve(),
  setOutline: () => undefined,
};

const roots: Root[] = [];

afterEach(async () => {
  flushSync(() => {
    for (const root of roots.splice(0)) root.unmount();
  });
  // What React has already planned must not run when the window is gone.
  await new Promise((resolve) => setImmediate(resolve));
});

/** Renders a guide; the text includes placeholders, where suggested addresses stand. */
async function open(id: string, changes: Partial<GuideEnvironment> = {}) {
  const Content = await loadContent(id);
  if (!Content) throw new Error(`${id} has no content`);
  const props = { ...environment, ...changes };
  const page = document.createElement('div');
  const root = createRoot(page);
  roots.push(root);
  flushSync(() => {
    root.render(
      <MantineProvider>
        <GuideContext value={props}>
          <Content {...props} />
        </GuideContext>
      </MantineProvider>,
    );
  });
  const placeholders = () => [...page.querySelectorAll('input')].map((input) => input.placeholder).join('\n');
  return { page, text: () => `${page.textContent}\n${placeholders()}` };
}

/** Whether the address is of a page of the Console. */
function hasPage(address: string): boolean {
  const base = import.meta.env.BASE_URL;
  if (!address.startsWith(base)) return false;
  const [, , foundRoute] = router.getMatchedRoutes(address.slice(base.length - 1));
  return foundRoute !== undefined && foundRoute.fullPath !== '/$';
}

const withContent = guides.filter((guide) => !guide.skipGuideAfterCreation).map((guide) => guide.id);

describe('the library', () => {
  it('has every guide in its category', () => {
    const found = Object.fromEntries(
      Object.keys(library).map((category) => [
        category,
        guides
          .filter((guide) => guide.category === category)
          .map((guide) => guide.id)
          .sort(),
      ]),
    );
    expect(found).toEqual(library);
    expect(guides).toHaveLength(44);
  });

  it('features Auth.js before the frameworks that are known from elsewhere', () => {
    expect(guides.filter((guide) => guide.isFeatured).map((guide) => guide.id)).toEqual([
      'web-next-auth',
      'web-next-app-router',
      'spa-react',
      'spa-vue',
      'protected-app',
      'm2m-general',
      'web-java-spring-boot',
      'web-ruby',
    ]);
  });

  it('describes each guide with a sentence of its own', () => {
    const descriptions = guides.map((guide) => guide.description);
    expect(descriptions.filter((description) => !/^\S.{15,90}\.$/.test(description))).toEqual([]);
    expect(new Set(descriptions).size).toBe(descriptions.length);
  });

  it('marks third-party guides', () => {
    expect(
      guides
        .filter((guide) => guide.isThirdParty)
        .map((guide) => guide.id)
        .sort(),
    ).toEqual(library.ThirdParty);
  });
});

describe('guide pages', () => {
  it.each(withContent)('%s is filled in, links to pages of the Console only and suggests valid addresses', async (id) => {
    const { text, page } = await open(id);
    expect(text()).toContain(environment.endpoint);
    expect(text()).toContain(id.startsWith('api-') ? environment.resource : environment.appId);
    expect(page.querySelectorAll('ol > li').length).toBeGreaterThanOrEqual(4);
    expect(text().includes('Generic steps')).toBe(!(id in written));

    const links = [...page.querySelectorAll('a')].map((link) => link.getAttribute('href') ?? '');
    expect(links.filter((link) => !hasPage(link))).toEqual([]);

    const rule = guides.find((guide) => guide.id === id)?.applicationType === 'Native' ? 'native' : 'web';
    const suggestions = [...page.querySelectorAll('input')].map((input) => input.placeholder).filter(Boolean);
    expect(suggestions.filter((address) => findUriProblem(address, rule))).toEqual([]);
    const redirects = !id.startsWith('api-') && id !== 'm2m-general' && id !== 'native-device-flow';
    expect(suggestions.length > 0).toBe(redirects);
  });

  it.each(Object.entries(written))('%s installs, redirects and has a checkpoint', async (id, expected) => {
    const { text } = await open(id);
    expect(text()).toContain(expected.install ?? '');
    expect(text()).toContain(expected.redirectUri ?? '');
    expect(text()).toContain('guides.checkpoint');
  });

  it('uses a saved redirect URI in its code', async () => {
    const { text } = await open('spa-react', { redirectUris: ['https://bookstore.test/back'] });
    expect(text()).toContain("signIn('https://bookstore.test/back')");
    expect(text()).toContain("signOut('https://bookstore.test')");
  });

  it('says what to do when no secret is valid', async () => {
    const { text } = await open('web-express', { appSecret: '' });
    expect(text()).toContain('LOGTO_APP_SECRET=create-a-secret-in-the-application-details');
  });
});

describe('the Auth.js guide', () => {
  it('wires Auth.js 5', async () => {
    const { text } = await open('web-next-auth');
    expect(text()).toContain('AUTH_LOGTO_ISSUER=https://id.bookstore.test/oidc');
    expect(text()).toContain("type: 'oidc'");
    expect(text()).toContain("scope: 'openid offline_access profile email'");
    expect(text()).toContain('name: profile.name ?? profile.username');
    expect(text()).toContain("export { auth as middleware } from '@/auth'");
  });

  it('wires Next Auth 4', async () => {
    const { page, text } = await open('web-next-auth');
    flushSync(() => page.querySelector<HTMLInputElement>('input[value="v4"]')?.click());
    expect(text()).toContain('npm install next-auth@4');
    expect(text()).toContain('https://id.bookstore.test/oidc/.well-known/openid-configuration');
    expect(text()).toContain("id_token_signed_response_alg: 'ES384'");
    expect(text()).toContain('http://localhost:3000/api/auth/callback/logto');
  });
});
