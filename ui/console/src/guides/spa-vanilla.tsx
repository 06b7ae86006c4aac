import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, Install, PostLogoutRedirectUris, RedirectUris, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { originOf, savedOr } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'spa-vanilla',
  name: 'Vanilla JS',
  description: 'One client object, for pages without a framework.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'JS', color: '#a16207' },
  order: 2,
};

const callback = 'http://localhost:5173/callback';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>My app</title>
  </head>
  <body>
    <main id="app"></main>
    <script type="module" src="/main.js"></script>
  </body>
</html>
`;

const client = ({ endpoint, appId }: GuideProps) => `import LogtoClient, { UserScope } from '@logto/browser';

const client = new LogtoClient({
  endpoint: '${endpoint}',
  appId: '${appId}',
  scopes: [UserScope.Email],
});
`;

const handleCallback = `if (await client.isSignInRedirected(window.location.href)) {
  await client.handleSignInCallback(window.location.href);
  window.history.replaceState({}, '', '/');
}
`;

const show = (redirectUri: string, origin: string) => `const app = document.querySelector('#app');

function addButton(label, onClick) {
  const button = document.createElement('button');
  button.textContent = label;
  button.addEventListener('click', onClick);
  app.append(button);
}

if (await client.isAuthenticated()) {
  const claims = await client.getIdTokenClaims();
  app.append('Signed in as ' + (claims.name ?? claims.username ?? claims.sub));
  addButton('Sign out', () => client.signOut('${origin}'));
} else {
  addButton('Sign in', () => client.signIn('${redirectUri}'));
}
`;

export default function Content(props: GuideProps) {
  const redirectUri = savedOr(props.redirectUris, callback);
  const origin = originOf(redirectUri);
  return (
    <Steps>
      <Step title="Install the SDK" subtitle="The samples use Vite to serve the page; any bundler will do.">
        <Install packages="@logto/browser vite" />
        <Code language="html" title="index.html">
          {page}
        </Code>
      </Step>
      <Step title="Create the client" subtitle="The values of this application are filled in.">
        <Code language="javascript" title="main.js">
          {client(props)}
        </Code>
        <Callout>
          A browser cannot keep a secret, so this type of application has none. PKCE protects the sign-in instead; the
          SDK takes care of it.
        </Callout>
      </Step>
      <Step title="Save the redirect URIs" subtitle="Where people come back to after signing in and after signing out.">
        <RedirectUris suggestion={callback} />
        <PostLogoutRedirectUris suggestion={origin} />
        <Text>
          Pages at the origin of a saved redirect URI may call the token endpoint; nothing else is needed for CORS.
        </Text>
      </Step>
      <Step title="Handle the callback" subtitle="Exchanges the code for tokens and tidies the address bar.">
        <Code language="javascript" title="main.js">
          {handleCallback}
        </Code>
        <Text>
          Vite answers <code>/callback</code> with the same page. Tell your own web server to do so, too.
        </Text>
      </Step>
      <Step title="Sign in, sign out, show the user" subtitle="The claims of the ID token need no request.">
        <Code language="javascript" title="main.js">
          {show(redirectUri, origin)}
        </Code>
        <Text>
          For everything the server knows about the user, call <code>client.fetchUserInfo()</code>.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          npx vite
        </Code>
        <Checkpoint>
          Open {origin} and choose “Sign in”. Create an account: you come back and see your name. “Sign out” brings you
          back to the first page, signed out.
        </Checkpoint>
      </Step>
      {nextSteps(props.appId)}
    </Steps>
  );
}
