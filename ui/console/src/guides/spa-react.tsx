import { Text } from '@mantine/core';
import { Callout, Checkpoint, Code, Install, PostLogoutRedirectUris, RedirectUris, Step, Steps } from './blocks';
import { nextSteps } from './shared/next-steps';
import { originOf, savedOr } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'spa-react',
  name: 'React',
  description: 'A provider and hooks for a React app that runs in the browser.',
  category: 'SPA',
  applicationType: 'SPA',
  logo: { mark: 'Re', color: '#0e7490' },
  isFeatured: true,
  order: 1.1,
};

const callback = 'http://localhost:5173/callback';

const main = ({
  endpoint,
  appId,
}: GuideProps) => `import { LogtoProvider, UserScope, type LogtoConfig } from '@logto/react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Route, Routes } from 'react-router';
import { Callback } from './Callback';
import { Home } from './Home';

const config: LogtoConfig = {
  endpoint: '${endpoint}',
  appId: '${appId}',
  scopes: [UserScope.Email],
};

createRoot(document.getElementById('root')!).render(
  <LogtoProvider config={config}>
    <BrowserRouter>
      <Routes>
        <Route path="/" element={<Home />} />
        <Route path="/callback" element={<Callback />} />
      </Routes>
    </BrowserRouter>
  </LogtoProvider>,
);
`;

const callbackPage = `import { useHandleSignInCallback } from '@logto/react';
import { useNavigate } from 'react-router';

export function Callback() {
  const navigate = useNavigate();
  const { error } = useHandleSignInCallback(() => navigate('/', { replace: true }));

  return <p>{error ? error.message : 'Signing you in…'}</p>;
}
`;

const home = (redirectUri: string, origin: string) => `import { useLogto } from '@logto/react';
import { UserName } from './UserName';

export function Home() {
  const { isAuthenticated, signIn, signOut } = useLogto();

  if (!isAuthenticated) {
    return (
      <button onClick={() => void signIn('${redirectUri}')}>
        Sign in
      </button>
    );
  }

  return (
    <main>
      <UserName />
      <button onClick={() => void signOut('${origin}')}>
        Sign out
      </button>
    </main>
  );
}
`;

const userName = `import { useLogto, type IdTokenClaims } from '@logto/react';
import { useEffect, useState } from 'react';

export function UserName() {
  const { isAuthenticated, getIdTokenClaims } = useLogto();
  const [user, setUser] = useState<IdTokenClaims>();

  useEffect(() => {
    if (isAuthenticated) {
      void getIdTokenClaims().then(setUser);
    }
  }, [isAuthenticated, getIdTokenClaims]);

  return <p>Signed in as {user?.name ?? user?.username ?? user?.sub}</p>;
}
`;

export default function Content(props: GuideProps) {
  const redirectUri = savedOr(props.redirectUris, callback);
  const origin = originOf(redirectUri);
  return (
    <Steps>
      <Step title="Install the SDK" subtitle="The samples are for an app made with Vite and use React Router.">
        <Install packages="@logto/react react-router" />
      </Step>
      <Step title="Add the provider" subtitle="The values of this application are filled in.">
        <Code language="tsx" title="src/main.tsx">
          {main(props)}
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
      <Step title="Handle the callback" subtitle="Exchanges the code for tokens, then shows the first page.">
        <Code language="tsx" title="src/Callback.tsx">
          {callbackPage}
        </Code>
      </Step>
      <Step title="Sign in and sign out">
        <Code language="tsx" title="src/Home.tsx">
          {home(redirectUri, origin)}
        </Code>
      </Step>
      <Step title="Show the user" subtitle="The claims of the ID token need no request.">
        <Code language="tsx" title="src/UserName.tsx">
          {userName}
        </Code>
        <Text>
          For everything the server knows about the user, call <code>fetchUserInfo()</code> of the same hook.
        </Text>
      </Step>
      <Step title="Try it">
        <Code language="bash" title="Terminal">
          npm run dev
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
